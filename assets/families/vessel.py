"""Hollow bodies of revolution: what holds a drink or a flower."""

import numpy as np

from assets.families.solids import Solid, fillet, lathe
from assets.mesh import FloatArray


def vessel(outside: FloatArray, wall_m: float, sides: int = 40) -> Solid:
    """Return a hollow body from its outer profile, bottom to lip, whose lip is round.

    outside: (k, 2) radius and height, rising, from (radius, 0) on; the floor is twice the wall.
    """
    low_m = 2.5 * wall_m  # a slanting wall must slant inside too, down to the floor
    level = np.array([np.interp(low_m, outside[:, 1], outside[:, 0]), low_m])
    outside = np.insert(outside, np.searchsorted(outside[:, 1], low_m), level, axis=0)
    edge = np.array([[outside[0, 0] - 0.003, 0.0], [outside[0, 0], 0.003]])
    wall = outside[outside[:, 1] > 0.003]
    inner = np.maximum(wall + wall_m * _inwards(wall), (0.003, 2 * wall_m))[::-1]
    inside = inner[np.append(True, np.diff(inner[:, 1]) < 0)]
    lip = wall[-1:] + np.array([[-0.2, 0.2], [-0.5, 0.3], [-0.8, 0.2]]) * wall_m
    floor = [(inside[-1, 0] - 0.003, 1.6 * wall_m), (0.0, 1.6 * wall_m)]
    return lathe(np.concatenate([[(0.0, 0.0)], edge, wall, lip, inside, floor]), sides)


def _inwards(profile: FloatArray) -> FloatArray:
    """Unit vectors square to a rising profile, towards the axis; at the lip they lie level."""
    step = np.gradient(profile, axis=0)
    inwards = np.stack([-step[:, 1], step[:, 0]], axis=1)
    inwards[-1] = (-1, 0)
    return np.asarray(inwards / np.linalg.norm(inwards, axis=1, keepdims=True))


def plug(radius_m: float, low_m: float, high_m: float, bevel_m: float = 0.0015) -> Solid:
    """Return a solid cylinder between two heights, its edges round."""
    corners = [(0, low_m), (radius_m, low_m), (radius_m, high_m), (0, high_m)]
    return lathe(fillet(corners, bevel_m, 3), 28)
