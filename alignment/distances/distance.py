"""What every two-sample distance is: a name, and a function of two sets of resamples."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.samples.bins import Bins, distance_of_shares
from alignment.samples.resampled import Resampled
from alignment.samples.sample import Sample

FloatArray = npt.NDArray[np.float64]

EVERY = 1 << 30


@dataclass(frozen=True, kw_only=True, eq=False)
class Distance:
    """How far two samples are apart, on scales that the real set alone fixed.

    of: resample s of the one from resample s of the other, (s,); symmetric, larger is farther.
    most_splits, most_values: what its price allows (random whole images of a larger set are used).
    """

    name: str
    of: Callable[[Resampled, Resampled], FloatArray]
    most_splits: int = EVERY
    most_values: int = EVERY

    def between(self, real: Sample, other: Sample) -> float:
        """Return the distance of all values of one to all of the other; neither is empty."""
        return float(self.of(Resampled.whole(real), Resampled.whole(other))[0])


BHATTACHARYYA = "Bhattacharyya"


def on_bins(bins: Bins) -> Distance:
    """Return the Bhattacharyya distance of histograms on these bins."""

    def shares(given: Resampled) -> FloatArray:
        cell = np.zeros((len(given.values), bins.size))
        cell[np.arange(len(cell)), bins.index(given.values)] = 1
        return given.shares @ cell

    return Distance(name=BHATTACHARYYA, of=lambda a, b: distance_of_shares(shares(a), shares(b)))
