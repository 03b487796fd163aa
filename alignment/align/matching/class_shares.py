"""Several categories in shares that are asked for: as many boxes of each, or by weights."""

from collections.abc import Mapping, Sequence

import numpy as np

from alignment.align.matching.moments import Group
from alignment.align.population.smoothing import Smoothed
from alignment.samples.bins import Bins
from alignment.samples.facet import classes_of

VALUES = 2000  # boxes as if so many had told it: nobody estimated it


def class_group(categories: Sequence[str], weights: Mapping[str, float]) -> Group:
    """Return what asks of a pool that each category has its share of the boxes.

    weights: of each category in relation to the others; 1 of those that are not named.
    """
    share = np.array([weights.get(name, 1.0) for name in categories])
    target = Smoothed(
        names=classes_of(categories).names, shares=share / share.sum(), mix={}, scores={},
        bins=Bins(inner_edges=(np.arange(1, len(categories)) - 0.5,)),
    )  # fmt: skip
    return Group(target=target, facet=classes_of(categories), values=VALUES)
