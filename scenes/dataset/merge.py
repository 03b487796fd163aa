"""Shards in, annotations.json, metadata.parquet and manifest.json out; one shard in memory."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.dataset.coco_file import Head, Tally, coco_file
from scenes.dataset.manifest import write_manifest
from scenes.dataset.provenance import MergeRecord, NoDataset
from scenes.dataset.rows import Rows
from scenes.dataset.shard import Shard, StaleShard, is_whole, read_shard, shard_path
from scenes.dataset.texts import text_file
from scenes.files.atomic import writing
from scenes.files.canonical_json import json_bytes
from scenes.files.lock import locked
from scenes.plan.plan import plan_data

# keys are sorted; inside a string a quote is escaped, so the last ,"weight": is the line's own
_WRITTEN = re.compile(rb'\{"component":(-?\d+),"index":(\d+),"scene":(\{.*\}),"weight":[^{]*\}\n')


class IncompleteDataset(UserError):
    """A dataset whose plan is not all rendered yet."""


@dataclass(frozen=True, kw_only=True)
class _Line:
    """A line of the plan, without its scene."""

    index: int
    component: int
    scene_digest: str


def merge_shards(out: Path, *, partial: bool) -> Tally:
    """Merge what lies in a dataset's folder, from the files there alone.

    Image ids are plan index + 1, annotation ids count from 1. The same shards give the same bytes.
    partial: leave out what is not rendered yet instead of raising IncompleteDataset. One merge in
    a folder waits for another. Raises NoDataset, BadPlan, StaleShard, Unwritable.
    """
    if not (out / "shards").is_dir():
        raise NoDataset(f"{out} holds no dataset; expected the OUT of a render or of make align")
    with locked(out / "shards", wait=True):
        return _merged(out, partial)


def _merged(out: Path, partial: bool) -> Tally:
    record = MergeRecord.read(out)
    if not partial:
        _check_complete(out)
    rows, missing = Rows(), []
    with (
        coco_file(out / "annotations.json", _head(out, record)) as file,
        text_file(out / "text.json", asked=_tells_texts(out)) as texts,
    ):
        for line in _lines(out):
            shard = _shard(out, line)
            if shard is None:
                missing.append(line.index)
                continue
            rows.add(line.index + 1, file.annotations, shard.image, shard.measured)
            file.add(line.index + 1, line.component, shard)
            texts.add(line.index + 1, shard.image, shard.texts or ())
        if missing and not partial:
            raise IncompleteDataset(_incomplete(out, missing, file.images + len(missing)))
    with writing(out / "metadata.parquet"):
        rows.table().write(out / "metadata.parquet")
    labels = {name: file.labels[key] for key, name in record.category_names.items()}
    dropped = dict(sorted(file.dropped.items()))
    tally = Tally(images=file.images, labels=labels, dropped=dropped, missing=missing)
    write_manifest(out, record, tally)
    return tally


def _check_complete(out: Path) -> None:
    """Refuse before a byte is written where label files are missing; they are only looked for."""
    count = sum(1 for _ in _unread_lines(out))
    missing = [index for index in range(count) if not shard_path(out, index).is_file()]
    if missing:
        raise IncompleteDataset(_incomplete(out, missing, count))


def _unread_lines(out: Path) -> Iterator[bytes]:
    """Yield the lines of a dataset's plan, unread."""
    with (out / "plan.jsonl").open("rb") as file:
        yield from file


def _lines(out: Path) -> Iterator[_Line]:
    for number, line in enumerate(_unread_lines(out), 1):
        yield _as_written(line) or _parsed(plan_data(out / "plan.jsonl", number, line))


def _as_written(line: bytes) -> _Line | None:
    """Return what a line says in the form that `Plan.write` gives it, its scene not parsed."""
    found = _WRITTEN.match(line)
    if found is None:
        return None
    component, index, scene = found.groups()
    digest = hashlib.sha256(scene + b"\n").hexdigest()  # as scene_digest has it
    return _Line(index=int(index), component=int(component), scene_digest=digest)


def _parsed(told: Mapping[str, Any]) -> _Line:
    digest = hashlib.sha256(json_bytes(told["scene"])).hexdigest()
    return _Line(index=told["index"], component=told["component"], scene_digest=digest)


def _shard(out: Path, line: _Line) -> Shard | None:
    shard = read_shard(out, line.index)
    if shard is None or not is_whole(out, shard):
        return None
    if shard.scene_digest != line.scene_digest:
        raise StaleShard(
            f"{shard_path(out, line.index)}: image {line.index} shows another scene than the "
            "plan's; render the same plan again into an empty folder"
        )
    return shard


def _head(out: Path, record: MergeRecord) -> Head:
    keypoints = "keypoints" in _first_annotation(out)
    told = ("id", "name", "keypoints", "skeleton") if keypoints else ("id", "name")
    return Head(
        version=record.provenance.versions["twinset"], licence=record.provenance.licence,
        categories=[
            {key: category[key] for key in told if key in category}
            for category in record.categories
        ],
    )  # fmt: skip


def _first_annotation(out: Path) -> dict[str, Any]:
    for index, _ in enumerate(_unread_lines(out)):
        shard = read_shard(out, index)
        if shard is not None and shard.annotations:
            return dict(shard.annotations[0])
    return {}


def _tells_texts(out: Path) -> bool:
    """Return whether images say what is written in them, as the first finished one does."""
    found = (read_shard(out, index) for index, _ in enumerate(_unread_lines(out)))
    first = next((shard for shard in found if shard is not None), None)
    return first is not None and first.texts is not None


def _incomplete(out: Path, missing: list[int], planned: int) -> str:
    return (
        f"{out}: {len(missing)} of {planned} images are not finished, the first is "
        f"{missing[0]:06d}; render the plan again into the same folder to carry on"
    )
