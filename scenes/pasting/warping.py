"""A cut-out's pixels as a homography shows them, shrunk by areas first."""

import math
from functools import lru_cache
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from scenes.pasting.kernels import multiplied, parted
from scenes.pasting.layer import FloatImage, Rgb

KEPT_LEVELS = 2048  # shrunk cut-outs in memory
STEPS = 4  # levels an octave
MARGIN_PX = 8  # round what is seen: room for blur, feather and shadow
FloatArray = npt.NDArray[np.float64]
CENTRE = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])  # OpenCV's pixels begin at 0


class Pictured(Protocol):
    """What has a picture, and stands for it in a cache: equal ones have equal pixels."""

    def rgba(self) -> npt.NDArray[np.uint8]:
        """Return (h, w, 4) sRGB and alpha."""

    def __hash__(self) -> int: ...


def warped(
    card: Pictured, homography: FloatArray, size_px: tuple[int, int]
) -> tuple[tuple[int, int], Rgb, FloatImage] | None:
    """Return where a cut-out's upper left corner is, its colour and its alpha.

    homography: (3, 3), its pixels to those of a picture of size_px. None where that shows nothing
    of it.
    """
    corners = homography @ corners_of(card)
    seen = corners[:2] / corners[2]
    window = _window(seen, size_px)
    if window is None:
        return None
    color, alpha = _drawn(card, homography, seen, window)
    return window[:2], color, alpha


def corners_of(card: Pictured) -> FloatArray:
    """Return (3, 4) the corners of what shows anything at all, x, y, 1, from the upper left on."""
    x0, y0, x1, y1 = place_of(card)
    return np.array([[x0, x1, x1, x0], [y0, y0, y1, y1], [1, 1, 1, 1]], dtype=np.float64)


@lru_cache(KEPT_LEVELS)
def place_of(card: Pictured) -> tuple[int, int, int, int]:
    """Return x0, y0, x1, y1 of what shows anything at all of a crop."""
    alpha = card.rgba()[..., 3]
    rows, columns = (np.flatnonzero(alpha.any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _window(seen: FloatArray, size_px: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Return x0, y0, x1, y1 of what to draw, or None outside the picture."""
    low = np.floor(seen.min(axis=1)).astype(int) - MARGIN_PX
    high = np.ceil(seen.max(axis=1)).astype(int) + MARGIN_PX
    x0, y0 = max(0, int(low[0])), max(0, int(low[1]))
    x1, y1 = min(size_px[0], int(high[0])), min(size_px[1], int(high[1]))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _drawn(
    card: Pictured, homography: FloatArray, corners: FloatArray, window: tuple[int, int, int, int]
) -> tuple[Rgb, FloatImage]:
    """Return colour and alpha inside a window. Shrunk by areas first, so that nothing aliases."""
    place = place_of(card)
    across = math.dist(corners[:, 0], corners[:, 1]) / (place[2] - place[0])
    down = math.dist(corners[:, 0], corners[:, 3]) / (place[3] - place[1])
    level = max(0, math.floor(-STEPS * math.log2(max(across, down, 1e-6))))
    shrunk = _shrunk(card, level)
    (high, wide), (whole_high, whole_wide) = shrunk.shape[:2], card.rgba().shape[:2]
    x0, y0, x1, y1 = window
    to_crop = np.diag([whole_wide / wide, whole_high / high, 1.0])
    shift = np.array([[1.0, 0.0, -x0], [0.0, 1.0, -y0], [0.0, 0.0, 1.0]])
    matrix = np.linalg.inv(CENTRE) @ shift @ homography @ to_crop @ CENTRE
    drawn = cv2.warpPerspective(
        shrunk, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    alpha = np.ascontiguousarray(drawn[..., 3])
    return parted(drawn, alpha), alpha


@lru_cache(KEPT_LEVELS)
def _shrunk(card: Pictured, level: int) -> FloatImage:
    """Return a cut-out at a share 2^(-level / STEPS) of its size, colours multiplied by alpha."""
    told: FloatImage = multiplied(np.ascontiguousarray(card.rgba()))
    if level == 0:
        return told
    high, wide = told.shape[:2]
    share = 2.0 ** (-level / STEPS)
    size = max(1, round(wide * share)), max(1, round(high * share))
    return np.asarray(cv2.resize(told, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
