"""Features and scores at scale, seconds and peak memory: `python -m bench.features.cost`."""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from alignment.feature_space.scores import ScoreSettings, score
from alignment.feature_space.space import FeatureSpace, SpaceSettings
from alignment.features.backends.backend import Picture, numbered
from alignment.features.backends.classical import Classical
from alignment.features.cache import FeatureCache
from alignment.features.extract import box_features
from alignment.features.features import Features
from alignment.real.split import Exposed
from bench.scenes import composed, seconds
from bench.tables import table
from scenes.config.from_mapping import from_mapping
from scenes.measuring.table import MetadataTable
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation

BOXES, FEATURES, PER_IMAGE = 10_000, 512, 4
REAL = (300, 3_000)
CROPS, SIDE_PX, IMAGE_PX = 500, 120, (640, 480)


def main() -> None:
    """Print both tables; the limit is 60 s and 2 GB for the scores."""
    cores = len(os.sched_getaffinity(0))
    rows = [_scored(real, kind) for real in REAL for kind in ("knn", "kde")]
    head = ("real boxes", "score", "fit and scores, s", "peak memory of the process, MB")
    title = f"Scores of {BOXES:,} boxes x {FEATURES} features, {cores} cores, by conf/curate.yaml"
    sys.stdout.write(table(title, head, rows) + "\n")
    sys.stdout.write(
        table(
            f"{CROPS} crops of {SIDE_PX} px",
            ("features", "seconds", "seconds of the processor"),
            _described(),
        )
        + "\n"
    )


def _scored(real: int, kind: str) -> tuple[str, ...]:
    told = composed("curate", "set=x", "real=y", f"scoring.score={kind}", "augment.preset=none")
    settings = (
        from_mapping(SpaceSettings, told["space"]),
        from_mapping(ScoreSettings, told["scoring"]),
    )
    known, judged = _made(1, real), _made(2, BOXES)
    exposed = Exposed(table=MetadataTable.from_columns({"image_id": known.image_ids}))

    def work() -> None:
        score(FeatureSpace.fit(known, exposed, settings[0]), judged, settings[1])

    spent_s = seconds(work)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{real:,}", kind, f"{spent_s:.1f}", f"{peak_mb:.0f}"


def _made(seed: int, rows: int) -> Features:
    """Return correlated features, as real ones are: 40 causes behind all of them."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(0).normal(size=(40, FEATURES)).astype(np.float32)
    values = rng.standard_normal((rows, 40), dtype=np.float32) @ mixing
    values += rng.standard_normal(values.shape, dtype=np.float32)
    ids = np.arange(rows, dtype=np.int64)
    return Features(
        values=values, names=numbered("made", FEATURES), image_ids=ids // PER_IMAGE,
        annotation_ids=ids, backend="made",
    )  # fmt: skip


def _described() -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        annotated = _photos(Path(folder))
        cache = FeatureCache(folder=Path(folder) / "cache")
        pixels = np.zeros((IMAGE_PX[1], IMAGE_PX[0], 3), np.uint8)
        Classical().image_features([Picture(size_px=IMAGE_PX, rgb=pixels)])  # loads what it needs
        spent = []
        for _ in range(2):
            began = time.process_time()
            wall = seconds(lambda: box_features(annotated, [Classical()], cache, lambda *_: None))
            spent.append((f"{wall:.2f}", f"{time.process_time() - began:.2f}"))
    return [("classical", *spent[0]), ("the same from the cache", *spent[1])]


def _photos(folder: Path) -> AnnotatedSet:

    rng = np.random.default_rng(0)
    images = []
    for number in range(CROPS // PER_IMAGE):
        path = folder / f"{number}.jpg"
        coarse = rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize(IMAGE_PX).save(path, quality=90)
        images.append(AnnotatedImage(
            id=number, file_name=path.name, path=path, width_px=IMAGE_PX[0], height_px=IMAGE_PX[1]
        ))  # fmt: skip
    boxes = rng.uniform(0, 300, (CROPS, 2))
    annotations = tuple(
        Annotation(id=i, image_id=i // PER_IMAGE, category_id=1,
                   bbox=(float(x), float(y), SIDE_PX, SIDE_PX))
        for i, (x, y) in enumerate(boxes)
    )  # fmt: skip
    return AnnotatedSet(
        name="bench", format="coco", root=folder, images=tuple(images), annotations=annotations,
        categories={1: "thing"},
    )  # fmt: skip


if __name__ == "__main__":
    main()
