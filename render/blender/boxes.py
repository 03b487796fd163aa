"""Meshes of axis-aligned boxes, with texture coordinates in metres."""

from collections.abc import Sequence

import bpy
import numpy as np
import numpy.typing as npt

Box = tuple[
    tuple[float, float], tuple[float, float], tuple[float, float]
]  # low, high along x, y, z
_CORNERS = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)])
# four corners a face, counter-clockwise from outside, and the two axes that its texture runs along
_FACES = (
    ((0, 1, 3, 2), (1, 2)), ((4, 6, 7, 5), (1, 2)),
    ((0, 4, 5, 1), (0, 2)), ((2, 3, 7, 6), (0, 2)),
    ((0, 2, 6, 4), (0, 1)), ((1, 5, 7, 3), (0, 1)),
)  # fmt: skip


def blocks(name: str, boxes: Sequence[Box]) -> bpy.types.Object:
    """Return a new object of closed boxes, linked into the scene; pass index 0."""
    ends = np.array(boxes, dtype=np.float64)
    corners = np.where(_CORNERS[None] == 1, ends[:, None, :, 1], ends[:, None, :, 0])
    faces = [[8 * i + c for c in face] for i in range(len(ends)) for face, _ in _FACES]
    axes = [pair for _ in ends for _, pair in _FACES]
    return polygons(name, corners.reshape(-1, 3), faces, axes)


def disc(name: str, diameter_m: float, sides: int) -> bpy.types.Object:
    """Return a new level disc at z = 0."""
    angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1) * diameter_m / 2
    return polygons(name, ring, [list(range(sides))], [(0, 1)])


def polygons(
    name: str,
    points_m: npt.NDArray[np.float64],
    faces: Sequence[Sequence[int]],
    axes: Sequence[tuple[int, int]],
) -> bpy.types.Object:
    """Return a new object of flat faces; `axes` are the two that each face's texture runs along."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points_m.tolist(), [], [list(face) for face in faces])
    at = [points_m[corner][list(pair)] for face, pair in zip(faces, axes, strict=True)
          for corner in face]  # fmt: skip
    mesh.uv_layers.new(name="metres").uv.foreach_set("vector", np.ravel(at).astype(np.float32))
    made = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(made)
    return made
