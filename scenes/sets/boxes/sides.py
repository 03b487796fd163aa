"""How two boxes lie to each other, side by side, and the boxes round points and turned boxes."""

import math
from collections.abc import Sequence

from scenes.sets.boxes.orders import Box

NEAR_PX, NEAR_SHARE = 2.0, 0.05  # by what a side of a box and of its mask may differ
TIPS_PX, TIPS_SHARE = 4.0, 0.15


def near(one: Box, other: Box, closely: bool = False) -> bool:
    """Return whether no side of two boxes is far from the other's; closely: half as far."""
    part = 0.5 if closely else 1.0
    limits = [part * max(NEAR_PX, NEAR_SHARE * side) for side in (one[2], one[3])] * 2
    gaps = (abs(a - b) for a, b in zip(_edges(one), _edges(other), strict=True))
    return all(gap <= limit for gap, limit in zip(gaps, limits, strict=True))


def encloses(box: Box, extent: Box) -> bool:
    """Return whether a box holds another, to NEAR_PX."""
    return all(a <= b + NEAR_PX for a, b in zip(_edges(box), _edges(extent), strict=True))


def fills(box: Box, extent: Box) -> bool:
    """True where a mask lacks no more than the tips that go when it is made of pixels."""
    limits = [max(TIPS_PX, TIPS_SHARE * side) for side in (box[2], box[3])] * 2
    gaps = (b - a for a, b in zip(_edges(box), _edges(extent), strict=True))
    return all(gap <= limit for gap, limit in zip(gaps, limits, strict=True))


def round_of(xs: Sequence[float], ys: Sequence[float]) -> Box:
    """Return the smallest box round points."""
    left, top = float(min(xs)), float(min(ys))
    return left, top, float(max(xs)) - left, float(max(ys)) - top


def rotated(centred: Box, degrees: float) -> list[float]:
    """Return x, y of the four corners of a box (centre, w, h) that is turned clockwise."""
    cx, cy, w, h = centred
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    ends = ((-w, -h), (w, -h), (w, h), (-w, h))
    return [
        value for x, y in ends
        for value in (cx + (x * cos - y * sin) / 2, cy + (x * sin + y * cos) / 2)
    ]  # fmt: skip


def _edges(box: Box) -> Box:
    """Return left, top, and the right and lower edge with their sign turned: larger is inner."""
    x, y, w, h = box
    return x, y, -(x + w), -(y + h)
