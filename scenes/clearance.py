"""Whether two objects would touch, by their shapes rather than their footprints."""

from dataclasses import dataclass
from functools import cache

import numba
import numpy as np
import numpy.typing as npt

from assets.mesh import Mesh

CELL_M = 0.03
POINTS_M = 0.015  # between the points that stand for a surface
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Solid:
    """A surface twice: as points, (n, 3) metres, and as the cells near it.

    near: (x, y, z) bool; cell [0, 0, 0] begins at low_m. Every cell within one cell of a point of
    the surface is marked, which is further than the points of another surface can be from where
    the two meet: what meets is always found, and so is some of what passes within 6 cm.
    """

    points: FloatArray
    near: npt.NDArray[np.bool_]
    low_m: FloatArray


@cache
def solid_of(mesh: Mesh) -> Solid:
    """Return a mesh's surface as points and cells (cached by the mesh itself)."""
    dense = _points(mesh, POINTS_M / 2)
    low = dense.min(axis=0) - 1.5 * CELL_M
    cells = ((dense - low) / CELL_M).astype(np.int64)
    marked = np.zeros(cells.max(axis=0) + 2, np.bool_)
    marked[tuple(cells.T)] = True
    spots = np.unique(np.round(dense / POINTS_M).astype(np.int64), axis=0)
    return Solid(points=spots * POINTS_M, near=_widened(marked), low_m=low)


def touches(a: Mesh, a_to_b: FloatArray, b: Mesh) -> bool:
    """Return True where surfaces meet, or nearly. a_to_b: (4, 4), between the meshes' frames.

    One mesh wholly inside a hollow of the other is not found; a footprint test finds that.
    """
    points, cells = solid_of(a), solid_of(b)
    return bool(_any_near(points.points, a_to_b, cells.near, cells.low_m, CELL_M))


def _points(mesh: Mesh, spacing_m: float) -> FloatArray:
    """Return points of every triangle so close that none of it is further than spacing_m."""
    corners = mesh.vertices[mesh.triangles]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    steps = np.ceil(longest / spacing_m).astype(np.int64)
    found = [mesh.vertices]
    for n in np.unique(steps[steps > 1]):
        u, v = np.meshgrid(np.arange(n + 1), np.arange(n + 1))
        inside = u + v <= n
        weights = np.stack([u[inside], v[inside], n - u[inside] - v[inside]], axis=1) / n
        found.append(np.einsum("kw,twd->tkd", weights, corners[steps == n]).reshape(-1, 3))
    return np.concatenate(found)


def _widened(marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    for axis in range(3):
        before = np.moveaxis(marked, axis, 0)
        after = before.copy()
        after[1:] |= before[:-1]
        after[:-1] |= before[1:]
        marked = np.moveaxis(after, 0, axis)
    return np.ascontiguousarray(marked)


@numba.njit(cache=True, nogil=True)
def _any_near(points, m, near, low, cell):  # type: ignore[no-untyped-def]  # numba's types
    for i in range(len(points)):
        x, y, z = points[i]
        at_z = int(np.floor((m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3] - low[2]) / cell))
        if at_z < 0 or at_z >= near.shape[2]:
            continue
        at_x = int(np.floor((m[0, 0] * x + m[0, 1] * y + m[0, 2] * z + m[0, 3] - low[0]) / cell))
        if at_x < 0 or at_x >= near.shape[0]:
            continue
        at_y = int(np.floor((m[1, 0] * x + m[1, 1] * y + m[1, 2] * z + m[1, 3] - low[1]) / cell))
        if at_y >= 0 and at_y < near.shape[1] and near[at_x, at_y, at_z]:
            return True
    return False
