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

The interval of a distance is its 5-95% range over the splits. It is a bootstrap by image that draws
half the photos without replacement rather than all of them with it: a mean varies as much
(1 / (n/2) * (1 - 1/2) = 1/n), and no photo is there twice, which would lengthen every distance.
Source: Politis and Romano 1994, on subsampling.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from alignment.distances.distance import Distance, on_bins
from alignment.samples.bins import Bins
from alignment.samples.halves import FEWEST_PHOTOS, Halves
from alignment.samples.resampled import thinned
from alignment.samples.sample import Sample

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
    """One rendered set against the real one: at equal sizes, and with all values of both.

    low, high: the 5-95% bootstrap interval of `at_equal_size`.
    """

    at_equal_size: float
    low: float
    high: float
    of_all: float
    values: int
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One attribute, or several jointly, of a real set and of rendered sets by name.

    distance: which. floor_low, floor_high: its 5-95% band. Floor, band and what is at equal size
    are NaN below FEWEST_PHOTOS photos. power: the share of planted shifts that would have been
    told.
    """

    distance: str
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
    """Return `compare_by` the Bhattacharyya distance on these bins."""
    return compare_by(rng, real, rendered, on_bins(bins), splits)


def compare_by(
    rng: np.random.Generator, real: Sample, rendered: Mapping[str, Sample], distance: Distance,
    splits: int,
) -> Comparison:  # fmt: skip
    """Return the distances of a real sample to itself and to the rendered ones, with verdicts.

    The module's docstring defines them. Nothing rendered is infinitely far and undecidable.
    """
    split_rng, power_rng, *others = rng.spawn(2 + len(rendered))
    judge = thinned(split_rng, real, distance.most_values)
    halves = Halves.draw(split_rng, judge, min(splits, distance.most_splits))
    floor = np.array([np.nan]) if halves is None else distance.of(halves.a, halves.b)
    high = _quantile(floor, HIGH)
    power = 0.0 if halves is None else _power(power_rng, halves, distance, high)
    return Comparison(
        distance=distance.name, attributes=real.attributes, photos=real.image_count,
        values=len(real), floor=_quantile(floor, 0.5), floor_low=_quantile(floor, LOW),
        floor_high=high, power=power,
        gaps={
            name: _gap(child, (judge, rendered[name]), halves, distance, (high, power))
            for child, name in zip(others, rendered, strict=True)
        },
    )  # fmt: skip


def _gap(
    rng: np.random.Generator, pair: tuple[Sample, Sample], halves: Halves | None,
    distance: Distance, limits: tuple[float, float],
) -> Gap:  # fmt: skip
    judge, other = pair
    few = thinned(rng, other, distance.most_values)
    found = _matched(rng, halves, few, distance)
    middle = _quantile(found, 0.5)
    return Gap(
        at_equal_size=middle, low=_quantile(found, LOW), high=_quantile(found, HIGH),
        of_all=distance.between(judge, few) if len(judge) and len(few) else float("inf"),
        values=len(other),
        verdict=_verdict(middle, *limits) if len(other) and halves else Verdict.UNDECIDABLE,
    )  # fmt: skip


def _matched(
    rng: np.random.Generator, halves: Halves | None, rendered: Sample, distance: Distance
) -> FloatArray:
    """Return (splits,) the distances of A to as many rendered values as B holds."""
    if halves is None:
        return np.array([np.nan])
    if not len(rendered):
        return np.array([np.inf])
    return distance.of(halves.a, halves.drawn(rng, rendered))


def _power(rng: np.random.Generator, halves: Halves, distance: Distance, limit: float) -> float:
    """Return the share of splits whose B, once shifted, is farther from A than `limit`.

    Of a shift up and a shift down the one told less often counts, since one of them may only push
    values out of the real range; a shift that can move nothing does not count.
    """
    shifted = [halves.shifted(rng, sign) for sign in (1, -1)]
    told = [float((distance.of(halves.a, b) > limit).mean()) for b in shifted if b is not None]
    return min(told, default=0.0)


def _verdict(matched: float, high: float, power: float) -> Verdict:
    if matched > high:
        return Verdict.NOT_ALIGNED
    return Verdict.ALIGNED if power >= ENOUGH_POWER else Verdict.UNDECIDABLE


def _quantile(distances: FloatArray, q: float) -> float:
    # without interpolation, which knows no infinity
    return float(np.quantile(distances, q, method="inverted_cdf"))


__all__ = ["FEWEST_PHOTOS", "Comparison", "Gap", "Verdict", "compare", "compare_by"]
