"""The floor under every distance: how far a real set is from itself, and what that lets us say.

Everything is compared at equal sizes, because a histogram of few values is far from any other. The
real photos are split, seeded and by image, into halves A and B, many times over:

- floor: D(A, B), the set's distance from itself;
- a rendered set: D(A, R), R being random whole images of it, as many as it takes to reach the
  number of values in B; drawn with replacement only where the rendered set holds fewer;
- power: how often D(A, B shifted by half a real standard deviation) exceeds the floor's 95th
  percentile.

Columns are medians over the splits. A rendered set whose median is above the floor's 95th
percentile is `not aligned`. Otherwise it is `aligned` if the sample is large enough to have told,
that is if the power is at least one half, and `undecidable` if it is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from alignment.distances import Bins, bhattacharyya, distance_of_shares
from alignment.halves import FEWEST_PHOTOS, Halves, draw_images
from alignment.sample import Sample

FloatArray = npt.NDArray[np.float64]

LOW, HIGH = 0.05, 0.95
ENOUGH_POWER = 0.5


class Verdict(StrEnum):
    """What the floor allows to be said of a rendered set."""

    ALIGNED = "aligned"
    NOT_ALIGNED = "not aligned"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One rendered set against the real one: at equal sizes, and with all values of both."""

    at_equal_size: float
    of_all: float
    values: int
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One attribute, or several jointly, of a real set and of rendered sets by name.

    floor_low, floor_high: its 5-95% band. Floor, band and `at_equal_size` are NaN below
    FEWEST_PHOTOS photos. power: the share of planted shifts that would have been told.
    """

    attributes: tuple[str, ...]
    photos: int
    values: int
    floor: float
    floor_low: float
    floor_high: float
    power: float
    gaps: Mapping[str, Gap]


def compare(
    rng: np.random.Generator, real: Sample, rendered: Mapping[str, Sample], bins: Bins, splits: int
) -> Comparison:
    """Return the distances of a real sample to itself and to the rendered ones, with verdicts.

    The module's docstring defines them. Nothing rendered is infinitely far and undecidable.
    """
    split_rng, power_rng, *others = rng.spawn(2 + len(rendered))
    halves = Halves.draw(split_rng, real, bins, splits)
    if halves is None:
        return _too_few(real, rendered, bins)
    low, middle, high = (_quantile(halves.floor(), q) for q in (LOW, 0.5, HIGH))
    power = halves.power(power_rng, high)
    matched = {name: _quantile(halves.against(child, rendered[name]), 0.5)
               for child, name in zip(others, rendered, strict=True)}  # fmt: skip
    return Comparison(
        attributes=real.attributes, photos=real.image_count, values=len(real), floor=middle,
        floor_low=low, floor_high=high, power=power,
        gaps={name: Gap(
            at_equal_size=matched[name], of_all=bhattacharyya(real.values, other.values, bins),
            values=len(other), verdict=_verdict(matched[name], high, power, len(other)),
        ) for name, other in rendered.items()},
    )  # fmt: skip


def distance_at_equal_size(
    rng: np.random.Generator, judge: Sample, rendered: Sample, bins: Bins, draws: int
) -> float:
    """Return the median distance of `judge` to random whole images of `rendered` of its size.

    For photos that were kept out of a fit. inf where either is empty.
    """
    if not len(judge) or not len(rendered):
        return float("inf")
    drawn = draw_images(rng, rendered, bins, np.full(draws, len(judge)))
    shares = drawn / drawn.sum(axis=1, keepdims=True)
    return _quantile(distance_of_shares(bins.share(judge.values), shares), 0.5)


def _verdict(matched: float, high: float, power: float, values: int) -> Verdict:
    if not values:
        return Verdict.UNDECIDABLE
    if matched > high:
        return Verdict.NOT_ALIGNED
    return Verdict.ALIGNED if power >= ENOUGH_POWER else Verdict.UNDECIDABLE


def _quantile(distances: FloatArray, q: float) -> float:
    # without interpolation, which knows no infinity
    return float(np.quantile(distances, q, method="inverted_cdf"))


def _too_few(real: Sample, rendered: Mapping[str, Sample], bins: Bins) -> Comparison:
    nan = float("nan")
    return Comparison(
        attributes=real.attributes, photos=real.image_count, values=len(real),
        floor=nan, floor_low=nan, floor_high=nan, power=0.0,
        gaps={name: Gap(
            at_equal_size=nan, of_all=bhattacharyya(real.values, other.values, bins),
            values=len(other), verdict=Verdict.UNDECIDABLE,
        ) for name, other in rendered.items()},
    )  # fmt: skip


__all__ = ["FEWEST_PHOTOS", "Comparison", "Gap", "Verdict", "compare", "distance_at_equal_size"]
