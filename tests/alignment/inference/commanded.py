"""`make infer` as a command, and drawn photos whose depth a box's height tells."""

import subprocess
import sys

import numpy as np
from PIL import Image

from assets.project import PROJECT
from tests.alignment.commanded import environment
from tests.scenes.sets import box, image, write_coco

MAIN = "alignment.inference.main"
ONE_EXTRACTOR = (
    "+extractors.drawn=[geometry,pinhole]", "~extractors.pinhole", "~extractors.geometry",
    "~extractors.classical", "~extractors.surroundings", "~extractors.all", "accept.support=null",
    "attributes=[depth, visible_fraction]",
)  # fmt: skip
QUICK = (
    *ONE_EXTRACTOR, "fitting.heads=[ridge]", "fitting.folds=2", "fitting.inner_folds=2",
    "fitting.trees=10", "features.cache=null", "sheet_images=3",
)  # fmt: skip


def drawn(folder, images, truth, seed=0):
    """Grey photos of two chairs 1 m tall each, seen by a lens of 60 degrees, wholly in view."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    records = []
    for number in range(1, images + 1):
        Image.new("L", (64, 48), 128).save(folder / "images" / f"{number}.png")
        for place in (2, 34):
            height = int(rng.integers(8, 40))
            told = {"depth": 55.4 / height, "visible_fraction": float(rng.uniform(0.3, 1))}
            records.append({
                **box(len(records) + 1, [place, 4, 14, height], image_id=number),
                **(told if truth else {}),
            })  # fmt: skip
    shown = [{**image(n), "width": 64, "height": 48} for n in range(1, images + 1)]
    return write_coco(folder, images=shown, annotations=records).parent


def infer(*words, **paths):
    return subprocess.run(
        [sys.executable, "-m", MAIN, *words], cwd=PROJECT, text=True, capture_output=True,
        check=False, env=environment(**paths), timeout=200,
    )  # fmt: skip
