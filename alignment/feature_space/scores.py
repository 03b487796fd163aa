"""How unlike the real boxes each box is: distance to neighbours, likelihood, odds to be real."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist
from scipy.special import logsumexp

from alignment.feature_space.space import FeatureSpace
from alignment.features.features import Features, Ids
from assets.errors import UserError

FloatArray = npt.NDArray[np.float64]
BANDWIDTHS = np.geomspace(0.05, 3.0, 25)  # of the reference's own spread
TREES, FOLDS, FEWEST_FOLDS = 300, 5, 2
_PIECE = 512  # rows whose distances are held at a time
_MOST_TRIED = 1000  # real rows that the kernels' width is chosen by


class TooFewImages(UserError):
    """Too few images to hold some of them out."""


@dataclass(frozen=True, kw_only=True)
class ScoreSettings:
    """How boxes are scored.

    score: knn, the mean distance to the nearest `neighbours` real boxes; kde; or ratio, minus the
    log odds to be real that a forest gives which saw other images of both.

    image: how the scores of an image's boxes become one.
    """

    score: Literal["knn", "kde", "ratio"]
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
    """Return the scores of a set's rows. Raises OtherFeatures, TooFewImages."""
    points = space.project(features)
    if settings.score == "knn":
        values, real = _by_knn(space, points, settings.neighbours)
    elif settings.score == "ratio":
        values, real = _by_ratio(space, features)
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
    return _nearest(points, reference, neighbours, None)


def _by_knn(
    space: FeatureSpace, points: FloatArray, neighbours: int
) -> tuple[FloatArray, FloatArray]:
    own = _nearest(space.reference, space.reference, neighbours, _groups(space))
    return knn_distance(points, space.reference, neighbours), own


def _by_kde(space: FeatureSpace, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gaussian kernels of the width that makes the left-out real images most likely."""
    groups = _groups(space)
    some = np.unique(np.linspace(0, len(groups) - 1, _MOST_TRIED).astype(np.intp))
    spread = float(np.sqrt(space.reference.var(axis=0).sum())) or 1.0
    tried = [
        float(_surprise(space.reference[some], space.reference, spread * width,
                        (groups[some], groups)).sum())
        for width in BANDWIDTHS
    ]  # fmt: skip
    width = spread * float(BANDWIDTHS[int(np.argmin(tried))])
    own = _surprise(space.reference, space.reference, width, (groups, groups))
    return _surprise(points, space.reference, width, None), own


def _by_ratio(space: FeatureSpace, features: Features) -> tuple[FloatArray, FloatArray]:
    """A random forest (Breiman 2001) tells real boxes from the set's, each fold by the others."""
    from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415  # half a second to import
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415

    values = np.concatenate([space.reference_values, features.values])
    is_real = np.arange(len(values)) < len(space.reference_values)
    groups = np.concatenate([space.reference_images, -1 - features.image_ids])
    folds = min(FOLDS, len(np.unique(space.reference_images)), len(np.unique(features.image_ids)))
    if folds < FEWEST_FOLDS:
        raise TooFewImages(
            "score=ratio holds images out to score them: expected two or more of each set; "
            "score=knn does with one"
        )
    odds = np.empty(len(values))
    for shown, held in GroupKFold(folds).split(values, is_real, groups):
        forest = RandomForestClassifier(
            TREES, min_samples_leaf=3, class_weight="balanced", random_state=0
        ).fit(values[shown], is_real[shown])
        share = forest.predict_proba(values[held])[:, list(forest.classes_).index(True)]
        share = (TREES * share + 0.5) / (TREES + 1)  # no odds are infinite
        odds[held] = np.log(share / (1 - share))
    return -odds[~is_real], -odds[is_real]


def _nearest(
    points: FloatArray, reference: FloatArray, neighbours: int, groups: Ids | None
) -> FloatArray:
    """Return mean distances; groups: of points that are the reference, whose own does not count."""
    count = min(neighbours, len(reference))
    found = [np.empty(0)]
    for rows in _pieces(len(points)):
        apart = cdist(points[rows], reference)
        if groups is not None:
            apart[groups[rows, None] == groups[None]] = np.inf
        near = np.partition(apart, count - 1, axis=1)[:, :count]
        there = np.isfinite(near)
        found.append(np.where(there, near, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1))
    return np.concatenate(found)


def _surprise(
    points: FloatArray, reference: FloatArray, width: float, groups: tuple[Ids, Ids] | None
) -> FloatArray:
    """Return minus the log of the mean of Gaussian kernels of this standard deviation."""
    axes = reference.shape[1]
    scale = axes * (math.log(width) + math.log(2 * math.pi) / 2)
    found = [np.empty(0)]
    for rows in _pieces(len(points)):
        logs = cdist(points[rows], reference, "sqeuclidean") / (-2 * width**2)
        count: int | npt.NDArray[np.int64] = len(reference)
        if groups is not None:
            same = groups[0][rows, None] == groups[1][None]
            logs[same] = -np.inf
            count = (~same).sum(axis=1)
        found.append(scale + np.log(count) - logsumexp(logs, axis=1))
    return np.concatenate(found)


def _pieces(count: int) -> list[slice]:
    return [slice(start, start + _PIECE) for start in range(0, count, _PIECE)]


def _groups(space: FeatureSpace) -> Ids:
    """Return (m,) what is left out together: an image; a row where there is one image."""
    images = space.reference_images
    alone = len(np.unique(images)) == 1
    return np.arange(len(images), dtype=np.int64) if alone else images
