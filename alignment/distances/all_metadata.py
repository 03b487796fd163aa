"""Real against rendered on all metadata that they share, by the classifier test."""

from collections.abc import Mapping

import numpy as np

from alignment.distances.classifier import classifier_auc
from alignment.distances.floor import Comparison, compare_by
from alignment.samples.sample import Sample
from scenes.measuring.table import MetadataTable

MOST_LACKING = 0.1  # of the rows; an attribute that more of them lack is left out


def compare_metadata(
    rng: np.random.Generator, real: MetadataTable, rendered: Mapping[str, MetadataTable],
    splits: int,
) -> Comparison | None:  # fmt: skip
    """Return how well a classifier tells real objects from rendered ones, None without objects.

    A rendered set that lacks a column which the others have is not compared, but for the first,
    which decides with the real set what is shared.
    """
    first = next(iter(rendered.values()))
    names = shared(real, first)
    if not names or not len(sample := Sample.of(real, names)):
        return None
    others = {key: Sample.of(table, names) for key, table in rendered.items()
              if set(names) <= set(table.attributes)}  # fmt: skip
    return compare_by(rng, sample, others, classifier_auc(sample), splits)


def shared(real: MetadataTable, rendered: MetadataTable) -> tuple[str, ...]:
    """Return the attributes that both measured, in hardly a row less than all.

    What was estimated is left out: a classifier would tell the estimate from the measurement.
    """
    both = [name for name in real.attributes if name in rendered.attributes]
    measured = [name for name in both if name not in real.estimated | rendered.estimated]
    return tuple(n for n in measured if _whole(real, n) and _whole(rendered, n))


def _whole(table: MetadataTable, name: str) -> bool:
    return not len(table) or float(np.isnan(table.column(name)).mean()) <= MOST_LACKING
