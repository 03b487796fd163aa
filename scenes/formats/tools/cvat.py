"""CVAT's own XML in: "for images" 1.1, and the tracks of "for video"."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse

from scenes.formats.tools.drawn import (
    NO_AREA,
    ROUND,
    UNKNOWN,
    BadExport,
    Drawing,
    DrawnPhoto,
    drawn_set,
    pasted_mask,
    round_box,
    size_of,
)
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.boxes.orders import CORNERS, number_of
from scenes.sets.boxes.turns import clockwise

TITLE = "CVAT"
ABSENT = "boxes of tracks that are marked as outside left out"
IGNORED = ("tag", "attribute")
_SIDES = ("xtl", "ytl", "xbr", "ybr")


def read_cvat(root: Path, files: Sequence[Path]) -> AnnotatedSet:
    """Return the set in CVAT's XML, valid, with every repair counted. Raises BadExport."""
    repairs: Counter[str] = Counter()
    photos = [photo for path in files for photo in _photos(path, repairs)]
    return drawn_set("cvat", root, photos, repairs)


def _photos(path: Path, repairs: Counter[str]) -> list[DrawnPhoto]:
    try:
        root = parse(path).getroot()
    except (ParseError, DefusedXmlException, OSError, ValueError, LookupError) as error:
        raise BadExport(f"{path}: {error}; expected CVAT's XML; export the set again") from None
    if root is None or root.tag != "annotations":
        raise BadExport(f"{path}: no <annotations>; expected CVAT's XML; export the set again")
    return [
        *(_photo(path, e, repairs) for e in root.findall("image")),
        *_frames(path, root, repairs),
    ]


def _photo(path: Path, element: Element, repairs: Counter[str]) -> DrawnPhoto:
    size_px = size_of(element.get("width"), element.get("height"))
    drawings = (_drawing(one, one.get("label"), size_px, repairs) for one in element)
    return DrawnPhoto(
        names=(element.get("name") or element.get("id") or "",), home=path.parent,
        size_px=size_px, drawings=[drawing for drawing in drawings if drawing is not None],
    )  # fmt: skip


def _frames(path: Path, root: Element, repairs: Counter[str]) -> list[DrawnPhoto]:
    """Return a video's frames, which CVAT names frame_000000 and so on."""
    size = root.find("meta/task/original_size")
    size_px = None if size is None else size_of(size.findtext("width"), size.findtext("height"))
    drawn: dict[int, list[Drawing]] = defaultdict(list)
    for track in root.findall("track"):
        for shape in track:
            if shape.get("outside") == "1":
                repairs[ABSENT] += 1
                continue
            drawing = _drawing(shape, track.get("label"), size_px, repairs)
            if drawing is not None:
                drawn[int(number_of(shape.get("frame")) or 0)].append(drawing)
    return [
        DrawnPhoto(names=(f"frame_{n:06d}",), home=path.parent, size_px=size_px, drawings=drawn[n])
        for n in sorted(drawn)
    ]


def _drawing(
    shape: Element, label: str | None, size_px: tuple[int, int] | None, repairs: Counter[str]
) -> Drawing | None:
    make = _SHAPES.get(shape.tag)
    if make is not None:
        repairs[ROUND] += shape.tag == "ellipse"
        return make(shape, label, size_px)
    no_area = shape.tag in ("points", "polyline", "skeleton", "cuboid")
    repairs[NO_AREA if no_area else UNKNOWN] += shape.tag not in IGNORED
    return None


def _box(shape: Element, label: str | None, _: tuple[int, int] | None) -> Drawing:
    extra = {"occluded": shape.get("occluded") == "1"}
    sides = [number_of(shape.get(side)) for side in _SIDES]
    degrees = number_of(shape.get("rotation")) or 0.0
    if None not in sides and degrees % 360:
        x0, y0, x1, y1 = (side for side in sides if side is not None)
        box = [x0, y0, x1 - x0, y1 - y0]
        return Drawing(label=label, box=box, turn=clockwise(degrees), extra=extra)
    return Drawing(label=label, box=sides, order=CORNERS, extra=extra)


def _polygon(shape: Element, label: str | None, _: tuple[int, int] | None) -> Drawing:
    pairs = (pair.split(",") for pair in (shape.get("points") or "").split(";"))
    return Drawing(label=label, outline=[[number_of(side) for pair in pairs for side in pair]])


def _mask(shape: Element, label: str | None, size_px: tuple[int, int] | None) -> Drawing:
    """Runs of off and on pixels, row by row, of the mask's own box."""
    told = [number_of(shape.get(side)) for side in ("left", "top", "width", "height")]
    runs = [number_of(run) for run in (shape.get("rle") or "").split(",")]
    if None in told or size_px is None:
        return Drawing(label=label, box=told)
    left, top, width, height = (int(side) for side in told if side is not None)
    lengths = [int(run) for run in runs if run is not None and run >= 0]
    if None in runs or sum(lengths) != width * height or width < 1 or height < 1:
        return Drawing(label=label, box=told)
    flags = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths).reshape(height, width)
    return Drawing(label=label, box=told, outline=pasted_mask(flags, left, top, size_px))


def _ellipse(shape: Element, label: str | None, _: tuple[int, int] | None) -> Drawing:
    told = [shape.get(side) for side in ("cx", "cy", "rx", "ry")]
    return Drawing(label=label, box=round_box(told, number_of(shape.get("rotation")) or 0.0))


_SHAPES: Mapping[str, Callable[[Element, str | None, tuple[int, int] | None], Drawing]] = {
    "box": _box, "polygon": _polygon, "mask": _mask, "ellipse": _ellipse,
}  # fmt: skip
