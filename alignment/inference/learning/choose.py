"""Which extractor and head: nested cross-validation, grouped by image."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.features.cache import FeatureCache
from alignment.inference.learning.heads import Fitted, fit_heads
from alignment.inference.learning.image_folds import folds_of
from alignment.inference.learning.outer_fold import Candidate, OuterFold, best_of, candidates_of
from alignment.inference.learning.problem import Problem
from alignment.inference.learning.settings import FittingSettings

FloatArray = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Told = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Chosen:
    """What was chosen, how well the choosing does, and what each candidate would reach.

    score: R2 or accuracy on the outer folds, each told by what was chosen without it. scores: of
    every candidate on the same folds; the best of them is optimistic, `score` is not. picks: how
    often each was chosen. told: (n,) or (n, classes) of `best`, each row by a fit that did not see
    its image. fold: (n,) which of `models` that was. final: fitted to all rows.
    """

    problem: Problem
    best: Candidate
    score: float
    scores: Mapping[Candidate, float]
    picks: Mapping[Candidate, int]
    told: FloatArray
    fold: Rows
    models: tuple[Fitted, ...]
    final: Fitted


def choose(
    rng: np.random.Generator, problem: Problem, settings: FittingSettings, cache: FeatureCache,
    told: Told,
) -> Chosen:  # fmt: skip
    """Return the choice. told: called with how many outer folds of how many are done.

    Folds that an earlier run finished are taken from the cache; equal input gives an equal choice.
    """
    order, seeding, last = rng.spawn(3)
    fold = folds_of(order, problem.images, settings.folds)
    outer = _outer_folds(problem, fold, seeding.integers(2**31, size=settings.folds))
    of_all = {c: np.zeros(problem.told_shape) for c in candidates_of(problem, settings)}
    nested, picks = np.zeros(problem.told_shape), Counter[Candidate]()
    for number, one in enumerate(outer):
        of_test, pick = one.judged(settings, cache)
        for candidate, values in of_test.items():
            of_all[candidate][one.test] = values
        picks[pick] += 1
        nested[one.test] = of_test[pick]
        told(number + 1, settings.folds)
    scores = {c: problem.score(values) for c, values in of_all.items()}
    best = best_of(scores)
    (final,) = fit_heads(last, problem, best.extractor, (best.head,), settings)
    return Chosen(
        problem=problem, best=best, score=problem.score(nested), scores=scores, picks=picks,
        told=of_all[best], fold=fold, final=final,
        models=tuple(one.refitted(best, settings) for one in outer),
    )  # fmt: skip


def _outer_folds(
    problem: Problem, fold: Rows, seeds: npt.NDArray[np.int64]
) -> tuple[OuterFold, ...]:
    return tuple(
        OuterFold(
            problem=problem, test=np.flatnonzero(fold == number),
            train=np.flatnonzero(fold != number), seed=seed,
        )
        for number, seed in enumerate(seeds.tolist())
    )  # fmt: skip
