"""How each arm stands: its scores with intervals, and what it has more or less than another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from alignment.detection.detector import TookEffect
from alignment.detection.runs.all_arms import Trained
from alignment.detection.runs.arms import Arm
from alignment.detection.scoring.bootstrap import Arm as Sampled
from alignment.detection.scoring.bootstrap import Difference, Estimate, Resampling, difference
from alignment.detection.scoring.scores import Judged, arms
from alignment.detection.scoring.scores import judge as matched
from alignment.detection.scoring.truth import Truth

FIRST = "AP"  # the measure that arms are compared by


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """One arm, judged.

    sampled: by measure, its runs on the photos and their resamples. by_category: AP of each.
    judged: each run's predictions, matched, by seed. keys: of its runs, by seed.
    """

    arm: Arm
    sampled: Mapping[str, Sampled]
    by_category: Mapping[str, Sampled]
    judged: Mapping[int, Judged]
    took_effect: Mapping[int, TookEffect]
    keys: Mapping[int, str]

    @property
    def name(self) -> str:
        """The arm's name."""
        return self.arm.name

    def estimate(self, measure: str, resampling: Resampling) -> Estimate:
        """Return a measure's mean over the seeds, and its interval."""
        return self.sampled[measure].estimate(resampling)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What one arm has more than another, of FIRST."""

    one: str
    other: str
    difference: Difference


def standing_of(trained: Trained, truth: Truth, resampling: Resampling) -> Standing:
    """Return how an arm stands on the photos and on their resamples."""
    runs = {seed: matched(truth, one.found) for seed, one in trained.outcomes.items()}
    mean, *of_each = arms(trained.arm.name, runs, resampling)
    return Standing(
        arm=trained.arm, sampled=mean, judged=runs, keys=trained.keys,
        by_category={
            name: told[FIRST] for name, told in zip(truth.categories, of_each, strict=True)
        },
        took_effect={seed: one.took_effect for seed, one in trained.outcomes.items()},
    )  # fmt: skip


def compared(standings: Sequence[Standing], resampling: Resampling) -> tuple[Compared, ...]:
    """Return the paired differences of all pairs, the better arm first."""
    found = []
    ranked = sorted(standings, key=lambda standing: -standing.sampled[FIRST].value)
    for one, other in combinations(ranked, 2):
        told = difference(one.sampled[FIRST], other.sampled[FIRST], resampling)
        found.append(Compared(one=one.name, other=other.name, difference=told))
    return tuple(found)
