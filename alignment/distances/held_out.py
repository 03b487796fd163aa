"""Over-fit made visible: how far a set is from photos that its fit saw, and from others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.distances.distance import Distance
from alignment.samples.resampled import Resampled, draw_images
from alignment.samples.sample import Sample


@dataclass(frozen=True, kw_only=True)
class Generalisation:
    """Distances at the size of the smaller of the exposed and the held-out part.

    exposed: from the photos that the fit saw; held_out: from those that it did not; floor: between
    these two. A fit that follows its photos rather than their population is nearer to the exposed
    than to the held out.
    """

    exposed: float
    held_out: float
    floor: float


def generalisation(
    rng: np.random.Generator, parts: tuple[Sample, Sample], made: Sample, distance: Distance,
    draws: int,
) -> Generalisation | None:  # fmt: skip
    """Return the medians over random whole images of the (exposed, held-out) parts and of `made`.

    None where a part is empty; nothing made is infinitely far.
    """
    size = min(len(part) for part in parts)
    if not size:
        return None
    sizes = np.full(draws, size)
    seen, unseen = (draw_images(rng, part, sizes) for part in parts)
    drawn = draw_images(rng, made, sizes)

    def apart(a: Resampled, b: Resampled) -> float:
        return _median(distance.of(a, b)) if len(b.values) else float("inf")

    return Generalisation(
        exposed=apart(seen, drawn), held_out=apart(unseen, drawn), floor=apart(seen, unseen)
    )


def median_of(found: Sequence[Generalisation]) -> Generalisation:
    """Return the medians over several fits, each figure by itself."""
    return Generalisation(
        exposed=_median([one.exposed for one in found]),
        held_out=_median([one.held_out for one in found]),
        floor=_median([one.floor for one in found]),
    )


def _median(distances: Sequence[float] | npt.NDArray[np.float64]) -> float:
    # without interpolation, which knows no infinity
    return float(np.quantile(np.asarray(distances), 0.5, method="inverted_cdf"))
