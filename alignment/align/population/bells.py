"""Gaussian mixtures with diagonal covariances, of many parts of one small sample at once.

Expectation-maximisation (Dempster, Laird & Rubin 1977), as sklearn.mixture.GaussianMixture has it,
which costs five times as much for such parts one by one: smoothing fits thousands of them a plan.
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

STEPS = 30
LEAST_SPREAD = 0.02  # of a bell, so that equal values do not make a spike
_TINY = 1e-12  # of a bell's share: one that nothing is left of stays where it was, and is finite


def fitted(
    values: FloatArray, shown: npt.NDArray[np.bool_], count: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return weights (p, k), means (p, k, d) and standard deviations (p, k, d) of p mixtures.

    values: (n, d). shown: (p, n), of which each is fitted; at least one a part. count: bells of
    each, k; no more than the smallest part has values. Every mixture begins with its values cut
    into k equal groups along the line on which they spread most, so nothing is by chance and
    nothing hangs on the other parts.
    """
    count = min(count, int(shown.sum(axis=1).min()))
    middle = values.mean(axis=0)
    moved = values - middle
    powers = np.hstack([np.ones((len(values), 1)), moved, moved**2])
    belonging = np.stack([_cut(moved, row, count) for row in shown])
    found = _bells(belonging, powers)
    for _ in range(STEPS):
        found = _bells(_belonging(found, powers) * shown[..., None], powers)
    weights, means, spreads = found
    return weights, means + middle, spreads


def _cut(values: FloatArray, shown: npt.NDArray[np.bool_], count: int) -> FloatArray:
    """Return (n, k) to which of k equally many each shown value belongs: 1 or 0."""
    seen = values[shown] - values[shown].mean(axis=0)
    seen = seen / np.maximum(seen.std(axis=0), LEAST_SPREAD)
    along = seen @ np.linalg.svd(seen, full_matrices=False)[2][0]
    rank = np.empty(len(along), dtype=np.intp)
    rank[np.argsort(along, kind="stable")] = np.arange(len(along))
    belonging = np.zeros((len(values), count))
    belonging[np.flatnonzero(shown), rank * count // len(along)] = 1.0
    return belonging


def _bells(belonging: FloatArray, powers: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Maximisation: from (p, n, k) shares of values in bells, and (n, 1 + 2 d) powers."""
    d = powers.shape[1] // 2
    sums = belonging.swapaxes(1, 2) @ powers
    mass = sums[..., 0] + _TINY
    means = sums[..., 1 : d + 1] / mass[..., None]
    squares = sums[..., d + 1 :] / mass[..., None]
    variances = np.maximum(squares - means**2, 0.0) + LEAST_SPREAD**2
    return mass / mass.sum(axis=1, keepdims=True), means, np.sqrt(variances)


def _belonging(bells: tuple[FloatArray, FloatArray, FloatArray], powers: FloatArray) -> FloatArray:
    """Expectation: return (p, n, k) the share of each value that each bell has."""
    weights, means, spreads = bells
    precise = 1 / spreads**2
    constant = np.log(weights) - np.log(spreads).sum(axis=2) - (means**2 * precise).sum(axis=2) / 2
    told = np.concatenate([constant[..., None], means * precise, -precise / 2], axis=2)
    likely = powers @ told.swapaxes(1, 2)
    shares = np.exp(likely - likely.max(axis=2, keepdims=True))
    return np.asarray(shares / shares.sum(axis=2, keepdims=True))
