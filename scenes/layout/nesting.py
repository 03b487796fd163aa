"""How far one vessel goes into another of its kind."""

from functools import cache

import numpy as np

from assets.mesh import FloatArray, Mesh

STEPS = 160  # in which a height is looked at
GAP_M = 8e-4  # between the two walls; more than facets of a round wall stray from it
MOST = 0.8  # of the height: what sticks out further does not stack
ROUND = 0.02  # how much wider than deep a thing may be that is still round
WALL = 0.9  # the steepest normal of a wall; more is a floor


@cache
def nesting_m(mesh: Mesh) -> float | None:
    """Return how much higher the next one stands when it is put into this one; None: it cannot be.

    For what is round about its own z axis and open at the top. The walls keep GAP_M apart.
    """
    wide, deep, tall = mesh.size_m
    if abs(wide - deep) > ROUND * wide:
        return None
    outer, inner = _walls(mesh)
    if not len(inner) or inner[-1, 0] < 0.9 * tall:
        return None
    at = np.linspace(0.0, tall, STEPS)
    outside = np.interp(at, outer[:, 0], outer[:, 1])
    for lift in at[1 : int(MOST * STEPS)]:
        room = np.interp(at + lift, inner[:, 0], inner[:, 1], left=0.0, right=np.inf)
        if (outside + GAP_M <= room).all():
            return round(float(lift), 6)
    return None


def _walls(mesh: Mesh) -> tuple[FloatArray, FloatArray]:
    """Return height and radius of the outer and the inner wall, (k, 2) each, from below."""
    corners = mesh.vertices[mesh.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-15)
    middle = corners.mean(axis=1)
    outward = (normal[:, :2] * middle[:, :2]).sum(axis=1) > 0
    upright = np.abs(normal[:, 2]) < WALL
    outer = _rings(corners[outward | ~upright], np.maximum)
    inner = _rings(corners[~outward & upright & (middle[:, 2] > 0.01)], np.minimum)
    lid = middle[~upright & (normal[:, 2] > 0)]
    if len(lid):  # nothing goes past what faces up within the wall
        floor_m = lid[np.hypot(lid[:, 0], lid[:, 1]) < 0.5 * mesh.size_m[0] / 2, 2].max(initial=0.0)
        inner = inner[inner[:, 0] >= floor_m - 1e-3]
    return outer, inner


def _rings(corners: FloatArray, farther: np.ufunc) -> FloatArray:
    points = corners.reshape(-1, 3)
    heights, ring = np.unique(np.round(points[:, 2], 5), return_inverse=True)
    radius = np.full(len(heights), -np.inf if farther is np.maximum else np.inf)
    farther.at(radius, ring.ravel(), np.hypot(points[:, 0], points[:, 1]))
    return np.stack([heights, radius], axis=1)
