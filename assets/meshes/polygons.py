"""Polygons as triangles, concave ones too: OBJ and PLY hold faces of any number of corners."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assets.meshes.checks import BrokenMesh
from assets.meshes.part import FloatArray, IntArray

_CONVEX = -1e-9  # of the polygon's own area: a turn below it is one to the other side
_MOST_CORNERS = 2_000  # of a face that is not convex


def triangulated(points: FloatArray, polygons: Sequence[Sequence[int]]) -> tuple[IntArray, int]:
    """Return (t, 3) places and how many polygons could not be divided without overlap.

    points: (v, 3). polygons: of three corners or more, each a sequence of rows of `points`. A
    place counts the corners of all polygons one after the other, so that what else a corner has
    (texture coordinates, colours) is found by it. Convex polygons are fans; others lose their
    ears (Meisters 1975) in the plane of their Newell normal.
    """
    sizes = np.array([len(polygon) for polygon in polygons])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    flat = np.fromiter((row for polygon in polygons for row in polygon), np.int64, sizes.sum())
    found: list[IntArray] = []
    bad = 0
    for size in np.unique(sizes).tolist():
        first = starts[sizes == size]
        corners = points[flat[first[:, None] + np.arange(size)]]
        local, crossed = _of_one_size(corners)
        found.append(local + first[:, None, None])
        bad += crossed
    order = np.argsort(
        np.concatenate([np.repeat(f[:, 0, 0], f.shape[1]) for f in found]), kind="stable"
    )
    return np.concatenate([f.reshape(-1, 3) for f in found])[order], bad


def _of_one_size(corners: FloatArray) -> tuple[IntArray, int]:
    """Return (p, n - 2, 3) local places of (p, n, 3) polygons, and how many cross themselves."""
    count, size = corners.shape[:2]
    fan = np.stack([[0, i, i + 1] for i in range(1, size - 1)])
    places = np.tile(fan, (count, 1, 1)).astype(np.int64)
    if size == 3:
        return places, 0
    flat = _flattened(corners)
    bad = 0
    for row in np.flatnonzero(~_convex(flat)).tolist():
        if size > _MOST_CORNERS:
            raise BrokenMesh(f"has a hollow face of {size} corners; export it as triangles")
        ears = _ears(flat[row])
        bad += ears is None
        places[row] = fan if ears is None else ears
    return places, bad


def _flattened(corners: FloatArray) -> FloatArray:
    """Return (p, n, 2), counter-clockwise, in the plane of each polygon's Newell normal."""
    ahead = np.roll(corners, -1, axis=1)
    normal = np.cross(corners - corners[:, :1], ahead - corners[:, :1]).sum(axis=1)
    axis = np.abs(normal).argmax(axis=1)
    rows = np.arange(len(corners))
    first, second = (axis + 1) % 3, (axis + 2) % 3
    flat: FloatArray = np.stack([corners[rows, :, first], corners[rows, :, second]], axis=-1)
    flat[normal[rows, axis] < 0] *= np.array([-1.0, 1.0])
    return flat


def _convex(flat: FloatArray) -> npt.NDArray[np.bool_]:
    """True for polygons that turn one way at every corner, and once around in all."""
    side = np.roll(flat, -1, axis=1) - flat
    ahead = np.roll(side, -1, axis=1)
    turn = _cross(side, ahead)
    whole = np.abs(_cross(flat, np.roll(flat, -1, axis=1)).sum(axis=1))
    angle = np.arctan2(turn, (side * ahead).sum(axis=-1)).sum(axis=1)
    one_way = (turn >= _CONVEX * whole[:, None]).all(axis=1)
    return np.asarray(one_way & (angle < 3 * np.pi), np.bool_)


def _ears(flat: FloatArray) -> list[tuple[int, int, int]] | None:
    """Return a simple polygon's triangles by clipping ears, None where no ear is left."""
    left, ears, at, failed = list(range(len(flat))), [], 0, 0
    while len(left) > 3:
        if failed == len(left):
            return None
        at %= len(left)
        if not _is_ear(flat, left, at):
            at, failed = at + 1, failed + 1
            continue
        ears.append((left[at - 1], left[at], left[(at + 1) % len(left)]))
        del left[at]
        at, failed = at + 1, 0  # not at once at the neighbour, which gives slivers
    return [*ears, (left[0], left[1], left[2])]


def _is_ear(flat: FloatArray, left: list[int], at: int) -> bool:
    """True where no other corner lies in the triangle of a corner that turns left."""
    a, b, c = flat[left[at - 1]], flat[left[at]], flat[left[(at + 1) % len(left)]]
    turn = _cross(b - a, c - b)
    if turn <= 0:
        return bool(turn == 0)
    others = flat[left]
    others = others[~((others == a) | (others == b) | (others == c)).all(axis=1)]  # and its twins
    sides = [_cross(end - start, others - start) for start, end in ((a, b), (b, c), (c, a))]
    return not ((sides[0] >= 0) & (sides[1] >= 0) & (sides[2] >= 0)).any()


def _cross(a: FloatArray, b: FloatArray) -> FloatArray:
    across: FloatArray = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return across
