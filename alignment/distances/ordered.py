"""Distances of one attribute that need no bins: Wasserstein-1 and Kolmogorov-Smirnov."""

import numpy as np
import numpy.typing as npt
from scipy import stats

from alignment.distances.distance import Distance
from alignment.samples.resampled import Resampled
from alignment.samples.sample import Sample

FloatArray = npt.NDArray[np.float64]

WASSERSTEIN, KOLMOGOROV_SMIRNOV = "Wasserstein / IQR", "Kolmogorov-Smirnov"
NORMAL_IQR = 2 * stats.norm.ppf(0.75)  # of a normal, in standard deviations


def wasserstein_over_iqr(real: Sample) -> Distance:
    """Return the earth mover's distance in units of the real interquartile range.

    A tenth: values lie, on average, a tenth of the real middle half from where they should. Where
    the range is 0 (most values equal), the standard deviation times that of a normal stands in, and
    where that is 0 too, the attribute's own unit. Source: Vallender 1974, the area between CDFs.
    """
    column = real.values[:, 0]
    spread = float(stats.iqr(column)) or float(NORMAL_IQR * column.std()) or 1.0

    def of(a: Resampled, b: Resampled) -> FloatArray:
        apart, steps = _between_cdfs(a, b)
        return np.asarray(np.abs(apart) @ steps / spread)

    return Distance(name=WASSERSTEIN, of=of)


def kolmogorov_smirnov() -> Distance:
    """Return the greatest difference between the two empirical CDFs, in [0, 1]."""

    def of(a: Resampled, b: Resampled) -> FloatArray:
        apart, steps = _between_cdfs(a, b)
        return np.asarray(np.abs(apart[:, steps > 0]).max(axis=1, initial=0.0))

    return Distance(name=KOLMOGOROV_SMIRNOV, of=of)


def _between_cdfs(a: Resampled, b: Resampled) -> tuple[FloatArray, FloatArray]:
    """Return (s, m) the difference of the CDFs after each pooled value, (m,) the way to the next.

    Between equal values the way is 0, and the difference there means nothing.
    """
    pooled = np.concatenate([a.values[:, 0], b.values[:, 0]])
    order = np.argsort(pooled, kind="stable")
    gained = np.concatenate([a.shares, -b.shares], axis=1)[:, order]
    return np.cumsum(gained, axis=1)[:, :-1], np.diff(pooled[order])
