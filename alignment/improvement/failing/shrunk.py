"""A logistic regression under a ridge penalty, of shares that failed, chosen over whole photos."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from alignment.improvement.settings import CauseSettings

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CAUSE_STREAM = 62
SURE = 1.0  # standard errors that a gain over no attributes must have: by chance in 1 of 15 sets
_SLOPE = 1e-3


def softened(failed: FloatArray) -> FloatArray:
    """Return shares between 0 and 1, as if half a box more had failed, and half had not."""
    return np.asarray((failed * len(failed) + 0.5) / (len(failed) + 1))


def fitted(
    x: FloatArray, y: FloatArray, times: FloatArray, strength: float | None
) -> tuple[FloatArray, float]:
    """Return coefficients (d,) and intercept; of no strength, the log odds of all boxes alike."""
    if strength is None or not x.shape[1]:
        share = float((times * y).sum() / times.sum())
        return np.zeros(x.shape[1]), float(np.log(share / (1 - share)))
    # a share is a failure and a find, each weighing so much
    both = np.repeat([True, False], len(y))
    model = LogisticRegression(C=strength, solver="newton-cholesky", tol=_SLOPE)
    model.fit(np.vstack([x, x]), both, np.concatenate([times * y, times * (1 - y)]))
    return np.asarray(model.coef_[0]), float(model.intercept_[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class Boxes:
    """x: (n, d). y: (n,) shares of failing. times: (n,) how often each counts. photos: (n,)."""

    x: FloatArray
    y: FloatArray
    times: FloatArray
    photos: IntArray

    @property
    def place(self) -> IntArray:
        """Of each box's photo, 0 upwards."""
        return np.unique(self.photos, return_inverse=True)[1]


def strength_of(
    boxes: Boxes, settings: CauseSettings
) -> tuple[float | None, tuple[float, float], FloatArray]:
    """Return the strength that foretells best, None where none surely beats no attributes.

    And the gain over none, its mean over photos with a standard error, and of each photo.
    """
    place = boxes.place
    folds = place % settings.folds
    nothing = np.zeros(int(place.max()) + 1)
    if not boxes.x.shape[1] or folds.max() < 1:
        return None, (0.0, 0.0), nothing
    plain = _losses(boxes, folds, None)
    gains = [
        np.bincount(place, plain - _losses(boxes, folds, c)).astype(np.float64)
        for c in settings.strengths
    ]  # of each photo
    best = int(np.argmax([gain.mean() for gain in gains]))
    gain, photo_count = gains[best], len(gains[best])
    mean, error = float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(photo_count))
    if mean > SURE * error:
        return settings.strengths[best], (mean, error), gain
    return None, (mean, error), nothing


def _losses(boxes: Boxes, folds: IntArray, strength: float | None) -> FloatArray:
    """Return (n,) minus the log likelihood of each box by what the other folds tell."""
    x, y, times = boxes.x, boxes.y, boxes.times
    told = np.zeros(len(y))
    for fold in np.unique(folds):
        own = folds == fold
        weights, base = fitted(x[~own], y[~own], times[~own], strength)
        odds = x[own] @ weights + base
        told[own] = np.logaddexp(0.0, odds) - y[own] * odds
    return told * times


def redrawn(boxes: Boxes, how: tuple[float | None, int, int]) -> FloatArray:
    """Return (draws, d) coefficients of resamples of whole photos."""
    strength, draws, seed = how
    x, y, place = boxes.x, boxes.y, boxes.place
    if strength is None:
        return np.zeros((draws, x.shape[1]))
    rng, count = np.random.default_rng([seed, CAUSE_STREAM]), int(place.max()) + 1
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=draws)
    return np.array([fitted(x, y, one[place] * boxes.times, strength)[0] for one in drawn])
