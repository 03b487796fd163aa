"""Which extractor and head: nested cross-validation, grouped by image."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from alignment.features.features import Ids
from alignment.inference.heads import Fitted, fit_heads
from alignment.inference.problem import Problem
from alignment.inference.settings import FittingSettings, Head

FloatArray = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Told = Callable[[int, int], None]


class Candidate(NamedTuple):
    """An extractor and a head on it."""

    extractor: str
    head: Head


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
    rng: np.random.Generator, problem: Problem, settings: FittingSettings, told: Told
) -> Chosen:
    """Return the choice. told: called with how many outer folds of how many are done."""
    order, *of_folds, last = rng.spawn(settings.folds + 2)
    fold = folds_of(order, problem.images, settings.folds)
    plain: dict[Candidate, list[tuple[Rows, FloatArray, Fitted]]] = {}
    nested = np.zeros(_shape(problem))
    picks: Counter[Candidate] = Counter()
    for number, own in enumerate(of_folds):
        apart, inner = own.spawn(2)
        train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        fitted = dict(_fits(apart, problem.rows(train), settings))
        for candidate, model in fitted.items():
            of_fold = model.told(problem.given[candidate.extractor][test])
            plain.setdefault(candidate, []).append((test, of_fold, model))
        pick = _best(inner_scores(inner, problem.rows(train), settings))
        picks[pick] += 1
        nested[test] = fitted[pick].told(problem.given[pick.extractor][test])
        told(number + 1, settings.folds)
    out_of_fold = {c: _joined(problem, parts) for c, parts in plain.items()}
    scores = {c: problem.score(values) for c, values in out_of_fold.items()}
    best = _best(scores)
    (final,) = fit_heads(last, problem, best.extractor, (best.head,), settings)
    return Chosen(
        problem=problem, best=best, score=problem.score(nested), scores=scores, picks=picks,
        told=out_of_fold[best], fold=fold, models=tuple(m for _, _, m in plain[best]), final=final,
    )  # fmt: skip


def inner_scores(
    rng: np.random.Generator, problem: Problem, settings: FittingSettings
) -> Mapping[Candidate, float]:
    """Return the score of every candidate by cross-validation within one outer fold's rows."""
    order, *of_folds = rng.spawn(settings.inner_folds + 1)
    fold = folds_of(order, problem.images, settings.inner_folds)
    parts: dict[Candidate, list[tuple[Rows, FloatArray, Fitted]]] = {}
    for number, own in enumerate(of_folds):
        train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        for candidate, model in _fits(own, problem.rows(train), settings):
            of_fold = model.told(problem.given[candidate.extractor][test])
            parts.setdefault(candidate, []).append((test, of_fold, model))
    return {c: problem.score(_joined(problem, own)) for c, own in parts.items()}


def folds_of(rng: np.random.Generator, images: Ids, folds: int) -> Rows:
    """Return (n,) the fold of every row; all rows of an image are in one, sizes as even as can be.

    Images are dealt in random order, those of most rows first, to the fold with fewest rows.
    """
    ids, place, count = np.unique(images, return_inverse=True, return_counts=True)
    shuffled = rng.permutation(len(ids))
    of_image, filled = np.zeros(len(ids), dtype=np.intp), np.zeros(folds)
    for image in shuffled[np.argsort(-count[shuffled], kind="stable")]:
        of_image[image] = int(np.argmin(filled))
        filled[of_image[image]] += count[image]
    return of_image[place]


def _fits(
    rng: np.random.Generator, problem: Problem, settings: FittingSettings
) -> Iterator[tuple[Candidate, Fitted]]:
    for extractor, own in zip(problem.given, rng.spawn(len(problem.given)), strict=True):
        for model in fit_heads(own, problem, extractor, settings.heads, settings):
            yield Candidate(extractor, model.head), model


def _best(scores: Mapping[Candidate, float]) -> Candidate:
    return max(scores, key=lambda candidate: scores[candidate])  # the first of equals


def _joined(problem: Problem, parts: list[tuple[Rows, FloatArray, Fitted]]) -> FloatArray:
    joined = np.zeros(_shape(problem))
    for rows, values, _ in parts:
        joined[rows] = values
    return joined


def _shape(problem: Problem) -> tuple[int, ...]:
    n = len(problem.images)
    return (n, len(problem.classes)) if problem.is_class else (n,)
