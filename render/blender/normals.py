"""Normals at the corners of triangles, so that a bevel rounds an edge and leaves its faces flat."""

import math

import numba
import numpy as np
import numpy.typing as npt

from assets.mesh import Mesh

SMOOTH_BELOW_DEG = 38.0  # between a turned leg's facets and a board's edge
ONE_NORMAL = 1 - 1e-4  # cosine above which two are the same
MOST_PAIRS = 5_000_000  # a stranger's fan of thousands of triangles is not worth its time
_compiled = numba.njit(cache=True, nogil=True, error_model="numpy")


def corner_normals(mesh: Mesh) -> npt.NDArray[np.float32] | None:
    """Return (3 t, 3) unit normals, one a triangle's corner; None where that would cost too much.

    Each is the mean of the triangles round its vertex that lean less than SMOOTH_BELOW_DEG away
    from its own, weighted by their areas: a narrow bevel does not bend the board beside it.
    """
    around = np.bincount(mesh.triangles.ravel(), minlength=len(mesh.vertices))
    if int((around.astype(np.int64) ** 2).sum()) > MOST_PAIRS:
        return None
    told = mesh.vertices, mesh.triangles, around, math.cos(math.radians(SMOOTH_BELOW_DEG))
    normals: npt.NDArray[np.float32] = _corner_normals(*told)
    return normals


def split_edges(
    mesh: Mesh, normals: npt.NDArray[np.float32], corner_edges: npt.NDArray[np.int32]
) -> npt.NDArray[np.bool_]:
    """Return for every edge whether normals differ across it, or it has other than two faces.

    Cycles keeps a normal a vertex, and takes faces apart at the edges that it is told.

    normals: as `corner_normals` has them. corner_edges: (3 t,), the edge from every corner to the
    next of its triangle.
    """
    told: npt.NDArray[np.bool_] = _split_edges(
        mesh.triangles, normals, corner_edges, int(corner_edges.max()) + 1, np.float32(ONE_NORMAL)
    )
    return told


@_compiled
def _split_edges(triangles, normals, corner_edges, count, least_cosine):  # type: ignore[no-untyped-def]
    """`count`: of edges."""
    faces, first = np.zeros(count, np.int64), np.empty(count, np.int64)
    apart = np.ones(count, np.bool_)
    for corner in range(len(corner_edges)):
        edge = corner_edges[corner]
        faces[edge] += 1
        if faces[edge] == 1:
            first[edge] = corner
            continue
        one, other = first[edge], corner
        one_next, other_next = _next(one), _next(other)
        if triangles[one // 3, one % 3] != triangles[other // 3, other % 3]:
            other, other_next = other_next, other
        apart[edge] = (
            faces[edge] > 2
            or _cosine(normals, one, other) < least_cosine
            or _cosine(normals, one_next, other_next) < least_cosine
        )
    return apart


@_compiled
def _next(corner):  # type: ignore[no-untyped-def]
    return corner - 2 if corner % 3 == 2 else corner + 1


@_compiled
def _cosine(unit, i, j):  # type: ignore[no-untyped-def]
    return unit[i, 0] * unit[j, 0] + unit[i, 1] * unit[j, 1] + unit[i, 2] * unit[j, 2]


@_compiled
def _corner_normals(vertices, triangles, around, least_cosine):  # type: ignore[no-untyped-def]  # numba's types
    """`around`: (v,), how many corners a vertex has."""
    count = len(triangles)
    area, unit = np.empty((count, 3)), np.empty((count, 3))
    for t in range(count):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        for axis in range(3):
            i, j = (axis + 1) % 3, (axis + 2) % 3
            area[t, axis] = (
                (vertices[b, i] - vertices[a, i]) * (vertices[c, j] - vertices[a, j])
                - (vertices[b, j] - vertices[a, j]) * (vertices[c, i] - vertices[a, i])
            )  # fmt: skip
        length = math.sqrt(area[t, 0] ** 2 + area[t, 1] ** 2 + area[t, 2] ** 2)
        for axis in range(3):
            unit[t, axis] = area[t, axis] / max(length, 1e-20)
    begins = np.empty(len(vertices) + 1, np.int64)
    begins[0] = 0
    for vertex in range(len(vertices)):
        begins[vertex + 1] = begins[vertex] + around[vertex]
    filled, corners = begins.copy(), np.empty(3 * count, np.int64)
    for corner in range(3 * count):  # vertex by vertex
        vertex = triangles[corner // 3, corner % 3]
        corners[filled[vertex]] = corner
        filled[vertex] += 1
    normals = np.empty((3 * count, 3), np.float32)
    for vertex in range(len(vertices)):
        for at in range(begins[vertex], begins[vertex + 1]):
            corner = corners[at]
            x, y, z = 0.0, 0.0, 0.0
            for other in range(begins[vertex], begins[vertex + 1]):
                face = corners[other] // 3
                if _cosine(unit, corner // 3, face) >= least_cosine:
                    x, y, z = x + area[face, 0], y + area[face, 1], z + area[face, 2]
            length = max(math.sqrt(x * x + y * y + z * z), 1e-20)
            normals[corner, 0], normals[corner, 1] = x / length, y / length
            normals[corner, 2] = z / length
    return normals
