"""A mask as soft coverage, and a picture whose rim has the thing's own colours."""

import cv2
import numpy as np
import numpy.typing as npt

from alignment.fragments.masking.view import Mask, Rgb, spread

LEAST, MOST = (
    0.35,
    0.85,
)  # of the blurred mask: what becomes 0 and 1, so that no background shines in
REACH_PX = 8  # how far beyond the rim colours go on, for what filters them
Alpha = npt.NDArray[np.uint8]


def soft(mask: Mask, size_px: tuple[int, int], rim_px: float) -> Alpha:
    """Return (h, w) uint8 coverage of a mask at a size (w, h), soft over about `rim_px`.

    A mask that reaches the picture's border is not soft there: the thing goes on beyond it.
    """
    coverage = cv2.resize(mask.astype(np.float32), size_px, interpolation=cv2.INTER_LINEAR)
    sigma = rim_px * max(1.0, size_px[0] / mask.shape[1])
    blurred = cv2.GaussianBlur(coverage, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    shares = np.clip((blurred - LEAST) / (MOST - LEAST), 0, 1)
    return np.asarray(np.rint(shares * 255), dtype=np.uint8)


def cut_out(rgb: Rgb, alpha: Alpha) -> npt.NDArray[np.uint8]:
    """Return (h, w, 4): the picture, its rim in the colours of the thing nearest to it.

    Where the thing covers a pixel in part, the pixel's colour is half the background's. Far from
    the thing there is no colour.
    """
    whole = alpha == 255
    if not whole.any():
        whole = alpha >= max(int(alpha.max()), 1)
    colours = spread(rgb, whole)
    far = cv2.distanceTransform((alpha == 0).astype(np.uint8), cv2.DIST_L2, 5) > REACH_PX
    colours[far] = 0
    return np.dstack([colours, alpha])
