"""Pictures of soft shapes, developed as planted: photos and renders whose difference is known."""

from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter

from alignment.align.pixels.fit import Negative
from alignment.align.pixels.settings import SecondStageSettings
from alignment.align.pixels.solve import measured
from alignment.real.split import Exposed
from scenes.effects.develop import photographed
from scenes.measuring.table import MetadataTable
from scenes.model.effects import UNTOUCHED
from scenes.optics.colour import linear

NAMES = ("image_brightness", "image_contrast", "image_blur")
SETTINGS = SecondStageSettings(
    attributes=NAMES, samples=8, noise_threshold=0.1, most_stops=3.0, most_contrast=2.0,
    most_blur_px=3.0, most_sharpening=3.0, most_grain=0.05, pull=0.02, lamps=(1.0,),
)  # fmt: skip


def picture(seed):
    rng = np.random.default_rng(seed)
    shapes = gaussian_filter(rng.normal(size=(60, 80, 3)), (5, 5, 0)) * 450 + 110
    fine = gaussian_filter(rng.normal(size=(60, 80, 3)), (1, 1, 0)) * 40
    return np.clip(shapes + fine, 0, 255).astype(np.uint8)


def values(pictures):
    return np.array([measured(one, NAMES) for one in pictures])


def planted_photos(rng, count):
    """Pictures of which each had an exposure, a tone curve and a blur of its own."""
    posts = [
        replace(UNTOUCHED, exposure_stops=rng.normal(1.0, 0.3), contrast=rng.uniform(1.0, 1.6),
                blur_px=rng.uniform(0.5, 1.5))
        for _ in range(count)
    ]  # fmt: skip
    return [photographed(linear(picture(1000 + seed)), post, 0) for seed, post in enumerate(posts)]


def table(found):
    columns = dict(zip(NAMES, found.T, strict=True))
    return MetadataTable.from_columns({"image_id": np.arange(len(found)) + 1, **columns})


def exposed(found):
    return Exposed(table=table(found))


def shots(count, base=UNTOUCHED):
    return [
        Negative(light=lambda seed=seed: linear(picture(seed)), base=base, seed=seed)
        for seed in range(count)
    ]
