"""Alignment judged on photos that it never saw: planned from one half, held against the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from alignment.distances import Bins
from alignment.generalisation import Generalisation, generalisation, median_of
from alignment.halves import FEWEST_PHOTOS
from alignment.methods.config import Choice, choose, image_counts
from alignment.pool import PooledConfig
from alignment.real.split import HeldOut, split
from alignment.sample import Sample
from alignment.settings import TargetSettings
from alignment.target import NothingToFit, fit_target
from alignment.two_sample.distance import on_bins
from scenes.metadata import MetadataTable

IMAGES = 600  # drawn from the pool to stand for a plan
DRAWS = 50  # random subsets of the judge's size


@dataclass(frozen=True, kw_only=True, eq=False)
class Route:
    """What is judged: fit these attributes as these settings say, choose from this pool."""

    pool: Sequence[PooledConfig]
    attributes: tuple[str, ...]
    target: TargetSettings


def cross_fit(
    rng: np.random.Generator, real: MetadataTable, route: Route,
    bins: Mapping[tuple[str, ...], Bins], folds: int,
) -> Mapping[tuple[str, ...], Generalisation]:  # fmt: skip
    """Return the median distances per group of attributes over `folds` halvings of the photos.

    Each fold fits on an `Exposed` half and is judged on the `HeldOut` half. Empty where there are
    too few photos to halve, or folds is 0; a group is left out where no fold could judge it, its
    values being in too few photos.
    """
    photos = len(np.unique(real.image_ids))
    if folds == 0 or photos < FEWEST_PHOTOS:
        return {}
    judged = [_fold(child, real, route, bins) for child in rng.spawn(folds)]
    found = {names: [fold[names] for fold in judged if names in fold] for names in bins}
    return {names: median_of(distances) for names, distances in found.items() if distances}


def _fold(
    rng: np.random.Generator, real: MetadataTable, route: Route,
    bins: Mapping[tuple[str, ...], Bins],
) -> dict[tuple[str, ...], Generalisation]:  # fmt: skip
    try:
        choices, held_out = chosen_of_fold(rng, real, route)
    except NothingToFit:
        return {}
    foretold = drawn_from_pool(rng, choices, IMAGES)
    judge = held_out.for_judging()
    seen = real.rows(~np.isin(real.image_ids, judge.image_ids))
    judged = {
        names: generalisation(
            rng, (Sample.of(seen, names), Sample.of(judge, names)), Sample.of(foretold, names),
            on_bins(bins[names]), DRAWS,
        )
        for names in bins
    }  # fmt: skip
    return {names: found for names, found in judged.items() if found is not None}


def chosen_of_fold(
    rng: np.random.Generator, real: MetadataTable, route: Route
) -> tuple[tuple[Choice, ...], HeldOut]:
    """Return what a random half of the photos chooses, and the other half. Raises NothingToFit."""
    exposed, held_out = split(rng, real, len(np.unique(real.image_ids)) // 2)
    target = fit_target(rng, exposed, route.attributes, route.target)
    return choose(target, route.pool), held_out


def drawn_from_pool(
    rng: np.random.Generator, choices: Sequence[Choice], images: int
) -> MetadataTable:
    """Return `images` previewed scenes of the chosen configurations, drawn with replacement."""
    counts = image_counts([choice.image_share for choice in choices], images)
    parts: list[pa.Table] = []
    next_id = 0
    for choice, count in zip(choices, counts, strict=True):
        table = choice.pooled.table
        for image_id in rng.choice(np.unique(table.image_ids), size=count):
            rows = table.of_images([int(image_id)]).table
            place = rows.column_names.index("image_id")
            new = pa.array(np.full(rows.num_rows, next_id, dtype=np.int64))
            parts.append(rows.set_column(place, "image_id", new))
            next_id += 1
    return MetadataTable(table=pa.concat_tables(parts).combine_chunks())
