"""How much of its crop a cut-out covers, and how large a pixel of it is."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assets.cards.card import rings_of
from assets.catalogue import Asset
from assets.fragments.fragment import Fragment

FROM_ABOVE_RAD = math.radians(25.0)  # how steeply people look down at what they photograph


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a category's things are.

    metres: how high one stands; where `seen`, the side of the square that is as large as its box on
    a photo, where its top or its depth shows as well.
    """

    metres: float
    seen: bool = False


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


def size_of(assets: Sequence[Asset]) -> Size:
    """Return how large the meshes of a category are on a photo, in the median.

    A cut-out as high as a mesh stands would be smaller than that mesh beside it: seen from above, a
    box is H cos p + D sin p high, D being how deep the thing is, p the camera's pitch.
    """
    down, level = math.sin(FROM_ABOVE_RAD), math.cos(FROM_ABOVE_RAD)
    found = []
    for x, y, high in (asset.size_m for asset in assets):
        across = (x + y) / 2
        found.append(math.sqrt(across * (high * level + across * down)))
    return Size(metres=statistics.median(found), seen=True)


def extent_of(one: Fragment) -> Extent | None:
    """Return what a fragment's silhouette covers, None where there is none. Raises BadFragments."""
    rings = rings_of(one.rgba()[..., 3])
    if not rings:
        return None
    points = np.concatenate(rings)
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Extent(x=(x0, x1), y=(y0, y1))


def metres_a_pixel(
    own: Sequence[Fragment], shown: Mapping[str, Extent], size: Size
) -> dict[str, float]:
    """Return metres a pixel of each: a category's things are of one size, whichever way they lie.

    Where only their height is told, the longer side is the height if most are higher than wide, so
    that one that lies is as long as others are high; else the shorter side is.
    """
    sides = {one.id: shown[one.id].size for one in own}
    if size.seen:
        return {key: size.metres / math.sqrt(w * h) for key, (w, h) in sides.items()}
    high = statistics.median(h / w for w, h in sides.values()) >= 1
    return {key: size.metres / (max(wh) if high else min(wh)) for key, wh in sides.items()}
