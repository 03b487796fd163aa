"""Tiny sets with photos, and features of them."""

from pathlib import Path

import numpy as np
from PIL import Image

from alignment.features.cache import FeatureCache
from scenes.formats.coco import read_coco
from scenes.sets.annotated_set import AnnotatedSet
from tests.scenes.sets import box, image, write_coco

NOWHERE = FeatureCache(folder=None)


def told(done: int, total: int) -> None:
    """Nothing is said in a test."""


def noise_set(folder: Path, images: int = 3, boxes: int = 2, seed: int = 0) -> AnnotatedSet:
    """Images of 40 x 30 pixels of noise, each with this many boxes at random places."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    for number in range(1, images + 1):
        noise = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"{number}.png")
    records = [
        box(i * boxes + k + 1, [*rng.integers(0, 12, 2).tolist(), 12, 9], image_id=i + 1)
        for i in range(images)
        for k in range(boxes)
    ]
    path = write_coco(folder, images=[image(n) for n in range(1, images + 1)], annotations=records)
    return read_coco(path)
