"""All that the page and judge.json say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alignment.detection.scoring.bootstrap import Estimate, Resampling
from alignment.detection.standing import FIRST, Compared, Standing


@dataclass(frozen=True, kw_only=True, eq=False)
class Verdict:
    """What was found. told: what it rests on, by what it is called."""

    test_name: str
    told: Mapping[str, str | int]
    notes: tuple[str, ...]
    standings: tuple[Standing, ...]
    resampling: Resampling
    differences: tuple[Compared, ...]

    def of_kind(self, *kinds: str) -> tuple[Standing, ...]:
        """Return the arms of these kinds, the best first."""
        found = [standing for standing in self.standings if standing.arm.kind in kinds]
        return tuple(sorted(found, key=lambda one: -one.sampled[FIRST].value))

    def estimate(self, standing: Standing, measure: str) -> Estimate:
        """Return an arm's measure with its interval."""
        return standing.estimate(measure, self.resampling)

    def lines(self) -> Iterator[str]:
        """Yield the table as text."""
        yield f"AP on {self.test_name}, mean and 5-95 % interval over seeds and photos:"
        for one in self.of_kind("set", "photos", "mixture"):
            yield f"  {one.name:<44}{in_words(self.estimate(one, FIRST))}"


def in_words(told: Estimate) -> str:
    """Return a figure and its interval."""
    return f"{number(told.value)}  ({number(told.low)} to {number(told.high)})"


def number(value: float | None) -> str:
    """Return a score with three decimals, a dash for none."""
    if value is None:
        return "\N{EM DASH}"
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3g}"
