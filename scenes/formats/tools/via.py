"""VGG Image Annotator in: one JSON, of versions 1 to 2. Sizes are the photos'."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scenes.formats.tools.drawn import (
    BAD_RECORDS,
    ROUND,
    UNKNOWN,
    BadExport,
    Drawing,
    DrawnPhoto,
    drawn_set,
    left_aside,
    load,
    records_of,
    round_box,
)
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.boxes.orders import number_of
from scenes.sets.boxes.turns import turn_of

TITLE = "VIA"
LIKELY = ("label", "class", "name", "category", "type", "object")


def read_via(root: Path, files: Sequence[Path]) -> AnnotatedSet:
    """Return the set in a VIA project or export, valid, with every repair counted.

    A region's category is the attribute that is called label, class or the like, else its first.
    Raises BadExport.
    """
    repairs: Counter[str] = Counter()
    photos = [photo for path in files for photo in _photos(path, repairs)]
    return drawn_set("via", root, photos, repairs)


def _photos(path: Path, repairs: Counter[str]) -> list[DrawnPhoto]:
    told = load(path, TITLE)
    records = told.get("_via_img_metadata", told) if isinstance(told, dict) else None
    if not isinstance(records, dict):
        raise BadExport(f"{path}: no `_via_img_metadata`; expected VIA's JSON; export it again")
    sound = [r for r in records.values() if isinstance(r, dict) and isinstance(r.get("filename"),
                                                                               str)]  # fmt: skip
    repairs[BAD_RECORDS.format(title=TITLE)] += len(records) - len(sound)
    return [_photo(path, record, repairs) for record in sound]


def _photo(path: Path, record: Mapping[str, Any], repairs: Counter[str]) -> DrawnPhoto:
    regions = record.get("regions")
    listed = list(regions.values()) if isinstance(regions, dict) else regions
    drawings = (_drawing(region, repairs) for region in records_of(listed, TITLE, repairs))
    return DrawnPhoto(
        names=(record["filename"],), home=path.parent, size_px=None,
        drawings=[drawing for drawing in drawings if drawing is not None],
    )  # fmt: skip


def _drawing(region: Any, repairs: Counter[str]) -> Drawing | None:
    shape = region.get("shape_attributes") if isinstance(region, dict) else None
    if not isinstance(shape, dict):
        repairs[UNKNOWN] += 1
        return None
    label, kind = _label(region.get("region_attributes")), shape.get("name")
    if kind == "rect":
        box = [shape.get(side) for side in ("x", "y", "width", "height")]
        return Drawing(label=label, box=box, turn=turn_of(shape))
    if kind == "polygon":
        return Drawing(label=label, outline=[_outline(shape)])
    if kind in ("circle", "ellipse"):
        repairs[ROUND] += 1
        return Drawing(label=label, box=_round(shape))
    left_aside(kind, ("point", "polyline"), repairs)
    return None


def _outline(shape: Mapping[str, Any]) -> list[float | None]:
    xs, ys = shape.get("all_points_x"), shape.get("all_points_y")
    if not isinstance(xs, list) or not isinstance(ys, list) or len(xs) != len(ys):
        return []
    return [number_of(side) for pair in zip(xs, ys, strict=True) for side in pair]


def _round(shape: Mapping[str, Any]) -> list[float]:
    """Return the box round a circle or an ellipse, whose `theta` VIA tells in radians."""
    radii = (shape.get("r"), shape.get("r")) if "r" in shape else (shape.get("rx"), shape.get("ry"))
    turned = math.degrees(number_of(shape.get("theta")) or 0.0)
    return round_box((shape.get("cx"), shape.get("cy"), *radii), turned)


def _label(attributes: Any) -> str | None:
    """Return the category: text, or the one option of a set that is ticked."""
    if not isinstance(attributes, dict):
        return None
    told = {key: _chosen(value) for key, value in attributes.items()}
    likely = [told[key] for key in told if key.casefold() in LIKELY]
    return next((value for value in (*likely, *told.values()) if value), None)


def _chosen(value: Any) -> str | None:
    if isinstance(value, dict):
        ticked = [key for key, on in value.items() if on is True]
        return ticked[0] if len(ticked) == 1 else None
    return value if isinstance(value, str) and value.strip() else None
