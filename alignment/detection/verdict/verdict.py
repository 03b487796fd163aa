"""All that the page and judge.json say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alignment.detection.scoring.bootstrap import Arm as Sampled
from alignment.detection.scoring.bootstrap import Estimate, Resampling
from alignment.detection.scoring.habits import HabitSettings
from alignment.detection.scoring.ratios import Advice
from alignment.detection.verdict.exhibits import Exhibits
from alignment.detection.verdict.failings import Failing
from alignment.detection.verdict.recipe import Recipe
from alignment.detection.verdict.standing import FIRST, Compared, Standing
from alignment.detection.verdict.took_effect import Effect
from alignment.detection.verdict.worth import ExchangeRate


@dataclass(frozen=True, kw_only=True, eq=False)
class Verdict:
    """What was found.

    told: what it rests on, by what it is called. habits: HABITS of each arm, by its name. exhibits,
    recipe: of the best arm.
    """

    test_name: str
    told: Mapping[str, str | int]
    notes: tuple[str, ...]
    standings: tuple[Standing, ...]
    resampling: Resampling
    differences: tuple[Compared, ...]
    rate: ExchangeRate | None
    advice: tuple[Advice, ...]
    habits: Mapping[str, Mapping[str, Sampled]]
    told_habits: HabitSettings
    failings: tuple[Failing, ...]
    exhibits: Exhibits
    effects: tuple[Effect, ...]
    facts: tuple[tuple[str, str], ...]
    recipe: Recipe

    def of_kind(self, *kinds: str) -> tuple[Standing, ...]:
        """Return the arms of these kinds, the best first."""
        found = [standing for standing in self.standings if standing.arm.kind in kinds]
        return tuple(sorted(found, key=lambda one: -one.sampled[FIRST].value))

    @property
    def best(self) -> Standing:
        """The arm of the highest mean, learning curve apart."""
        return self.of_kind("set", "photos", "mixture")[0]

    def estimate(self, standing: Standing, measure: str) -> Estimate:
        """Return an arm's measure with its interval."""
        return standing.estimate(measure, self.resampling)

    def lines(self) -> Iterator[str]:
        """Yield the table as text."""
        yield f"AP on {self.test_name}, mean and 5-95 % interval over seeds and photos:"
        for one in self.of_kind("set", "photos", "mixture"):
            yield f"  {one.name:<44}{in_words(self.estimate(one, FIRST))}"
        yield from (worth.sentence for worth in (self.rate.worths if self.rate else ()))
        yield from (advice.sentence for advice in self.advice)


def in_words(told: Estimate) -> str:
    """Return a figure and its interval."""
    return f"{number(told.value)}  ({number(told.low)} to {number(told.high)})"


def number(value: float | None) -> str:
    """Return a score with three decimals, a dash for none."""
    if value is None:
        return "\N{EM DASH}"
    value = round(value, 3) + 0.0  # which is never minus nothing
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3g}"


def signed(value: float | None) -> str:
    """Return a difference with its sign."""
    return number(value) if value is None or round(value, 3) <= 0 else f"+{number(value)}"


def percent(share: float | None) -> str:
    """Return a share of one as percents, a dash for none."""
    return "\N{EM DASH}" if share is None else f"{share:.0%}"
