"""Features and sets whose truth is known, because it was made."""

import numpy as np

from alignment.feature_space.scores import Scores
from alignment.features.features import Features
from alignment.real.split import Exposed
from scenes.measuring.table import MetadataTable


def features(values, per_image=2, names=None):
    values = np.asarray(values, dtype=np.float32)
    ids = np.arange(len(values), dtype=np.int64)
    return Features(
        values=values, names=names or tuple(f"a.{i}" for i in range(values.shape[1])),
        image_ids=1 + ids // per_image, annotation_ids=1 + ids, backend="made",
    )  # fmt: skip


def exposed(given, images=None):
    shown = given if images is None else given.of_images(images)
    return Exposed(table=MetadataTable.from_columns({"image_id": shown.image_ids}))


def scores(values, images=None, real=(0.0,)):
    values, real = np.asarray(values, float), np.asarray(real, float)
    ids = np.arange(1, len(values) + 1)
    return Scores(
        values=values, keys=ids, image_ids=ids if images is None else np.asarray(images),
        real=real, real_image_ids=np.arange(len(real)),
    )  # fmt: skip
