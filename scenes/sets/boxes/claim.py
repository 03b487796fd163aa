"""What one record says of its object, before anything is held against anything."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pycocotools import mask as coco_mask

from scenes.sets import masks
from scenes.sets.boxes.orders import (
    CORNERS,
    PIXEL_CORNERS,
    Box,
    Order,
    Size,
    clipped,
    number_of,
    numbers_of,
)
from scenes.sets.boxes.sides import rotated, round_of
from scenes.sets.boxes.turns import Turn

FLAT = "boxes of no width or height dropped"
OUTSIDE = "boxes wholly outside their image dropped"
NOT_NUMBERS = "boxes that are not four finite numbers dropped"
TINY = "boxes smaller than a pixel dropped"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What one record says. told: the numbers of its box, or None. extent: the mask's box.

    mask: as pycocotools takes it, or None; raw: as it was told. outlined: the format tells outlines
    alone, so that a box that is not there is no repair. void: an area is told that no object has.
    """

    size_px: Size
    size_assumed: bool
    order: Order
    told: tuple[float, ...] | None
    mask: Any
    raw: Any
    extent: Box | None
    area: float | None
    void: bool
    turn: Turn
    outlined: bool

    @property
    def swapped(self) -> bool:
        """True where two corners inside the image are told, and not from the upper left one."""
        if self.told is None or len(self.told) != 4 or self.order not in (CORNERS, PIXEL_CORNERS):
            return False
        x0, y0, x1, y1 = self.told
        beyond = max(x0, x1) > self.size_px[0] or max(y0, y1) > self.size_px[1]
        return not beyond and min(self.told) >= 0 and (x0 > x1 or y0 > y1)


def claim_of(told: Mapping[str, Any], size_px: Size, size_assumed: bool) -> Claim:
    """Return what a record says. told: box, order, segmentation, area, turn, outlined."""
    raw = _polygons(told["segmentation"])
    mask = masks.checked(raw, size_px)
    area = number_of(told["area"])
    return Claim(
        size_px=size_px, size_assumed=size_assumed, order=told["order"],
        told=numbers_of(told["box"]), mask=mask, raw=raw, extent=extent_of(mask),
        area=area if area and area > 0 else None, void=area is not None and area <= 0,
        turn=told["turn"], outlined=told["outlined"],
    )  # fmt: skip


def told_box(claim: Claim, order: Order) -> Box:
    """Return the box of a claim that tells four numbers, in pixels."""
    assert claim.told is not None
    told = claim.told
    if claim.swapped and order == claim.order:
        x0, y0, x1, y1 = told
        told = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return order.to_px(told, claim.size_px)


def corners_of(claim: Claim, order: Order) -> list[float]:
    """Return x, y of the four corners of a rotated box; 5 numbers are centre, w, h, degrees."""
    assert claim.told is not None
    if len(claim.told) == 8:
        return list(claim.told)
    if len(claim.told) == 5:
        cx, cy, w, h, degrees = claim.told
    else:
        x, y, w, h = told_box(claim, order)
        cx, cy, degrees = x + w / 2, y + h / 2, claim.turn.degrees
    return rotated((cx, cy, w, h), degrees)


def told_area_px(claim: Claim, order: Order) -> float | None:
    """Return the area that a claim tells; one that goes with shares may be a share itself."""
    in_shares = order.shares and claim.area is not None and claim.area <= 1
    return claim.area * math.prod(claim.size_px) if in_shares and claim.area else claim.area


def refused(box: Box | None, size_px: Size) -> str | None:
    """Return the sentence for a box that is of no use in an image, None of others."""
    if box is None or not all(map(math.isfinite, box)):
        return NOT_NUMBERS
    x, y, w, h = box
    if w <= 0 or h <= 0:
        return FLAT
    if x >= size_px[0] or y >= size_px[1] or x + w <= 0 or y + h <= 0:
        return OUTSIDE
    if w < 1 and h < 1:
        return TINY
    _, _, w, h = clipped(box, size_px)
    return FLAT if w <= 0 or h <= 0 else None


def extent_of(mask: Any) -> Box | None:
    """Return the smallest box round a mask, None of an empty one."""
    if isinstance(mask, list):
        points = [point for part in mask for point in part]
        return round_of(points[0::2], points[1::2])
    if mask is None:
        return None
    x, y, w, h = map(float, coco_mask.toBbox(mask))
    return (x, y, w, h) if w and h else None


def _polygons(told: Any) -> Any:
    """Return polygons as lists of x, y, however deep their points are nested."""
    if not isinstance(told, list) or not told:
        return told
    if all(_is_number(value) for value in told):
        return [told]
    if all(_is_point(value) for value in told):
        return [_flat(told)]
    return [_flat(part) for part in told]


def _flat(part: Any) -> Any:
    if isinstance(part, list) and part and all(_is_point(point) for point in part):
        return [value for point in part for value in point]
    return part


def _is_point(told: Any) -> bool:
    return isinstance(told, list) and len(told) == 2 and all(map(_is_number, told))


def _is_number(told: Any) -> bool:
    return isinstance(told, int | float) and not isinstance(told, bool)
