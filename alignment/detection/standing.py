"""How each arm stands: its scores with intervals, and what it has more or less than another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from alignment.detection.arms import Arm
from alignment.detection.detectors.detector import TookEffect
from alignment.detection.scoring.bootstrap import Arm as Sampled
from alignment.detection.scoring.bootstrap import Difference, Estimate, Resampling, difference
from alignment.detection.scoring.scores import MEASURES, Judged
from alignment.detection.scoring.scores import judge as matched
from alignment.detection.scoring.truth import Truth
from alignment.detection.trained import Trained

FloatArray = npt.NDArray[np.float64]
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
    seeds = tuple(trained.outcomes)
    runs = {seed: matched(truth, trained.outcomes[seed].found) for seed in seeds}
    once = np.ones((1, truth.photo_count), dtype=np.int64)
    values = [run.drawn(once) for run in runs.values()]
    draws = [run.drawn(resampling.times) for run in runs.values()]

    def sampled(measure: str, column: int) -> Sampled:
        return Sampled(
            name=trained.arm.name, seeds=seeds,
            values=np.array([told[measure][0, column] for told in values]),
            draws=np.array([told[measure][:, column] for told in draws]),
        )  # fmt: skip

    return Standing(
        arm=trained.arm, sampled={name: sampled(name, 0) for name in MEASURES},
        by_category={name: sampled(FIRST, 1 + k) for k, name in enumerate(truth.categories)},
        judged=runs, keys=trained.keys,
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
