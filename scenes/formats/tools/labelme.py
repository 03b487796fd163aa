"""labelme in: a JSON file a photo. Source: labelme's own examples, versions 3 to 5."""

import base64
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from PIL import Image

from scenes.formats.tools.drawn import (
    ROUND,
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

TITLE = "labelme"
OTHER_NAME = "files that name another photo than their own name says (their own is looked for)"
GROUPED = "outlines of one group read as parts of one object"


def read_labelme(root: Path, files: Sequence[Path]) -> AnnotatedSet:
    """Return the set in labelme files, valid, with every repair counted. Raises BadExport."""
    repairs: Counter[str] = Counter()
    photos = photos_of(files, TITLE, lambda path: [_photo(path, repairs)], repairs)
    return drawn_set("labelme", root, photos, repairs)


def _photo(path: Path, repairs: Counter[str]) -> DrawnPhoto:
    told = load(path, TITLE)
    if not isinstance(told, dict) or not isinstance(told.get("shapes"), list):
        raise BadExport(f"{path}: no `shapes`; expected labelme's JSON; export the file again")
    name = told.get("imagePath")
    named = name if isinstance(name, str) and name else path.stem
    suffix = PurePosixPath(named.replace("\\", "/")).suffix
    repairs[OTHER_NAME] += PurePosixPath(named.replace("\\", "/")).stem != path.stem
    size_px = size_of(told.get("imageWidth"), told.get("imageHeight"))
    shapes = records_of(told["shapes"], TITLE, repairs)
    drawings = (_drawing(shape, size_px, repairs) for shape in _joined(shapes, repairs))
    return DrawnPhoto(
        names=(path.stem + suffix, named), home=path.parent, size_px=size_px,
        drawings=[drawing for drawing in drawings if drawing is not None],
    )  # fmt: skip


def _joined(shapes: Sequence[dict[str, Any]], repairs: Counter[str]) -> list[dict[str, Any]]:
    """Return the shapes with outlines of one label and `group_id`, which are one object, as one."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    kept = []
    for shape in shapes:
        told = {**shape, "outlines": [flat_points(shape.get("points"))]}
        if shape.get("group_id") is None or shape.get("shape_type", "polygon") != "polygon":
            kept.append(told)
            continue
        first = groups.setdefault((str(shape.get("label")), str(shape["group_id"])), told)
        if first is told:
            kept.append(told)
        else:
            first["outlines"] += told["outlines"]
            repairs[GROUPED] += 1
    return kept


def _drawing(
    shape: Mapping[str, Any], size_px: tuple[int, int] | None, repairs: Counter[str]
) -> Drawing | None:
    label, points = shape.get("label"), shape.get("points")
    kind = shape.get("shape_type") or "polygon"
    label = label if isinstance(label, str) else None
    if kind == "rectangle":
        return Drawing(label=label, box=corners_of(points), turn=turn_of(shape))
    if kind == "mask":
        return _mask(label, points, shape.get("mask"), size_px)
    if kind in ("polygon", "rotation", "oriented_rectangle"):
        return Drawing(label=label, outline=shape["outlines"])
    if kind == "circle":
        repairs[ROUND] += 1
        return Drawing(label=label, box=_round(flat_points(points)))
    left_aside(kind, ("point", "points", "line", "linestrip"), repairs)
    return None


def _mask(label: str | None, points: Any, told: Any, size_px: tuple[int, int] | None) -> Drawing:
    """Return a mask: a PNG in base64, whose first and last pixels the points name."""
    box = corners_of(points)
    box = [*box[:2], *(side + 1 for side in box[2:])]
    try:
        with Image.open(io.BytesIO(base64.b64decode(told))) as image:
            part = np.asarray(image.convert("L")) > 0
    except (OSError, ValueError, TypeError, SyntaxError, Image.DecompressionBombError):
        return Drawing(label=label, box=box, outline=[[]])  # counted as a mask that does not fit
    if not box or size_px is None:
        return Drawing(label=label, box=box)
    at = round(box[0]), round(box[1])
    return Drawing(label=label, box=box, outline=pasted_mask(part, *at, size_px) or [[]])


def _round(points: Sequence[float | None]) -> list[float]:
    if len(points) != 4 or None in points:
        return []
    cx, cy, x, y = (value or 0.0 for value in points)
    radius = math.hypot(x - cx, y - cy)
    return [cx - radius, cy - radius, 2 * radius, 2 * radius]
