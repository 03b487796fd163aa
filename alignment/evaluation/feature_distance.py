"""How far two sets are apart in feature space, both ways."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from alignment.curation.scores import knn_distance
from alignment.curation.space import FEWEST, Projection, SpaceSettings
from alignment.features.features import Features
from alignment.resampled import Resampled
from alignment.sample import Sample
from alignment.two_sample.distance import Distance

FloatArray = npt.NDArray[np.float64]
NAME = "features (KNN)"


def feature_sample(features: Features) -> Sample:
    """Return features as a sample of as many columns, whole images of which can be drawn."""
    return Sample(
        attributes=features.names, values=features.values.astype(np.float64),
        images=features.image_ids,
    )  # fmt: skip


def knn_between(
    blocks: Sequence[str], settings: SpaceSettings, neighbours: int, most_boxes: int
) -> Distance:
    """Return the KNN distance of samples that `feature_sample` made.

    The mean distance of b's boxes to their nearest neighbours in a, and of a's in b, halved: the
    one rises where b shows what a has not, the other where b lacks what a shows. The space is
    fitted to a alone, each time anew, so that neither half of a real set has seen it. inf where
    either is too small.
    """

    def apart(a: FloatArray, b: FloatArray) -> float:
        if len(a) < FEWEST or not len(b):
            return float("inf")
        projection = Projection.fit(a, blocks, settings)
        here, there = projection.of(a), projection.of(b)
        ways = (knn_distance(there, here, neighbours), knn_distance(here, there, neighbours))
        return float(np.mean([way.mean() for way in ways]))

    def of(one: Resampled, other: Resampled) -> FloatArray:
        pairs = zip(one.times, other.times, strict=True)
        return np.array([
            apart(_repeated(one.values, mine), _repeated(other.values, theirs))
            for mine, theirs in pairs
        ])  # fmt: skip

    return Distance(name=NAME, of=of, most_values=most_boxes)


def _repeated(values: FloatArray, times: FloatArray) -> FloatArray:
    return np.repeat(values, times.astype(np.int64), axis=0)
