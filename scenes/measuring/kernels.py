"""Sums over pixels, compiled: a fraction of what numpy's in float64 take.

And the same in every process, where OpenCV's hang on where in memory a picture lies.
"""

import math

import numba
import numpy as np

REBLUR_PX = 11  # the filter of Crete et al. 2007, section 3
_TINY = np.float32(np.spacing(1.0))
_compiled = numba.njit(
    cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"}
)


@_compiled
def luma_of(rgb, weights):  # type: ignore[no-untyped-def]  # numba's types
    """(H, W) float32 of (H, W, 3) uint8 and three weights."""
    shown = np.empty(rgb.shape[:2], np.float32)
    for y in range(rgb.shape[0]):
        for x in range(rgb.shape[1]):
            shown[y, x] = (
                weights[0] * rgb[y, x, 0] + weights[1] * rgb[y, x, 1] + weights[2] * rgb[y, x, 2]
            )
    return shown


@_compiled
def moments(values):  # type: ignore[no-untyped-def]
    """Mean and standard deviation of (n,) float32."""
    total, squares = 0.0, 0.0
    for i in range(len(values)):
        total += values[i]
    mean = total / len(values)
    for i in range(len(values)):
        squares += (values[i] - mean) ** 2
    return mean, math.sqrt(squares / len(values))


@_compiled
def counted(shown):  # type: ignore[no-untyped-def]
    """How many of (n,) luma round to each of 256 codes; beyond [0, 1] to the last of them."""
    counts = np.zeros(256, np.int64)
    for i in range(len(shown)):
        code = int(shown[i] * np.float32(255.0) + np.float32(0.5))
        counts[min(max(code, 0), 255)] += 1  # compiled code looks after no index
    return counts


@_compiled
def mean_colours(rgb, light, to_xyz, roots):  # type: ignore[no-untyped-def]
    """Means of CIELAB's a, b and chroma of (n, 3) uint8 sRGB: a fifth of what OpenCV takes."""
    red_green, blue_yellow, chroma = 0.0, 0.0, 0.0
    (xr, xg, xb), (yr, yg, yb), (zr, zg, zb) = to_xyz
    for i in range(len(rgb)):
        red, green, blue = light[rgb[i, 0]], light[rgb[i, 1]], light[rgb[i, 2]]
        x = _root(xr * red + xg * green + xb * blue, roots)
        y = _root(yr * red + yg * green + yb * blue, roots)
        z = _root(zr * red + zg * green + zb * blue, roots)
        a, b = 500.0 * (x - y), 200.0 * (y - z)
        red_green += a
        blue_yellow += b
        chroma += math.sqrt(a * a + b * b)
    return red_green / len(rgb), blue_yellow / len(rgb), chroma / len(rgb)


@_compiled
def _root(t, roots):  # type: ignore[no-untyped-def]
    at = t * (len(roots) - 2)
    foot = int(at)
    return roots[foot] + (at - foot) * (roots[foot + 1] - roots[foot])


@_compiled
def edges_left(shown):  # type: ignore[no-untyped-def]
    """Share of the gradients down (H, W) that a second blurring leaves, without borders' own.

    Sobel's gradients; a mean of REBLUR_PX, mirrored at the border. The difference of two means that
    are two rows apart is that of the four rows by which they differ, so none is taken.
    """
    height, width = shown.shape
    reach = REBLUR_PX // 2
    soft = np.empty((height, width), np.float32)  # across, as Sobel's filter has it
    for y in range(height):
        for x in range(1, width - 1):
            soft[y, x] = shown[y, x - 1] + 2 * shown[y, x] + shown[y, x + 1]
    left, whole = 0.0, 0.0
    share = np.float32(1 / 8)
    for y in range(2, height - 1):
        above, below = soft[y - 1], soft[y + 1]
        first = soft[_mirrored(y - reach - 1, height)], soft[_mirrored(y - reach, height)]
        last = soft[_mirrored(y + reach, height)], soft[_mirrored(y + reach + 1, height)]
        for x in range(2, width - 1):
            edge = max(_TINY, share * abs(below[x] - above[x]))
            gone = last[0][x] + last[1][x] - first[0][x] - first[1][x]
            whole += edge
            left += min(edge, max(_TINY, share / np.float32(REBLUR_PX) * abs(gone)))
    return left / whole


@_compiled
def _mirrored(at, side):  # type: ignore[no-untyped-def]
    """Where a row beyond the border is taken from: dcba|abcd|dcba."""
    while at < 0 or at >= side:
        at = -1 - at if at < 0 else 2 * side - 1 - at
    return at


@_compiled
def rim_sums(rgb, inside):  # type: ignore[no-untyped-def]
    """Sums over pairs of an object's pixel and one beside it that is not: of products and squares.

    rgb: (H, W, 3) uint8; inside: (H, W) bool.
    """
    together, ours, theirs = 0, 0, 0
    height, width = inside.shape
    for y in range(height):
        for x in range(width):
            if not inside[y, x]:
                continue
            for there_y in range(max(0, y - 1), min(height, y + 2)):
                for there_x in range(max(0, x - 1), min(width, x + 2)):
                    if inside[there_y, there_x]:
                        continue
                    for channel in range(3):
                        own, other = int(rgb[y, x, channel]), int(rgb[there_y, there_x, channel])
                        together += own * other
                        ours += own * own
                        theirs += other * other
    return together, ours, theirs
