"""The faces of a PLY file: polygons of any number of corners, and strips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assets.meshes.checks import BrokenMesh, check_triangles
from assets.meshes.looks import Note
from assets.meshes.part import FloatArray, IntArray
from assets.meshes.ply.body import Table
from assets.meshes.polygons import triangulated

_CORNERS = ("vertex_indices", "vertex_index")


@dataclass(frozen=True, kw_only=True, eq=False)
class Faces:
    """Polygons as rows of vertices, and which row of the face element each came from (or -1)."""

    polygons: Sequence[Sequence[int]]
    rows: IntArray

    @classmethod
    def of(cls, tables: Mapping[str, Table], note: Note) -> "Faces":
        """Return what a file's elements hold. Raises BrokenMesh."""
        lists = _lists(tables.get("face"))
        kept = [row for row, corners in enumerate(lists) if len(corners) >= 3]
        if len(kept) < len(lists):
            note("leaves out its faces of fewer than three corners")
        strips = [triangle for strip in _lists(tables.get("tristrips")) for triangle in _cut(strip)]
        polygons = [*(lists[row] for row in kept), *strips]
        check_triangles(sum(len(polygon) - 2 for polygon in polygons))
        return cls(polygons=polygons, rows=np.array([*kept, *(-1 for _ in strips)], np.int64))

    def divided(self, points: FloatArray, note: Note) -> IntArray:
        """Return (t, 3) corners, counted over all polygons, that make triangles."""
        if self.vertices.min() < 0 or self.vertices.max() >= len(points):
            raise BrokenMesh("names vertices that are not there; it is truncated")
        corners, crossed = triangulated(points, self.polygons)
        if crossed:
            note(f"{crossed} faces cross themselves: divided from their first corner")
        return corners

    @cached_property
    def vertices(self) -> IntArray:
        """The vertex of every corner of all polygons, one after the other."""
        return np.array([vertex for polygon in self.polygons for vertex in polygon], np.int64)

    @cached_property
    def row_of_corner(self) -> IntArray:
        """The row of the face element that every corner belongs to."""
        return np.repeat(self.rows, [len(polygon) for polygon in self.polygons])


def _lists(table: Table | None) -> Sequence[Sequence[int]]:
    if table is None:
        return ()
    name = next((name for name in _CORNERS if name in table.lists), None)
    return () if name is None else [row.tolist() for row in table.lists[name]]


def _cut(strip: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return a strip's triangles; a negative number begins the next strip."""
    found: list[tuple[int, int, int]] = []
    start = 0  # of the strip that runs
    for at, vertex in enumerate(strip):
        if vertex < 0:
            start = at + 1
        elif at - start >= 2:
            a, b = strip[at - 2], strip[at - 1]
            found.append((a, b, vertex) if (at - start) % 2 == 0 else (b, a, vertex))
    return found
