"""Where things stand, before anything is painted."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assets.catalogue import Asset
from scenes.layout.resting import Resting
from scenes.model.scene import Camera

TOUCHING_M = 1e-4  # what stands on another is not beside it

FloatArray = npt.NDArray[np.float64]
Position = tuple[float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """An object in its place: its origin in metres, upright and turned about z.

    z_m is the height of what it stands on. rest: how it lies where it is not upright; x_m, y_m are
    then the middle of its footprint. tumbled, (3, 3), takes the place of the turn about z for what
    hangs in the air, and x_m, y_m, z_m are then its origin's place.
    """

    asset: Asset
    is_target: bool
    x_m: float
    y_m: float
    yaw_rad: float
    scale: float
    z_m: float = 0.0
    tumbled: FloatArray | None = None
    rest: Resting | None = None

    @property
    def size_m(self) -> tuple[float, float, float]:
        """Its extents as it rests, before it is turned about z and scaled."""
        return self.asset.size_m if self.rest is None else self.rest.size_m

    @property
    def height_m(self) -> float:
        """Height as scaled."""
        return self.size_m[2] * self.scale

    @cached_property  # it, its footprint and its reach are asked for by all that might stand beside
    def top_m(self) -> float:
        """Height of its top above the floor; of the ball round what is tumbled."""
        if self.tumbled is not None:
            return float(self.middle_m[2]) + self.reach_m
        return self.z_m + self.height_m

    @cached_property
    def half_extent_m(self) -> tuple[float, float]:
        """Half width and half depth of the footprint, before it is turned about z."""
        return self.size_m[0] * self.scale / 2, self.size_m[1] * self.scale / 2

    @cached_property
    def reach_m(self) -> float:
        """Radius of the footprint about its middle; of the ball round what is tumbled."""
        if self.tumbled is not None:
            return math.hypot(*self.half_extent_m, self.height_m / 2)
        return math.hypot(*self.half_extent_m)

    @property
    def middle_m(self) -> FloatArray:
        """Middle of its box, (3,)."""
        pose = self.object_to_world()
        middle: FloatArray = pose[:3, 3] + pose[:3, 2] * (self.asset.size_m[2] / 2)
        return middle

    def object_to_world(self) -> FloatArray:
        """Return the (4, 4) transform, metres."""
        cos, sin = self.scale * math.cos(self.yaw_rad), self.scale * math.sin(self.yaw_rad)
        pose = np.array(
            [
                [cos, -sin, 0.0, self.x_m],
                [sin, cos, 0.0, self.y_m],
                [0.0, 0.0, self.scale, self.z_m],
                [0.0, 0.0, 0.0, 1.0],
            ]
        )
        if self.tumbled is not None:
            pose[:3, :3] = self.scale * self.tumbled
        elif self.rest is not None:
            x, y, z = self.rest.to_rest  # written out, as in `scenes/optics/camera.py`
            pose[0], pose[1], pose[2] = cos * x - sin * y, sin * x + cos * y, self.scale * z
            pose[:3, 3] += (self.x_m, self.y_m, self.z_m)
        return pose


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """A camera and what stands before it.

    supports: for each of `standing`, the index there of what it stands on; None for floor or air.
    """

    camera: Camera
    standing: tuple[Standing, ...]
    supports: tuple[int | None, ...]


def fits(new: Standing, others: Iterable[Standing], gap_m: float) -> bool:
    """Return True where a footprint keeps gap_m from all others that reach to its height."""
    return not any(_overlap(new, other, gap_m) for other in others)


def distance_to_footprint_m(point_m: Position, standing: Standing) -> float:
    """Return how far a point of the floor is from a footprint; 0 inside."""
    dx, dy = point_m[0] - standing.x_m, point_m[1] - standing.y_m
    cos, sin = math.cos(standing.yaw_rad), math.sin(standing.yaw_rad)
    half_x, half_y = standing.half_extent_m
    outside_x = max(abs(cos * dx + sin * dy) - half_x, 0.0)
    outside_y = max(abs(cos * dy - sin * dx) - half_y, 0.0)
    return math.hypot(outside_x, outside_y)


def half_along_m(standing: Standing, axis_rad: float) -> float:
    """Return half the width of a footprint along a horizontal direction."""
    turn = axis_rad - standing.yaw_rad
    half_x, half_y = standing.half_extent_m
    return half_x * abs(math.cos(turn)) + half_y * abs(math.sin(turn))


def _overlap(a: Standing, b: Standing, gap_m: float) -> bool:
    """Separating axes of two rectangles, the first widened by the gap (Gottschalk 1996, in 2-D)."""
    dx, dy = b.x_m - a.x_m, b.y_m - a.y_m
    if math.hypot(dx, dy) > a.reach_m + b.reach_m + gap_m:
        return False
    if a.z_m > b.top_m - TOUCHING_M or b.z_m > a.top_m - TOUCHING_M:
        return False
    (ax, ay), (bx, by) = a.half_extent_m, b.half_extent_m
    turn = b.yaw_rad - a.yaw_rad
    cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
    along_a, across_a = _seen_from(a, dx, dy)
    along_b, across_b = _seen_from(b, dx, dy)
    return (
        along_a <= ax + bx * cos + by * sin + gap_m
        and across_a <= ay + bx * sin + by * cos + gap_m
        and along_b <= bx + ax * cos + ay * sin + gap_m
        and across_b <= by + ax * sin + ay * cos + gap_m
    )


def _seen_from(standing: Standing, dx: float, dy: float) -> tuple[float, float]:
    """Return the lengths of a step along and across a footprint's own axes."""
    cos, sin = math.cos(standing.yaw_rad), math.sin(standing.yaw_rad)
    return abs(cos * dx + sin * dy), abs(cos * dy - sin * dx)
