"""One COCO file: a record a line, in the order it is given them, without clock or chance."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from scenes.dataset.shard import Shard
from scenes.files.atomic import writing, written

DESCRIPTION = "Rendered by Twinset: boxes, masks and depth are exact"
Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a dataset holds. labels: category name to count. dropped: as `Labels` counts it.

    missing: indices of planned images that it does not hold.
    """

    images: int
    labels: Mapping[str, int]
    dropped: Mapping[str, int]
    missing: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Head:
    """What annotations.json says before its lists."""

    version: str
    licence: str
    categories: Sequence[Record]


class CocoFile:
    """annotations.json while it is written, one image and its annotations at a time."""

    def __init__(self, images: BinaryIO, annotations: BinaryIO) -> None:
        self._images, self._annotations = images, annotations
        self.images, self.annotations = 0, 0
        self.labels: Counter[int] = Counter()  # by category id
        self.dropped: Counter[str] = Counter()

    def add(self, image_id: int, component: int, shard: Shard) -> None:
        """Write one image; annotation ids count from 1."""
        record = {"id": image_id, **shard.image, "component": component, "license": 1}
        self._images.write(_item(record, first=not self.images))
        self.images += 1
        for told in shard.annotations:
            numbered = {"id": self.annotations + 1, "image_id": image_id, **told}
            self._annotations.write(_item(numbered, first=not self.annotations))
            self.annotations += 1
            self.labels[told["category_id"]] += 1
        self.dropped.update(shard.dropped)


@contextmanager
def coco_file(path: Path, head: Head) -> Iterator[CocoFile]:
    """Yield a COCO file to add images to; it stands at `path` when the block ends well.

    The annotations wait in a file of their own until all images are told. Raises Unwritable.
    """
    waiting = path.with_name(path.name + ".list.part")
    try:
        with written(path) as file, writing(waiting), waiting.open("w+b") as annotations:
            file.write(_start(head))
            yield CocoFile(file, annotations)
            file.write(b'\n],\n"annotations":[')
            annotations.seek(0)
            shutil.copyfileobj(annotations, file, 1 << 20)
            file.write(b"\n]}\n")
    finally:
        with suppress(OSError):
            waiting.unlink(missing_ok=True)


def _start(head: Head) -> bytes:
    told = {
        "info": {"description": DESCRIPTION, "version": head.version},
        "licenses": [{"id": 1, "name": head.licence}],
        "categories": head.categories,
    }
    lines = ",\n".join(f'"{key}":{_text(value)}' for key, value in told.items())
    return f'{{{lines},\n"images":['.encode()


def _item(record: Record, *, first: bool) -> bytes:
    return f"{'' if first else ','}\n{_text(record)}".encode()


def _text(told: Any) -> str:
    return json.dumps(told, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
