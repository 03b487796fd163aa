"""From columns to an attribute: a random forest keeps the telling columns, a head reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from alignment.inference.learning.problem import Problem
from alignment.inference.learning.settings import FittingSettings, Head

FloatArray = npt.NDArray[np.float64]
Columns = npt.NDArray[np.intp]

_RIDGES = tuple(np.geomspace(1e-1, 1e4, 11).tolist())
_SOFT, _PLAIN = 0.05, 100.0  # inverse strength of the penalty of logistic regression
_TRIED = 24  # columns that a split looks at, at most
_ROUNDS, _CLASS_ROUNDS, _RATE, _SHARE, _DEPTH = 150, 50, 0.07, 0.6, 3  # of gradient boosting


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """A head and the columns it reads of its extractor. classes: how many, 0 for a number."""

    extractor: str
    head: Head
    columns: Columns
    model: Any
    classes: int

    def told(self, values: FloatArray) -> FloatArray:
        """Return (n,) numbers, or (n, classes) probabilities, of (n, d) columns."""
        seen = values[:, self.columns]
        if not self.classes:
            return np.asarray(self.model.predict(seen), dtype=np.float64)
        shares = np.zeros((len(seen), self.classes))
        shares[:, self.model.classes_.astype(np.intp)] = self.model.predict_proba(seen)
        return shares


def fit_heads(
    rng: np.random.Generator, problem: Problem, extractor: str, heads: Sequence[Head],
    settings: FittingSettings,
) -> tuple[Fitted, ...]:  # fmt: skip
    """Return the heads on the columns that a random forest finds most telling.

    Source of the selection: impurity importances, Breiman 2001; as Zhang 2023, chapter 3.
    """
    values, truth = problem.given[extractor], problem.truth
    seed = int(rng.integers(2**31))
    columns = telling(seed, problem, extractor, settings)
    seen = values[:, columns]
    return tuple(
        Fitted(
            extractor=extractor, head=head, columns=columns, classes=len(problem.classes),
            model=_made(head, problem, seed, settings.trees, len(columns)).fit(seen, truth),
        )
        for head in heads
    )  # fmt: skip


def telling(seed: int, problem: Problem, extractor: str, settings: FittingSettings) -> Columns:
    """Return the columns with the largest importances, at most `settings.select`, ascending."""
    values = problem.given[extractor]
    if values.shape[1] <= settings.select:
        return np.arange(values.shape[1])
    forest = _forest(problem, seed, settings.trees, values.shape[1]).fit(
        values.astype(np.float32), problem.truth
    )
    best = np.argsort(-forest.feature_importances_, kind="stable")[: settings.select]
    return np.sort(best)


def _forest(problem: Problem, seed: int, trees: int, columns: int) -> Any:
    if problem.is_class:
        return RandomForestClassifier(trees, min_samples_leaf=3, random_state=seed)
    tried = min(_TRIED, max(1, round(columns / 2)))
    return RandomForestRegressor(trees, min_samples_leaf=3, max_features=tried, random_state=seed)


def _made(head: Head, problem: Problem, seed: int, trees: int, columns: int) -> Any:
    if head == "forest":
        return _forest(problem, seed, trees, columns)
    if head == "boosting":
        how = {
            "n_estimators": _CLASS_ROUNDS if problem.is_class else _ROUNDS,
            "learning_rate": _RATE, "subsample": _SHARE,
            "max_depth": _DEPTH, "max_features": "sqrt", "min_samples_leaf": 5,
            "random_state": seed,
        }  # fmt: skip
        kind = GradientBoostingClassifier if problem.is_class else GradientBoostingRegressor
        return kind(**how)
    if problem.is_class:
        softness = _SOFT if head == "ridge" else _PLAIN
        return make_pipeline(
            StandardScaler(), LogisticRegression(C=softness, tol=1e-3, max_iter=3000)
        )
    plain = LinearRegression() if head == "linear" else RidgeCV(alphas=_RIDGES)
    return make_pipeline(StandardScaler(), plain)
