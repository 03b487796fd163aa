"""How far two sets are apart in feature space, both ways."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from alignment.distances.distance import Distance
from alignment.feature_space.scores import knn_distance
from alignment.feature_space.space import FEWEST, Projection, SpaceSettings
from alignment.features.features import Features
from alignment.samples.resampled import Resampled
from alignment.samples.sample import Sample

FloatArray = npt.NDArray[np.float64]
KNN, ENERGY = "features (KNN)", "features (energy)"


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
    one rises where b shows what a has not, the other where b lacks what a shows. A set whose boxes
    all lie near the middle of a scattered one is near everything; `energy_between` tells those.
    """

    def apart(here: FloatArray, there: FloatArray) -> float:
        ways = (knn_distance(there, here, neighbours), knn_distance(here, there, neighbours))
        return float(np.mean([way.mean() for way in ways]))

    return _in_space_of_a(KNN, apart, (blocks, settings), most_boxes)


def energy_between(blocks: Sequence[str], settings: SpaceSettings, most_boxes: int) -> Distance:
    """Return the energy distance 2 E|a - b| - E|a - a'| - E|b - b'| of such samples.

    Pairs of a box with itself count, so that it is never negative and a floor can divide it.
    Source: Székely and Rizzo 2013, section 6.
    """

    def apart(here: FloatArray, there: FloatArray) -> float:
        own = cdist(here, here).mean() + cdist(there, there).mean()
        return float(2 * cdist(here, there).mean() - own)

    return _in_space_of_a(ENERGY, apart, (blocks, settings), most_boxes)


def _in_space_of_a(
    name: str, apart: Callable[[FloatArray, FloatArray], float],
    space: tuple[Sequence[str], SpaceSettings], most_boxes: int,
) -> Distance:  # fmt: skip
    """Return a distance in the space of a alone, fitted each time: no other set has a say in it.

    inf where either is too small.
    """

    def between(a: FloatArray, b: FloatArray) -> float:
        if len(a) < FEWEST or len(b) < 2:
            return float("inf")
        projection = Projection.fit(a, *space)
        return apart(projection.of(a), projection.of(b))

    def of(one: Resampled, other: Resampled) -> FloatArray:
        pairs = zip(one.times, other.times, strict=True)
        with threadpool_limits(1):  # a hundred rows are too few to share out
            return np.array([
                between(_repeated(one.values, mine), _repeated(other.values, theirs))
                for mine, theirs in pairs
            ])  # fmt: skip

    return Distance(name=name, of=of, most_values=most_boxes)


def _repeated(values: FloatArray, times: FloatArray) -> FloatArray:
    return np.repeat(values, times.astype(np.int64), axis=0)
