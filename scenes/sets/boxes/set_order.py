"""In which order of numbers a set tells its boxes: its format's, or what its records agree on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from scenes.sets.boxes.claim import Claim, refused, told_area_px, told_box
from scenes.sets.boxes.orders import CORNERS, OTHERS, XYWH, Order, clipped, over_px
from scenes.sets.boxes.sides import near

REORDERED = "boxes told as {order} read as such"
AMBIGUOUS = "boxes read as x, y, w, h that could as well be x1, y1, x2, y2"

FEWEST = 4  # boxes of which half must stick out of their images to put their order in doubt
MANY = 6
AREA_SHARE = 0.1


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


def _order_of(order: Order, claims: Sequence[Claim]) -> Order:
    """Return the format's order, or another that fits every record where half of them doubt it.

    Sizes alone put it in doubt where all boxes are impossible, or half of FEWEST or more stick out
    of their images; masks and areas where half of them, or all that merely differ, confirm another.
    """
    mirrored = len({_swaps(claim) for claim in claims}) == 1  # drawn from one corner throughout
    wrong = [c for c in claims if _contradicts(c, order) or (c.swapped and not mirrored)]
    doubted = [c for c in claims if c.area is not None and not _confirms(c, order)]
    hard = 2 * len(wrong) >= len(claims)
    if not hard and len(doubted) < len(claims):
        return order
    sure = hard and (len(claims) >= FEWEST or all(_impossible(c, order) for c in claims))
    fitting = [o for o in OTHERS.get(order, ()) if not any(_contradicts(c, o) for c in claims)]
    confirmed = {other: sum(_confirms(claim, other) for claim in claims) for other in fitting}
    for other in sorted(fitting, key=lambda one: -confirmed[one]):
        if sure or (2 if hard else 1) * confirmed[other] >= len(claims):
            return other
    return order


def _contradicts(claim: Claim, order: Order) -> bool:
    if _impossible(claim, order):
        return True
    if claim.extent is not None or _confirms(claim, order):
        return not _confirms(claim, order)
    box = told_box(claim, order)
    beyond = over_px(box, claim.size_px) > max(1.0, 0.01 * max(claim.size_px))
    told = told_area_px(claim, order)
    return beyond or (told is not None and told > (1 + AREA_SHARE) * box[2] * box[3] + 2)


def _swaps(claim: Claim) -> tuple[bool, bool] | None:
    if claim.told is None or not claim.swapped:
        return None
    return claim.told[0] > claim.told[2], claim.told[1] > claim.told[3]


def _impossible(claim: Claim, order: Order) -> bool:
    within_a_pixel = max(claim.told or (0,)) <= 1 and not order.shares
    return within_a_pixel or refused(told_box(claim, order), claim.size_px) is not None


def _confirms(claim: Claim, order: Order) -> bool:
    box = told_box(claim, order)
    if claim.extent is not None:
        extent = clipped(claim.extent, claim.size_px)
        return near(clipped(box, claim.size_px), extent, claim.order != order)
    area = told_area_px(claim, order)
    return area is not None and abs(area - box[2] * box[3]) <= 0.02 * box[2] * box[3] + 1


def _could_be_corners(order: Order, claims: Sequence[Claim]) -> bool:
    """True where nothing tells the two apart, and boxes reach as far as corners read so would.

    Of MANY boxes that are sizes, some would make no corners.
    """
    if order != XYWH or any(claim.extent is not None for claim in claims):
        return False
    fit = all(
        not _impossible(claim, CORNERS) and over_px(told_box(claim, CORNERS), claim.size_px) <= 1
        for claim in claims
    )
    differ = any(any(claim.told[:2]) for claim in claims if claim.told is not None)
    reach = (over_px(told_box(claim, order), claim.size_px) for claim in claims)
    return fit and differ and (len(claims) >= MANY or any(over >= -1 for over in reach))
