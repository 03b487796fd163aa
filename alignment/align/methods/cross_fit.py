"""Alignment judged on photos that it never saw: planned from one half, held against the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from alignment.align.methods.registry import Method, Selection
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.settings import TargetSettings
from alignment.align.population.target import NothingToFit, fit_targets
from alignment.distances.distance import on_bins
from alignment.distances.held_out import Generalisation, generalisation, median_of
from alignment.real.split import Exposed, HeldOut, split
from alignment.samples.bins import Bins
from alignment.samples.facet import Facet
from alignment.samples.halves import FEWEST_PHOTOS
from scenes.measuring.table import MetadataTable
from scenes.processes.hands import ALONE, Hands

IMAGES = 600  # drawn from the pool to stand for a plan
DRAWS = 50  # random subsets of the judge's size


@dataclass(frozen=True, kw_only=True, eq=False)
class Route:
    """What is judged: fit these attributes as these settings say, select from this pool."""

    method: Method
    pool: ScenePool
    attributes: tuple[str, ...]
    target: TargetSettings

    def select(self, rng: np.random.Generator, exposed: Exposed) -> Selection:
        """Return what this route makes of exposed photos. Raises NothingToFit."""
        first, second = rng.spawn(2)
        targets = fit_targets(first, exposed, self.attributes, self.target)
        return self.method.select(second, exposed, targets, self.pool)


@dataclass(frozen=True, kw_only=True, eq=False)
class Folds:
    """How many halvings there are, and who makes them."""

    count: int
    hands: Hands = ALONE


def cross_fit(
    rng: np.random.Generator, real: MetadataTable, route: Route, bins: Mapping[Facet, Bins],
    folds: Folds,
) -> Mapping[Facet, Generalisation]:  # fmt: skip
    """Return the median distances per facet over halvings of the photos, by anyone the same.

    Each fold fits on an `Exposed` half and is judged on the `HeldOut` half. Empty where there are
    too few photos to halve, or no folds; a facet is left out where no fold could judge it, its
    values being in too few photos.
    """
    photos = len(np.unique(real.image_ids))
    if folds.count == 0 or photos < FEWEST_PHOTOS:
        return {}
    seeds = rng.bit_generator.seed_seq.spawn(folds.count)  # type: ignore[attr-defined]  # numpy's stub
    judged = folds.hands.shared(partial(_fold, real, route, bins), seeds)
    found = {one: [fold[one] for fold in judged if one in fold] for one in bins}
    return {one: median_of(distances) for one, distances in found.items() if distances}


def ready_to_judge() -> None:
    """Load what a fold needs, which is imported with this function."""


def _fold(
    real: MetadataTable, route: Route, bins: Mapping[Facet, Bins], seed: np.random.SeedSequence
) -> dict[Facet, Generalisation]:
    rng = np.random.default_rng(seed)
    with threadpool_limits(1):  # the other cores have folds of their own
        return _judged(rng, real, route, bins)


def _judged(
    rng: np.random.Generator, real: MetadataTable, route: Route, bins: Mapping[Facet, Bins]
) -> dict[Facet, Generalisation]:
    try:
        selection, held_out = selected_of_fold(rng, real, route)
    except NothingToFit:
        return {}
    scenes = rng.choice(len(selection.pool), size=IMAGES, p=selection.weights)
    foretold = selection.pool.drawn(scenes)
    judge = held_out.for_judging()
    seen = real.rows(~np.isin(real.image_ids, judge.image_ids))
    judged = {
        one: generalisation(
            rng, (one.sample(seen), one.sample(judge)), one.sample(foretold), on_bins(bins[one]),
            DRAWS,
        )
        for one in bins
    }  # fmt: skip
    return {one: found for one, found in judged.items() if found is not None}


def selected_of_fold(
    rng: np.random.Generator, real: MetadataTable, route: Route
) -> tuple[Selection, HeldOut]:
    """Return what a random half of the photos selects, and the other half. Raises NothingToFit."""
    exposed, held_out = split(rng, real, len(np.unique(real.image_ids)) // 2)
    return route.select(rng, exposed), held_out
