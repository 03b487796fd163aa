"""What the pixels of a photo, or of a box in it, say: light, colour, detail, blur, surroundings."""

import math
from collections.abc import Mapping

import cv2
import numba
import numpy as np
import numpy.typing as npt

from scenes.optics.colour import linear

Rgb = npt.NDArray[np.uint8]
Luma = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

REC_601 = np.array([[0.299, 0.587, 0.114]], dtype=np.float32) / np.float32(255)
REBLUR_PX = 11  # the filter of Crete et al., section 3
_TINY = np.float32(np.spacing(1.0))
_LINEAR = linear(np.arange(256, dtype=np.uint8)).astype(np.float64)
_TO_XYZ = np.array([  # of linear sRGB, over the white of D65: IEC 61966-2-1
    [0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227],
]) / np.array([[0.950456], [1.0], [1.088754]])  # fmt: skip
_NEIGHBOURS = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0))


def _lightness(t: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return CIELAB's f of X, Y or Z over that of white. Source: CIE 15:2004, eq. 8.6-8.11."""
    return np.where(t > (6 / 29) ** 3, np.cbrt(t), t * (29 / 6) ** 2 / 3 + 4 / 29)


_ROOTS = _lightness(np.arange(2**14 + 2) / 2**14)  # and one beyond white, for rounding


def luma(rgb: Rgb) -> Luma:
    """Return (H, W) float32 Rec. 601 luma in [0, 1] of (H, W, 3) uint8 sRGB."""
    return np.asarray(cv2.transform(rgb.astype(np.float32), REC_601), dtype=np.float32)


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
    mean, spread = _moments(np.ascontiguousarray(shown).ravel())
    return {"brightness": mean, "contrast": spread}


def colour_attributes(rgb: Rgb) -> Mapping[str, float]:
    """Return the mean CIELAB a*, b* and chroma of (n, m, 3) uint8 sRGB, D65."""
    shown = np.ascontiguousarray(rgb).reshape(-1, 3)
    red_green, blue_yellow, chroma = _colours(shown, _LINEAR, _TO_XYZ, _ROOTS)
    return {"red_green": red_green, "blue_yellow": blue_yellow, "chroma": chroma}


def blur(shown: Luma) -> float:
    """Return the perceptual blur of (H, W) luma, from 0 (sharp) to 1 (nothing but blur).

    The share of each axis' gradient that survives a second blurring by an 11 px mean; the worse
    axis counts. A flat image is all blur. Source: Crete et al. 2007, eqs. 1-7; gradients by Sobel.
    """
    if min(shown.shape) < 4:
        return math.nan
    return max(_blur_along(shown, 0), _blur_along(shown, 1))


def background_similarity(rgb: Rgb, mask: Mask) -> float:
    """Return the cosine between an object's boundary and the background next to it, [0, 1].

    Every pair of an object pixel and a background pixel within 3x3 of it gives one RGB triple to
    each of two long vectors. rgb: (H, W, 3) uint8; mask: (H, W) bool. NaN where the object has no
    background beside it, or either is wholly black.
    """
    window = _around(mask)
    if window is None:
        return math.nan
    sums = np.zeros(3)
    near, inside = rgb[window], mask[window]
    rim = inside & ~_eroded(inside)
    rows, columns = np.nonzero(rim)
    for dy, dx in _NEIGHBOURS:
        there_y, there_x = rows + dy, columns + dx
        within = (there_y >= 0) & (there_y < inside.shape[0])
        within &= (there_x >= 0) & (there_x < inside.shape[1])
        pairs = np.flatnonzero(within)
        pairs = pairs[~inside[there_y[pairs], there_x[pairs]]]
        ours = near[rows[pairs], columns[pairs]].astype(np.float64)
        theirs = near[there_y[pairs], there_x[pairs]].astype(np.float64)
        sums += (ours * theirs).sum(), (ours**2).sum(), (theirs**2).sum()
    together, ours_2, theirs_2 = sums
    return float(together / math.sqrt(ours_2 * theirs_2)) if ours_2 * theirs_2 > 0 else math.nan


def _entropy_bits(shown: Luma) -> float:
    counts = np.bincount(np.rint(shown * 255).astype(np.uint8).ravel(), minlength=256)
    share = counts[counts > 0] / counts.sum()
    return float(max(0.0, -(share * np.log2(share)).sum()))


def _sharpness(shown: Luma) -> float:
    if min(shown.shape) < 3:
        return math.nan
    edges = cv2.Laplacian(shown, cv2.CV_32F, ksize=1, borderType=cv2.BORDER_REFLECT_101)
    return float(_moments(edges.ravel())[1] ** 2)


def _blur_along(shown: Luma, axis: int) -> float:
    size = (1, REBLUR_PX) if axis == 0 else (REBLUR_PX, 1)
    reblurred = np.asarray(cv2.blur(shown, size, borderType=cv2.BORDER_REFLECT), dtype=np.float32)
    left, whole = _gradients(_edges(shown, axis), _edges(reblurred, axis))
    return float(left / whole)


def _edges(shown: Luma, axis: int) -> Luma:
    dx, dy = (0, 1) if axis == 0 else (1, 0)
    edges = cv2.Sobel(
        shown, cv2.CV_32F, dx, dy, ksize=3, scale=1 / 8, borderType=cv2.BORDER_REFLECT
    )
    return np.asarray(edges, dtype=np.float32)


# Sums by numba: a third of what numpy's in float64 take, and the same in every process, where
# OpenCV's hang on where in memory a picture lies.
@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
def _moments(values):  # type: ignore[no-untyped-def]  # numba's types
    """Mean and standard deviation of (n,) float32."""
    total, squares = 0.0, 0.0
    for i in range(len(values)):
        total += values[i]
    mean = total / len(values)
    for i in range(len(values)):
        squares += (values[i] - mean) ** 2
    return mean, math.sqrt(squares / len(values))


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
def _colours(rgb, light, to_xyz, roots):  # type: ignore[no-untyped-def]
    """Means of CIELAB's a, b and chroma of (n, 3) uint8 sRGB: a fifth of what OpenCV takes."""
    red_green, blue_yellow, chroma = 0.0, 0.0, 0.0
    steps = len(roots) - 2
    f = np.empty(3)
    for i in range(len(rgb)):
        red, green, blue = light[rgb[i, 0]], light[rgb[i, 1]], light[rgb[i, 2]]
        for axis in range(3):
            t = to_xyz[axis, 0] * red + to_xyz[axis, 1] * green + to_xyz[axis, 2] * blue
            at = t * steps
            foot = int(at)
            f[axis] = roots[foot] + (at - foot) * (roots[foot + 1] - roots[foot])
        a, b = 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])
        red_green += a
        blue_yellow += b
        chroma += math.sqrt(a * a + b * b)
    return red_green / len(rgb), blue_yellow / len(rgb), chroma / len(rgb)


@numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
def _gradients(before, after):  # type: ignore[no-untyped-def]
    """Sums of what is left of gradients after blurring, and of all, without what borders touch."""
    left, whole = 0.0, 0.0
    for y in range(2, before.shape[0] - 1):
        for x in range(2, before.shape[1] - 1):
            first = max(_TINY, abs(before[y, x]))
            whole += first
            left += min(first, max(_TINY, abs(after[y, x])))
    return left, whole


def _around(mask: Mask) -> tuple[slice, slice] | None:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return (
        slice(max(0, rows[0] - 1), rows[-1] + 2),
        slice(max(0, columns[0] - 1), columns[-1] + 2),
    )


def _eroded(inside: Mask) -> Mask:
    """Return the pixels of a mask that have nothing else beside them."""
    return np.asarray(cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8)), np.bool_)
