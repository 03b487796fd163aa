"""Normals at the corners of triangles, so that a bevel rounds an edge and leaves its faces flat."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from assets.mesh import Mesh

SMOOTH_BELOW_DEG = 38.0  # between a turned leg's facets and a board's edge
MOST_PAIRS = 5_000_000  # a stranger's fan of thousands of triangles is not worth its memory

FloatArray = npt.NDArray[np.float64]


@lru_cache(maxsize=256)
def corner_normals(mesh: Mesh) -> npt.NDArray[np.float32] | None:
    """Return (3 t, 3) unit normals, one a triangle's corner; None where that would cost too much.

    Each is the mean of the triangles round its vertex that lean less than SMOOTH_BELOW_DEG away
    from its own, weighted by their areas: a narrow bevel does not bend the board beside it.
    """
    area = _area_normals(mesh)
    length = np.linalg.norm(area, axis=1, keepdims=True)
    unit = area / np.maximum(length, 1e-20)
    order = np.argsort(mesh.triangles.ravel(), kind="stable")  # corners, vertex by vertex
    faces = order // 3
    counts = np.bincount(mesh.triangles.ravel())
    counts = counts[counts > 0]
    if int((counts.astype(np.int64) ** 2).sum()) > MOST_PAIRS:
        return None
    one, other = _pairs(counts)
    alike = (unit[faces[one]] * unit[faces[other]]).sum(axis=1)
    near = alike >= math.cos(math.radians(SMOOTH_BELOW_DEG))
    summed = np.stack(
        [np.bincount(one, near * area[faces[other], axis], len(faces)) for axis in range(3)], axis=1
    )
    normals = np.empty_like(summed)
    normals[order] = summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-20)
    return normals.astype(np.float32)


def _area_normals(mesh: Mesh) -> FloatArray:
    a, b, c = (mesh.vertices[mesh.triangles[:, k]] for k in range(3))
    crossed: FloatArray = np.cross(b - a, c - a)
    return crossed


def _pairs(counts: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return every ordered pair of members of the same group; groups lie one after another."""
    starts = np.cumsum(counts) - counts
    each = np.repeat(counts, counts)  # for every member, how large its group is
    one = np.repeat(np.arange(len(each)), each)
    within = np.arange(len(one)) - np.repeat(np.cumsum(each) - each, each)
    return one, np.repeat(np.repeat(starts, counts), each) + within
