"""What labelling tools draw on photos, as their own exports tell it: the shape of a page a format.

A reader names photos and what is drawn on each; ids and categories are made here, by name.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from assets.errors import UserError
from scenes.formats.coco import MAX_SIDE_PX
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.assembly import FoundBox, FoundImage, FoundSet, assembled
from scenes.sets.boxes.orders import XYWH, Order, number_of
from scenes.sets.boxes.turns import UPRIGHT, Turn
from scenes.sets.repair import RawBox

NO_AREA = "points, lines and the like, which have no area, left aside"
UNKNOWN = "shapes that are not known left aside"
ROUND = "circles and ellipses read as the box round them"
HOLES = "outlines with holes read as filled"
UNREADABLE = "files that are not whole {title} skipped"
BAD_RECORDS = "records that are not {title} skipped"
PHOTO_FOLDERS = ("", "images", "img", "imgs", "data", "JPEGImages", "image")


class BadExport(UserError):
    """A labelling tool's export that is not of its shape."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One shape. box: numbers in `order`; outline: polygons or RLE, alone where box is None."""

    label: str | None
    box: Any = None
    order: Order = XYWH
    outline: Any = None
    in_shares: bool = False
    turn: Turn = UPRIGHT
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class DrawnPhoto:
    """One photo. names: the surest first. home: the folder that they are relative to.

    called: what the set calls it, where that is not the surest name.
    """

    names: tuple[str, ...]
    home: Path
    size_px: tuple[int, int] | None
    drawings: Sequence[Drawing]
    key: Any = None
    called: str | None = None


def drawn_set(
    format: str, root: Path, photos: Sequence[DrawnPhoto], repairs: Counter[str],
    notes: tuple[str, ...] = (),
) -> AnnotatedSet:  # fmt: skip
    """Return the set, valid. Images are numbered in their order, categories by name, from 1."""
    pairs = [(n, drawing) for n, photo in enumerate(photos, 1) for drawing in photo.drawings]
    labels = sorted({drawing.label.strip() for _, drawing in pairs if drawing.label})
    numbers = {label: number for number, label in enumerate(labels, 1)}
    return assembled(FoundSet(
        name=root.absolute().name, format=format, root=root, repairs=repairs, notes=notes,
        images=[_image(root, number, photo) for number, photo in enumerate(photos, 1)],
        boxes=[
            FoundBox(
                key=n, image=image, category=numbers.get((drawing.label or "").strip()),
                raw=_raw(drawing),
            )
            for n, (image, drawing) in enumerate(pairs, 1)
        ],
        categories=[(number, label) for label, number in numbers.items()],
    ))  # fmt: skip


def load(path: Path, title: str) -> Any:
    """Return a file's JSON. Raises BadExport."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadExport(f"{path}: {error}; expected {title}'s JSON; export the set again") from None


def records_of(told: Any, title: str, repairs: Counter[str]) -> list[dict[str, Any]]:
    """Return the records of a list; what is none, or no list, is counted."""
    listed = told if isinstance(told, list) else [told]
    sound = [one for one in listed if isinstance(one, dict)]
    repairs[BAD_RECORDS.format(title=title)] += len(listed) - len(sound)
    return sound


def photos_of(
    files: Sequence[Path], title: str, read: Callable[[Path], Sequence[DrawnPhoto]],
    repairs: Counter[str],
) -> list[DrawnPhoto]:  # fmt: skip
    """Return what many files tell; those that are not whole are counted. Raises BadExport for all.

    read: one file to its photos; raises BadExport.
    """
    photos: list[DrawnPhoto] = []
    first = None
    for path in files:
        try:
            photos += read(path)
        except BadExport as error:
            repairs[UNREADABLE.format(title=title)] += 1
            first = first or error
    if not photos:
        raise first or BadExport(f"no file of {title}; expected one; export the set again")
    return photos


def left_aside(kind: Any, without_area: Sequence[str], repairs: Counter[str]) -> None:
    """Count a shape that is no object's."""
    repairs[NO_AREA if kind in without_area else UNKNOWN] += 1


def size_of(width: Any, height: Any) -> tuple[int, int] | None:
    """Return (W, H), None where they are no sides of a photo."""
    sides = number_of(width), number_of(height)
    if sides[0] is None or sides[1] is None or not all(1 <= s <= MAX_SIDE_PX for s in sides if s):
        return None
    return (round(sides[0]), round(sides[1])) if min(sides[0], sides[1]) >= 1 else None


def corners_of(points: Any) -> list[Any]:
    """Return x, y, w, h of a rectangle told by two or more corners in any order."""
    flat = flat_points(points)
    xs, ys = flat[0::2], flat[1::2]
    if len(xs) < 2 or any(v is None for v in flat):
        return []
    left, top = min(v for v in xs if v is not None), min(v for v in ys if v is not None)
    right, low = max(v for v in xs if v is not None), max(v for v in ys if v is not None)
    return [left, top, right - left, low - top]


def flat_points(points: Any) -> list[float | None]:
    """Return x, y, x, y ... of [x, y] pairs or {"x": .., "y": ..}, None for what is no number."""
    found: list[float | None] = []
    for point in points if isinstance(points, list) else []:
        pair = (point.get("x"), point.get("y")) if isinstance(point, dict) else point
        sides = list(pair)[:2] if isinstance(pair, list | tuple) and len(pair) >= 2 else [None] * 2
        found += [number_of(side) for side in sides]
    return found


def round_box(told: Sequence[Any], degrees: float) -> list[float]:
    """Return x, y, w, h of the smallest box round an ellipse: centre, radii, turned clockwise."""
    sides = [number_of(value) for value in told]
    if len(sides) != 4 or None in sides:
        return []
    cx, cy, across, down = (side for side in sides if side is not None)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    half_w, half_h = math.hypot(across * cos, down * sin), math.hypot(across * sin, down * cos)
    return [cx - half_w, cy - half_h, 2 * half_w, 2 * half_h]


def pasted_mask(
    part: npt.NDArray[np.bool_], left: int, top: int, size_px: tuple[int, int]
) -> dict[str, Any] | None:
    """Return the RLE of a mask that lies at (left, top) of an image, None where it does not fit."""
    width, height = size_px
    if left < 0 or top < 0 or left + part.shape[1] > width or top + part.shape[0] > height:
        return None
    whole = np.zeros((height, width), dtype=np.uint8, order="F")
    whole[top : top + part.shape[0], left : left + part.shape[1]] = part
    return dict(coco_mask.encode(whole))


def _image(root: Path, number: int, photo: DrawnPhoto) -> FoundImage:
    homes = dict.fromkeys((photo.home, photo.home.parent, root))
    folders = tuple(home / name for home in homes for name in PHOTO_FOLDERS)
    return FoundImage(
        key=number if photo.key is None else photo.key, file_name=photo.called or photo.names[0],
        names=photo.names, folders=folders, size_px=photo.size_px,
    )  # fmt: skip


def _raw(drawing: Drawing) -> RawBox:
    return RawBox(
        id=None, image_id=None, category_id=None, box=drawing.box, order=drawing.order,
        segmentation=drawing.outline, outlined=drawing.box is None,
        mask_in_shares=drawing.in_shares, turn=drawing.turn, extra=drawing.extra,
    )  # fmt: skip
