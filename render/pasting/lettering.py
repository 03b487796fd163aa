"""Text laid on a photo's surfaces, in their perspective and their light."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from assets.lettering.settings import TextSettings
from assets.lettering.sign import Mark, Sign, draw_sign
from render.pasting.behind import Backdrop
from render.pasting.planes import Quad, plane_of
from scenes.model.lettering import Lettering
from scenes.optics.colour import LUMINANCE, linear, srgb

Rgb = npt.NDArray[np.uint8]
FloatImage = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
STREAM = 0x1E77E  # of a scene's seed, apart from the others
WHITE, WHITE_QUANTILE = 0.85, 0.97  # what a photo's brightest surface is taken to reflect; which is
FLATTEST, STEEPEST = 0.35, 1.8  # light and grain of a surface, by its median
BRIGHT = 0.18  # reflectance of a middle grey
SOFT_PX = 0.6
_LUMINANCE = LUMINANCE.astype(np.float32)


def lettered(
    seed: int, behind: Backdrop, settings: TextSettings, focal_px: float
) -> tuple[Backdrop, tuple[Lettering, ...]]:
    """Return a photo with signs on it, and what they say, nothing of it hidden yet.

    The same seed gives the same. Raises NoLettering.
    """
    rng = np.random.default_rng([seed, STREAM])
    if rng.random() >= settings.share:
        return behind, ()
    image, taken, found = behind.image.copy(), np.zeros(behind.image.shape[:2], np.bool_), []
    for one in rng.spawn(int(rng.integers(1, settings.most + 1))):
        quad = plane_of(one, behind, focal_px)
        if quad is None or taken[(place := _covered(quad, taken.shape))].any():
            continue
        taken |= place
        found += _laid(one, image, quad, settings)
    return replace(behind, image=image), tuple(found)


def _laid(
    rng: np.random.Generator, image: Rgb, quad: Quad, settings: TextSettings
) -> list[Lettering]:
    """Lay one sign over an image in place; what it says."""
    sides = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    light = _light(image, quad)
    sign = draw_sign(
        rng, settings, float((sides[0] + sides[2]) / (sides[1] + sides[3])),
        on_bright=light.reflected > BRIGHT,
    )  # fmt: skip
    matrix = _onto(sign, quad)
    x, y, w, h = light.window
    ink, alpha = _warped(sign, matrix, light.window)
    part = image[y : y + h, x : x + w]
    lit = linear(ink) * light.shading[..., None]
    mixed = lit * alpha[..., None] + linear(part) * (1 - alpha[..., None])
    part[:] = np.where(alpha[..., None] > 0, srgb(mixed), part)
    return [_told(mark, matrix) for mark in sign.marks]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Light:
    """How a surface is lit. shading: (h, w) of a window x, y, w, h. reflected: its reflectance."""

    window: tuple[int, int, int, int]
    shading: FloatImage
    reflected: float


def _light(image: Rgb, quad: Quad) -> _Light:
    """Return the light on a surface of one colour, from its own pixels and the photo's white.

    Light and grain are what differs from the median; the level is what the photo's brightest
    surfaces are lit by.
    """
    height, width = image.shape[:2]
    x0, y0 = np.clip(np.floor(quad.min(axis=0)) - 2, 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(np.ceil(quad.max(axis=0)) + 3, (x0 + 1, y0 + 1), (width, height)).astype(int)
    luminance = linear(image) @ _LUMINANCE
    white = max(float(np.quantile(luminance, WHITE_QUANTILE)) / WHITE, 0.05)
    own = luminance[y0:y1, x0:x1]
    median = max(float(np.median(own)), 1e-3)
    shading = np.clip(own / median, FLATTEST, STEEPEST) * min(white, 1.0)
    window = int(x0), int(y0), int(x1 - x0), int(y1 - y0)
    return _Light(window=window, shading=shading.astype(np.float32), reflected=median / white)


def _onto(sign: Sign, quad: Quad) -> npt.NDArray[np.float64]:
    """Return (3, 3): a sign's pixels to the picture's."""
    high, wide = sign.rgba.shape[:2]
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners, quad.astype(np.float32)))


def _warped(
    sign: Sign, matrix: npt.NDArray[np.float64], window: tuple[int, int, int, int]
) -> tuple[Rgb, FloatImage]:
    """Return ink and alpha of a sign in a window; seen at three times the size, then by areas."""
    x, y, w, h = window
    finer = np.array([[3.0, 0, -3.0 * x], [0, 3.0, -3.0 * y], [0, 0, 1]])
    rgba = sign.rgba.astype(np.float32)
    rgba[..., :3] *= rgba[..., 3:] / 255
    large = cv2.warpPerspective(rgba, finer @ matrix, (3 * w, 3 * h), flags=cv2.INTER_LINEAR)
    held = cv2.GaussianBlur(
        cv2.resize(large, (w, h), interpolation=cv2.INTER_AREA), (0, 0), SOFT_PX
    )
    alpha = np.asarray(held[..., 3] / 255, dtype=np.float32)
    ink = cv2.convertScaleAbs(held[..., :3] / np.maximum(alpha, 1 / 255)[..., None])
    return np.asarray(ink, dtype=np.uint8), np.where(alpha < 1 / 255, np.float32(0), alpha)


def _told(mark: Mark, matrix: npt.NDArray[np.float64]) -> Lettering:
    quad = cv2.perspectiveTransform(mark.quad[None], matrix)[0]
    return Lettering(kind=mark.kind, said=mark.said, quad_px=quad, visible_fraction=1.0)


def _covered(quad: Quad, shape: tuple[int, ...]) -> Mask:
    """Return the pixels of a picture that a quadrilateral covers."""
    canvas = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(canvas, np.rint(quad).astype(np.int32), (1,))
    return canvas > 0


def still_seen(
    told: Sequence[Lettering], instances: npt.NDArray[np.int32]
) -> tuple[Lettering, ...]:
    """Return what is written on the ground of a picture, with how much of it nothing hides.

    What lies outside of the picture is left out.
    """
    found = []
    for one in told:
        own = _covered(one.quad_px, instances.shape)
        if own.any():
            share = float(np.count_nonzero(instances[own] == 0) / np.count_nonzero(own))
            found.append(replace(one, visible_fraction=share))
    return tuple(found)
