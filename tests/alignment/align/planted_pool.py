"""Pools of scenes, targets and moments whose truth is known, because it was planted."""

import numpy as np
from scipy import sparse

from alignment.align.matching.moments import Group, Moments
from alignment.align.pool.previews import previewed_from
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.smoothing import Smoothed, Smoother
from alignment.samples.bins import Bins
from alignment.samples.facet import facet
from alignment.samples.sample import Sample
from scenes.measuring.table import MetadataTable
from tests.alignment.align.planted import ATTRIBUTES, point


def boxes(rng, images, first=0, mean=(-2.0, 0.5), spread=(0.5, 0.1)):
    """Images of 1 to 4 boxes each, whose ids rise from `first`; every previewed attribute."""
    counts = rng.integers(1, 5, images)
    n = int(counts.sum())
    return MetadataTable.from_columns({
        "image_id": first + np.repeat(np.arange(images), counts),
        "bbox_area": np.exp(rng.normal(mean[0], spread[0], n)),
        "center_x": rng.uniform(0.1, 0.9, n), "center_y": rng.normal(mean[1], spread[1], n),
        "aspect": np.exp(rng.normal(0.0, 0.2, n)),
        "truncated": (rng.uniform(size=n) < 0.3).astype(float),
        "objects_per_image": np.repeat(counts, counts),
    })  # fmt: skip


def scene_pool(rng, configs=8, each=50, spread=(1.5, 0.3)):
    """A wide pool: every configuration shows all its scenes."""
    return ScenePool.of([
        previewed_from(number, point(number), each, boxes(rng, each, 1, spread=spread), ATTRIBUTES)
        for number in range(configs)
    ])  # fmt: skip


def cells(shares, names=("center_y",), values=40):
    """A group on equal cells of (0, 1) with these shares."""
    edges = np.linspace(0, 1, len(shares) + 1)[1:-1]
    target = Smoothed(
        names=names, bins=Bins(inner_edges=(edges,)), shares=np.asarray(shares, dtype=float),
        mix={Smoother(family="histogram", setting=1.0): 1.0}, scores={},
    )  # fmt: skip
    return Group(target=target, facet=facet("", names), values=values)


def sample(rng, scenes, names=("center_y",), per_scene=3):
    """`per_scene` values of every scene, on average; some scenes have none."""
    images = np.sort(rng.integers(0, scenes, per_scene * scenes))
    return Sample(attributes=names, values=rng.uniform(size=(len(images), 1)), images=images)


def dense_moments(matrix):
    """Moments whose A is `matrix` (s, K): one group, a value a scene, of which nothing is asked."""
    scenes, size = matrix.shape
    assert size > 1
    group = cells(np.full(size, 1 / size))
    return Moments(
        counts=sparse.csr_matrix(matrix), totals=np.ones((scenes, 1)),
        targets=np.zeros((1, size)), per_scene=np.ones(1), groups=(group,),
    )  # fmt: skip
