"""A boolean mask as COCO polygons, from which pycocotools makes the same mask again, to the bit.

COCO polygons know no holes. A part with holes is therefore cut along a pixel row through a hole
until no piece encloses anything. Pieces are outlined along their pixels' edges in integer
coordinates, which pycocotools rasterises exactly: it samples at pixel centres.
"""

from collections.abc import Iterator

import cv2
import numba
import numpy as np
import numpy.typing as npt

from scenes.files.rle import Mask

At = tuple[int, int]


def polygons(mask: Mask) -> list[list[int]]:
    """Return an (H, W) mask as rings x0, y0, x1, y1, ... in pixels, clockwise on the screen.

    Each ring is simple: it neither crosses nor touches itself, and holds at least one pixel.
    """
    rings = []
    waiting = list(_parts(np.pad(mask, 1), (-1, -1)))  # the padding's pixel
    while waiting:
        part, at = waiting.pop()
        cut = _row_through_hole(part)
        if cut is None:
            rings.append((_outline(part) + at).ravel().tolist())
            continue
        above, below = part.copy(), part.copy()
        above[cut:], below[:cut] = False, False
        waiting += [*_parts(above, at), *_parts(below, at)]
    return sorted(rings, key=lambda ring: (ring[1], ring[0]))


def _parts(mask: Mask, at: At) -> Iterator[tuple[Mask, At]]:
    """Yield every 4-connected part with a pixel of padding, and where that lies. Padded masks."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=4
    )
    for number in range(1, count):
        x, y, w, h, _ = boxes[number].tolist()
        seen = labels[y - 1 : y + h + 1, x - 1 : x + w + 1] == number
        yield seen, (at[0] + x - 1, at[1] + y - 1)


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


@numba.njit(cache=True, nogil=True)
def _outline(part: Mask) -> npt.NDArray[np.int64]:
    """Return the corners (n, 2), x and y, of a part without holes, which lies on the right hand.

    They begin with the topmost row's first; the outline visits each once.
    """
    y, x, dy, dx = 1, 0, 0, 1
    while not part[y, x]:
        x += 1
    first, corners = (y, x), [(x, y)]
    while True:
        y, x = y + dy, x + dx
        if (y, x) == first:
            return np.array(corners)
        # the two pixels ahead of a corner, from the pixel that has it as its upper left one
        left = part[y + (dy - dx - 1) // 2, x + (dx + dy - 1) // 2]
        right = part[y + (dy + dx - 1) // 2, x + (dx - dy - 1) // 2]
        if left:
            dy, dx = -dx, dy
        elif not right:
            dy, dx = dx, -dy
        else:
            continue
        corners.append((x, y))
