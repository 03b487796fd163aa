"""How sure a score is: photos and seeds drawn again, the same for all that is compared."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
LEVEL = (0.05, 0.95)  # the ends of every interval


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure and its 5-95 % interval; None where there is none to tell.

    The interval is of percentiles. An average precision of few photos lies a little above that of
    many, and its draws above it: planted runs put the true AP within in 84 of 100 trials, mostly
    missing it on the low side. Differences on the same photos do not have that lean.
    """

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, value: float, draws: FloatArray) -> "Estimate":
        """Return a figure with the interval of its draws (S,), those that are NaN left out.

        Infinite draws are kept, and an end that is infinite is None: nothing bounds it.
        """
        known = draws[~np.isnan(draws)]
        if not len(known):
            return cls(value=_told(value), low=None, high=None)
        low, high = np.quantile(known, LEVEL, method="inverted_cdf")
        return cls(value=_told(value), low=_told(low), high=_told(high))

    @property
    def side(self) -> int:
        """1 or -1 where the whole interval is above or below zero, else 0."""
        return _side(self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What one arm has more than another, with its 5-95 % interval.

    above_zero: the share of draws in which it has more, a draw of none counting half. seeds: how
    many runs of each were compared in pairs; 0 where the arms share no seed.
    """

    value: float | None
    low: float | None
    high: float | None
    above_zero: float | None
    seeds: int

    @property
    def decided(self) -> int:
        """1 or -1 where the whole interval is on one side of zero, else 0."""
        return _side(self.low, self.high)


@dataclass(frozen=True, kw_only=True, eq=False)
class Resampling:
    """S bootstrap draws of P photos, and of as many seeds as an arm has runs.

    times: (S, P) how often each photo is drawn. entropy: what the draws of seeds come from.
    """

    times: IntArray
    entropy: int

    def __post_init__(self) -> None:
        self.times.setflags(write=False)

    @classmethod
    def draw(cls, rng: np.random.Generator, photos: int, draws: int) -> "Resampling":
        """Return draws with replacement, each of as many photos as there are."""
        times = rng.multinomial(photos, np.full(photos, 1 / photos), size=draws)
        return cls(times=times.astype(np.int64), entropy=int(rng.integers(2**63)))

    def first(self, draws: int) -> "Resampling":
        """Return the first draws, or as many as there are."""
        return replace(self, times=self.times[:draws])

    @property
    def whole_first(self) -> IntArray:
        """(1 + S, P) the photos as they are, then the draws: what a measure is asked for."""
        return np.concatenate([np.ones_like(self.times[:1]), self.times])

    def seeds(self, runs: int) -> FloatArray:
        """Return (S, R) the share of each draw that each run makes up; the same for equal R."""
        rng = np.random.default_rng([self.entropy, runs])
        return rng.multinomial(runs, np.full(runs, 1 / runs), size=len(self.times)) / runs


@dataclass(frozen=True, kw_only=True, eq=False)
class Arm:
    """One measure of R runs that differ by their seed alone, on the same test photos.

    seeds: (R,) of the runs. values: (R,) on the photos as they are. draws: (R, S) on resamples of
    one Resampling. NaN where the photos hold nothing to measure.
    """

    name: str
    seeds: tuple[int, ...]
    values: FloatArray
    draws: FloatArray

    def __post_init__(self) -> None:
        runs = len(self.seeds)
        if not runs or self.values.shape != (runs,) or self.draws.shape[:1] != (runs,):
            raise ValueError(
                f"arm {self.name!r} of {runs} seeds has {self.values.shape} values and "
                f"{self.draws.shape} draws; expected (R,) and (R, S)"
            )

    @classmethod
    def of(cls, name: str, by_seed: Mapping[int, FloatArray]) -> "Arm":
        """Return an arm of what each seed's run measured of `Resampling.whole_first`, (1 + S,)."""
        told = np.array(list(by_seed.values()))
        return cls(name=name, seeds=tuple(by_seed), values=told[:, 0], draws=told[:, 1:])

    @property
    def value(self) -> float:
        """The mean over the runs."""
        return float(self.values.mean())

    def drawn_means(self, resampling: Resampling) -> FloatArray:
        """Return (S,) the mean over the runs, with photos and seeds drawn again.

        First the photos, the same for every run, then the runs. Of R runs drawn with replacement
        the mean varies by (R - 1) / R too little, so its distance from the mean over all runs is
        stretched by sqrt(R / (R - 1)). With one run the interval is of the photos alone.
        Source: Davison and Hinkley 1997, section 3.8, for the order and the correction.
        """
        runs = len(self.seeds)
        middle = self.draws.mean(axis=0)
        if runs == 1:
            return np.asarray(middle)
        drawn = (resampling.seeds(runs).T * self.draws).sum(axis=0)
        return np.asarray(middle + math.sqrt(runs / (runs - 1)) * (drawn - middle))

    def estimate(self, resampling: Resampling) -> Estimate:
        """Return the mean over the runs with its interval over seeds and photos."""
        return Estimate.of(self.value, self.drawn_means(resampling))

    def of_seeds(self, seeds: Sequence[int]) -> "Arm":
        """Return the arm with these runs alone, in this order."""
        rows = [self.seeds.index(seed) for seed in seeds]
        return replace(self, seeds=tuple(seeds), values=self.values[rows], draws=self.draws[rows])


def difference(one: Arm, other: Arm, resampling: Resampling) -> Difference:
    """Return what `one` has more than `other` on the same photos.

    Runs of one seed are a pair; seeds that only one of the arms has are left out. Where they share
    none, each arm's seeds are drawn for themselves.
    """
    shared = [seed for seed in one.seeds if seed in other.seeds]
    if shared:
        one, other = one.of_seeds(shared), other.of_seeds(shared)
        pairs = replace(
            one, values=one.values - other.values, draws=one.draws - other.draws
        )  # fmt: skip
        value, draws = pairs.value, pairs.drawn_means(resampling)
    else:
        apart = replace(resampling, entropy=resampling.entropy ^ 1)
        value = one.value - other.value
        draws = one.drawn_means(resampling) - other.drawn_means(apart)
    told = Estimate.of(value, draws)
    return Difference(
        value=told.value, low=told.low, high=told.high, above_zero=_above_zero(draws),
        seeds=len(shared),
    )  # fmt: skip


def _side(low: float | None, high: float | None) -> int:
    if low is not None and low > 0:
        return 1
    return -1 if high is not None and high < 0 else 0


def _above_zero(draws: FloatArray) -> float | None:
    known = draws[np.isfinite(draws)]
    return float((np.sign(known) / 2 + 0.5).mean()) if len(known) else None


def _told(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
