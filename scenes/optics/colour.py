"""sRGB and linear light, both with the primaries of Rec. 709."""

import cv2
import numba
import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.uint8]
Linear = npt.NDArray[np.float32]
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of linear R, G and B: Rec. 709
LUMINANCE.flags.writeable = False


def linear(image: Rgb) -> Linear:
    """Return linear light in [0, 1] of sRGB. Source: IEC 61966-2-1."""
    if image.ndim == 3 and image.size:  # a third of what indexing costs
        return np.asarray(cv2.LUT(image, _LINEAR), dtype=np.float32)
    light: Linear = _LINEAR[image]
    return light


def decoded(shown: Linear) -> Linear:
    """Return linear light of sRGB in [0, 1]. Source: IEC 61966-2-1."""
    light: Linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def srgb(light: Linear) -> Rgb:
    """Return uint8 sRGB of linear light, clipped to [0, 1]. Source: IEC 61966-2-1."""
    kept = np.ascontiguousarray(light, dtype=np.float32)
    shown: Rgb = _looked_up(kept.ravel(), *CODES).reshape(kept.shape)
    return shown


def coded(light: Linear) -> Linear:
    """Return sRGB in [0, 1] of linear light, clipped to [0, 1]. Source: IEC 61966-2-1."""
    kept = np.clip(light, 0.0, 1.0, dtype=np.float32)
    shown: Linear = np.where(kept <= 0.0031308, 12.92 * kept, 1.055 * kept ** (1 / 2.4) - 0.055)
    return shown


def codes(shown: Linear) -> Rgb:
    """Return uint8 of sRGB in [0, 1], clipped to it and rounded."""
    rounded: Rgb = np.rint(255 * np.clip(shown, 0.0, 1.0)).astype(np.uint8)
    return rounded


def _linear_of_codes() -> Linear:
    return decoded(np.arange(256) / 255)


def _floors() -> Linear:
    """Return the least light of each code, (256,), by halving what is between 0 and 1.

    Floats of one sign are ordered as their bits are.
    """
    low, high = np.zeros(256, np.int32), np.full(256, np.float32(1).view(np.int32), np.int32)
    while (high > low).any():
        middle = low + (high - low) // 2
        reached = codes(coded(middle.view(np.float32))) >= np.arange(256)
        low, high = np.where(reached, low, middle + 1), np.where(reached, middle, high)
        low = np.minimum(low, high)
    return high.view(np.float32)


_MOST = np.nextafter(np.float32(1), np.float32(0))  # light that is below 1


@numba.njit(cache=True, nogil=True, error_model="numpy")
def code_of(x, floors, near):  # type: ignore[no-untyped-def]  # numba's types
    """Return the code of float32 light by the tables of CODES, clipped to [0, 1].

    A power for each pixel is what a picture's effects cost most; the codes are the same. A bin is
    narrower than a code, so a code is that of the foot of its bin, or the next: no loop, and
    nothing to branch on.
    """
    x = x if x > np.float32(0.0) else np.float32(0.0)
    x = x if x < _MOST else _MOST
    code = near[int(x * np.float32(_BINS))]
    return code + (x >= floors[code + 1])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _looked_up(light, floors, near):  # type: ignore[no-untyped-def]
    shown = np.empty(len(light), np.uint8)
    for i in range(len(light)):
        shown[i] = code_of(light[i], floors, near)
    return shown


_LINEAR = _linear_of_codes()
_BINS = 4096
_FLOORS = np.append(_floors(), np.float32(np.inf))
_NEAR = codes(coded((np.arange(_BINS) / _BINS).astype(np.float32)))  # at the foot of each bin
CODES = _FLOORS, _NEAR
