import cv2
import numpy as np
import numpy.typing as npt

from alignment.fragments.masking.view import Mask, Rgb
from alignment.fragments.painting.opencv import Inpainting

LONG_SIDE_PX = 400  # of what is looked at; the cost goes with its area
ROUND = 1.0  # of the hole's sides: how far round it something like it is sought
MOST = 0.7  # of what is looked at, gone: beyond it there is nothing left to take
Box = tuple[slice, slice]


class ShiftMap:
    """Pieces of the photo itself, shifted into the hole, so that texture goes on.

    Source: Pritch, Kav-Venaki, Peleg 2009; He, Sun 2012, as OpenCV's xphoto has them. Seconds a
    photo. What is not painted out can come twice.
    """

    identity = "shiftmap-1"

    def paint(self, rgb: Rgb, gone: Mask) -> Rgb:
        """Return the picture, `gone` filled with pieces from around it."""
        if not gone.any():
            return rgb.copy()
        window = _window(gone)
        there, hole = np.ascontiguousarray(rgb[window]), gone[window]
        if hole.mean() > MOST:
            return Inpainting("telea").paint(rgb, gone)
        share = min(1.0, LONG_SIDE_PX / max(hole.shape))
        small = _scaled(there, share, cv2.INTER_AREA)
        lacking = _scaled(hole.astype(np.uint8), share, cv2.INTER_NEAREST) > 0
        lacking = cv2.dilate(lacking.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        filled = _scaled(_filled(small, lacking), (hole.shape[1], hole.shape[0]), cv2.INTER_CUBIC)
        made = rgb.copy()
        made[window] = np.where(hole[..., None], filled, there)
        return made


def _window(gone: Mask) -> Box:
    """Return the rows and columns of what is gone and what is around it."""
    found = []
    for axis, side in ((1, gone.shape[0]), (0, gone.shape[1])):
        at = np.flatnonzero(gone.any(axis=axis))
        first, last = int(at[0]), int(at[-1])
        reach = int(ROUND * (last - first + 1)) + 8
        found.append(slice(max(0, first - reach), min(side, last + 1 + reach)))
    return found[0], found[1]


def _filled(rgb: Rgb, lacking: Mask) -> Rgb:
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    made = np.zeros_like(lab)
    cv2.xphoto.inpaint(lab, (~lacking).astype(np.uint8) * 255, made, cv2.xphoto.INPAINT_SHIFTMAP)
    return np.asarray(cv2.cvtColor(made, cv2.COLOR_LAB2RGB), dtype=np.uint8)


def _scaled(
    image: npt.NDArray[np.uint8], to: float | tuple[int, int], how: int
) -> npt.NDArray[np.uint8]:
    """Return a picture at a share of its size, or at a size (W, H)."""
    high, wide = image.shape[:2]
    size = to if isinstance(to, tuple) else (max(1, round(to * wide)), max(1, round(to * high)))
    return np.asarray(cv2.resize(image, size, interpolation=how), dtype=np.uint8)
