"""What the pixels of a photo, or of a box in it, say: light, colour, detail, blur, surroundings."""

import math
from collections.abc import Mapping

import cv2
import numpy as np
import numpy.typing as npt

from scenes.files.rle import window_of
from scenes.measuring.kernels import (
    counted,
    edges_left,
    luma_of,
    mean_colours,
    moments,
    rim_sums,
)
from scenes.optics.colour import linear

Rgb = npt.NDArray[np.uint8]
Luma = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

REC_601 = np.array([0.299, 0.587, 0.114], dtype=np.float32) / np.float32(255)
_LINEAR = linear(np.arange(256, dtype=np.uint8)).astype(np.float64)
_TO_XYZ = np.array([  # of linear sRGB, over the white of D65: IEC 61966-2-1
    [0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227],
]) / np.array([[0.950456], [1.0], [1.088754]])  # fmt: skip
_OF_XYZ = tuple(tuple(row) for row in _TO_XYZ.tolist())


def _lightness(t: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return CIELAB's f of X, Y or Z over that of white. Source: CIE 15:2004, eq. 8.6-8.11."""
    return np.where(t > (6 / 29) ** 3, np.cbrt(t), t * (29 / 6) ** 2 / 3 + 4 / 29)


_ROOTS = _lightness(np.arange(2**14 + 2) / 2**14)  # and one beyond white, for rounding


def luma(rgb: Rgb) -> Luma:
    """Return (H, W) float32 Rec. 601 luma in [0, 1] of (H, W, 3) uint8 sRGB."""
    return np.asarray(luma_of(np.ascontiguousarray(rgb), REC_601), dtype=np.float32)


def scaled_down(rgb: Rgb, long_side_px: int) -> Rgb:
    """Return (H, W, 3) with the longer side at most this, by averaging areas."""
    share = long_side_px / max(rgb.shape[:2])
    if share >= 1:
        return rgb
    height, width = (max(1, round(share * side)) for side in rgb.shape[:2])
    shown = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(shown, dtype=np.uint8)


def pixel_attributes(shown: Luma) -> Mapping[str, float]:
    """Return brightness, contrast, entropy, sharpness and blur of (H, W) luma in [0, 1].

    Sharpness is NaN below 3 px a side and blur below 4: too few pixels for a gradient.
    """
    return {
        **light(shown),
        "entropy": _entropy_bits(shown),
        "sharpness": _sharpness(shown),
        "blur": blur(shown),
    }


def light(shown: Luma) -> Mapping[str, float]:
    """Return brightness and contrast, mean and standard deviation, of (H, W) luma in [0, 1]."""
    mean, spread = moments(np.ascontiguousarray(shown).ravel())
    return {"brightness": mean, "contrast": spread}


def colour_attributes(rgb: Rgb) -> Mapping[str, float]:
    """Return the mean CIELAB a*, b* and chroma of (n, m, 3) uint8 sRGB, D65."""
    shown = np.ascontiguousarray(rgb).reshape(-1, 3)
    red_green, blue_yellow, chroma = mean_colours(shown, _LINEAR, _OF_XYZ, _ROOTS)
    return {"red_green": red_green, "blue_yellow": blue_yellow, "chroma": chroma}


def blur(shown: Luma) -> float:
    """Return the perceptual blur of (H, W) luma, from 0 (sharp) to 1 (nothing but blur).

    The share of each axis' gradient that survives a second blurring by an 11 px mean; the worse
    axis counts. A flat image is all blur. Source: Crete et al. 2007, eqs. 1-7; gradients by Sobel.
    """
    if min(shown.shape) < 4:
        return math.nan
    return float(max(edges_left(np.ascontiguousarray(shown)), edges_left(cv2.transpose(shown))))


def background_similarity(rgb: Rgb, mask: Mask) -> float:
    """Return the cosine between an object's boundary and the background next to it, [0, 1].

    Every pair of an object pixel and a background pixel within 3x3 of it gives one RGB triple to
    each of two long vectors. rgb: (H, W, 3) uint8; mask: (H, W) bool. NaN where the object has no
    background beside it, or either is wholly black.
    """
    within = window_of(mask)
    if within is None:
        return math.nan
    window = tuple(slice(max(0, one.start - 1), one.stop + 1) for one in within)
    together, ours_2, theirs_2 = rim_sums(
        np.ascontiguousarray(rgb[window]), np.ascontiguousarray(mask[window])
    )
    lengths = math.sqrt(ours_2) * math.sqrt(theirs_2)
    return together / lengths if lengths > 0 else math.nan


def _entropy_bits(shown: Luma) -> float:
    counts = counted(np.ascontiguousarray(shown).ravel())
    share = counts[counts > 0] / counts.sum()
    return float(max(0.0, -(share * np.log2(share)).sum()))


def _sharpness(shown: Luma) -> float:
    if min(shown.shape) < 3:
        return math.nan
    edges = cv2.Laplacian(shown, cv2.CV_32F, ksize=1, borderType=cv2.BORDER_REFLECT_101)
    return float(moments(edges.ravel())[1] ** 2)
