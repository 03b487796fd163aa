"""Supervisely in: a project's data sets, each with ann/ (a JSON a photo) and img/."""

import base64
import io
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from scenes.formats.tools.drawn import (
    HOLES,
    BadExport,
    Drawing,
    DrawnPhoto,
    corners_of,
    drawn_set,
    flat_points,
    left_aside,
    load,
    pasted_mask,
    photos_of,
    records_of,
    size_of,
)
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.boxes.turns import turn_of

TITLE = "Supervisely"
BITMAPS = (OSError, ValueError, TypeError, zlib.error, SyntaxError)


def read_supervisely(root: Path, files: Sequence[Path]) -> AnnotatedSet:
    """Return the set in Supervisely files, valid, with every repair counted.

    A rectangle's last row and column belong to it, as Supervisely defines it. Raises BadExport.
    """
    repairs: Counter[str] = Counter()
    photos = photos_of(files, TITLE, lambda path: [_photo(path, repairs)], repairs)
    return drawn_set("supervisely", root, photos, repairs)


def _photo(path: Path, repairs: Counter[str]) -> DrawnPhoto:
    told = load(path, TITLE)
    if not isinstance(told, dict) or not isinstance(told.get("objects"), list):
        raise BadExport(f"{path}: no `objects`; expected Supervisely's JSON; export it again")
    size = told["size"] if isinstance(told.get("size"), dict) else {}
    size_px = size_of(size.get("width"), size.get("height"))
    objects = records_of(told["objects"], TITLE, repairs)
    drawings = (_drawing(one, size_px, repairs) for one in objects)
    return DrawnPhoto(
        names=(path.stem,), home=path.parent, size_px=size_px,
        drawings=[drawing for drawing in drawings if drawing is not None],
    )  # fmt: skip


def _drawing(
    told: Mapping[str, Any], size_px: tuple[int, int] | None, repairs: Counter[str]
) -> Drawing | None:
    title, kind = told.get("classTitle"), told.get("geometryType")
    label = title if isinstance(title, str) else None
    points = told["points"] if isinstance(told.get("points"), dict) else {}
    if kind == "rectangle":
        box = corners_of(points.get("exterior"))
        box = [*box[:2], *(side + 1 for side in box[2:])]
        return Drawing(label=label, box=box, turn=turn_of(told, points))
    if kind == "polygon":
        repairs[HOLES] += bool(points.get("interior"))
        return Drawing(label=label, outline=[flat_points(points.get("exterior"))])
    if kind == "bitmap":
        return Drawing(label=label, **_bitmap(told.get("bitmap"), size_px))
    left_aside(kind, ("point", "line", "multipolyline", "graph"), repairs)
    return None


def _bitmap(told: Any, size_px: tuple[int, int] | None) -> Mapping[str, Any]:
    """Return a mask's box and RLE: a PNG, deflated, in base64, laid at `origin`."""
    try:
        left, top = (int(side) for side in told["origin"])
        with Image.open(io.BytesIO(zlib.decompress(base64.b64decode(told["data"])))) as image:
            part = np.asarray(image.convert("RGBA"))[..., 3] > 0
    except (*BITMAPS, KeyError):
        return {"box": []}
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not len(rows):
        return {"box": []}
    box = [
        left + int(columns[0]),
        top + int(rows[0]),
        int(np.ptp(columns)) + 1,
        int(np.ptp(rows)) + 1,
    ]
    return {"box": box, "outline": pasted_mask(part, left, top, size_px) if size_px else None}
