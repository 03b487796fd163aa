"""Colour and alpha put together and taken apart, compiled: nothing of it is an array meanwhile."""

import numba
import numpy as np

_LEAST = np.float32(1 / 255)  # of alpha that tells a colour
_compiled = numba.njit(cache=True, nogil=True, error_model="numpy")


@_compiled
def held(color, alpha):  # type: ignore[no-untyped-def]  # numba's types
    """(h, w, 3) float32 of (h, w, 3) uint8 times (h, w) alpha."""
    told = np.empty(color.shape, np.float32)
    for y in range(color.shape[0]):
        for x in range(color.shape[1]):
            for channel in range(3):
                told[y, x, channel] = np.float32(color[y, x, channel]) * alpha[y, x]
    return told


@_compiled
def multiplied(rgba):  # type: ignore[no-untyped-def]
    """(h, w, 4) float32 of (h, w, 4) uint8: alpha in [0, 1], and colours times it."""
    told = np.empty(rgba.shape, np.float32)
    for y in range(rgba.shape[0]):
        for x in range(rgba.shape[1]):
            alpha = np.float32(rgba[y, x, 3]) / np.float32(255.0)
            told[y, x, 3] = alpha
            for channel in range(3):
                told[y, x, channel] = np.float32(rgba[y, x, channel]) * alpha
    return told


@_compiled
def parted(told, alpha):  # type: ignore[no-untyped-def]
    """(h, w, 3) uint8 of the same back; what alpha hides is dark. told: three channels or more."""
    color = np.empty((*told.shape[:2], 3), np.uint8)
    for y in range(told.shape[0]):
        for x in range(told.shape[1]):
            gain = np.float32(1.0) / max(alpha[y, x], _LEAST)
            for channel in range(3):
                shown = told[y, x, channel] * gain + np.float32(0.5)
                color[y, x, channel] = np.uint8(min(shown, np.float32(255.0)))
    return color


@_compiled
def lay_over(under, color, alpha):  # type: ignore[no-untyped-def]
    """Blend (h, w, 3) uint8 over `under` in place, by (h, w) float32 alpha in [0, 1]."""
    one, half = np.float32(1.0), np.float32(0.5)
    for y in range(under.shape[0]):
        for x in range(under.shape[1]):
            share = alpha[y, x]
            for channel in range(3):
                over = np.float32(color[y, x, channel]) * share
                below = np.float32(under[y, x, channel]) * (one - share)
                under[y, x, channel] = np.uint8(over + below + half)


@_compiled
def darken(under, down, across):  # type: ignore[no-untyped-def]
    """Take a share of light off (h, w, 3) uint8 in place: by rows, (h,), times by columns, (w,)."""
    one = np.float32(1.0)
    for y in range(under.shape[0]):
        for x in range(under.shape[1]):
            kept = one - down[y] * across[x]
            for channel in range(3):
                under[y, x, channel] = np.uint8(np.float32(under[y, x, channel]) * kept)
