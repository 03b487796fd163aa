"""Where a dataset came from, said once beside it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assets.catalogue import Asset, Catalogue
from scenes.coco_writer import Tally
from scenes.disk import write_bytes
from scenes.plan import Plan
from scenes.scene import Scene
from scenes.split_record import SplitRecord

PROMISED = ("plan.jsonl", "annotations.json", "metadata.parquet")


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What only the caller knows of a dataset; plain data, no times and no paths of a machine.

    config: the settings of the run. seeds: by name. versions: of twinset, numpy, numba, bpy,
    blenderproc, pycocotools; "twinset" also versions the COCO file. licence: of the images. splits:
    the real images that the plan was fitted to and judged by; None where it followed none.
    """

    config: Mapping[str, Any]
    seeds: Mapping[str, int]
    versions: Mapping[str, str]
    licence: str
    splits: SplitRecord | None = None

    def __post_init__(self) -> None:
        if "twinset" not in self.versions:
            raise ValueError(f"versions name {sorted(self.versions)}; expected twinset among them")


def write_manifest(
    out: Path, plan: Plan, catalogue: Catalogue, provenance: Provenance, tally: Tally
) -> None:
    """Write manifest.json, the last file of a dataset. Raises UnknownAsset, Unwritable."""
    placed = {name for p in plan.scenes for name in _asset_ids(p.scene)}
    environments = {p.scene.background.environment for p in plan.scenes} - {""}
    told = {
        **asdict(provenance),
        "assets": {key: _asset(catalogue.get(key)) for key in sorted(placed)},
        "environments": sorted(environments),
        "images": tally.images,
        "labels": dict(tally.labels),
        "labels_dropped_by_policy": dict(tally.dropped),
        "sha256": {name: _digest(out / name) for name in PROMISED},
    }
    text = json.dumps(told, sort_keys=True, allow_nan=False, indent=2)
    write_bytes(out / "manifest.json", f"{text}\n".encode())


def _asset_ids(scene: Scene) -> set[str]:
    room = scene.background.room
    furniture = {one.asset_id for one in room.furniture} if room else set()
    return {placed.asset_id for placed in scene.objects} | furniture


def _asset(asset: Asset) -> dict[str, str]:
    return {
        "category": asset.category, "shape": asset.shape, "sha256": asset.digest(),
        "licence": asset.licence, "source": asset.source,
    }  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
