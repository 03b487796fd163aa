"""A boolean mask as COCO polygons, from which pycocotools makes the same mask again, to the bit.

COCO polygons know no holes. A part with holes is therefore cut along a pixel row through a hole
until no piece encloses anything. Pieces are outlined along their pixels' edges in integer
coordinates, which pycocotools rasterises exactly: it samples at pixel centres.

All but the outline is done on runs, pixels side by side in a row: (n, 3), row, first column and the
column after the last, in reading order.
"""

import numba
import numpy as np

from scenes.files.rle import Mask

_compiled = numba.njit(cache=True, nogil=True)


def polygons(mask: Mask, at: tuple[int, int] = (0, 0)) -> list[list[int]]:
    """Return an (H, W) mask as rings x0, y0, x1, y1, ... in pixels, clockwise on the screen.

    at: x, y of the mask's upper left corner. Each ring is simple: it neither crosses nor touches
    itself, and holds at least one pixel.
    """
    if not mask.any():
        return []
    corners, ends = _rings(np.pad(np.ascontiguousarray(mask, dtype=np.bool_), 1))
    shift = np.array(at) - 1  # the padding's pixel
    flat = (corners + shift).ravel().tolist()
    starts = (2 * np.array([0, *ends[:-1]])).tolist()
    rings = [flat[a:b] for a, b in zip(starts, (2 * ends).tolist(), strict=True)]
    return sorted(rings, key=lambda ring: (ring[1], ring[0]))


@_compiled
def _rings(mask):  # type: ignore[no-untyped-def]  # numba's types
    """Return the corners (n, 2) of all rings, and where each ring ends, of a padded mask."""
    canvas = np.zeros(mask.shape, np.bool_)
    corners, ends = [(0, 0)], [0]
    waiting = [_runs(mask)]
    while waiting:
        soup = waiting.pop()
        part_of = _joined(soup)
        for part in np.unique(part_of):
            runs = soup[part_of == part]
            cut = _row_through_hole(runs)
            if cut < 0:
                _outline(runs, canvas, corners)
                ends.append(len(corners) - 1)
            else:
                waiting.append(runs[runs[:, 0] < cut])
                waiting.append(runs[runs[:, 0] >= cut])
    return np.array(corners[1:]), np.array(ends[1:])


@_compiled
def _runs(mask):  # type: ignore[no-untyped-def]  # numba's types
    found = [(0, 0, 0)]
    for y in range(mask.shape[0]):
        start = -1
        for x in range(mask.shape[1]):
            if mask[y, x] and start < 0:
                start = x
            elif not mask[y, x] and start >= 0:
                found.append((y, start, x))
                start = -1
    return np.array(found[1:])


@_compiled
def _joined(runs):  # type: ignore[no-untyped-def]  # numba's types
    """Return a number for each run, the same for those that are 4-connected."""
    root = np.arange(len(runs))
    above = 0
    for k in range(len(runs)):
        y, x0, x1 = runs[k]
        while above < k and (runs[above, 0] < y - 1 or
                             (runs[above, 0] == y - 1 and runs[above, 2] <= x0)):  # fmt: skip
            above += 1
        other = above
        while other < k and runs[other, 0] == y - 1 and runs[other, 1] < x1:
            one, two = _root(root, k), _root(root, other)
            root[max(one, two)] = min(one, two)
            other += 1
    for k in range(len(runs)):
        root[k] = root[root[k]]  # a root is never after what it is the root of
    return root


@_compiled
def _root(root, k):  # type: ignore[no-untyped-def]  # numba's types
    while root[k] != k:
        root[k] = root[root[k]]
        k = root[k]
    return k


@_compiled
def _row_through_hole(runs):  # type: ignore[no-untyped-def]  # numba's types
    """Return a row that splits some hole of a part, the middle one of all such, or -1.

    The background counts as 4-connected too: what touches the outside by a corner only would make
    the outline touch itself.
    """
    gaps = _gaps(runs)
    joined = _joined(gaps)
    rows = np.unique(gaps[joined != joined[0], 0])
    return rows[len(rows) // 2] if len(rows) else -1


@_compiled
def _gaps(runs):  # type: ignore[no-untyped-def]  # numba's types
    """Return the runs of what is not of a part, out to one pixel beyond it on every side."""
    left, right = runs[:, 1].min() - 1, runs[:, 2].max() + 1
    found = [(runs[0, 0] - 1, left, right)]
    y, x = runs[0, 0], left
    for k in range(len(runs)):
        if runs[k, 0] != y:
            found.append((y, x, right))
            y, x = runs[k, 0], left
        found.append((y, x, runs[k, 1]))
        x = runs[k, 2]
    found.append((y, x, right))
    found.append((y + 1, left, right))
    return np.array(found)


@_compiled
def _outline(runs, canvas, corners):  # type: ignore[no-untyped-def]  # numba's types
    """Append the corners, x and y, of a part without holes, which lies on the right hand.

    They begin with the topmost row's first; the outline visits each once. canvas: all False, before
    and after.
    """
    for k in range(len(runs)):
        canvas[runs[k, 0], runs[k, 1] : runs[k, 2]] = True
    first = (runs[0, 0], runs[0, 1])
    (y, x), dy, dx = first, 0, 1
    corners.append((x, y))
    while True:
        y, x = y + dy, x + dx
        if (y, x) == first:
            break
        # the two pixels ahead of a corner, from the pixel that has it as its upper left one
        left = canvas[y + (dy - dx - 1) // 2, x + (dx + dy - 1) // 2]
        right = canvas[y + (dy + dx - 1) // 2, x + (dx - dy - 1) // 2]
        if left:
            dy, dx = -dx, dy
        elif not right:
            dy, dx = dx, -dy
        else:
            continue
        corners.append((x, y))
    for k in range(len(runs)):
        canvas[runs[k, 0], runs[k, 1] : runs[k, 2]] = False
