"""text.json: what is written in pictures, as COCO-Text tells it, with the corners of every word."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from scenes.files.atomic import written
from scenes.files.canonical_json import json_bytes
from scenes.model.frame import Frame
from scenes.model.lettering import Lettering

DECIMALS = 3  # of a pixel
LEGIBLE_PX, LEGIBLE_SHARE = 8.0, 0.5  # the least height of a word, and how much of it is seen
Record = Mapping[str, Any]


def text_records(frame: Frame) -> list[dict[str, Any]]:
    """Return a record a word or logo of which anything is seen, but for ids.

    The names are those of COCO-Text (Veit et al. 2016), in lists as COCO has them; a polygon has
    the four corners, clockwise as the word is read from the upper left on.
    """
    return [_record(one, frame) for one in frame.lettering or () if one.visible_fraction > 0]


def _record(one: Lettering, frame: Frame) -> dict[str, Any]:
    height, width = frame.instances.shape
    low = np.clip(one.quad_px.min(axis=0), 0, (width, height))
    high = np.clip(one.quad_px.max(axis=0), 0, (width, height))
    x, y, right, below = (round(float(n), DECIMALS) for n in (*low, *high))
    return {
        "class": "machine printed" if one.kind == "word" else "logo",
        "utf8_string" if one.kind == "word" else "logo": one.said,
        "legibility": "legible" if _is_legible(one) else "illegible",
        "bbox": [x, y, round(right - x, DECIMALS), round(below - y, DECIMALS)],
        "polygon": [round(float(n), DECIMALS) for n in one.quad_px.ravel()],
        "area": round(_area(one), DECIMALS),
        "visible_fraction": round(one.visible_fraction, DECIMALS),
    }


def _is_legible(one: Lettering) -> bool:
    sides = np.linalg.norm(one.quad_px - np.roll(one.quad_px, -1, axis=0), axis=1)
    return bool(min(sides[1], sides[3]) >= LEGIBLE_PX and one.visible_fraction >= LEGIBLE_SHARE)


def _area(one: Lettering) -> float:
    x, y = one.quad_px.T
    return abs(float(0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1))))


class TextFile:
    """text.json while it is written, an image at a time; None takes what it is told nowhere."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file
        self._images: list[bytes] = []
        self._count = 0

    def add(self, image_id: int, image: Record, texts: Sequence[Record]) -> None:
        """Write what one image says; ids count from 1."""
        if self._file is None:
            return
        told = {"id": image_id, **{key: image[key] for key in ("file_name", "width", "height")}}
        self._images.append(json_bytes(told).strip())
        for text in texts:
            self._count += 1
            line = json_bytes({"id": self._count, "image_id": image_id, **text}).strip()
            self._file.write((b"" if self._count == 1 else b",") + b"\n" + line)

    def end(self) -> None:
        """Write the images."""
        if self._file is None:
            return
        self._file.write(b'\n],\n"images":[\n' + b",\n".join(self._images) + b"\n]}\n")


@contextmanager
def text_file(path: Path, *, asked: bool) -> Iterator[TextFile]:
    """Yield a text.json to add images to; it stands at `path` when the block ends well.

    asked: False writes nothing. Raises Unwritable.
    """
    if not asked:
        yield TextFile(None)
        return
    with written(path) as file:
        file.write(b'{"annotations":[')
        told = TextFile(file)
        yield told
        told.end()
