"""A photo, or white, behind what was rendered on a transparent film."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from scenes.files.pictures import read_photo
from scenes.model.background import Background
from scenes.optics.colour import linear

FloatImage = npt.NDArray[np.float32]


def backdrop(background: Background, size_px: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Return the backdrop at a size, (H, W, 3) sRGB. Raises BadPhoto.

    A photo keeps its proportions and fills the frame; what stands over at the longer side is cut
    off at both ends alike.
    """
    width, height = size_px
    if background.photo is None:
        return np.full((height, width, 3), 255, dtype=np.uint8)
    photo = read_photo(Path(background.photo))
    scale = max(width / photo.shape[1], height / photo.shape[0])
    wide, high = (
        max(width, round(photo.shape[1] * scale)),
        max(height, round(photo.shape[0] * scale)),
    )
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    fitted = cv2.resize(photo, (wide, high), interpolation=how)
    x, y = (wide - width) // 2, (high - height) // 2
    return np.ascontiguousarray(fitted[y : y + height, x : x + width])


def laid_over(shown: FloatImage, alpha: FloatImage, behind: npt.NDArray[np.uint8]) -> FloatImage:
    """Return `shown`, (H, W, 3) linear light not multiplied by alpha, over the backdrop, sRGB.

    Mixed in linear light, so that a shadow darkens a photo as it would darken the ground. Where
    alpha is 0 the backdrop is exactly itself.
    """
    share: FloatImage = np.clip(alpha, 0.0, 1.0, dtype=np.float32)[..., None]
    mixed: FloatImage = shown * share + linear(behind) * (1 - share)
    return mixed


def key_of(luminance: FloatImage) -> float:
    """Return the log-average of luminances. Source: Reinhard et al. 2002, eq. 1."""
    return float(np.exp(np.log(np.maximum(luminance.astype(np.float64), 1e-4)).mean()))
