"""labelme in: a JSON file a photo. Source: labelme's own examples, versions 3 to 5."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from scenes.formats.tools.drawn import (
    NO_AREA,
    ROUND,
    UNKNOWN,
    UNREADABLE,
    BadExport,
    Drawing,
    DrawnPhoto,
    corners_of,
    drawn_set,
    flat_points,
    load,
    size_of,
)
from scenes.sets.annotated_set import AnnotatedSet

TITLE = "labelme"


def read_labelme(root: Path, files: Sequence[Path]) -> AnnotatedSet:
    """Return the set in labelme files, valid, with every repair counted. Raises BadExport."""
    repairs: Counter[str] = Counter()
    photos = []
    for path in files:
        try:
            photos.append(_photo(path, repairs))
        except BadExport as error:
            if len(files) == 1:
                raise
            repairs[UNREADABLE.format(title=TITLE)] += 1
            first = str(error)
    if not photos:
        raise BadExport(first)
    return drawn_set("labelme", root, photos, repairs)


def _photo(path: Path, repairs: Counter[str]) -> DrawnPhoto:
    told = load(path, TITLE)
    if not isinstance(told, dict) or not isinstance(told.get("shapes"), list):
        raise BadExport(f"{path}: no `shapes`; expected labelme's JSON; export the file again")
    name = told.get("imagePath")
    named = name if isinstance(name, str) and name else path.stem
    suffix = PurePosixPath(named.replace("\\", "/")).suffix
    drawings = (_drawing(shape, repairs) for shape in told["shapes"])
    return DrawnPhoto(
        names=(path.stem + suffix, named), home=path.parent,
        size_px=size_of(told.get("imageWidth"), told.get("imageHeight")),
        drawings=[drawing for drawing in drawings if drawing is not None],
    )  # fmt: skip


def _drawing(shape: Any, repairs: Counter[str]) -> Drawing | None:
    if not isinstance(shape, dict):
        repairs[UNKNOWN] += 1
        return None
    label, points = shape.get("label"), shape.get("points")
    kind = shape.get("shape_type") or "polygon"
    label = label if isinstance(label, str) else None
    if kind in ("rectangle", "mask"):
        return Drawing(label=label, box=corners_of(points))
    if kind in ("polygon", "rotation", "oriented_rectangle"):
        return Drawing(label=label, outline=[flat_points(points)])
    if kind == "circle":
        repairs[ROUND] += 1
        return Drawing(label=label, box=_round(flat_points(points)))
    repairs[NO_AREA if kind in ("point", "points", "line", "linestrip") else UNKNOWN] += 1
    return None


def _round(points: Sequence[float | None]) -> list[float]:
    if len(points) != 4 or None in points:
        return []
    cx, cy, x, y = (value or 0.0 for value in points)
    radius = math.hypot(x - cx, y - cy)
    return [cx - radius, cy - radius, 2 * radius, 2 * radius]
