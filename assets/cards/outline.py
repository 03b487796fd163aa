"""The outline of a mask of soft edges, and the flat triangles inside it."""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
HALF = 127.5  # of alpha: where a linear reading between pixels passes it is the edge
LEAST_PART = 0.002  # of the whole: smaller parts and holes are specks of the mask


def outline(alpha: npt.NDArray[np.uint8], tolerance_px: float) -> tuple[FloatArray, ...]:
    """Return rings (n, 2) of x, y in pixels, y down, that part the thing from what is not.

    alpha: (h, w). Pixel centres are at +0.5. Parts and holes are rings alike; a point is inside
    where rings go round it an odd number of times. No ring is further from the edge than
    tolerance_px.
    """
    from skimage.measure import find_contours  # noqa: PLC0415  # 60 MB, for cut-outs alone

    padded = np.pad(alpha.astype(np.float64), 1)
    found = find_contours(padded, HALF)  # type: ignore[no-untyped-call]
    rings = [_simple(ring[:, ::-1] - 0.5, tolerance_px) for ring in found]
    areas = [abs(_area(ring)) for ring in rings]
    least = LEAST_PART * max(areas, default=0.0)
    return tuple(r for r, area in zip(rings, areas, strict=True) if len(r) > 2 and area > least)


def filled(rings: tuple[FloatArray, ...]) -> tuple[FloatArray, npt.NDArray[np.int32]]:
    """Return vertices (v, 2) and triangles (t, 3) that cover what is inside the rings, once.

    Between any two heights at which an edge begins or ends, edges do not cross but at their ends,
    so that every second gap between them is a trapezoid. Where edges do cross, which simplified
    rings may, they are taken in the order of their middles.
    """
    starts = np.concatenate(rings)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    swap = starts[:, 1] > ends[:, 1]
    low, high = np.where(swap[:, None], ends, starts), np.where(swap[:, None], starts, ends)
    corners: list[tuple[float, float]] = []
    triangles: list[tuple[int, int, int]] = []
    for top, bottom in pairwise(np.unique(starts[:, 1])):
        across = (low[:, 1] <= top) & (high[:, 1] >= bottom) & (high[:, 1] > low[:, 1])
        a, b = low[across], high[across]
        slope = (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
        x0, x1 = (a[:, 0] + slope * (y - a[:, 1]) for y in (top, bottom))
        order = np.argsort(x0 + x1, kind="stable")
        for left, right in zip(order[::2], order[1::2], strict=True):
            n = len(corners)
            corners += [(x0[left], top), (x0[right], top), (x1[right], bottom), (x1[left], bottom)]
            triangles += [(n, n + 1, n + 2), (n, n + 2, n + 3)]
    return np.array(corners), np.array(triangles, dtype=np.int32)


def _simple(ring: FloatArray, tolerance_px: float) -> FloatArray:
    """Return a closed ring without the points that it hardly needs (Douglas and Peucker 1973)."""
    told = cv2.approxPolyDP(ring[:-1].astype(np.float32)[:, None], tolerance_px, closed=True)
    return np.asarray(told[:, 0], dtype=np.float64)


def _area(ring: FloatArray) -> float:
    x, y = ring.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
