"""Several categories in shares that are asked for: as many boxes of each, or by weights."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from alignment.align.matching.moments import Group, Moments, moments_of
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.smoothing import Smoothed
from alignment.samples.bins import Bins
from alignment.samples.facet import classes_of

VALUES = 2000  # boxes as if so many had told it: nobody estimated it
OFF = 0.5  # of a box, by which a share is off however scenes are chosen
FIRM = 200_000  # of a choice of scenes: that one box is of another class outweighs all else


def class_group(
    categories: Sequence[str], weights: Mapping[str, float], values: int = VALUES
) -> Group:
    """Return what asks of a pool that each category has its share of the boxes.

    weights: of each category in relation to the others; 1 of those that are not named.
    """
    share = np.array([weights.get(name, 1.0) for name in categories])
    target = Smoothed(
        names=classes_of(categories).names, shares=share / share.sum(), mix={}, scores={},
        bins=Bins(inner_edges=(np.arange(1, len(categories)) - 0.5,)),
    )  # fmt: skip
    return Group(target=target, facet=classes_of(categories), values=values)


def with_classes(
    moments: Moments, pool: ScenePool, weights: npt.NDArray[np.float64], images: int
) -> Moments:
    """Return a pool's moments and the shares of classes that weights (s,) give, to be kept firmly.

    A few scenes have few boxes of each of many classes, whose shares of cells are off by chance
    however they are chosen; a class without boxes is off by nothing. So to exchange scenes for
    nearer ones would leave classes out. For the same reason no gap counts for more than what one
    box of `images` scenes makes of it: one in fifty that is cut off, of twenty boxes, cannot be met
    but by none of the class. Of a single class nothing is changed.
    """
    asked = [name for group in moments.groups for name in group.facet.categories]
    categories = tuple(dict.fromkeys(asked))
    if len(categories) < 2:
        return moments
    shown = classes_of(categories).sample(pool.table)
    boxes = np.bincount(
        shown.values[:, 0].astype(int), weights[shown.images], minlength=len(categories)
    )  # fmt: skip
    given = dict(zip(categories, (boxes / boxes.sum()).tolist(), strict=True))
    groups = (
        *(
            replace(group, least=_resolved(group, pool, weights, images))
            for group in moments.groups
        ),
        class_group(categories, given, FIRM),
    )
    return moments_of(groups, lambda group: group.facet.sample(pool.table), len(pool))


def _resolved(
    group: Group, pool: ScenePool, weights: npt.NDArray[np.float64], images: int
) -> float:
    """Return how near `images` scenes can bring a share of a group: half a box of theirs."""
    boxes = float(weights[group.facet.sample(pool.table).images].sum()) * images
    return OFF / max(boxes, 1.0)
