"""Shards in, one COCO file out: a record a line, in the plan's order, without clock or chance."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from assets.catalogue import Catalogue
from assets.errors import UserError
from scenes.disk import written
from scenes.plan import Plan, PlannedScene
from scenes.shard import Shard, is_done, read_shard
from scenes.vocabulary import coco_categories

DESCRIPTION = "Rendered by Twinset: boxes, masks and depth are exact"
Record = Mapping[str, Any]


class IncompleteDataset(UserError):
    """A dataset whose plan is not all rendered yet."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a dataset holds. labels: category name to count. dropped: as `Labels` counts it."""

    images: int
    labels: Mapping[str, int]
    dropped: Mapping[str, int]


def undone(out: Path, plan: Plan) -> tuple[PlannedScene, ...]:
    """Return the lines of a plan whose images are still to be made. Raises StaleShard."""
    return tuple(p for p in plan.scenes if not is_done(out, p.index, p.scene))


@dataclass(frozen=True, kw_only=True)
class Head:
    """What annotations.json says before its lists."""

    version: str
    licence: str


def write_annotations(out: Path, plan: Plan, catalogue: Catalogue, head: Head) -> Tally:
    """Write annotations.json from finished shards, one shard in memory at a time.

    Image ids are plan index + 1, annotation ids count from 1; floats have shard.DECIMALS decimals.
    Raises IncompleteDataset, StaleShard, UnknownAsset, Unwritable.
    """
    missing = undone(out, plan)
    if missing:
        raise IncompleteDataset(
            f"{out}: {len(missing)} of {len(plan)} images are not finished, the first is "
            f"{missing[0].index:06d}; render the plan again into the same folder to carry on"
        )
    count: Counter[int] = Counter()  # by category id
    with written(out / "annotations.json") as file:
        for key, told in _head(out, plan, catalogue, head).items():
            file.write(f'{"{" if key == "info" else ""}"{key}":{_text(told)},\n'.encode())
        _write_list(file, "images", _images(out, plan))
        file.write(b",\n")
        _write_list(file, "annotations", _annotations(out, plan, count))
        file.write(b"}\n")
    dropped: Counter[str] = Counter()
    for _, shard in _shards(out, plan):
        dropped.update(shard.dropped)
    labels = {name: count[key] for key, name in plan.categories.items()}
    return Tally(images=len(plan), labels=labels, dropped=dict(sorted(dropped.items())))


def _head(out: Path, plan: Plan, catalogue: Catalogue, head: Head) -> dict[str, Any]:
    first = next((record for _, shard in _shards(out, plan) for record in shard.annotations), {})
    return {
        "info": {"description": DESCRIPTION, "version": head.version},
        "licenses": [{"id": 1, "name": head.licence}],
        "categories": coco_categories(plan, catalogue, keypoints="keypoints" in first),
    }


def _write_list(file: BinaryIO, key: str, records: Iterator[Record]) -> None:
    file.write(f'"{key}":['.encode())
    for number, record in enumerate(records):
        file.write(f"{',' if number else ''}\n{_text(record)}".encode())
    file.write(b"\n]")


def _images(out: Path, plan: Plan) -> Iterator[Record]:
    for planned, shard in _shards(out, plan):
        yield {
            "id": planned.index + 1, **shard.image, "component": planned.component, "license": 1,
        }  # fmt: skip


def _annotations(out: Path, plan: Plan, count: Counter[int]) -> Iterator[Record]:
    number = 0
    for planned, shard in _shards(out, plan):
        for record in shard.annotations:
            number += 1
            count[record["category_id"]] += 1
            yield {"id": number, "image_id": planned.index + 1, **record}


def _shards(out: Path, plan: Plan) -> Iterator[tuple[PlannedScene, Shard]]:
    for planned in plan.scenes:
        shard = read_shard(out, planned.index)
        if shard is None:
            raise IncompleteDataset(f"{out}: image {planned.index:06d} vanished; render again")
        yield planned, shard


def _text(told: Any) -> str:
    return json.dumps(told, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
