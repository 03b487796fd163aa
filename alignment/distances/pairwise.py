"""Distances from all pairs of values, for one attribute or several jointly: energy and MMD.

Values are whitened by the real covariance, so that no attribute counts more for its unit, and two
that go together count once. Unwhitened, the energy distance hardly sees a lost correlation.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist, pdist

from alignment.distances.distance import Distance
from alignment.samples.resampled import Resampled
from alignment.samples.sample import Sample

FloatArray = npt.NDArray[np.float64]

ENERGY, MMD = "energy", "MMD\N{SUPERSCRIPT TWO}"
MOST_VALUES = 1000  # whose pairs are a million
LEAST_SHARE = 0.01  # of an attribute's variance that a direction may have; below, it is noise


def energy(real: Sample) -> Distance:
    """Return the energy distance, sqrt(2 E|X - Y| - E|X - X'| - E|Y - Y'|).

    Of the samples as they are (X may be X'). In one dimension SciPy's `energy_distance`.
    Source: Székely and Rizzo 2013, section 2.
    """
    white = _whitening(real)

    def of(a: Resampled, b: Resampled) -> FloatArray:
        across, in_a, in_b = _means(a, b, white, cdist)
        return np.asarray(np.sqrt(np.maximum(2 * across - in_a - in_b, 0)))

    return Distance(name=ENERGY, of=of, most_values=MOST_VALUES)


def mmd(real: Sample) -> Distance:
    """Return the squared maximum mean discrepancy, unbiased, with a Gaussian kernel.

    Its bandwidth is the median distance between two real values. 0 on average between two samples
    of one population, and so below 0 half of the time. Two values at least on either side, else
    NaN. Source: Gretton et al. 2012, lemma 6.
    """
    white = _whitening(real)
    apart = pdist(real.values[:MOST_VALUES] @ white)
    width = float(np.median(apart[apart > 0])) if (apart > 0).any() else 1.0

    def kernel(x: FloatArray, y: FloatArray) -> FloatArray:
        return np.asarray(np.exp(cdist(x, y, "sqeuclidean") / (-2 * width**2)))

    def of(a: Resampled, b: Resampled) -> FloatArray:
        across, in_a, in_b = _means(a, b, white, kernel)
        return _without_self(in_a, a) + _without_self(in_b, b) - 2 * across

    return Distance(name=MMD, of=of, most_values=MOST_VALUES)


def _whitening(real: Sample) -> FloatArray:
    """Return (d, d), by which the real values times it have about the identity as covariance."""
    spread = real.values.std(axis=0)
    unit = np.where(spread > 0, spread, 1.0)
    scaled = (real.values - real.values.mean(axis=0)) / unit
    values, vectors = np.linalg.eigh(scaled.T @ scaled / len(scaled) + np.diag(spread == 0))
    return np.asarray(vectors / np.sqrt(np.maximum(values, LEAST_SHARE)) / unit[:, None])


def _means(
    a: Resampled, b: Resampled, white: FloatArray,
    pairwise: Callable[[FloatArray, FloatArray], FloatArray],
) -> tuple[FloatArray, FloatArray, FloatArray]:  # fmt: skip
    """Return (s,) means of `pairwise` over all pairs of a with b, of a with a and of b with b."""
    in_a, in_b = a.values @ white, b.values @ white

    def mean(p: FloatArray, q: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
        return np.asarray(np.einsum("sn,sn->s", p @ pairwise(x, y), q))

    return (
        mean(a.shares, b.shares, in_a, in_b),
        mean(a.shares, a.shares, in_a, in_a),
        mean(b.shares, b.shares, in_b, in_b),
    )


def _without_self(mean: FloatArray, given: Resampled) -> FloatArray:
    """Return a kernel's mean over all pairs, less the n pairs of a value with itself, each 1."""
    n = given.sizes
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((mean * n**2 - n) / (n * (n - 1)))
