"""Where things stand, before anything is painted."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assets.catalogue import Asset
from scenes.scene import Camera


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An object upright on the floor: position of its middle in metres, turned about z."""

    asset: Asset
    is_target: bool
    x_m: float
    y_m: float
    yaw_rad: float
    scale: float

    @property
    def height_m(self) -> float:
        """Height as scaled."""
        return self.asset.size_m[2] * self.scale

    @property
    def half_extent_m(self) -> tuple[float, float]:
        """Half width and half depth of the footprint, in the object's own axes."""
        return self.asset.size_m[0] * self.scale / 2, self.asset.size_m[1] * self.scale / 2

    @property
    def reach_m(self) -> float:
        """Radius of the footprint about its middle."""
        return math.hypot(*self.half_extent_m)

    def object_to_world(self) -> npt.NDArray[np.float64]:
        """Return the (4, 4) transform, metres."""
        cos, sin = self.scale * math.cos(self.yaw_rad), self.scale * math.sin(self.yaw_rad)
        return np.array(
            [
                [cos, -sin, 0.0, self.x_m],
                [sin, cos, 0.0, self.y_m],
                [0.0, 0.0, self.scale, 0.0],
                [0.0, 0.0, 0.0, 1.0],
            ]
        )


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A camera and what stands before it."""

    camera: Camera
    standing: tuple[Standing, ...]


def fits(new: Standing, others: Iterable[Standing], gap_m: float) -> bool:
    """Return True where a footprint keeps gap_m from every other."""
    return not any(_overlap(new, other, gap_m) for other in others)


def distance_to_footprint_m(point_m: tuple[float, float], standing: Standing) -> float:
    """Return how far a point of the floor is from a footprint; 0 inside."""
    dx, dy = point_m[0] - standing.x_m, point_m[1] - standing.y_m
    cos, sin = math.cos(standing.yaw_rad), math.sin(standing.yaw_rad)
    half_x, half_y = standing.half_extent_m
    outside_x = max(abs(cos * dx + sin * dy) - half_x, 0.0)
    outside_y = max(abs(cos * dy - sin * dx) - half_y, 0.0)
    return math.hypot(outside_x, outside_y)


def _overlap(a: Standing, b: Standing, gap_m: float) -> bool:
    """Separating axes of two rectangles, the first widened by the gap (Gottschalk 1996, in 2-D)."""
    dx, dy = b.x_m - a.x_m, b.y_m - a.y_m
    if math.hypot(dx, dy) > a.reach_m + b.reach_m + gap_m:
        return False
    for axis in (a.yaw_rad, a.yaw_rad + math.pi / 2, b.yaw_rad, b.yaw_rad + math.pi / 2):
        cos, sin = math.cos(axis), math.sin(axis)
        apart = abs(cos * dx + sin * dy)
        if apart > _half_along(a, axis) + _half_along(b, axis) + gap_m:
            return False
    return True


def _half_along(standing: Standing, axis_rad: float) -> float:
    turn = axis_rad - standing.yaw_rad
    half_x, half_y = standing.half_extent_m
    return half_x * abs(math.cos(turn)) + half_y * abs(math.sin(turn))
