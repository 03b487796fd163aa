"""Drawn pictures whose boxes are known from their pixels alone."""

import numpy as np

from alignment.detection.training.views.augmentation import AugmentSettings, Labelled
from alignment.detection.training.views.photometry import PhotometrySettings

STILL = PhotometrySettings(
    colour=0, brightness=0, contrast=0, gamma=0, saturation=0, hue_deg=0, grey=0, blur=0,
    blur_px=0, noise=0, noise_levels=0, jpeg=0, jpeg_quality=100,
)  # fmt: skip


def augment(**told):
    plain = {"flip": 0.0, "scale": (1.0, 1.0), "stretch": 0.0, "turn_deg": 0.0, "mosaic": 0.0,
             "least_visible": 0.3, "photometry": STILL}  # fmt: skip
    return AugmentSettings(**{**plain, **told})


def ellipse(edges, width=200, height=150):
    """Return a grey picture with a bright ellipse that fills the box `edges`."""
    left, top, right, bottom = edges
    y, x = np.mgrid[:height, :width] + 0.5
    within = ((x - (left + right) / 2) / ((right - left) / 2)) ** 2
    within += ((y - (top + bottom) / 2) / ((bottom - top) / 2)) ** 2
    picture = np.full((height, width, 3), 127, dtype=np.uint8)
    picture[within <= 1] = 255
    return Labelled(picture=picture, edges=np.array([edges], float), labels=np.array([0]))


def block(edges, width=200, height=150, level=255):
    """Return a grey picture with a bright rectangle."""
    left, top, right, bottom = edges
    picture = np.full((height, width, 3), 127, dtype=np.uint8)
    picture[top:bottom, left:right] = level
    return Labelled(picture=picture, edges=np.array([edges], float), labels=np.array([0]))


def box_of_bright(picture):
    """Return left, top, right, bottom of what is bright, from the pixels."""
    bright = picture[..., 0] > 191
    down, across = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    return np.array([across[0], down[0], across[-1] + 1, down[-1] + 1])
