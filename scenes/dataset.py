"""A dataset on disk: opened for one plan, filled shard by shard, merged at the end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from assets.catalogue import Catalogue
from scenes.coco_reader import read_coco
from scenes.coco_writer import Head, IncompleteDataset, Tally, undone, write_annotations
from scenes.disk import make_folder, writing
from scenes.lock import locked
from scenes.manifest import Provenance, write_manifest
from scenes.measure import measure
from scenes.metadata import KEYS, MetadataTable
from scenes.plan import Plan
from scenes.resumption import hold_settings, refuse_other_plan
from scenes.shard import FOLDERS, WriteOptions, is_done, write_shard

__all__ = [
    "IncompleteDataset", "Provenance", "Tally", "WriteOptions", "is_done", "merge", "open_dataset",
    "refuse_other_plan", "undone", "write_shard",
]  # fmt: skip


@contextmanager
def open_dataset(out: Path, plan: Plan, settings: Mapping[str, Any]) -> Iterator[None]:
    """Hold a folder for one plan, new or resumed, while the block runs.

    settings: all that changes an image beside its scene, as plain data (quality, samples, write
    options). Raises FolderBusy, OtherPlan, OtherSettings, Unwritable.
    """
    make_folder(out)
    with locked(out):
        refuse_other_plan(out, plan)
        for folder in FOLDERS:
            make_folder(out / folder)
        hold_settings(out, settings)
        with writing(out / "plan.jsonl"):
            plan.write(out / "plan.jsonl")
        yield


def merge(
    out: Path, plan: Plan, catalogue: Catalogue, provenance: Provenance, *, pixels: bool
) -> Tally:
    """Write annotations.json, metadata.parquet and manifest.json from finished shards.

    The table is measured from what lies on disk by the code that measures real sets; `pixels`: with
    the attributes of the photos. The same shards give the same bytes.
    Raises IncompleteDataset, StaleShard, UnknownAsset, Unwritable.
    """
    head = Head(version=provenance.versions["twinset"], licence=provenance.licence)
    tally = write_annotations(out, plan, catalogue, head)
    table = _measured(out, plan, pixels) if sum(tally.labels.values()) else _no_rows()
    with writing(out / "metadata.parquet"):
        table.write(out / "metadata.parquet")
    write_manifest(out, plan, catalogue, provenance, tally)
    return tally


def _measured(out: Path, plan: Plan, pixels: bool) -> MetadataTable:
    table = measure(read_coco(out / "annotations.json", out / "images"), pixels=pixels)
    scenes = [plan.scenes[image_id - 1].scene for image_id in table.image_ids]
    return table.with_columns(
        {
            "source": ["rendered"] * len(table),  # not the folder's name: same data, same bytes
            "scene_seed": [scene.seed for scene in scenes],
            "config_id": [scene.config_id for scene in scenes],
        }
    )


def _no_rows() -> MetadataTable:
    return MetadataTable.from_columns({name: np.empty(0) for name in KEYS})
