"""What a set of exposed boxes asks of a pool: groups of attributes to match, and how closely."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from alignment.align.matching.class_shares import class_group
from alignment.align.matching.moments import Group, Moments, moments_of
from alignment.align.matching.settings import MatchSettings
from alignment.align.matching.weights import (
    USUAL_TAU,
    Strength,
    Weighted,
    choose_strength,
    shares_under,
    weigh,
)
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.oversampling import oversampled
from alignment.align.population.smoothing import smoothed
from alignment.real.split import Exposed, fittable
from alignment.samples.bins import Bins
from alignment.samples.facet import COUNT, Facet, categories_of, facet_of, pairs_of
from scenes.measuring.table import MetadataTable

FloatArray = npt.NDArray[np.float64]

FOLDS = 4  # of the exposed photos, to choose the entropy's strength by
CHOSEN_ON = 4000  # scenes of the pool, at random: enough to tell one strength from another
FEWEST_PHOTOS = 8  # below, the strength is the usual one


@dataclass(frozen=True, kw_only=True, eq=False)
class Matched:
    """Weights over a pool's scenes, what they were to match, and how the strength was chosen."""

    weighted: Weighted
    moments: Moments
    strength: Strength

    @property
    def why(self) -> str:
        """The strength and what it leaves, in a sentence."""
        effective = f"{self.weighted.effective:.0f} effective of {len(self.moments)}"
        return f"{self.strength.why}; {effective}"


def groups_of(
    rng: np.random.Generator, exposed: Exposed, settings: MatchSettings,
    names: Sequence[tuple[str, ...]] | None = None,
) -> tuple[Group, ...]:  # fmt: skip
    """Return what exposed boxes ask to be matched, category by category, then their co-occurrence.

    names: these attributes alone, without co-occurrence, in place of those of the settings. A group
    of which no exposed box has all values is left out. Rare boxes are asked for more often where
    the settings say so; cells, how well shares are known, and counts of an image stay those of the
    photos. Where categories are given weights, their shares of the boxes are asked for in place of
    their co-occurrence, which goes against them. Raises TypeError for anything but Exposed.
    """
    table = fittable(exposed)
    asked = fittable(oversampled(exposed, settings.oversampling).exposed)
    found = []
    for one in facets_of(table, settings) if names is None else _alone(table, names):
        sample = one.sample(table)
        if len(sample):
            bins = Bins.of(sample, settings.bins if len(one.names) == 1 else settings.pair_bins)
            wanted = sample if COUNT in one.names else one.sample(asked)
            found.append(Group(target=smoothed(rng, wanted, bins), facet=one, values=len(sample)))
    weights, categories = settings.class_weights, categories_of(table)
    if weights is not None and names is None and len(categories) > 1:
        found.append(class_group(categories, weights))
    return tuple(found)


def facets_of(table: MetadataTable, settings: MatchSettings) -> tuple[Facet, ...]:
    """Return every facet of measured values that the settings ask of a table's categories."""
    together = pairs_of(categories_of(table)) if settings.class_weights is None else ()
    return (*_alone(table, settings.names), *together)


def _alone(table: MetadataTable, groups: Sequence[tuple[str, ...]]) -> tuple[Facet, ...]:
    return tuple(
        facet_of(table, category, names) for category in categories_of(table) for names in groups
    )


def match(
    rng: np.random.Generator, exposed: Exposed, pool: ScenePool, settings: MatchSettings,
    owner: npt.NDArray[np.intp] | None = None,
) -> Matched:  # fmt: skip
    """Return weights that match the exposed boxes' population: over scenes, or over owners of them.

    owner: (s,) numbers from 0 without gaps, such as the configuration of each scene.
    """
    whole, inner = rng.spawn(2)
    with threadpool_limits(1):  # of small products, threads would only wait
        strength = strength_for(inner, exposed, pool, settings)
        moments = pool_moments(groups_of(whole, exposed, settings), pool)
        if owner is not None:
            moments = moments.mean_of(owner, int(owner.max()) + 1)
        weighted = weigh(moments, strength.tau)
    return Matched(weighted=weighted, moments=moments, strength=strength)


def pool_moments(groups: Sequence[Group], pool: ScenePool) -> Moments:
    """Return the moments of every scene of a pool."""
    return moments_of(groups, lambda group: group.facet.sample(pool.table), len(pool))


def strength_for(
    rng: np.random.Generator, exposed: Exposed, pool: ScenePool, settings: MatchSettings
) -> Strength:
    """Return the entropy's strength, chosen by folds of the exposed photos unless it is set.

    Held-out photos tell it of boxes as often as they are found, whatever is asked for.
    """
    table, settings = fittable(exposed), settings.as_found
    photos = np.unique(table.image_ids)
    if settings.tau is not None or len(photos) < FEWEST_PHOTOS:
        return Strength(tau=settings.tau or USUAL_TAU, scores={}, given=settings.tau is not None)
    part = pool.part(np.sort(rng.permutation(len(pool))[:CHOSEN_ON]))
    fold_of = rng.permutation(len(photos)) % FOLDS
    return choose_strength(
        [_fold(rng, table, photos[fold_of == fold], part, settings) for fold in range(FOLDS)]
    )


def _fold(  # one fold is made of just these
    rng: np.random.Generator, table: MetadataTable, out: npt.NDArray[np.int64], pool: ScenePool,
    settings: MatchSettings,
) -> tuple[Moments, Callable[[Weighted], FloatArray]]:  # fmt: skip
    kept = Exposed(table=table.of_images(np.setdiff1d(table.image_ids, out)))
    moments = pool_moments(groups_of(rng, kept, settings), pool)
    judged = [
        group.target.bins.index(group.facet.sample(table.of_images(out)).values)
        for group in moments.groups
    ]

    def judge(found: Weighted) -> FloatArray:
        """Return the log-likelihood of every held-out value of every group."""
        return np.concatenate([
            np.log(shares_under(found.weights, moments, number)[cells])
            for number, cells in enumerate(judged)
        ])  # fmt: skip

    return moments, judge
