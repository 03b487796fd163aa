"""Whether two objects would touch, by their shapes rather than their footprints."""

from dataclasses import dataclass
from functools import cache

import numba
import numpy as np
import numpy.typing as npt

from assets.mesh import Mesh

CELL_M = 0.03
POINTS_M = 0.012  # between the points that stand for a surface
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Solid:
    """A surface twice: as points, (n, 3) metres, and as the cells near it.

    near: (x, y, z) bool; cell [0, 0, 0] begins at low_m. Every cell within one cell of a point of
    the surface is marked. Where two surfaces meet, the cells' point is at most 0.85 cm away, and a
    point of the other at most 0.85 cm and half a diagonal of its raster, 1.04 cm: less than one
    cell together. So what meets is always found, and so is some of what passes within 6 cm.
    """

    points: FloatArray
    near: npt.NDArray[np.bool_]
    low_m: FloatArray


@cache
def solid_of(mesh: Mesh) -> Solid:
    """Return a mesh's surface as points and cells (cached by the mesh itself)."""
    low = mesh.vertices.min(axis=0) - 1.5 * CELL_M
    extent = mesh.vertices.max(axis=0) - low + 1.5 * CELL_M
    fine = np.zeros(np.ceil(extent / POINTS_M).astype(np.int64), np.bool_)
    coarse = np.zeros(np.ceil(extent / CELL_M).astype(np.int64), np.bool_)
    _mark(mesh.vertices, mesh.triangles, low, fine, coarse)
    return Solid(
        points=(np.argwhere(fine) + 0.5) * POINTS_M + low, near=_widened(coarse), low_m=low
    )


def touches(a: Mesh, a_to_b: FloatArray, b: Mesh) -> bool:
    """Return True where surfaces meet, or nearly. a_to_b: (4, 4), between the meshes' frames.

    One mesh wholly inside a hollow of the other is not found; a footprint test finds that.
    """
    points, cells = solid_of(a), solid_of(b)
    return bool(_any_near(points.points, a_to_b, cells.near, cells.low_m, CELL_M))


def _widened(marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    for axis in range(3):
        before = np.moveaxis(marked, axis, 0)
        after = before.copy()
        after[1:] |= before[:-1]
        after[:-1] |= before[1:]
        marked = np.moveaxis(after, 0, axis)
    return np.ascontiguousarray(marked)


@numba.njit(cache=True, nogil=True)
def _mark(vertices, triangles, low, fine, coarse):  # type: ignore[no-untyped-def]  # numba's types
    """Mark the cells of two grids that a surface's points fall into, POINTS_M apart or less."""
    in_fine, in_coarse = np.empty(3, np.int64), np.empty(3, np.int64)
    for t in range(len(triangles)):
        corners = vertices[triangles[t]]
        lengths = np.array([np.sqrt(((corners[(k + 2) % 3] - corners[(k + 1) % 3]) ** 2).sum())
                            for k in range(3)])  # fmt: skip
        top = np.argmax(lengths)  # the corner across from the longest side
        apex, a, b = corners[top], corners[(top + 1) % 3], corners[(top + 2) % 3]
        cross = np.cross(b - a, apex - a)
        base = max(lengths[top], 1e-9)
        rows = int(np.ceil(np.sqrt((cross * cross).sum()) / base / POINTS_M)) + 1
        for row in range(rows + 1):
            start, end = a + (apex - a) * row / rows, b + (apex - b) * row / rows
            steps = int(np.ceil(base * (1 - row / rows) / POINTS_M)) + 1
            for step in range(steps + 1):
                point = start + (end - start) * step / steps - low
                for k in range(3):
                    in_fine[k], in_coarse[k] = int(point[k] / POINTS_M), int(point[k] / CELL_M)
                fine[in_fine[0], in_fine[1], in_fine[2]] = True
                coarse[in_coarse[0], in_coarse[1], in_coarse[2]] = True


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
