"""Where in a COCO file the records of each image lie: read once, so that memory stays flat.

A set of 100,000 images is hundreds of megabytes of JSON, and several times that as objects. What is
kept of it are a few whole numbers a record.
"""

import json
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from scenes.formats.coco import COCO_LISTS, BadCoco, SetMissing
from scenes.formats.json_stream import Span, top_level

Numbers = npt.NDArray[np.int64]
Mark = Callable[[Mapping[str, Any]], int]


@dataclass(frozen=True, kw_only=True, eq=False)
class CocoIndex:
    """A COCO file's images by ascending id. categories: their records.

    spans (n, 2): where each image's record begins, in bytes, and ends. marks (n, k): what each of
    the marks made of it. boxes (m, 2): the annotations' spans; starts (n + 1,): where those of each
    image begin.
    """

    path: Path
    categories: list[Any]
    spans: Numbers
    marks: npt.NDArray[np.uint64]
    boxes: Numbers
    starts: Numbers

    def __len__(self) -> int:
        return len(self.spans)

    def records(self) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Yield each image's record and its annotations' records, these in the file's order."""
        with self.path.open("rb") as file:
            for i, (start, end) in enumerate(self.spans.tolist()):
                own = self.boxes[self.starts[i] : self.starts[i + 1]].tolist()
                yield _read(file, start, end), [_read(file, *span) for span in own]


def index_coco(path: Path, marks: Sequence[Mark]) -> CocoIndex:
    """Return the index of a COCO file. Raises SetMissing, BadCoco.

    marks: an image's record to a number of 64 bits.
    """
    found = _Found(path, marks)
    try:
        with path.open("rb") as file:
            for key, told, span in top_level(path, file):
                found.take(key, told, span)
    except OSError as error:
        raise SetMissing(
            f"annotations {path}: {error.strerror}; expected a COCO JSON file; check SET="
        ) from None
    return found.index()


class _Found:
    """What was seen so far, eight bytes a number."""

    def __init__(self, path: Path, marks: Sequence[Mark]) -> None:
        self._path, self._how = path, marks
        self._categories: list[Any] = []
        self._images, self._spans = array("q"), array("q")
        self._of, self._boxes = array("q"), array("q")
        self._marks = array("Q")
        self._seen: set[str] = set()

    def take(self, key: str, told: Any, span: Span | None) -> None:
        """Keep what matters of one record. span: None for the beginning of a list."""
        if span is None:
            self._seen.add(key)
        elif key == "images":
            self._images.append(self._whole(told, "id", f"images[{len(self._images)}]"))
            self._marks.extend(mark(told) for mark in self._how)
            self._spans.extend(span)
        elif key == "annotations":
            where = f"annotations[{len(self._of)}]"
            self._of.append(self._whole(told, "image_id", where))
            self._boxes.extend(span)
        elif key == "categories":
            self._categories.append(told)

    def index(self) -> CocoIndex:
        """Return the index. Raises BadCoco."""
        if lacking := [name for name in COCO_LISTS if name not in self._seen]:
            raise BadCoco(
                f"annotations {self._path}: no list {', '.join(lacking)}; expected an object with "
                "the lists images, annotations and categories; export the set as COCO"
            )
        ids, of = np.array(self._images, np.int64), np.array(self._of, np.int64)
        order, boxes = np.argsort(ids, kind="stable"), np.argsort(of, kind="stable")
        self._check(ids[order], of)
        edges = np.searchsorted(of[boxes], ids[order], side="left")
        return CocoIndex(
            path=self._path, categories=self._categories,
            spans=np.array(self._spans, np.int64).reshape(-1, 2)[order],
            marks=np.array(self._marks, np.uint64).reshape(len(ids), -1)[order],
            boxes=np.array(self._boxes, np.int64).reshape(-1, 2)[boxes],
            starts=np.append(edges, len(of)),
        )  # fmt: skip

    def _check(self, ids: Numbers, of: Numbers) -> None:
        if not len(ids):
            raise BadCoco(f"annotations {self._path}: no images; expected at least one")
        if len(twice := ids[1:][ids[1:] == ids[:-1]]):
            raise BadCoco(
                f"annotations {self._path}: {len(twice)} image ids are told twice, {twice[0]} "
                "first; expected one image an id"
            )
        if not np.isin(of, ids).all():
            lost = of[~np.isin(of, ids)]
            raise BadCoco(
                f"annotations {self._path}: {len(lost)} annotations of images that are not there, "
                f"image_id {lost[0]} first; give the set as REAL=, which leaves such out and counts"
            )

    def _whole(self, told: Any, key: str, where: str) -> int:
        number = told.get(key) if isinstance(told, dict) else None
        if type(number) is not int or not 0 <= number < 2**63:
            raise BadCoco(
                f"annotations {self._path}: {where} has {key} {number!r}; expected a whole number, "
                "as Twinset writes; give a set of another's making as REAL="
            )
        return number


def _read(file: BinaryIO, start: int, end: int) -> dict[str, Any]:
    file.seek(start)
    told: dict[str, Any] = json.loads(file.read(end - start))
    return told
