"""Exact geometry for tests: how deep two placed meshes are in each other, and what holds them up.

It shares nothing with the footprints and cells by which scenes are laid out.
"""

import numba
import numpy as np
import numpy.typing as npt
import trimesh

from assets.catalogue import Catalogue
from scenes.layout.standing import Layout
from scenes.model.scene import Placement

FloatArray = npt.NDArray[np.float64]


def placed_mesh(catalogue: Catalogue, placed: Placement) -> trimesh.Trimesh:
    """The object's triangles in the world."""
    mesh = catalogue.get(placed.asset_id).mesh()
    vertices = mesh.vertices @ placed.object_to_world[:3, :3].T + placed.object_to_world[:3, 3]
    return trimesh.Trimesh(vertices, mesh.triangles, process=False)


def penetration_m(a: trimesh.Trimesh, b: trimesh.Trimesh) -> float:
    """How deep the surface of either is inside the other, at a thousand points and all corners."""
    return max(_deepest(a, b), _deepest(b, a))


def is_inside(points: FloatArray, mesh: trimesh.Trimesh) -> npt.NDArray[np.bool_]:
    """True for points inside a union of closed parts, overlapping or not.

    By the winding number: faces above that look up, less those that look down. A ray just beside
    the point meets no edge.
    """
    corners = np.ascontiguousarray(mesh.triangles, dtype=np.float64)
    return np.asarray(_winding(points + np.array([1.3e-7, 0.7e-7, 0.0]), corners) > 0)


def drop_m(point: FloatArray, mesh: trimesh.Trimesh, above_m: float) -> float:
    """How far straight below a point the mesh is, from above_m above it on; infinite: nowhere."""
    return float(_drop(point, np.ascontiguousarray(mesh.triangles, dtype=np.float64), above_m))


def _deepest(a: trimesh.Trimesh, b: trimesh.Trimesh) -> float:
    sampled = trimesh.sample.sample_surface(a, 1000, seed=0)[0]
    points = np.concatenate([a.vertices, sampled])
    low, high = b.bounds
    points = points[((points > low) & (points < high)).all(axis=1)]
    points = points[is_inside(points, b)] if len(points) else points
    corners = np.ascontiguousarray(b.triangles, dtype=np.float64)
    return max((_to_surface(point, corners) for point in points), default=0.0)


def _to_surface(point: FloatArray, corners: FloatArray) -> float:
    repeated = np.broadcast_to(point, (len(corners), 3))
    nearest = trimesh.triangles.closest_point(corners, repeated)
    return float(np.linalg.norm(nearest - point, axis=1).min())


@numba.njit(cache=True)
def _winding(points, corners):  # type: ignore[no-untyped-def]
    found = np.zeros(len(points), np.int64)
    for t in range(len(corners)):
        a, b, c = corners[t, 0], corners[t, 1], corners[t, 2]
        low_x, high_x = min(a[0], b[0], c[0]), max(a[0], b[0], c[0])
        low_y, high_y = min(a[1], b[1], c[1]), max(a[1], b[1], c[1])
        area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        if area == 0.0:
            continue
        for i in range(len(points)):
            x, y = points[i, 0], points[i, 1]
            if x < low_x or x > high_x or y < low_y or y > high_y:
                continue
            u = ((x - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (y - a[1])) / area
            v = ((b[0] - a[0]) * (y - a[1]) - (x - a[0]) * (b[1] - a[1])) / area
            if u < 0 or v < 0 or u + v > 1:
                continue
            if a[2] + u * (b[2] - a[2]) + v * (c[2] - a[2]) > points[i, 2]:
                found[i] += 1 if area > 0 else -1
    return found


@numba.njit(cache=True)
def _drop(point, corners, above):  # type: ignore[no-untyped-def]
    best = np.inf
    for t in range(len(corners)):
        a, b, c = corners[t, 0], corners[t, 1], corners[t, 2]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        if abs(area) < 1e-12:
            continue
        u = ((point[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (point[1] - a[1])) / area
        v = ((b[0] - a[0]) * (point[1] - a[1]) - (point[0] - a[0]) * (b[1] - a[1])) / area
        if u < -1e-9 or v < -1e-9 or u + v > 1 + 1e-9:
            continue
        down = point[2] - (a[2] + u * (b[2] - a[2]) + v * (c[2] - a[2]))
        if down >= -above and down < best:
            best = down
    return best


def worn_pairs(layout: Layout) -> list[set[int]]:
    """Return who wears something, and what, by their places in the layout."""
    return [
        {index, support}
        for index, support in enumerate(layout.supports)
        if support is not None and layout.standing[support].asset.category == "body"
    ]
