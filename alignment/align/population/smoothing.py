"""The population behind a small sample, as shares of cells: smoothers, stacked by likelihood.

A histogram of 60 photos repeats their accidents. Three families of estimates are made of the same
cells, and mixed in the proportions under which photos that they have not seen are likeliest
(stacking, Smyth & Wolpert 1999), which comes nearer to other photos than the likeliest alone:

- shrunk histograms: counts drawn towards a flat histogram (of names: towards equal shares of those
  that were seen, with none for all others; of objects per image: towards the geometric distribution
  with their mean, or towards images of one object as often as seen and a geometric distribution for
  the rest, a hurdle: Mullahy 1986) by so many pseudo-counts;
- kernel density estimates, by multiples of Silverman's bandwidth (1986, eq. 3.31);
- Gaussian mixtures with diagonal covariances.

The last two are mixtures of products of normals, whose cells have closed-form shares; what such a
normal has beyond an attribute's bounds is folded back inside.

A share of yes against no is left as it is: a single free number, which no shrinking brings nearer
whatever it is (it takes three: Stein 1956), and which has no neighbouring cells to borrow from.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from alignment.align.population.bells import LEAST_SPREAD, fitted
from alignment.samples.bins import DISCRETE, Bins
from alignment.samples.sample import Sample
from scenes.measuring.table import NAMED

FloatArray = npt.NDArray[np.float64]

BOUNDS: Mapping[str, tuple[float, float]] = {  # of fitted values
    "bbox_area": (-math.inf, 0.0), "center_x": (0.0, 1.0), "center_y": (0.0, 1.0),
    "visible_fraction": (0.0, 1.0), "truncated": (0.0, 1.0), "objects_per_image": (1.0, math.inf),
}  # fmt: skip
COUNT = ("objects_per_image",)
PSEUDO_COUNTS = (1.0, 4.0, 16.0)
OF_A_LAW = (16.0, 64.0, 256.0)  # where they pull towards a distribution of the right kind
BANDWIDTHS = (0.5, 0.75, 1.0, 1.5)
COMPONENTS = (1, 2, 3, 4)
FOLDS = 5
TYPICAL_REST = 3.0  # objects: counted once among images of several, of which there may be none
STEPS = 30  # towards the likeliest mixture: where photos hardly tell, it stays nearly even
LEAST = 1e-3  # over the number of cells: no cell is thought less likely, or impossible


@dataclass(frozen=True, kw_only=True)
class Smoother:
    """One way to estimate. family: a key of _TOLD; setting: its one number."""

    family: str
    setting: float

    def __str__(self) -> str:
        return _TOLD[self.family].format(self.setting)

    def shares(self, values: FloatArray, bins: Bins, names: Sequence[str]) -> FloatArray:
        """Return (cells,) the estimated share of each cell, from (n, d) values; none is 0."""
        (found,) = self.of_parts(values, np.ones((1, len(values)), dtype=np.bool_), bins, names)
        return found

    def of_parts(
        self, values: FloatArray, shown: npt.NDArray[np.bool_], bins: Bins, names: Sequence[str]
    ) -> list[FloatArray]:
        """Return the shares by each of some parts of (n, d) values; shown: (parts, n)."""
        if self.family == "mixture":
            bells = zip(*fitted(values, shown, int(self.setting)), strict=True)
            told = [_product_shares(*one, bins, names) for one in bells]
        elif self.family == "kernel":
            told = [_product_shares(*self._kernels(values[row]), bins, names) for row in shown]
        else:
            told = [self._counted(values[row], bins, names) for row in shown]
        return [_possible(one / one.sum()) for one in told]

    def _counted(self, values: FloatArray, bins: Bins, names: Sequence[str]) -> FloatArray:
        counts = np.bincount(bins.index(values), minlength=bins.size)
        return counts + self.setting * _PRIORS[self.family](values, bins, names)

    def _kernels(self, values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return weights (n,), means (n, d) and standard deviations (n, d)."""
        n, d = values.shape
        width = self.setting * _silverman(values)
        return np.full(n, 1 / n), values, np.broadcast_to(width, (n, d))


@dataclass(frozen=True, kw_only=True, eq=False)
class Smoothed:
    """An estimate: shares (cells,) of `bins`, and the proportions of the smoothers it mixes.

    scores: the mean log-likelihood, under each of them, of a value of photos held out of its fit.
    """

    names: tuple[str, ...]
    bins: Bins
    shares: FloatArray
    mix: Mapping[Smoother, float]
    scores: Mapping[Smoother, float]


def drawn(rng: np.random.Generator, one: Smoothed, count: int) -> FloatArray:
    """Return (count,) values of an estimate of one attribute, even within each cell, or whole.

    A value of an open cell lies within half a bin of its edge.
    """
    (edges,) = one.bins.inner_edges
    low, high = BOUNDS.get(one.names[0], (-np.inf, np.inf))
    cells = rng.choice(len(one.shares), size=count, p=one.shares / one.shares.sum())
    if one.names[0] in DISCRETE:  # whose edges lie half-way between whole numbers
        return np.asarray(np.clip(edges[0] - 0.5 + cells, low, high))
    half = float(np.diff(edges).mean()) / 2 if len(edges) > 1 else 0.5
    ends = np.concatenate([[edges[0] - half], edges, [edges[-1] + half]])
    return np.asarray(np.clip(rng.uniform(ends[cells], ends[cells + 1]), low, high))


def smoothed(rng: np.random.Generator, sample: Sample, bins: Bins) -> Smoothed:
    """Return the mixture of estimates, fitted to all photos, that foretells held-out ones best.

    sample: at least one value, of exposed photos. Below FOLDS photos nothing can be held out, and
    the kernel at Silverman's own bandwidth (or, of whole numbers, the middle histogram) is taken.
    """
    tried, scores = _candidates(sample.attributes), {}
    folds = _folds(rng, sample.images)
    if len(tried) == 1 or folds is None:
        mix = {tried[len(tried) // 2]: 1.0}
    else:
        told = np.column_stack([_foretold(one, sample, bins, folds) for one in tried])
        mix = dict(zip(tried, _stacked(told).tolist(), strict=True))
        scores = dict(zip(tried, np.log(told).mean(axis=0).tolist(), strict=True))
    found = [
        share * one.shares(sample.values, bins, sample.attributes) for one, share in mix.items()
    ]
    return Smoothed(
        names=sample.attributes, bins=bins, shares=np.sum(found, axis=0), mix=mix, scores=scores
    )


def _stacked(foretold: FloatArray) -> FloatArray:
    """Return (k,) the proportions of a mixture, from (n, k) probabilities of held-out values.

    Steps of expectation-maximisation from equal proportions, each of which makes them likelier.
    """
    mix = np.full(foretold.shape[1], 1 / foretold.shape[1])
    for _ in range(STEPS):
        shares = foretold * mix
        mix = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    return mix


def _possible(shares: FloatArray) -> FloatArray:
    """Return (cells,) shares with none below LEAST over their number."""
    raised = np.maximum(shares, LEAST / len(shares))
    return np.asarray(raised / raised.sum())


def _prior(values: FloatArray, bins: Bins, names: Sequence[str]) -> FloatArray:
    if not NAMED.isdisjoint(names):  # the last cell is of all other names, and no name itself
        return np.append(np.full(bins.size - 1, 1 / (bins.size - 1)), 0.0)
    if tuple(names) != COUNT:
        return np.full(bins.size, 1 / bins.size)
    return _geometric(bins, 1.0, float(values.mean()))


def _hurdle(values: FloatArray, bins: Bins, _: Sequence[str]) -> FloatArray:
    """Return (cells,) shares of images of one object, as often as seen, and of more, geometric."""
    rest = np.append(values[values > 1], TYPICAL_REST)
    some = len(rest) / (len(values) + 2)  # none is thought impossible, nor all
    more = some * _geometric(bins, 2.0, float(rest.mean()))
    more[bins.index(np.ones(1))] += 1 - some
    return more


def _geometric(bins: Bins, least: float, mean: float) -> FloatArray:
    """Return (cells,) shares of the geometric distribution from `least` on with this mean."""
    chance = 1 - 1 / max(mean - least + 1, 1.0 + LEAST_SPREAD)  # of one more
    beyond = chance ** np.maximum(np.ceil(bins.inner_edges[0]) - least, 0)  # of an edge
    return -np.diff(np.concatenate([[1.0], beyond, [0.0]]))


_TOLD = {
    "histogram": "histogram shrunk by {:g} values", "hurdle": "histogram shrunk by {:g} values of "
    "one object or geometrically more", "kernel": "kernels of {:g} times Silverman's bandwidth",
    "mixture": "mixture of {:.0f} Gaussians",
}  # fmt: skip
_PRIORS = {"histogram": _prior, "hurdle": _hurdle}


def _candidates(names: Sequence[str]) -> tuple[Smoother, ...]:
    if all(DISCRETE.get(name) == 1 for name in names):
        return (Smoother(family="histogram", setting=0.0),)
    if tuple(names) == COUNT:
        return tuple(Smoother(family=law, setting=s) for s in OF_A_LAW for law in _PRIORS)
    histograms = tuple(Smoother(family="histogram", setting=s) for s in PSEUDO_COUNTS)
    if any(name in DISCRETE for name in names):
        return histograms
    kernels = tuple(Smoother(family="kernel", setting=s) for s in BANDWIDTHS)
    mixtures = tuple(Smoother(family="mixture", setting=s) for s in COMPONENTS)
    return (*histograms, *kernels, *mixtures)


def _folds(rng: np.random.Generator, images: npt.NDArray[np.int64]) -> npt.NDArray[np.intp] | None:
    """Return (n,) the fold of each value, whole photos together; None where there are too few."""
    photos, place = np.unique(images, return_inverse=True)
    if len(photos) < FOLDS:
        return None
    return np.asarray(rng.permutation(len(photos))[place] % FOLDS)


def _foretold(one: Smoother, sample: Sample, bins: Bins, folds: npt.NDArray[np.intp]) -> FloatArray:
    """Return (n,) the probability of each value's cell under an estimate from the other folds."""
    cells = bins.index(sample.values)
    found = np.empty(len(cells))
    held = np.arange(FOLDS)[:, None] == folds
    for out, told in zip(
        held, one.of_parts(sample.values, ~held, bins, sample.attributes), strict=True
    ):
        found[out] = told[cells[out]]
    return found


def _silverman(values: FloatArray) -> FloatArray:
    n, d = values.shape
    quartiles = np.subtract(*np.percentile(values, [75, 25], axis=0)) / 1.34
    spread = values.std(axis=0)
    spread = np.where(quartiles > 0, np.minimum(spread, quartiles), spread)
    return np.asarray(np.maximum(spread, LEAST_SPREAD) * (4 / (d + 2) / n) ** (1 / (d + 4)))


def _product_shares(
    weights: FloatArray, means: FloatArray, spreads: FloatArray, bins: Bins, names: Sequence[str]
) -> FloatArray:
    axes = [
        _axis_shares(means[:, a], spreads[:, a], edges, BOUNDS.get(names[a], (-np.inf, np.inf)))
        for a, edges in enumerate(bins.inner_edges)
    ]
    found = weights[:, None] * axes[0]
    for axis in axes[1:]:
        found = (found[:, :, None] * axis[:, None, :]).reshape(len(weights), -1)
    return np.asarray(found.sum(axis=0))


def _axis_shares(
    mean: FloatArray, spread: FloatArray, edges: FloatArray, bounds: tuple[float, float]
) -> FloatArray:
    """Return (k, cells) shares of k normals, with what lies beyond the bounds mirrored inside."""
    low, high = bounds
    inside = np.clip(np.concatenate([[-np.inf], edges, [np.inf]]), low, high)
    found = np.diff(_below(inside, mean, spread), axis=1)
    for bound in (low, high):
        if math.isfinite(bound):
            found = found - np.diff(_below(2 * bound - inside, mean, spread), axis=1)
    return np.asarray(np.maximum(found, 0.0))


def _below(at: FloatArray, mean: FloatArray, spread: FloatArray) -> FloatArray:
    return np.asarray(ndtr((at[None, :] - mean[:, None]) / spread[:, None]))
