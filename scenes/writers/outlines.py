"""An object's mask as the formats want it: polygons, one ring, or pixels inside its box."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from scenes.files.polygons import polygons
from scenes.files.rle import Mask
from scenes.writers.example import Example, Thing
from scenes.writers.windows import window

Ring = Sequence[float]
Points = npt.NDArray[np.float64]


def outlines(thing: Thing) -> Sequence[Ring]:
    """Return an object's mask as COCO polygons, [] where it has none.

    Polygons stay as they are. RLE becomes rings along pixels' edges, from which pycocotools makes
    the same mask again, holes and parts included: see scenes/files/polygons.py.
    """
    if not thing.mask or isinstance(thing.mask, list):
        return thing.mask or []
    seen, x, y = window(thing.mask)
    return polygons(seen, (x, y))


def outline(thing: Thing) -> Ring:
    """Return an object's mask as one closed ring; its box's corners where it has none.

    Several rings are joined by bridges of no width, there and back between their nearest corners:
    what fills a ring by its crossings fills them as it does the rings alone.
    """
    rings = outlines(thing)
    if not rings:
        x, y, w, h = thing.bbox
        return [x, y, x + w, y, x + w, y + h, x, y + h]
    return rings[0] if len(rings) == 1 else _joined(rings)


def rle_of(thing: Thing, example: Example) -> Any:
    """Return an object's mask as compressed RLE of its image's size, None where it has none."""
    if isinstance(thing.mask, list):
        size = example.height_px, example.width_px
        return coco_mask.merge(coco_mask.frPyObjects(thing.mask, *size)) if thing.mask else None
    return thing.mask


def area_px(thing: Thing, example: Example) -> float:
    """Return the number of pixels in an object's mask, or of its box where it has none."""
    told = rle_of(thing, example)
    return thing.bbox[2] * thing.bbox[3] if told is None else float(coco_mask.area(told))


def inside_box(thing: Thing, example: Example) -> Mask | None:
    """Return the mask's (h, w) pixels inside the object's box, rounded outwards, or None."""
    told = rle_of(thing, example)
    if told is None:
        return None
    x0, y0, x1, y1 = whole_box(thing)
    return np.asarray(coco_mask.decode(told)[y0:y1, x0:x1], dtype=np.bool_)


def whole_box(thing: Thing) -> tuple[int, int, int, int]:
    """Return x0, y0, x1, y1 of the pixels that the box touches; the last two are outside."""
    x, y, w, h = thing.bbox
    return int(x), int(y), int(np.ceil(x + w)), int(np.ceil(y + h))


def _joined(rings: Sequence[Ring]) -> Ring:
    chain, *others = (np.array(ring, dtype=np.float64).reshape(-1, 2) for ring in rings)
    for other in others:
        here, there = _nearest(chain, other)
        round_trip = np.concatenate([other[there:], other[: there + 1]])
        chain = np.concatenate([chain[: here + 1], round_trip, chain[here:]])
    return [float(n) for n in chain.ravel()]


def _nearest(one: Points, other: Points) -> tuple[int, int]:
    squares = ((one[:, None] - other[None]) ** 2).sum(axis=2)
    here, there = np.unravel_index(int(squares.argmin()), squares.shape)
    return int(here), int(there)
