"""How much of its crop a cut-out covers, and how large a pixel of it is."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assets.cards.card import rings_of
from assets.fragments.fragment import Fragment


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What a silhouette covers of its crop, pixels: (low, high) each; y down."""

    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        return self.x[1] - self.x[0], self.y[1] - self.y[0]

    @property
    def foot(self) -> tuple[float, float]:
        """Middle of the lower edge."""
        return sum(self.x) / 2, self.y[1]


def extent_of(one: Fragment) -> Extent | None:
    """Return what a fragment's silhouette covers, None where there is none. Raises BadFragments."""
    rings = rings_of(one.rgba()[..., 3])
    if not rings:
        return None
    points = np.concatenate(rings)
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Extent(x=(x0, x1), y=(y0, y1))


def metres_a_pixel(
    own: Sequence[Fragment], shown: Mapping[str, Extent], height_m: float
) -> dict[str, float]:
    """Return metres a pixel of each: a category's things are of one size, whichever way they lie.

    Where most are higher than wide, the longer side is the height, so that one that lies is as long
    as others are high; else the shorter side is.
    """
    sizes = {one.id: shown[one.id].size for one in own}
    high = statistics.median(h / w for w, h in sizes.values()) >= 1
    return {key: height_m / (max(size) if high else min(size)) for key, size in sizes.items()}
