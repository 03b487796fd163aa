"""The classifier two-sample test: whether a classifier can tell real objects from rendered ones.

Logistic regression on the attributes, their squares and their products, so that it sees means,
spreads and correlations. Boosted trees see more, but not in the fifty objects that half a small
real set holds, and their hundreds of fits would take minutes.
"""

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import PolynomialFeatures
from threadpoolctl import threadpool_limits

from alignment.distances.distance import Distance
from alignment.samples.resampled import Resampled
from alignment.samples.sample import Sample

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

AUC = "classifier AUC"
FOLDS = 4
STRENGTH = 0.1  # scikit-learn's C: strong shrinkage, there being more products than photos
FARTHEST = 4.0  # in real standard deviations; beyond, a square would drown all else
MOST_SPLITS, MOST_VALUES = 20, 1500


def classifier_auc(real: Sample) -> Distance:
    """Return the cross-validated area under the ROC curve, real against other.

    0.5: it can only guess; 1: always right. Folds hold whole images, so no image is in both the
    training and the testing part. Source: Lopez-Paz and Oquab 2017, with AUC for accuracy.
    """
    middle, spread = real.values.mean(axis=0), real.values.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    products = PolynomialFeatures(2, include_bias=False)

    def features(given: Resampled) -> FloatArray:
        scaled = np.clip((given.values - middle) / spread, -FARTHEST, FARTHEST)
        return np.asarray(products.fit_transform(scaled))

    def of(a: Resampled, b: Resampled) -> FloatArray:
        rows = np.concatenate([features(a), features(b)])
        with threadpool_limits(1):  # a fit of a hundred rows is too small to share out
            return scored(rows, a, b)

    def scored(rows: FloatArray, a: Resampled, b: Resampled) -> FloatArray:
        return np.array([
            _auc(rows, np.concatenate([_repeated(a, s), len(a.values) + _repeated(b, s)]),
                 np.concatenate([_folds(a, s), _folds(b, s)]), int(a.sizes[s]))
            for s in range(len(a.times))
        ])  # fmt: skip

    return Distance(name=AUC, of=of, most_splits=MOST_SPLITS, most_values=MOST_VALUES)


def _repeated(given: Resampled, s: int) -> IntArray:
    return np.repeat(np.arange(len(given.values)), given.times[s].astype(np.int64))


def _folds(given: Resampled, s: int) -> IntArray:
    """Return the fold of each value of a resample: whole images, dealt out in turn."""
    images = given.images[_repeated(given, s)]
    return np.asarray(np.unique(images, return_inverse=True)[1] % FOLDS, dtype=np.int64)


def _auc(rows: FloatArray, taken: IntArray, folds: IntArray, real: int) -> float:
    """Return the mean AUC of the folds that hold both kinds; a guess where none does."""
    x, y = rows[taken], np.arange(len(taken)) < real
    found = [_auc_of_fold(x, y, folds == fold) for fold in range(FOLDS)]
    told = [one for one in found if one is not None]
    return float(np.mean(told)) if told else 0.5


def _auc_of_fold(
    x: FloatArray, y: npt.NDArray[np.bool_], test: npt.NDArray[np.bool_]
) -> float | None:
    if any(len(np.unique(part)) < 2 for part in (y[test], y[~test])):
        return None
    fitted = LogisticRegression(C=STRENGTH, solver="newton-cholesky").fit(x[~test], y[~test])
    return auc(y[test], fitted.decision_function(x[test]))


def auc(real: npt.NDArray[np.bool_], scores: FloatArray) -> float:
    """Return the area under the ROC curve: how often a real score (n,) beats another, ties half."""
    ranks, n = rankdata(scores), int(real.sum())
    return float((ranks[real].sum() - n * (n + 1) / 2) / (n * (len(real) - n)))
