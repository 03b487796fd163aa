"""One outer fold of the nested cross-validation, and how it is kept for the next run."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import sklearn

from alignment.features.cache import FeatureCache
from alignment.inference.learning.heads import Fitted, fit_heads
from alignment.inference.learning.image_folds import folds_of
from alignment.inference.learning.problem import Problem
from alignment.inference.learning.settings import FittingSettings, Head

FloatArray = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
VERSION = "fold-1"  # of what is kept
_OUTER, _INNER = 0, 1  # streams of a fold's seed


class Candidate(NamedTuple):
    """An extractor and a head on it."""

    extractor: str
    head: Head


@dataclass(frozen=True, kw_only=True, eq=False)
class OuterFold:
    """Which rows are left out, and the seed of all that is fitted to the others.

    Seeds and not generators, so that one fit can be made again without the others.
    """

    problem: Problem
    test: Rows
    train: Rows
    seed: int

    def judged(
        self, settings: FittingSettings, cache: FeatureCache
    ) -> tuple[dict[Candidate, FloatArray], Candidate]:
        """Return what every candidate tells of the rows left out, and which the inner folds pick.

        What an earlier run kept is taken. Raises Unwritable.
        """
        candidates = candidates_of(self.problem, settings)
        shape = (len(candidates), len(self.test), max(1, len(self.problem.classes)))
        key = self._key(settings)
        of_test = cache.read(f"{key}-told", shape, np.float64)
        inner = cache.read(f"{key}-inner", shape[:1], np.float64)
        if of_test is None or inner is None:
            of_test, inner = self._fitted(settings)
            cache.write(f"{key}-told", of_test.reshape(shape))
            cache.write(f"{key}-inner", inner)
        flat = of_test.reshape(shape if self.problem.is_class else shape[:2])
        return dict(zip(candidates, flat, strict=True)), best_of(
            dict(zip(candidates, inner.tolist(), strict=True))
        )

    def refitted(self, candidate: Candidate, settings: FittingSettings) -> Fitted:
        """Return the very fit of a candidate that `judged` told by."""
        known = self.problem.rows(self.train)
        number = list(self.problem.given).index(candidate.extractor)
        own = self._rng(_OUTER).spawn(len(self.problem.given))[number]
        return fit_heads(own, known, candidate.extractor, (candidate.head,), settings)[0]

    def _fitted(self, settings: FittingSettings) -> tuple[FloatArray, FloatArray]:
        known = self.problem.rows(self.train)
        told = [
            model.told(self.problem.given[candidate.extractor][self.test])
            for candidate, model in _fits(self._rng(_OUTER), known, settings)
        ]
        inner = inner_scores(self._rng(_INNER), known, settings)
        return np.stack(told), np.array(list(inner.values()))

    def _rng(self, stream: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, stream])

    def _key(self, settings: FittingSettings) -> str:
        problem = self.problem
        told = f"{VERSION}|{sklearn.__version__}|{settings}|{self.seed}|{problem.attribute}"
        digest = hashlib.sha256(f"{told}|{problem.classes}|".encode())
        for name, array in (
            ("truth", problem.truth), ("images", problem.images), ("test", self.test),
            *problem.given.items(),
        ):  # fmt: skip
            digest.update(f"{name}{array.dtype}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def candidates_of(problem: Problem, settings: FittingSettings) -> tuple[Candidate, ...]:
    """Return every extractor with every head, in the order in which they are fitted."""
    return tuple(Candidate(e, head) for e in problem.given for head in settings.heads)


def inner_scores(
    rng: np.random.Generator, problem: Problem, settings: FittingSettings
) -> dict[Candidate, float]:
    """Return the score of every candidate by cross-validation within one outer fold's rows."""
    order, *of_folds = rng.spawn(settings.inner_folds + 1)
    fold = folds_of(order, problem.images, settings.inner_folds)
    told = {c: np.zeros(problem.told_shape) for c in candidates_of(problem, settings)}
    for number, own in enumerate(of_folds):
        train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        for candidate, model in _fits(own, problem.rows(train), settings):
            told[candidate][test] = model.told(problem.given[candidate.extractor][test])
    return {c: problem.score(values) for c, values in told.items()}


def best_of(scores: dict[Candidate, float]) -> Candidate:
    """Return the candidate with the highest score, the first of equals."""
    return max(scores, key=lambda candidate: scores[candidate])


def _fits(
    rng: np.random.Generator, problem: Problem, settings: FittingSettings
) -> Iterator[tuple[Candidate, Fitted]]:
    for extractor, own in zip(problem.given, rng.spawn(len(problem.given)), strict=True):
        for model in fit_heads(own, problem, extractor, settings.heads, settings):
            yield Candidate(extractor, model.head), model
