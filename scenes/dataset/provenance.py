"""What a merge needs beside plan and shards, written down when a dataset is begun."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assets.catalogue import Asset, Catalogue
from assets.errors import UserError
from scenes.files.atomic import write_bytes
from scenes.files.canonical_json import json_bytes
from scenes.labels.categories import coco_categories
from scenes.plan.credits import background_credits
from scenes.plan.plan import Plan
from scenes.plan.splits import SplitRecord


class NoDataset(UserError):
    """A folder that no run has begun a dataset in."""


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


@dataclass(frozen=True, kw_only=True)
class MergeRecord:
    """What annotations.json and manifest.json say beside what shards know.

    categories: COCO's, with keypoints. assets: by id, and credits:
    by kind, as the manifest has them.
    """

    provenance: Provenance
    categories: Sequence[Mapping[str, Any]]
    assets: Mapping[str, Mapping[str, str]]
    credits: Mapping[str, Sequence[Mapping[str, str]]]

    @property
    def category_names(self) -> dict[int, str]:
        """Category id to name, by id."""
        return {category["id"]: category["name"] for category in self.categories}

    def write(self, out: Path) -> None:
        """Write it into a dataset's folder. Raises Unwritable."""
        write_bytes(_path(out), json_bytes(asdict(self)))

    @classmethod
    def read(cls, out: Path) -> "MergeRecord":
        """Return what `write` wrote. Raises NoDataset."""
        try:
            told = json.loads(_path(out).read_bytes())
            return cls(**{**told, "provenance": _provenance(told["provenance"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NoDataset(
                f"{out} holds no dataset that was begun here ({type(error).__name__}: {error}); "
                "expected the OUT of a render or of make align"
            ) from None


def merge_record(plan: Plan, catalogue: Catalogue, provenance: Provenance) -> MergeRecord:
    """Return what a merge of this plan's shards will need. Raises UnknownAsset."""
    placed = {name for p in plan.scenes for name in p.scene.asset_ids}
    return MergeRecord(
        provenance=provenance, categories=coco_categories(plan, catalogue, keypoints=True),
        assets={key: _asset(catalogue.get(key)) for key in sorted(placed)},
        credits=background_credits(plan),
    )  # fmt: skip


def _provenance(told: Mapping[str, Any]) -> Provenance:
    splits = SplitRecord(**told["splits"]) if told.get("splits") else None
    return Provenance(**{**told, "splits": splits})


def _asset(asset: Asset) -> dict[str, str]:
    return {
        "category": asset.category, "shape": asset.shape, "sha256": asset.digest(),
        "licence": asset.licence, "source": asset.source,
    }  # fmt: skip


def _path(out: Path) -> Path:
    return out / "shards" / "merge.json"
