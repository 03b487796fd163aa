"""What a photo's boxes say of each other: which lies on which, what stands on what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assets.fragments.fragment import BORDER, DOUBTFUL, OCCLUDED, SMALL

Box = tuple[float, float, float, float]
BORDER_PX = 1.0
TOUCHES = 0.05  # of a box, under another one from which that one lies on it
WIDER = 1.5  # than a thing is what it stands on


@dataclass(frozen=True, kw_only=True)
class Boxed:
    """A box of a photo, in pixels of its file. id: of its fragment. target: to be cut out."""

    id: str
    category: str
    box: Box
    target: bool


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What the others are to one box.

    occluded_by: ids. covered: its share under nearer boxes. overlapped: under any. stands_on: the
    category that holds its foot, or None.
    """

    occluded_by: tuple[str, ...]
    covered: float
    overlapped: float
    stands_on: str | None


def beside(one: Boxed, others: Sequence[Boxed]) -> Beside:
    """Return what the other boxes of its photo are to a box.

    The one whose lower side is lower is nearer, as on level ground it is.
    """
    mine = [other for other in others if other is not one and overlap(one.box, other.box) > 0]
    nearer = [other for other in mine if _foot(other.box) > _foot(one.box)]
    return Beside(
        occluded_by=tuple(o.id for o in nearer if overlap(one.box, o.box) >= TOUCHES),
        covered=_united(one.box, [o.box for o in nearer]),
        overlapped=_united(one.box, [o.box for o in mine]),
        stands_on=next((o.category for o in nearer if _holds(o, one)), None),
    )  # fmt: skip


def overlap(box: Box, other: Box) -> float:
    """Return the share of a box that another covers."""
    across = min(box[0] + box[2], other[0] + other[2]) - max(box[0], other[0])
    down = min(box[1] + box[3], other[1] + other[3]) - max(box[1], other[1])
    return max(0.0, across) * max(0.0, down) / (box[2] * box[3])


def touches_border(box: Box, size_px: tuple[int, int]) -> bool:
    """Return whether a box comes within BORDER_PX of the photo's border."""
    gaps = box[0], box[1], size_px[0] - box[0] - box[2], size_px[1] - box[1] - box[3]
    return round(min(gaps), 2) <= BORDER_PX


def marks_of(truncated: bool, occluded: bool, doubtful: bool, small: bool) -> tuple[str, ...]:
    """Return the marks of a fragment, for each of which it is not used by itself."""
    pairs = (BORDER, truncated), (OCCLUDED, occluded), (DOUBTFUL, doubtful), (SMALL, small)
    return tuple(name for name, holds in pairs if holds)


def _united(box: Box, others: Sequence[Box]) -> float:
    """Return the share of a box under any of the others, on a grid of 64 by 64 of it."""
    x, y, w, h = box
    xs, ys = (np.arange(64) + 0.5) / 64 * w + x, (np.arange(64) + 0.5) / 64 * h + y
    under = np.zeros((64, 64), dtype=np.bool_)
    for left, top, wide, high in others:
        across = (xs >= left) & (xs < left + wide)
        under |= ((ys >= top) & (ys < top + high))[:, None] & across[None, :]
    return float(under.mean())


def _foot(box: Box) -> float:
    return box[1] + box[3]


def _holds(support: Boxed, thing: Boxed) -> bool:
    x, y, w, h = support.box
    middle, foot = thing.box[0] + thing.box[2] / 2, _foot(thing.box)
    within = x <= middle <= x + w and y < foot < y + h
    return within and support.category != thing.category and w >= WIDER * thing.box[2]
