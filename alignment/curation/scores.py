"""How unlike the real boxes each box is: distance to its neighbours, or minus log-likelihood."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from sklearn.neighbors import KernelDensity, NearestNeighbors

from alignment.curation.space import FeatureSpace
from alignment.features.features import Features, Ids

FloatArray = npt.NDArray[np.float64]
BANDWIDTHS = np.geomspace(0.05, 3.0, 25)  # of the reference's own spread
_PIECE = 1024  # rows whose distances are held at a time


@dataclass(frozen=True, kw_only=True)
class ScoreSettings:
    """score: knn, the mean distance to the nearest `neighbours` real boxes; or kde.

    image: how the scores of an image's boxes become one.
    """

    score: Literal["knn", "kde"]
    neighbours: int
    image: Literal["mean", "worst"]

    def __post_init__(self) -> None:
        if not 1 <= self.neighbours <= 100:
            raise ValueError(f"neighbours is {self.neighbours}; expected 1 to 100")


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """values: (n,) the higher, the less alike. keys: (n,) annotation ids, or image ids.

    real: (m,) the same of the exposed real boxes, each against the boxes of the other images: the
    floor, below which nothing can be told apart.
    """

    values: FloatArray
    keys: Ids
    image_ids: Ids
    real: FloatArray
    real_image_ids: Ids

    def __post_init__(self) -> None:
        for array in (self.values, self.keys, self.image_ids, self.real, self.real_image_ids):
            array.setflags(write=False)

    @property
    def beyond_real(self) -> FloatArray:
        """(n,) the share of the real boxes that are more like the others than this one."""
        ranks = np.searchsorted(np.sort(self.real), self.values, side="left")
        return np.asarray(ranks / len(self.real))

    def of_images(self, how: Literal["mean", "worst"]) -> "Scores":
        """Return one score an image."""
        values, keys = by_image(self.values, self.image_ids, how)
        real, real_ids = by_image(self.real, self.real_image_ids, how)
        return Scores(values=values, keys=keys, image_ids=keys, real=real, real_image_ids=real_ids)


def score(space: FeatureSpace, features: Features, settings: ScoreSettings) -> Scores:
    """Return the scores of a set's rows. Raises OtherFeatures."""
    points = space.project(features)
    if settings.score == "knn":
        values, real = _by_knn(space, points, settings.neighbours)
    else:
        values, real = _by_kde(space, points)
    return Scores(
        values=values, keys=features.keys, image_ids=features.image_ids, real=real,
        real_image_ids=space.reference_images,
    )  # fmt: skip


def by_image(
    values: FloatArray, image_ids: Ids, how: Literal["mean", "worst"]
) -> tuple[FloatArray, Ids]:
    """Return one value an image, and the ids, ascending."""
    ids, place = np.unique(image_ids, return_inverse=True)
    if how == "mean":
        return np.bincount(place, values) / np.bincount(place), ids
    most = np.full(len(ids), -np.inf)
    np.maximum.at(most, place, values)
    return most, ids


def knn_distance(points: FloatArray, reference: FloatArray, neighbours: int) -> FloatArray:
    """Return (n,) mean distances of (n, k) points to their nearest neighbours in the reference.

    Fewer neighbours are taken where the reference holds fewer.
    """
    index = NearestNeighbors(n_neighbors=min(neighbours, len(reference))).fit(reference)
    pieces = [points[start : start + _PIECE] for start in range(0, len(points), _PIECE)]
    return np.concatenate([np.empty(0), *(index.kneighbors(p)[0].mean(axis=1) for p in pieces)])


def _by_knn(
    space: FeatureSpace, points: FloatArray, neighbours: int
) -> tuple[FloatArray, FloatArray]:
    own = np.empty(len(space.reference))
    for mine, others in _leaving_out(space):
        rest = space.reference[others]
        own[mine] = knn_distance(space.reference[mine], rest, neighbours)
    return knn_distance(points, space.reference, neighbours), own


def _by_kde(space: FeatureSpace, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gaussian kernels of the width that makes the left-out real images most likely."""
    spread = float(np.sqrt(space.reference.var(axis=0).sum()))
    widths = BANDWIDTHS * (spread or 1.0)
    left_out = [_left_out_surprise(space, float(width)) for width in widths]
    best = int(np.argmin([surprise.sum() for surprise in left_out]))
    density = KernelDensity(bandwidth=float(widths[best])).fit(space.reference)
    pieces = [points[start : start + _PIECE] for start in range(0, len(points), _PIECE)]
    found = [-density.score_samples(piece) for piece in pieces]
    return np.concatenate([np.empty(0), *found]), left_out[best]


def _left_out_surprise(space: FeatureSpace, width: float) -> FloatArray:
    found = np.empty(len(space.reference))
    for mine, others in _leaving_out(space):
        density = KernelDensity(bandwidth=width).fit(space.reference[others])
        found[mine] = -density.score_samples(space.reference[mine])
    return found


def _leaving_out(space: FeatureSpace) -> Sequence[tuple[npt.NDArray[np.bool_], Ids]]:
    """Return each image's rows and all others; every row for itself where there is one image."""
    images = space.reference_images
    groups = images if len(np.unique(images)) > 1 else np.arange(len(images))
    return [(groups == one, np.flatnonzero(groups != one)) for one in np.unique(groups)]
