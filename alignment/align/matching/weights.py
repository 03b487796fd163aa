"""Weights over scenes that match the target and keep as many scenes in play as they can.

The weights minimise, over the simplex,

    KL(w || uniform) + |A' w|^2 / (2 tau)

where A' w is how far each matched share is from its target, in its slack (standard errors, or
less: alignment/align/matching/moments). A large tau keeps weights even; tau towards 0 matches
whatever the pool can. This is regularised maximum entropy (Dudik, Phillips & Schapire 2007,
section 3; in survey statistics, calibration with slack). Its dual has one unknown a matched share,
however many scenes there are:

    log mean exp(-A lambda) + tau |lambda|^2 / 2,    w = softmax(-A lambda)

smooth and convex, so L-BFGS finds it from products with a sparse A alone.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp

from alignment.align.matching.moments import Moments
from alignment.align.population.smoothing import LEAST

FloatArray = npt.NDArray[np.float64]

TAUS = (300.0, 100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0)  # from even weights to a close match
USUAL_TAU = 20.0  # where held-out photos do not say otherwise
LOST = 0.5  # standard errors of held-out likelihood that keeping near the usual strength may cost
ROUNDING = 1e-9  # of weights whose sum is 1
MOST_STEPS = 1000
TOLERANCE = 1e-5
TINY = 1e-300


@dataclass(frozen=True, kw_only=True, eq=False)
class Weighted:
    """weights (s,) summing to 1; dual (K,), from which a neighbouring problem starts."""

    weights: FloatArray
    dual: FloatArray
    tau: float

    @property
    def effective(self) -> float:
        """Effective number of scenes, 1 / sum w^2 (Kish 1965)."""
        return float(1 / np.square(self.weights).sum())


def weigh(moments: Moments, tau: float, start: FloatArray | None = None) -> Weighted:
    """Return the weights of every scene at one strength of entropy, tau > 0."""
    unit = 1 / np.sqrt(moments.squares() + tau)  # of curvature 1, about: some gaps count far more
    first = np.zeros(len(unit)) if start is None else start

    def dual(steps: FloatArray) -> tuple[float, FloatArray]:
        direction = unit * steps
        along = -moments.along(direction)
        most = along.max()
        shares = np.exp(along - most)
        total = shares.sum()
        value = most + np.log(total / len(along)) + tau / 2 * float(direction @ direction)
        return float(value), unit * (tau * direction - moments.gap(shares / total))

    found = minimize(
        dual, first / unit, jac=True, method="L-BFGS-B",
        options={"maxiter": MOST_STEPS, "gtol": TOLERANCE, "ftol": 1e-12, "maxcor": 20},
    )  # fmt: skip
    along = -moments.along(unit * found.x)
    return Weighted(weights=_shares(along), dual=unit * found.x, tau=tau)


def _shares(along: FloatArray) -> FloatArray:
    """Return exp(along) over its sum; of numbers so large that rounding shows, divided once more.

    Other weights stay as they are to the last bit, and with them finished plans.
    """
    weights = np.exp(along - logsumexp(along))
    total = weights.sum()
    return weights if abs(total - 1) < ROUNDING else np.asarray(weights / total)


def path(moments: Moments, taus: Sequence[float] = TAUS) -> list[Weighted]:
    """Return the weights at every strength, each started from the one before."""
    found: list[Weighted] = []
    for tau in taus:
        found.append(weigh(moments, tau, found[-1].dual if found else None))
    return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Strength:
    """The entropy's strength and why: held-out score (log-likelihood a value) by tau."""

    tau: float
    scores: Mapping[float, float]
    given: bool = False

    @property
    def why(self) -> str:
        """In a sentence."""
        if not self.scores:
            why = "as set" if self.given else "too few photos to choose by"
            return f"tau {self.tau:g}, {why}"
        best = max(self.scores, key=lambda tau: self.scores[tau])
        return (
            f"tau {self.tau:g}, the nearest to {USUAL_TAU:g} within {LOST:g} standard errors of "
            f"the best held-out likelihood (tau {best:g})"
        )


def choose_strength(folds: Sequence[tuple[Moments, Callable[[Weighted], FloatArray]]]) -> Strength:
    """Return the tau nearest USUAL_TAU whose held-out score is within LOST errors of the best.

    folds: for each, the moments of its training photos, and what gives (values,) log-likelihoods
    of its held-out photos under weights. The score is flat over a wide range, and of few photos
    its maximum lies anywhere in that: a rule of one standard error (Breiman et al. 1984, section
    3.4), but towards what is usual instead of the simplest.
    """
    scored = [[judge(one) for one in path(moments)] for moments, judge in folds]
    by_tau = [np.concatenate([fold[i] for fold in scored]) for i in range(len(TAUS))]
    means = np.array([values.mean() for values in by_tau])
    best = int(means.argmax())
    lost = [by_tau[best] - values for values in by_tau]  # paired: the same held-out values
    near = [
        i for i, loss in enumerate(lost)
        if i == best or loss.mean() <= LOST * loss.std(ddof=1) / np.sqrt(len(loss))
    ]  # fmt: skip
    scores = dict(zip(TAUS, means.tolist(), strict=True))
    return Strength(tau=min((TAUS[i] for i in near), key=_unusual), scores=scores)


def _unusual(tau: float) -> float:
    return abs(math.log(tau / USUAL_TAU))


def shares_under(weights: FloatArray, moments: Moments, number: int) -> FloatArray:
    """Return (cells,) the share of each cell of one group under weights over scenes; none is 0."""
    first = sum(g.target.bins.size for g in moments.groups[:number])
    group = moments.groups[number]
    size = group.target.bins.size
    counts = (moments.counts.T @ weights)[first : first + size] * group.slack
    found = counts / max(counts.sum(), TINY)
    return np.asarray((1 - LEAST) * found + LEAST / size)
