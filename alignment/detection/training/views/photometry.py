"""Light, colour and sharpness of a view drawn anew; boxes stay as they are."""

from dataclasses import dataclass

import cv2
import numpy as np

from alignment.detection.training.views.view import Rgb


@dataclass(frozen=True, kw_only=True)
class PhotometrySettings:
    """How far the pixels may be changed, and how often.

    brightness: of the range, up or down. contrast, gamma, saturation: as the logarithm of a
    factor. hue_deg: turned by, at most. colour: how often any of these are drawn at all. The rest
    are chances, and how far: blur_px and noise as standard deviations, the lowest jpeg_quality.
    """

    colour: float
    brightness: float
    contrast: float
    gamma: float
    saturation: float
    hue_deg: float
    grey: float
    blur: float
    blur_px: float
    noise: float
    noise_levels: float
    jpeg: float
    jpeg_quality: int

    def __post_init__(self) -> None:
        for name in ("colour", "grey", "blur", "noise", "jpeg"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a chance, 0 to 1")
        for name in (
            "brightness", "contrast", "gamma", "saturation", "hue_deg", "blur_px", "noise_levels",
        ):  # fmt: skip
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 or more")
        if not 1 <= self.jpeg_quality <= 100:
            raise ValueError(f"jpeg_quality is {self.jpeg_quality}; expected 1 to 100")


def developed(rng: np.random.Generator, picture: Rgb, how: PhotometrySettings) -> Rgb:
    """Return a picture (h, w, 3) with its light, colour and sharpness drawn anew."""
    if rng.random() < how.colour:
        picture = _coloured(rng, _lit(rng, picture, how), how)
    if rng.random() < how.grey:
        picture = np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    if rng.random() < how.blur:
        spread = how.blur_px * rng.random() + 0.1
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), spread), dtype=np.uint8)
    if rng.random() < how.noise:
        picture = _noisy(rng, picture, how.noise_levels)
    if rng.random() < how.jpeg:
        picture = _compressed(picture, int(rng.integers(how.jpeg_quality, 101)))
    return picture


def _lit(rng: np.random.Generator, picture: Rgb, how: PhotometrySettings) -> Rgb:
    levels = np.linspace(0, 1, 256) ** np.exp(how.gamma * rng.uniform(-1, 1))
    contrast = np.exp(how.contrast * rng.uniform(-1, 1))
    levels = (levels - 0.5) * contrast + 0.5 + how.brightness * rng.uniform(-1, 1)
    table = np.clip(np.rint(levels * 255), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, table), dtype=np.uint8)


def _coloured(rng: np.random.Generator, picture: Rgb, how: PhotometrySettings) -> Rgb:
    turned, factor = how.hue_deg * rng.uniform(-1, 1), np.exp(how.saturation * rng.uniform(-1, 1))
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    levels = np.arange(256)
    tables = np.stack([
        np.rint(levels + turned / 2) % 180,  # OpenCV counts hue in steps of 2 degrees
        np.minimum(np.rint(levels * factor), 255),
        levels,
    ], axis=1)  # fmt: skip
    changed = cv2.LUT(hsv, tables.astype(np.uint8)[:, None, :])
    return np.asarray(cv2.cvtColor(changed, cv2.COLOR_HSV2RGB), dtype=np.uint8)


def _noisy(rng: np.random.Generator, picture: Rgb, most_levels: float) -> Rgb:
    spread = most_levels * rng.random()
    noise = rng.standard_normal(picture.shape, dtype=np.float32) * np.float32(spread)
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


def _compressed(picture: Rgb, quality: int) -> Rgb:
    _, told = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(told, cv2.IMREAD_COLOR), dtype=np.uint8)
