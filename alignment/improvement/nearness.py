"""How far sets are from the photos that their plans were fitted to, in floors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alignment.distances.distance import on_bins
from alignment.evaluation.composite import Interval, Measured, composite, measured
from alignment.improvement.settings import NearnessSettings
from alignment.samples.bins import Bins
from alignment.samples.sample import Sample
from scenes.measuring.table import MetadataTable

NEARNESS_STREAM = 63


@dataclass(frozen=True, kw_only=True)
class Near:
    """Times the distance of the photos to themselves: the median, and its 5-95 % range."""

    middle: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f} to {self.high:.2f})"


def nearness(
    real: MetadataTable,
    sets: Mapping[str, Sequence[MetadataTable]],
    settings: NearnessSettings,
    seed: int,
) -> Mapping[str, Near]:
    """Return how near each set comes, over attributes that all have. Raises TooFewPhotos.

    sets: the tables of each set's parts, of which those without boxes tell nothing.
    """
    sets = {key: [table for table in own if len(table)] for key, own in sets.items()}
    state = int(np.random.SeedSequence([seed, NEARNESS_STREAM]).generate_state(1)[0])
    tables = (real, *(table for own in sets.values() for table in own))
    parts = []
    for name in settings.attributes:
        if all(table.holds(name) for table in tables):
            sample = Sample.of(real, (name,))
            others = {key: _together(own, name) for key, own in sets.items()}
            distance = on_bins(Bins.of(sample, settings.bins))
            found = measured(state, settings.splits, distance, sample, others)
            parts.append(Measured(name=name, floor=found.floor, of_sets=found.of_sets))
    told = {key: Interval.of(composite(parts, key, {})) for key in sets}
    return {key: Near(middle=one.middle, low=one.low, high=one.high) for key, one in told.items()}


def _together(tables: Sequence[MetadataTable], name: str) -> Sample:
    """Return one attribute of several tables, whose images are not each other's."""
    samples = [Sample.of(table, (name,)) for table in tables]
    starts = np.cumsum([0, *(int(one.images.max(initial=0)) + 1 for one in samples[:-1])])
    return Sample(
        attributes=(name,), values=np.concatenate([one.values for one in samples]),
        images=np.concatenate([one.images + n for one, n in zip(samples, starts, strict=True)]),
    )  # fmt: skip
