"""A range that a number is drawn from."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Span:
    """A uniform distribution over [low, high]; `log` makes it uniform in the logarithm."""

    low: float
    high: float
    log: bool

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ValueError(f"span [{self.low}, {self.high}]; expected finite low <= high")
        if self.log and self.low <= 0:
            raise ValueError(f"span [{self.low}, {self.high}] cannot be log; expected low > 0")

    def times(self, share: float) -> "Span":
        """Return the distribution of as many times the value."""
        return Span(low=self.low * share, high=self.high * share, log=self.log)

    def draw(self, rng: np.random.Generator) -> float:
        """Return one value."""
        if self.log:
            return float(math.exp(rng.uniform(math.log(self.low), math.log(self.high))))
        return float(rng.uniform(self.low, self.high))

    def draw_count(self, rng: np.random.Generator) -> int:
        """Return one whole number of [low, high], each equally likely (or, log, low ones more)."""
        if self.log:
            ends = np.log([math.ceil(self.low), math.floor(self.high) + 1])
            return int(math.exp(rng.uniform(*ends)))
        return int(rng.integers(math.ceil(self.low), math.floor(self.high) + 1))
