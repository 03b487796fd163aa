"""What failing depends on: a shrunk logistic regression that says where it can tell nothing.

A few dozen boxes tell little. So the regression is linear in standardised attributes, its ridge
penalty is chosen by cross-validation over whole photos, and it counts only where it foretells the
photos left out better than one chance for all boxes does, by more than such a gain comes by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from alignment.detection.scoring.bootstrap import Estimate
from alignment.improvement.failing.failures import Failures
from alignment.improvement.settings import CauseSettings
from alignment.samples.facet import categories_of
from scenes.measuring.table import ATTRIBUTES, MetadataTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CAUSE_STREAM = 62
CATEGORY = "category "  # before a name, in which of several categories a box is
FARTHEST = 2.5  # standard deviations; beyond, the line through a few boxes is not believed
MOST_UNKNOWN = 0.1  # of an attribute's values, which then stand at the mean
SURE = 1.0  # standard errors that a gain over no attributes must have: by chance in 1 of 15 sets
_SLOPE = 1e-3


@dataclass(frozen=True, kw_only=True, eq=False)
class Causes:
    """What was found. estimates: by attribute, the change of log odds by a standard deviation.

    strength: scikit-learn's C, None where nothing can be told; then all coefficients are 0. gain:
    of log likelihood a photo over no attributes, by cross-validation, with its standard error.
    middle, spread, weights: (d,) of the attributes; base: the intercept.
    """

    estimates: dict[str, Estimate]
    strength: float | None
    gain: tuple[float, float]
    middle: FloatArray
    spread: FloatArray
    weights: FloatArray
    base: float

    def knows(self, table: MetadataTable) -> bool:
        """Return whether a table has boxes, and all that a chance to fail is told by."""
        return len(table) > 0 and all(_has(table, name) for name in self.estimates)

    def failing(self, table: MetadataTable) -> FloatArray:
        """Return (n,) the chance that each box of a table fails, half-found counting half."""
        rows = _standard(_columns(table, tuple(self.estimates)), self.middle, self.spread)
        return np.asarray(1 / (1 + np.exp(-(rows @ self.weights + self.base))))

    @property
    def lines(self) -> tuple[str, ...]:
        """What can be said, a line each."""
        if self.strength is None:
            return ("what failing depends on cannot be told from these boxes: none is asked for "
                    "more by it",)  # fmt: skip
        sure = [f"{name} {one.value:+.2f} ({one.low:+.2f} to {one.high:+.2f})"
                for name, one in self.estimates.items() if one.side]  # fmt: skip
        told = "; ".join(sure) or "on no single attribute surely"
        return (f"failing depends, in log odds a standard deviation, on: {told}",)


def causes_of(
    failures: Failures, validation: MetadataTable, exposed: MetadataTable,
    settings: CauseSettings, seed: int,
) -> Causes:  # fmt: skip
    """Return what failing depends on, of attributes that both tables hold, and of categories.

    validation: measured boxes, those of `failures` among them. exposed: what it will be applied to.
    """
    row_of = {k: row for row, k in enumerate(validation.table["annotation_id"].to_pylist())}
    table = validation.rows(np.array([row_of[k] for k in failures.keys.tolist()], dtype=np.intp))
    asked = (*settings.attributes, *_categories(table))
    names = tuple(n for n in asked if _tells(table, n) and _tells(exposed, n))
    columns = _columns(table, names)
    middle, spread = _moments(columns)
    x, y = _standard(columns, middle, spread), _softened(failures.failed)
    with threadpool_limits(1):  # of products this small, threads would only wait
        boxes = _Boxes(x=x, y=y, times=failures.times, photos=failures.photos)
        strength, gain = _strength(boxes, settings)
        weights, base = _fitted(x, y, boxes.times, strength)
        draws = _redrawn(boxes, (strength, settings.draws, seed))
    return Causes(
        estimates={name: Estimate.of(float(weights[d]), draws[:, d])
                   for d, name in enumerate(names)},
        strength=strength, gain=gain, middle=middle, spread=spread, weights=weights, base=base,
    )  # fmt: skip


def _categories(table: MetadataTable) -> tuple[str, ...]:
    """Return what tells each category but the first from the others."""
    return tuple(f"{CATEGORY}{name}" for name in categories_of(table)[1:])


def _has(table: MetadataTable, name: str) -> bool:
    return name.startswith(CATEGORY) or table.holds(name)


def _tells(table: MetadataTable, name: str) -> bool:
    if not _has(table, name) or not len(table):
        return False
    values = _columns(table, (name,))[:, 0]
    known = values[np.isfinite(values)]
    return len(known) >= (1 - MOST_UNKNOWN) * len(values) and bool(np.ptp(known) > 0)


def _columns(table: MetadataTable, names: Sequence[str]) -> FloatArray:
    told = [_column(table, name) for name in names]
    return np.column_stack(told) if told else np.zeros((len(table), 0))


def _column(table: MetadataTable, name: str) -> FloatArray:
    if name.startswith(CATEGORY):
        own = [f"{CATEGORY}{one}" == name for one in table.table["category"].to_pylist()]
        return np.array(own, dtype=np.float64)
    column = table.column(name)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(column)) if ATTRIBUTES[name].log else column


def _moments(columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    known = np.where(np.isfinite(columns), columns, np.nan)
    return np.nanmean(known, axis=0), np.nanstd(known, axis=0)


def _standard(columns: FloatArray, middle: FloatArray, spread: FloatArray) -> FloatArray:
    told = (columns - middle) / spread
    return np.clip(np.where(np.isfinite(told), told, 0.0), -FARTHEST, FARTHEST)


def _softened(failed: FloatArray) -> FloatArray:
    """Return shares between 0 and 1, as if half a box more had failed, and half had not."""
    return np.asarray((failed * len(failed) + 0.5) / (len(failed) + 1))


def _fitted(
    x: FloatArray, y: FloatArray, times: FloatArray, strength: float | None
) -> tuple[FloatArray, float]:
    """Return coefficients (d,) and intercept; of no strength, the log odds of all boxes alike."""
    if strength is None or not x.shape[1]:
        share = float((times * y).sum() / times.sum())
        return np.zeros(x.shape[1]), float(np.log(share / (1 - share)))
    both = np.repeat(
        [True, False], len(y)
    )  # a share is a failure and a find, each weighing so much
    model = LogisticRegression(C=strength, solver="newton-cholesky", tol=_SLOPE)
    model.fit(np.vstack([x, x]), both, np.concatenate([times * y, times * (1 - y)]))
    return np.asarray(model.coef_[0]), float(model.intercept_[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class _Boxes:
    """x: (n, d). y: (n,) shares of failing. times: (n,) how often each counts. photos: (n,)."""

    x: FloatArray
    y: FloatArray
    times: FloatArray
    photos: IntArray

    @property
    def place(self) -> IntArray:
        """Of each box's photo, 0 upwards."""
        return np.unique(self.photos, return_inverse=True)[1]


def _strength(boxes: _Boxes, settings: CauseSettings) -> tuple[float | None, tuple[float, float]]:
    """Return the strength that foretells best, None where none surely beats no attributes."""
    place = boxes.place
    folds = place % settings.folds
    if not boxes.x.shape[1] or folds.max() < 1:
        return None, (0.0, 0.0)
    plain = _losses(boxes, folds, None)
    gains = [
        np.bincount(place, plain - _losses(boxes, folds, c)) for c in settings.strengths
    ]  # of each photo
    best = int(np.argmax([gain.mean() for gain in gains]))
    gain, photo_count = gains[best], len(gains[best])
    mean, error = float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(photo_count))
    return settings.strengths[best] if mean > SURE * error else None, (mean, error)


def _losses(boxes: _Boxes, folds: IntArray, strength: float | None) -> FloatArray:
    """Return (n,) minus the log likelihood of each box by what the other folds tell."""
    x, y, times = boxes.x, boxes.y, boxes.times
    told = np.zeros(len(y))
    for fold in np.unique(folds):
        own = folds == fold
        weights, base = _fitted(x[~own], y[~own], times[~own], strength)
        odds = x[own] @ weights + base
        told[own] = np.logaddexp(0.0, odds) - y[own] * odds
    return told * times


def _redrawn(boxes: _Boxes, how: tuple[float | None, int, int]) -> FloatArray:
    """Return (draws, d) coefficients of resamples of whole photos."""
    strength, draws, seed = how
    x, y, place = boxes.x, boxes.y, boxes.place
    if strength is None:
        return np.zeros((draws, x.shape[1]))
    rng, count = np.random.default_rng([seed, CAUSE_STREAM]), int(place.max()) + 1
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=draws)
    return np.array([_fitted(x, y, one[place] * boxes.times, strength)[0] for one in drawn])
