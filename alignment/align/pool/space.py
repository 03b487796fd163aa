"""The configurations that method=mixture and method=scenes search: bands of every knob."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from alignment.align.pool.grid import GridPoint, point_of
from scenes.config.scene import SceneConfig

FloatArray = npt.NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Range:
    """What a knob can be set to. log: evenly in the logarithm. whole: whole numbers only."""

    low: float
    high: float
    log: bool
    whole: bool

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"range [{self.low}, {self.high}]; expected finite low < high")
        if self.log and self.low <= 0:
            raise ValueError(f"range [{self.low}, {self.high}] cannot be log; expected low > 0")

    def at(self, share: float) -> float:
        """Return the value at a share of the range, 0 to 1."""
        if not self.log:
            return self.low + share * (self.high - self.low)
        return float(self.low * (self.high / self.low) ** share)

    def band(self, ends: tuple[float, float]) -> dict[str, Any]:
        """Return the band between two shares of the range, as a Span is told."""
        low, high = self.at(min(ends)), self.at(max(ends))
        if self.whole:
            low, high = round(low), round(high)
        return {"low": low, "high": high, "log": self.log and not self.whole}


@dataclass(frozen=True, kw_only=True)
class SpaceSettings:
    """conf/space: dotted paths below scene to their ranges, and to values picked from."""

    ranges: Mapping[str, Range]
    choices: Mapping[str, tuple[Any, ...]]

    def __post_init__(self) -> None:
        if not self.ranges:
            raise ValueError("ranges is empty; expected at least one knob")
        if empty := [path for path, values in self.choices.items() if not values]:
            raise ValueError(f"choices.{empty[0]} is empty; expected at least one value")

    @property
    def dimensions(self) -> int:
        """Coordinates of a configuration: two ends of every range, one a choice, one a base."""
        return 2 * len(self.ranges) + len(self.choices) + 1

    def values(self, coordinates: FloatArray) -> dict[str, Any]:
        """Return what a configuration sets, by path, from its (dimensions,) shares of 0 to 1."""
        ends = coordinates[: 2 * len(self.ranges)].reshape(-1, 2)
        told: dict[str, Any] = {
            path: one.band((float(a), float(b)))
            for (path, one), (a, b) in zip(self.ranges.items(), ends, strict=True)
        }
        for (path, values), share in zip(
            self.choices.items(), coordinates[2 * len(self.ranges) : -1], strict=True
        ):
            told[path] = _picked(values, share)
        return told


def _picked(values: Sequence[T], share: float) -> T:
    return values[min(int(share * len(values)), len(values) - 1)]


def broad(rng: np.random.Generator, space: SpaceSettings, count: int) -> FloatArray:
    """Return (count, dimensions) coordinates spread evenly over the space: a Sobol net."""
    power = max(0, math.ceil(math.log2(count)))
    return np.asarray(qmc.Sobol(space.dimensions, rng=rng).random_base2(power)[:count])


def near(
    rng: np.random.Generator, parents: FloatArray, weights: FloatArray, count: int, step: float
) -> FloatArray:
    """Return (count, d) coordinates near parents (n, d) drawn by their weights (n,).

    Each coordinate moves by a normal step, folded back at 0 and 1.
    """
    drawn = parents[rng.choice(len(parents), size=count, p=weights / weights.sum())]
    return folded(drawn + step * rng.standard_normal(drawn.shape))


def folded(coordinates: FloatArray) -> FloatArray:
    """Return coordinates with what lies beyond 0 or 1 mirrored back inside."""
    moved = np.abs(coordinates) % 2
    return np.asarray(np.where(moved > 1, 2 - moved, moved))


def points_of(
    bases: Sequence[SceneConfig], space: SpaceSettings, coordinates: FloatArray, first: int
) -> tuple[GridPoint, ...]:
    """Return the configurations of (n, dimensions) coordinates, numbered from `first`.

    bases: one a category, each equally likely. Raises BadSetting for an unknown path or a value out
    of bounds.
    """
    return tuple(
        point_of(_picked(bases, row[-1]), f"space-{number:05d}", space.values(row), "space")
        for number, row in enumerate(coordinates, first)
    )
