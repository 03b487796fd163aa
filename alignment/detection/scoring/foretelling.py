"""Whether what is measured of a set foretells how well a detector does that is trained on it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.detection.scoring.bootstrap import Estimate
from assets.errors import UserError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

FEWEST_SETS = 20


class TooFewSets(UserError):
    """Fewer sets than a correlation can be told from."""


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """How one predictor goes with real AP over the sets. foretells: the interval is beside zero.

    sentence: the same in words, "cannot tell" where it is not.
    """

    predictor: str
    pearson: Estimate
    spearman: Estimate
    foretells: bool
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Together:
    """How all predictors together go with real AP, each set foretold from the others.

    correlation: of foretold with true AP. predicted: by set, in order. weights: by predictor, of
    the fit to all sets, in AP a standard deviation of the predictor; those that are known of every
    set.
    """

    correlation: Estimate
    predicted: tuple[float, ...]
    weights: Mapping[str, float]
    foretells: bool
    sentence: str


def foretold(
    rng: np.random.Generator, ap: FloatArray, predictors: Mapping[str, FloatArray], draws: int
) -> tuple[Foretold, ...]:
    """Return the correlation of each predictor (n,) with real AP (n,), sets drawn again.

    The interval is of the sets alone: AP is taken as it is. Sets of which a predictor is NaN are
    left out of its own, which needs FEWEST_SETS, too. A predictor foretells where the 5-95 %
    interval of its Pearson correlation does not hold zero. Raises TooFewSets.
    """
    _enough(ap)
    times = _times(rng, len(ap), draws)
    return tuple(_one(name, values, ap, times) for name, values in predictors.items())


def together(
    rng: np.random.Generator, ap: FloatArray, predictors: Mapping[str, FloatArray],
    draws: int, ridge: float,
) -> Together:  # fmt: skip
    """Return how well a ridge regression foretells the AP of each set from the other sets.

    Predictors are standardised by the sets that are fitted to. ridge: added to each of them, in
    sets' worth of evidence that it has no weight. A draw of the sets is fitted anew, and a set that
    is drawn twice is left out with all of its copies. Left out one by one, sets without anything to
    foretell correlate below zero, not at it, so that only an interval above zero counts.
    Raises TooFewSets.
    """
    _enough(ap)
    known = {name: told for name, told in predictors.items() if np.isfinite(told).all()}
    x = np.array(list(known.values())).reshape(-1, len(ap)).T
    times = _times(rng, len(ap), draws)
    predicted = _left_out(x, ap, times, ridge)
    drawn = _correlation(predicted, ap[None], times)
    whole = np.ones_like(times[:1])
    first = _left_out(x, ap, whole, ridge)
    told = Estimate.of(_correlation(first, ap[None], whole)[0], drawn)
    foretells = told.side > 0
    return Together(
        correlation=told, predicted=tuple(first[0].tolist()), foretells=foretells,
        weights=dict(zip(known, _fit(x, ap, whole, ridge)[0][0].tolist(), strict=True)),
        sentence=_said("all predictors together", told, foretells),
    )  # fmt: skip


def _one(name: str, values: FloatArray, ap: FloatArray, times: FloatArray) -> Foretold:
    known = np.isfinite(values)
    if known.sum() < FEWEST_SETS:
        nothing = Estimate(value=None, low=None, high=None)
        said = f"{name}: cannot tell, it is known of {known.sum()} sets alone"
        return Foretold(predictor=name, pearson=nothing, spearman=nothing, foretells=False,
                        sentence=said)  # fmt: skip
    x, y, drawn = values[None, known], ap[None, known], times[:, known]
    whole = np.ones_like(drawn[:1])
    pearson, spearman = (
        Estimate.of(_correlation(of(x, whole), of(y, whole), whole)[0],
                    _correlation(of(x, drawn), of(y, drawn), drawn))
        for of in (lambda one, _times: one, _ranks)
    )  # fmt: skip
    return Foretold(
        predictor=name, pearson=pearson, spearman=spearman, foretells=pearson.side != 0,
        sentence=_said(name, pearson, pearson.side != 0),
    )  # fmt: skip


def _ranks(values: FloatArray, times: FloatArray) -> FloatArray:
    """Return (S, n) the rank of each value (1, n) among those drawn, the middle of equal ones."""
    less, equal = (compare(values, values.T).astype(np.float64) for compare in (np.less, np.equal))
    return np.asarray(times @ less.T + (times @ equal.T + 1) / 2)


def _correlation(x: FloatArray, y: FloatArray, w: FloatArray) -> FloatArray:
    """Return (S,) weighted Pearson correlations of (S or 1, n) each; NaN without spread."""
    total = w.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        a, b = (one - (w * one).sum(axis=1, keepdims=True) / total for one in (x, y))
        spread = np.sqrt((w * a**2).sum(axis=1) * (w * b**2).sum(axis=1))
        told = (w * a * b).sum(axis=1) / spread
    return np.where(spread > 1e-12, np.clip(told, -1, 1), np.nan)


def _left_out(x: FloatArray, y: FloatArray, times: FloatArray, ridge: float) -> FloatArray:
    """Return (S, n) what each set is foretold by a fit to the others of each draw."""
    predicted = np.empty(times.shape)
    for k in range(len(y)):
        others = times.copy()
        others[:, k] = 0
        weights, middle, scale, level = _fit(x, y, others, ridge)
        predicted[:, k] = level + (weights * (x[k] - middle) / scale).sum(axis=1)
    return predicted


def _fit(
    x: FloatArray, y: FloatArray, times: FloatArray, ridge: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return weights, means and scales (S, p) and levels (S,) of ridge fits weighted by times."""
    share = times / times.sum(axis=1, keepdims=True)
    middle = share @ x
    aside = x[None] - middle[:, None]
    spread = np.sqrt((share[..., None] * aside**2).sum(axis=1))
    scale = np.where(spread > 0, spread, 1.0)
    z = aside / scale[:, None]
    level = share @ y
    weighted = (times[..., None] * z).swapaxes(1, 2)
    gram = weighted @ z + ridge * np.eye(x.shape[1])
    moment = (weighted @ (y[None] - level[:, None])[..., None])[..., 0]
    return np.linalg.solve(gram, moment[..., None])[..., 0], middle, scale, level


def _times(rng: np.random.Generator, sets: int, draws: int) -> FloatArray:
    return rng.multinomial(sets, np.full(sets, 1 / sets), size=draws).astype(np.float64)


def _enough(ap: FloatArray) -> None:
    if len(ap) < FEWEST_SETS:
        raise TooFewSets(
            f"{len(ap)} sets have a real AP; expected {FEWEST_SETS} or more to tell whether "
            "anything foretells it; train on more sets"
        )


def _said(name: str, told: Estimate, foretells: bool) -> str:
    if told.value is None or told.low is None or told.high is None:
        return f"{name}: cannot tell, it does not vary"
    figures = f"r = {told.value:.2f} ({told.low:.2f} to {told.high:.2f})"
    if foretells:
        return f"{name} foretells real AP: {figures}"
    return f"{name}: cannot tell whether it foretells real AP: {figures}"
