"""How a score grows with the number of photos: a power law, fitted to many resamples at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

FEWEST_SIZES = 3  # a law of three numbers needs as many
_STEEPNESS = (0.05, 4.0)  # the least and greatest c that is looked at
_STEPS = 60
_ROUNDS = 4  # each looks between the neighbours of the best of the last


@dataclass(frozen=True, kw_only=True, eq=False)
class PowerLaws:
    """S laws, each score(n) = ceiling - drop * n ** -steepness. (S,) each.

    ceiling <= 1, drop >= 0, steepness > 0: no law falls. smallest: photos, below which the law was
    never seen; there the score is taken to fall in proportion to 0 without photos.
    """

    ceiling: FloatArray
    drop: FloatArray
    steepness: FloatArray
    smallest: int

    @classmethod
    def fit(cls, sizes: Sequence[int], scores: FloatArray, weights: Sequence[float]) -> "PowerLaws":
        """Return the laws of least weighted squares.

        sizes: (N,) photos, FEWEST_SIZES or more. scores: (S, N). weights: (N,) of the sizes. For a
        given steepness the rest is a line in n ** -steepness, solved within its bounds; the
        steepness is searched on a grid that is made finer about the best.
        """
        n, w = np.array(sizes, dtype=np.float64), np.array(weights, dtype=np.float64)
        grid = np.tile(np.geomspace(*_STEEPNESS, _STEPS), (len(scores), 1))
        rows = np.arange(len(scores))
        for _ in range(_ROUNDS):
            ceiling, drop, error = _lines(n[None, None] ** -grid[..., None], scores, w)
            best = error.argmin(axis=1)
            found = ceiling[rows, best], drop[rows, best], grid[rows, best]
            low = grid[rows, np.maximum(best - 1, 0)]
            high = grid[rows, np.minimum(best + 1, _STEPS - 1)]
            grid = np.geomspace(low, high, _STEPS, axis=1)
        return cls(ceiling=found[0], drop=found[1], steepness=found[2], smallest=min(sizes))

    def at(self, photos: float) -> FloatArray:
        """Return (S,) the score that each law gives to so many photos."""
        first = self.ceiling - self.drop * max(photos, self.smallest) ** -self.steepness
        return np.asarray(first * min(photos / self.smallest, 1.0))

    def photos_for(self, scores: FloatArray) -> FloatArray:
        """Return (S,) how many photos each law needs for its score, inf where none suffice.

        NaN where there is no score.
        """
        first = self.at(self.smallest)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            missing = (self.ceiling - scores) / self.drop
            above = np.where(scores < self.ceiling, missing ** (-1 / self.steepness), np.inf)
            below = self.smallest * np.maximum(scores, 0) / first
        needed = np.where(scores <= first, below, above)
        return np.where(np.isnan(scores) | np.isnan(first), np.nan, needed)


def _lines(x: FloatArray, y: FloatArray, w: FloatArray) -> tuple[FloatArray, ...]:
    """Return (S, C) ceiling, drop and error of y (S, N) = ceiling - drop * x (S, C, N)."""
    y = y[:, None]
    mean_x, mean_y = ((one * w).sum(axis=-1) / w.sum() for one in (x, y))
    aside = x - mean_x[..., None]
    slope = (w * aside * y).sum(axis=-1) / (w * aside**2).sum(axis=-1)
    drop = np.maximum(-slope, 0.0)
    ceiling = mean_y + drop * mean_x
    at_one = np.maximum((w * x * (1 - y)).sum(axis=-1) / (w * x**2).sum(axis=-1), 0.0)
    drop = np.where(ceiling > 1, at_one, drop)
    ceiling = np.minimum(ceiling, 1.0)
    error = (w * (y - ceiling[..., None] + drop[..., None] * x) ** 2).sum(axis=-1)
    return ceiling, drop, error
