"""How sure a prediction is: CV+ intervals for numbers, conformal sets for classes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from alignment.inference.learning.choose import Chosen

FloatArray = npt.NDArray[np.float64]
_PIECE = 256  # rows at a time: each holds as many numbers as there are training boxes


def interval(chosen: Chosen, values: FloatArray, coverage: float) -> tuple[FloatArray, FloatArray]:
    """Return (n,) low and (n,) high of (n, d) columns of the chosen extractor, as fitted.

    CV+: every training box gives the fold model that did not see it, plus and minus the error that
    model made on it; the interval runs from the lower to the upper quantile of these. Covers at
    least 1 - 2 (1 - coverage) of boxes like the training ones, in practice about `coverage`.
    Source: Barber, Candes, Ramdas, Tibshirani 2021, section 3.1; folds are of whole images.
    """
    errors = np.abs(chosen.problem.truth - chosen.told)
    told = np.stack([model.told(values) for model in chosen.models])
    found = [np.empty((2, 0))]
    for start in range(0, len(values), _PIECE):
        of_boxes = told[:, start : start + _PIECE][chosen.fold]
        found.append(np.stack([
            -_upper(-(of_boxes - errors[:, None]), coverage),
            _upper(of_boxes + errors[:, None], coverage),
        ]))  # fmt: skip
    low, high = np.concatenate(found, axis=1)
    return low, high


def class_sets(chosen: Chosen, shares: FloatArray, coverage: float) -> Sequence[tuple[str, ...]]:
    """Return the classes that cannot be ruled out, one tuple a row of (n, classes) shares.

    A class stays where its share is no less than what `coverage` of the training boxes' own true
    classes got from fits that did not see them. The likeliest always stays.
    Source: Vovk 2015 (cross-conformal), score 1 - share.
    """
    true = chosen.told[np.arange(len(chosen.told)), chosen.problem.truth.astype(np.intp)]
    limit = 1 - _upper((1 - true)[:, None], coverage)[0]
    stays = shares >= np.minimum(limit, shares.max(axis=1))[:, None]
    return [tuple(np.array(chosen.problem.classes)[row].tolist()) for row in stays]


def _upper(values: FloatArray, coverage: float) -> FloatArray:
    """Return the ceil(coverage (n + 1))-th smallest of n rows, at most the largest."""
    count = len(values)
    rank = min(int(np.ceil(coverage * (count + 1))), count) - 1
    return np.asarray(np.partition(values, rank, axis=0)[rank])
