"""A boolean mask as COCO polygons, from which pycocotools makes the same mask again, to the bit.

COCO polygons know no holes. A part with holes is therefore cut along a pixel row through a hole
until no piece encloses anything. Pieces are outlined along their pixels' edges in integer
coordinates, which pycocotools rasterises exactly: it samples at pixel centres.
"""

import cv2
import numpy as np
import numpy.typing as npt

from scenes.files.rle import Mask

Steps = dict[tuple[int, int], tuple[int, int]]


def polygons(mask: Mask) -> list[list[int]]:
    """Return an (H, W) mask as rings x0, y0, x1, y1, ... in pixels, clockwise on the screen.

    Each ring is simple: it neither crosses nor touches itself, and holds at least one pixel.
    """
    rings = []
    waiting = _parts(np.pad(mask, 1))
    while waiting:
        part = waiting.pop(0)
        cut = _row_through_hole(part)
        if cut is None:
            rings.append(_ring(part))
            continue
        above, below = part.copy(), part.copy()
        above[cut:], below[:cut] = False, False
        waiting += [*_parts(above), *_parts(below)]
    return sorted(rings, key=lambda ring: (ring[1], ring[0]))


def _parts(mask: Mask) -> list[Mask]:
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    return [labels == number for number in range(1, count)]


def _row_through_hole(part: Mask) -> int | None:
    """Return a row that splits some hole, or None. Row 0 is outside, since masks are padded.

    The background counts as 4-connected too: what touches the outside by a corner only would make
    the outline touch itself.
    """
    count, labels = cv2.connectedComponents((~part).astype(np.uint8), connectivity=4)
    if count == 2:
        return None
    outside = labels[0, 0]
    inside = np.flatnonzero(((labels != outside) & ~part).any(axis=1))
    return int(inside[len(inside) // 2])


def _ring(part: Mask) -> list[int]:
    """Walk round a part without holes; its outline visits every corner once."""
    steps = _steps(part)
    start = here = min(steps, key=lambda at: (at[1], at[0]))
    corners: list[tuple[int, int]] = []
    before = (start[0], start[1] + 1)  # the walk arrives at its topmost left corner from below
    while True:
        after = steps[here]
        if (after[0] - here[0], after[1] - here[1]) != (here[0] - before[0], here[1] - before[1]):
            corners.append(here)
        before, here = here, after
        if here == start:
            return [n - 1 for corner in corners for n in corner]  # the padding's pixel


def _steps(part: Mask) -> Steps:
    """Return the next corner for every corner on the outline, the part on the right hand."""
    ahead: Steps = {}
    for (dy, dx), start, end in _SIDES:
        beside = np.roll(part, (-dy, -dx), axis=(0, 1))
        y, x = np.nonzero(part & ~beside)
        ahead.update(zip(_corners(x, y, start), _corners(x, y, end), strict=True))
    return ahead


# neighbour (dy, dx), and where its side starts and ends from the pixel's upper left corner (x, y)
_SIDES = (
    ((-1, 0), (0, 0), (1, 0)),
    ((0, 1), (1, 0), (1, 1)),
    ((1, 0), (1, 1), (0, 1)),
    ((0, -1), (0, 1), (0, 0)),
)


def _corners(
    x: npt.NDArray[np.intp], y: npt.NDArray[np.intp], shift: tuple[int, int]
) -> list[tuple[int, int]]:
    return list(zip((x + shift[0]).tolist(), (y + shift[1]).tolist(), strict=True))
