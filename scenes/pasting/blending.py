"""One cut-out laid over a picture: in the light of its place, with an edge of its own."""

import math

import cv2
import numpy as np
import numpy.typing as npt

from scenes.pasting.kernels import darken, held, lay_over, parted
from scenes.pasting.layer import HALF, FloatImage, Layer, Rgb
from scenes.pasting.look import Look

LEAST_PX = 0.15  # of a Gaussian that does anything
PLACE_PX = (16, 16)  # of which a place's mean colour is taken
RING = 0.5  # of its larger side: how far round a thing its place reaches
MOST_LIGHT, MOST_COLOUR = 90.0, 24.0  # 8-bit Lab: what a place may shift at most
FLAT = 0.28  # height of the shadow's ellipse by its width, where one looks along the ground
SMALLEST_POISSON_PX, LARGEST_POISSON_PX = 12, 200  # sides


def laid(canvas: Rgb, behind: Rgb, layer: Layer, look: Look) -> None:
    """Lay a cut-out over `canvas` in place; `behind` is the bare photo, which tells its place.

    Both (H, W, 3) sRGB.
    """
    _shade(canvas, layer, look)
    under = canvas[layer.window]
    color = matched(layer, _place(behind, layer), look)
    if look.blend == "poisson":
        cloned = _cloned(under, color, layer, look.poisson_shift)
        if cloned is not None:
            under[:] = cloned
            return
    color, alpha = _edged(color, layer.alpha, look)
    lay_over(under, color, alpha)


def _edged(color: Rgb, alpha: FloatImage, look: Look) -> tuple[Rgb, FloatImage]:
    """Return colour and alpha under the thing's own blur and, where drawn, a feathered edge."""
    if look.blur_px > LEAST_PX:
        color, alpha = _spread(color, alpha, look.blur_px)
    if look.blend == "feather" and look.feather_px > LEAST_PX:
        beyond, soft = _spread(color, alpha, look.feather_px)
        color, alpha = np.where((alpha >= HALF)[..., None], color, beyond), soft
    return color, alpha


def _spread(color: Rgb, alpha: FloatImage, sigma_px: float) -> tuple[Rgb, FloatImage]:
    """Return colour and alpha under a Gaussian; what alpha hides lends no colour."""
    soft = cv2.GaussianBlur(alpha, (0, 0), sigma_px)
    told = cv2.GaussianBlur(held(color, alpha), (0, 0), sigma_px)
    return parted(told, soft), np.asarray(soft, dtype=np.float32)


def _place(behind: Rgb, layer: Layer) -> Rgb:
    """Return the photo round a thing, small."""
    (x, y), (h, w) = layer.start_px, layer.alpha.shape
    reach = int(RING * max(h, w))
    place = behind[max(0, y - reach) : y + h + reach, max(0, x - reach) : x + w + reach]
    return np.asarray(cv2.resize(place, PLACE_PX, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def matched(layer: Layer, place: Rgb, look: Look) -> Rgb:
    """Return a thing's colours part of the way towards those of its place, and varied.

    Means in Lab, as Reinhard et al. 2001 have them; deviations stay but for the drawn contrast.
    """
    within = layer.inside
    if not within.any():
        return layer.color
    lab = cv2.cvtColor(layer.color, cv2.COLOR_RGB2LAB)
    own = np.array(cv2.mean(lab, within.astype(np.uint8))[:3])
    there = np.array(cv2.mean(cv2.cvtColor(place, cv2.COLOR_RGB2LAB))[:3])
    gap = np.clip(there - own, (-MOST_LIGHT, -MOST_COLOUR, -MOST_COLOUR),
                  (MOST_LIGHT, MOST_COLOUR, MOST_COLOUR))  # fmt: skip
    mean = own + gap * (look.light, look.colour, look.colour) + (0.0, *look.tint)
    mean[0] *= look.gain
    codes = (np.arange(256)[:, None] - own) * (look.contrast, 1.0, 1.0) + mean
    table = np.clip(np.round(codes), 0, 255).astype(np.uint8)[None]
    return np.asarray(cv2.cvtColor(cv2.LUT(lab, table), cv2.COLOR_LAB2RGB), dtype=np.uint8)


def _cloned(under: Rgb, color: Rgb, layer: Layer, most_shift: float) -> Rgb | None:
    """Return the window with a thing's gradients in it (Perez et al. 2003), None where it fails.

    That is where it is too small or too large, touches the window's rim, or would lose its colour.
    """
    within = layer.inside
    rows, columns = np.flatnonzero(within.any(axis=1)), np.flatnonzero(within.any(axis=0))
    if not len(rows) or not _clonable(rows, columns, within.shape):
        return None
    middle = _middle(columns), _middle(rows)
    source, mask = color, within.astype(np.uint8) * 255
    told: Rgb = np.asarray(
        cv2.seamlessClone(source, np.ascontiguousarray(under), mask, middle, cv2.NORMAL_CLONE),
        dtype=np.uint8,
    )
    shift = _lab_mean(told[within]) - _lab_mean(source[within])
    if float(np.linalg.norm(shift)) > most_shift:
        return None
    return np.where(within[..., None], told, under)


def _middle(places: npt.NDArray[np.intp]) -> int:
    """Return what OpenCV takes for the middle of a mask along an axis."""
    return int(places[0]) + (int(places[-1]) - int(places[0]) + 1) // 2


def _clonable(
    rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], shape: tuple[int, ...]
) -> bool:
    inner = all(
        ends[0] >= 2 and ends[-1] <= side - 3
        for ends, side in zip((rows, columns), shape, strict=True)
    )
    sides = len(rows), len(columns)
    return inner and min(sides) >= SMALLEST_POISSON_PX and max(sides) <= LARGEST_POISSON_PX


def _lab_mean(pixels: Rgb) -> npt.NDArray[np.float64]:
    lab = cv2.cvtColor(np.ascontiguousarray(pixels[None]), cv2.COLOR_RGB2LAB)
    return np.asarray(lab[0].mean(axis=0, dtype=np.float64))


def _shade(canvas: Rgb, layer: Layer, look: Look) -> None:
    """Darken the ground at a thing's foot by a soft ellipse."""
    if look.shadow <= 0.01:
        return
    (x, y), (h, w) = layer.foot_px, canvas.shape[:2]
    half_wide = 0.55 * layer.wide_px
    half_high = max(1.0, half_wide * (FLAT + (1 - FLAT) * layer.slope) * 0.5)
    reach_x, reach_y = 2 * half_wide, 2 * half_high
    x0, x1 = max(0, math.floor(x - reach_x)), min(w, math.ceil(x + reach_x))
    y0, y1 = max(0, math.floor(y - reach_y)), min(h, math.ceil(y + reach_y))
    if x1 <= x0 or y1 <= y0:
        return
    across = np.exp(-1.5 * ((np.arange(x0, x1) + 0.5 - x) / half_wide) ** 2)
    down = np.exp(-1.5 * ((np.arange(y0, y1) + 0.5 - y) / half_high) ** 2)
    darken(canvas[y0:y1, x0:x1], (look.shadow * down).astype(np.float32), across.astype(np.float32))
