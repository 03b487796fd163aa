"""A dataset on disk: opened for one plan, filled shard by shard, merged at the end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assets.catalogue import Catalogue
from scenes.dataset.coco_file import Tally
from scenes.dataset.merge import IncompleteDataset, merge_shards
from scenes.dataset.provenance import MergeRecord, Provenance, merge_record
from scenes.dataset.resume import hold_settings, refuse_other_plan
from scenes.dataset.shard import FOLDERS, WriteOptions, is_done, write_shard
from scenes.files.atomic import make_folder, writing
from scenes.files.lock import locked
from scenes.plan.plan import Plan

__all__ = [
    "IncompleteDataset", "MergeRecord", "Provenance", "Tally", "WriteOptions", "begin_dataset",
    "is_done", "merge", "merge_record", "merge_shards", "open_dataset", "refuse_other_plan",
    "undone", "write_shard",
]  # fmt: skip


@contextmanager
def open_dataset(out: Path, plan: Plan, settings: Mapping[str, Any]) -> Iterator[None]:
    """Hold a folder for one plan, new or resumed, while the block runs.

    settings: all that changes an image beside its scene, as plain data (quality, samples, write
    options). Raises FolderBusy, OtherPlan, OtherSettings, Unwritable.
    """
    make_folder(out)
    with locked(out):
        begin_dataset(out, plan, settings)
        yield


def begin_dataset(out: Path, plan: Plan, settings: Mapping[str, Any]) -> None:
    """Do what `open_dataset` does, in a folder that the caller holds."""
    refuse_other_plan(out, plan)
    for folder in FOLDERS:
        make_folder(out / folder)
    hold_settings(out, settings)
    with writing(out / "plan.jsonl"):
        plan.write(out / "plan.jsonl")


def undone(out: Path, plan: Plan) -> tuple[int, ...]:
    """Return which images of a plan are still to be made. Raises StaleShard."""
    return tuple(p.index for p in plan.scenes if not is_done(out, p.index, p.scene))


def merge(out: Path, plan: Plan, catalogue: Catalogue, provenance: Provenance) -> Tally:
    """Write annotations.json, metadata.parquet and manifest.json of a plan that is all rendered.

    The same shards give the same bytes. Raises IncompleteDataset, StaleShard, UnknownAsset,
    Unwritable.
    """
    merge_record(plan, catalogue, provenance).write(out)
    return merge_shards(out, partial=False)
