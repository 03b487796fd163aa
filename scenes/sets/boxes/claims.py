"""What a record says of its object, held against each other: one rule for every format.

A record may tell a box, a rotation, a mask and an area. The box is taken in its format's order of
numbers, unless the set's own masks, areas and image sizes contradict it and agree with another
order (`taken_orders`). Then, record by record (`agreed`): a rotated box becomes the smallest
upright one round it, unless its mask fits it unturned; a box that is missing or of no use is its
mask's; a mask that lies outside its box is left out, since the box is what was asked for; all of it
counted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pycocotools import mask as coco_mask

from scenes.files.rle import rle
from scenes.sets import masks
from scenes.sets.boxes.claim import (
    NOT_NUMBERS,
    Claim,
    corners_of,
    extent_of,
    refused,
    told_area_px,
    told_box,
)
from scenes.sets.boxes.orders import OTHERS, Box, Order, clipped
from scenes.sets.boxes.set_order import AREA_SHARE
from scenes.sets.boxes.sides import encloses, fills, near, round_of

TEXT = "boxes written as text read as the numbers they mean"
SWAPPED = "boxes told from their right or lower corner read as the boxes they mean"
ROTATED = "rotated boxes read as the smallest upright box round them"
UNTURNED = "boxes told as rotated whose mask fits them upright (read as upright)"
FROM_MASK = "boxes that are missing or of no use taken from their mask"
ROWS = "masks told row by row instead of column by column read so"
LOOSE = "boxes wider than their mask (both kept)"
OUTSIDE_BOX = "masks that lie outside their box left out"
BAD_MASK = "masks that do not fit their image left out"
BAD_PART = "parts of masks that are no polygons left out"
BAD_AREA = "areas that contradict box and mask (what is measured counts)"


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """A box in pixels, perhaps beyond its image, and a mask that goes with it, or None."""

    box: Box
    mask: Any
    area_px: float | None = None


def agreed(claim: Claim, order: Order, repairs: Counter[str]) -> Agreed | str:
    """Return what a record's claims come to, or the sentence for a box that is of no use."""
    box = _box(claim, order, repairs)
    why = refused(box, claim.size_px)
    if box is None or why is not None:
        if claim.extent is None or refused(claim.extent, claim.size_px):
            return why or NOT_NUMBERS
        repairs[FROM_MASK] += 1
        return Agreed(box=clipped(claim.extent, claim.size_px), mask=claim.mask)
    mask = claim.mask if claim.outlined else _kept_mask(claim, box, repairs)
    if mask is None and claim.turn.clockwise and claim.turn.degrees % 90:
        mask = masks.checked([corners_of(claim, order)], claim.size_px)
    repairs[BAD_AREA] += int(_contradicts_area(claim, told_area_px(claim, order), box, mask))
    return Agreed(box=box, mask=mask)


def _box(claim: Claim, order: Order, repairs: Counter[str]) -> Box | None:
    if claim.outlined:
        return claim.extent
    if claim.told is None or len(claim.told) not in (4, 5, 8):
        return None
    repairs[SWAPPED] += claim.swapped and order == claim.order
    if len(claim.told) == 4 and not claim.turn.degrees % 180:
        return told_box(claim, order)
    corners = corners_of(claim, order)
    turned = round_of(corners[0::2], corners[1::2])
    if len(claim.told) == 4 and _fits_upright(claim, told_box(claim, order), turned):
        repairs[UNTURNED] += 1
        return told_box(claim, order)
    repairs[ROTATED] += 1
    return turned


def _fits_upright(claim: Claim, upright: Box, turned: Box) -> bool:
    if claim.extent is None:
        return False
    extent = clipped(claim.extent, claim.size_px)
    return near(clipped(upright, claim.size_px), extent, True) and not near(
        clipped(turned, claim.size_px), extent
    )


def _kept_mask(claim: Claim, box: Box, repairs: Counter[str]) -> Any:
    if claim.mask is None or claim.extent is None:
        return None
    inside, extent = clipped(box, claim.size_px), clipped(claim.extent, claim.size_px)
    loose = encloses(inside, extent)
    if near(inside, extent) or (loose and fills(inside, extent)):
        return claim.mask
    by_rows = _by_rows(claim)
    if by_rows is not None and near(inside, extent_of(by_rows) or extent):
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
    return rle(coco_mask.decode(turned).T)


def _contradicts_area(claim: Claim, area: float | None, box: Box, mask: Any) -> bool:
    if area is None or claim.outlined or claim.size_assumed:
        return claim.void and not claim.outlined
    full = box[2] * box[3]
    if mask is None and claim.turn.degrees % 180:
        return False  # of a turned box the area is its own, not that of the upright one
    if mask is None:
        beyond = area > (1 + AREA_SHARE) * full + 2 or area < 0.01 * full
        return beyond or _is_of_another_order(claim, area, full)
    known = (full, masks.mask_area_px(mask, claim.size_px))
    return all(abs(area - one) > AREA_SHARE * one + 20 for one in known)


def _is_of_another_order(claim: Claim, area: float, full: float) -> bool:
    """True where an area is that of the same numbers in another order, and not of this one."""
    if claim.told is None or len(claim.told) != 4 or abs(area - full) <= AREA_SHARE * full + 2:
        return False
    boxes = [told_box(claim, order) for order in OTHERS.get(claim.order, ()) if not order.shares]
    return any(abs(area - w * h) <= 0.001 * area for _, _, w, h in boxes if min(w, h) > 0)
