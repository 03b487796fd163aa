"""What a record says of its object, held against each other: one rule for every format.

A record may tell a box, a rotation, a mask and an area. The box is taken in its format's order of
numbers, unless the set's own masks, areas and image sizes contradict it and agree with another
order (`taken_orders`). Then, record by record (`agreed`): a rotated box becomes the smallest
upright one round it; a box that is missing or of no use is its mask's; a mask that lies outside
its box is left out, since the box is what was asked for; all of it counted.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pycocotools import mask as coco_mask

from scenes.sets import masks
from scenes.sets.orders import (
    CORNERS,
    OTHERS,
    PIXEL_CORNERS,
    XYWH,
    Box,
    Order,
    Size,
    clipped,
    numbers_of,
    over_px,
)

FLAT = "boxes of no width or height dropped"
OUTSIDE = "boxes wholly outside their image dropped"
NOT_NUMBERS = "boxes that are not four finite numbers dropped"
TINY = "boxes smaller than a pixel dropped"
REORDERED = "boxes told as {order} read as such"
AMBIGUOUS = "boxes read as x, y, w, h that could as well be x1, y1, x2, y2"
TEXT = "boxes written as text read as the numbers they mean"
SWAPPED = "boxes told from their right or lower corner read as the boxes they mean"
ROTATED = "rotated boxes read as the smallest upright box round them"
FROM_MASK = "boxes that are missing or of no use taken from their mask"
ROWS = "masks told row by row instead of column by column read so"
LOOSE = "boxes wider than their mask (both kept)"
OUTSIDE_BOX = "masks that lie outside their box left out"
BAD_MASK = "masks that do not fit their image left out"
BAD_PART = "parts of masks that are no polygons left out"
BAD_AREA = "areas that contradict box and mask (what is measured counts)"

FEWEST = 4  # boxes of which half must stick out of their images to put their order in doubt
NEAR_PX, NEAR_SHARE = 2.0, 0.05  # by what a side of a box and of its mask may differ
TIPS_PX, TIPS_SHARE = 4.0, 0.15
AREA_SHARE = 0.1


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What one record says. told: the numbers of its box, or None. extent: the mask's box.

    mask: as pycocotools takes it, or None; raw: as it was told. outlined: the format tells outlines
    alone, so that a box that is not there is no repair.
    """

    size_px: Size
    size_assumed: bool
    order: Order
    told: tuple[float, ...] | None
    mask: Any
    raw: Any
    extent: Box | None
    area: float | None
    rotation_deg: float
    outlined: bool
    swapped: bool = False


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """A box in pixels, perhaps beyond its image, and a mask that goes with it, or None."""

    box: Box
    mask: Any
    area_px: float | None = None


def claim_of(told: Mapping[str, Any], size_px: Size, size_assumed: bool) -> Claim:
    """Return what a record says. told: box, order, segmentation, area, rotation_deg, outlined."""
    raw = _polygons(told["segmentation"])
    mask = masks.checked(raw, size_px)
    area, rotation = numbers_of([told["area"]]), numbers_of([told["rotation_deg"]])
    numbers = numbers_of(told["box"])
    ordered = _in_order(numbers, told["order"], size_px)
    return Claim(
        size_px=size_px, size_assumed=size_assumed, order=told["order"],
        told=ordered, swapped=ordered != numbers, mask=mask, raw=raw, extent=_extent(mask),
        area=area[0] if area and area[0] > 0 else None,
        rotation_deg=rotation[0] if rotation else 0.0, outlined=told["outlined"],
    )  # fmt: skip


def taken_orders(claims: Iterable[Claim], repairs: Counter[str]) -> dict[Order, Order]:
    """Return for each order that a format has the one that this set's records are in."""
    by_order: dict[Order, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.told is not None and len(claim.told) == 4 and not claim.size_assumed:
            by_order[claim.order].append(claim)
    taken = {}
    for order, own in by_order.items():
        taken[order] = _order_of(order, own)
        if taken[order] != order:
            repairs[REORDERED.format(order=taken[order])] += len(own)
        elif _could_be_corners(order, own):
            repairs[AMBIGUOUS] += len(own)
    return taken


def agreed(claim: Claim, order: Order, repairs: Counter[str]) -> Agreed | str:
    """Return what a record's claims come to, or the sentence for a box that is of no use."""
    box = _box(claim, order, repairs)
    refused = _refused(box, claim.size_px)
    if box is None or refused is not None:
        if claim.extent is None or _refused(claim.extent, claim.size_px):
            return refused or NOT_NUMBERS
        repairs[FROM_MASK] += 1
        return Agreed(box=clipped(claim.extent, claim.size_px), mask=claim.mask)
    mask = claim.mask if claim.outlined else _kept_mask(claim, box, repairs)
    if mask is None and claim.rotation_deg % 90:
        mask = masks.checked([_corners(order, claim)], claim.size_px)
    repairs[BAD_AREA] += int(_contradicts_area(claim, _area(claim, order), box, mask))
    return Agreed(box=box, mask=mask)


def _in_order(
    told: tuple[float, ...] | None, order: Order, size_px: Size
) -> tuple[float, ...] | None:
    """Return two corners inside an image from the upper left one, anything else as it is."""
    if told is None or len(told) != 4 or order not in (CORNERS, PIXEL_CORNERS):
        return told
    x0, y0, x1, y1 = told
    inside = min(x0, x1) >= 0 and max(x0, x1) <= size_px[0] and min(y0, y1) >= 0
    if not inside or max(y0, y1) > size_px[1]:
        return told
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _order_of(order: Order, claims: Sequence[Claim]) -> Order:
    """Return the format's order, or another that fits every record where half of them doubt it.

    Sizes alone put it in doubt where all boxes are impossible, or half of FEWEST or more stick out
    of their images; masks and areas where half of them, or all that merely differ, confirm another.
    """
    wrong = [claim for claim in claims if _contradicts(claim, order)]
    doubted = [c for c in claims if c.area is not None and not _confirms(c, order)]
    hard = 2 * len(wrong) >= len(claims)
    if not hard and len(doubted) < len(claims):
        return order
    sure = hard and (len(claims) >= FEWEST or all(_impossible(c, order) for c in claims))
    for other in OTHERS.get(order, ()):
        confirmed = sum(_confirms(claim, other) for claim in claims)
        fits = not any(_contradicts(claim, other) for claim in claims)
        if fits and (sure or (2 if hard else 1) * confirmed >= len(claims)):
            return other
    return order


def _contradicts(claim: Claim, order: Order) -> bool:
    if _impossible(claim, order):
        return True
    if claim.extent is not None or _confirms(claim, order):
        return not _confirms(claim, order)
    box = _told_box(claim, order)
    beyond = over_px(box, claim.size_px) > max(1.0, 0.01 * max(claim.size_px))
    told = _area(claim, order)
    return beyond or (told is not None and told > (1 + AREA_SHARE) * box[2] * box[3] + 2)


def _impossible(claim: Claim, order: Order) -> bool:
    return _refused(_told_box(claim, order), claim.size_px) is not None


def _confirms(claim: Claim, order: Order) -> bool:
    box = _told_box(claim, order)
    if claim.extent is not None:
        extent = clipped(claim.extent, claim.size_px)
        return _near(clipped(box, claim.size_px), extent, claim.order != order)
    area = _area(claim, order)
    return area is not None and abs(area - box[2] * box[3]) <= 0.02 * box[2] * box[3] + 1


def _area(claim: Claim, order: Order) -> float | None:
    in_shares = order.shares and claim.area is not None and claim.area <= 1
    return claim.area * math.prod(claim.size_px) if in_shares and claim.area else claim.area


def _could_be_corners(order: Order, claims: Sequence[Claim]) -> bool:
    """True where nothing tells the two apart, and boxes reach as far as corners read so would."""
    if order != XYWH or len(claims) < 2 or any(claim.extent is not None for claim in claims):
        return False
    fit = all(
        not _impossible(claim, CORNERS) and over_px(_told_box(claim, CORNERS), claim.size_px) <= 1
        for claim in claims
    )
    differ = any(any(claim.told[:2]) for claim in claims if claim.told is not None)
    reach = (over_px(_told_box(claim, order), claim.size_px) for claim in claims)
    return fit and differ and any(over >= -1 for over in reach)


def _told_box(claim: Claim, order: Order) -> Box:
    assert claim.told is not None
    return order.to_px(claim.told, claim.size_px)


def _box(claim: Claim, order: Order, repairs: Counter[str]) -> Box | None:
    if claim.outlined:
        return claim.extent
    if claim.told is None or len(claim.told) not in (4, 5, 8):
        return None
    repairs[SWAPPED] += claim.swapped
    if len(claim.told) == 4 and not claim.rotation_deg % 180:
        return _told_box(claim, order)
    repairs[ROTATED] += 1
    corners = _corners(order, claim)
    return _round(corners[0::2], corners[1::2])


def _corners(order: Order, claim: Claim) -> list[float]:
    """Return x, y of the four corners of a rotated box; 5 numbers are centre, w, h, degrees."""
    assert claim.told is not None
    if len(claim.told) == 8:
        return list(claim.told)
    if len(claim.told) == 5:
        cx, cy, w, h, degrees = claim.told
    else:
        x, y, w, h = order.to_px(claim.told, claim.size_px)
        cx, cy, degrees = x + w / 2, y + h / 2, claim.rotation_deg
    return rotated((cx, cy, w, h), degrees)


def rotated(centred: Box, degrees: float) -> list[float]:
    """Return x, y of the four corners of a box (centre, w, h) that is turned clockwise."""
    cx, cy, w, h = centred
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    ends = ((-w, -h), (w, -h), (w, h), (-w, h))
    return [
        value for x, y in ends
        for value in (cx + (x * cos - y * sin) / 2, cy + (x * sin + y * cos) / 2)
    ]  # fmt: skip


def _refused(box: Box | None, size_px: Size) -> str | None:
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


def _kept_mask(claim: Claim, box: Box, repairs: Counter[str]) -> Any:
    if claim.mask is None or claim.extent is None:
        return None
    inside, extent = clipped(box, claim.size_px), clipped(claim.extent, claim.size_px)
    loose = _encloses(inside, extent)
    if _near(inside, extent) or (loose and _fills(inside, extent)):
        return claim.mask
    by_rows = _by_rows(claim)
    if by_rows is not None and _near(inside, _extent(by_rows) or extent):
        repairs[ROWS] += 1
        return by_rows
    repairs[LOOSE if loose else OUTSIDE_BOX] += 1
    return claim.mask if loose else None


def _by_rows(claim: Claim) -> Any:
    """Return an RLE's mask as if its counts ran along the rows, None where they cannot."""
    counts = claim.raw.get("counts") if isinstance(claim.raw, Mapping) else None
    if not isinstance(counts, list):
        return None
    width, height = claim.size_px
    turned = coco_mask.frPyObjects({"size": [width, height], "counts": counts}, width, height)
    upright = coco_mask.decode(turned).T.copy(order="F")
    return coco_mask.encode(upright)


def _contradicts_area(claim: Claim, area: float | None, box: Box, mask: Any) -> bool:
    if area is None or claim.outlined or claim.size_assumed:
        return False
    full = box[2] * box[3]
    if mask is None:
        return area > (1 + AREA_SHARE) * full + 2 or area < 0.01 * full
    known = (full, masks.mask_area_px(mask, claim.size_px))
    return all(abs(area - one) > AREA_SHARE * one + 20 for one in known)


def _encloses(box: Box, extent: Box) -> bool:
    return all(a <= b + NEAR_PX for a, b in zip(_edges(box), _edges(extent), strict=True))


def _fills(box: Box, extent: Box) -> bool:
    """True where a mask lacks no more than the tips that go when it is made of pixels."""
    limits = [max(TIPS_PX, TIPS_SHARE * side) for side in (box[2], box[3])] * 2
    gaps = (b - a for a, b in zip(_edges(box), _edges(extent), strict=True))
    return all(gap <= limit for gap, limit in zip(gaps, limits, strict=True))


def _near(one: Box, other: Box, closely: bool = False) -> bool:
    part = 0.5 if closely else 1.0
    limits = [part * max(NEAR_PX, NEAR_SHARE * side) for side in (one[2], one[3])] * 2
    gaps = (abs(a - b) for a, b in zip(_edges(one), _edges(other), strict=True))
    return all(gap <= limit for gap, limit in zip(gaps, limits, strict=True))


def _edges(box: Box) -> Box:
    """Return left, top, and the right and lower edge with their sign turned: larger is inner."""
    x, y, w, h = box
    return x, y, -(x + w), -(y + h)


def _extent(mask: Any) -> Box | None:
    if isinstance(mask, list):
        points = [point for part in mask for point in part]
        return _round(points[0::2], points[1::2])
    if mask is None:
        return None
    x, y, w, h = map(float, coco_mask.toBbox(mask))
    return (x, y, w, h) if w and h else None


def _round(xs: Sequence[float], ys: Sequence[float]) -> Box:
    left, top = float(min(xs)), float(min(ys))
    return left, top, float(max(xs)) - left, float(max(ys)) - top


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
