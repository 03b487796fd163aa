"""method=scenes: weights over previewed scenes; the plan is a choice of those very scenes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
import numpy.typing as npt

from alignment.align.matching.class_shares import with_classes
from alignment.align.matching.exchange import draft, first_of_alike
from alignment.align.matching.match import match
from alignment.align.matching.moments import Group, Moments
from alignment.align.matching.settings import MatchSettings
from alignment.align.methods.components import components_of, stands_of
from alignment.align.methods.method import Selection
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.target import Targets
from alignment.real.split import Exposed
from alignment.samples.sample import Sample
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from scenes.sampling.sampler import SceneSampler, scene_seed
from scenes.sampling.studio import CHOSEN_STREAM, Drawn, EmptyScenes, Seen, Studio, plan_of


@dataclass(frozen=True, kw_only=True, eq=False)
class Scenes:
    """Whole scenes chosen from the pool, so that no attribute is traded for another."""

    settings: MatchSettings

    def select(
        self, rng: np.random.Generator, exposed: Exposed, targets: Targets, pool: ScenePool
    ) -> Selection:
        """Return weights that match the exposed photos' population, by `matching.weights`."""
        matched = match(rng, exposed, pool, self.settings)
        weights = matched.weighted.weights
        return Selection(
            pool=pool, weights=weights, stands=stands_of(pool, targets, weights), targets=targets,
            matched=matched, notes=(matched.why,),
        )  # fmt: skip

    def plan(self, studio: Studio, selection: Selection, images: int) -> tuple[Plan, MetadataTable]:
        """Return the plan of exactly `images` scenes of the pool and its previewed metadata."""
        assert selection.matched is not None
        pool, weights = selection.pool, selection.weights
        moments = with_classes(selection.matched.moments, pool, weights, images)
        rng = np.random.default_rng([studio.run_seed, CHOSEN_STREAM, images])
        bare = cache(partial(realised, replace(studio, dressed=False), pool))  # far sooner

        def closer(scenes: npt.NDArray[np.int64]) -> Moments:
            table = studio.table([bare(int(scene)) for scene in scenes])
            return moments.again(partial(_sample, table), len(scenes))

        chosen = draft(rng, pool, moments, weights, images).looked_at(closer).scenes()
        return plan_of_scenes(studio, selection, chosen)


def plan_of_scenes(
    studio: Studio, selection: Selection, chosen: npt.NDArray[np.int64]
) -> tuple[Plan, MetadataTable]:
    """Return the plan of chosen scenes of the pool and its previewed metadata.

    A scene that shows nothing at the size of rendering is replaced by the heaviest one left that
    repeats none. Raises EmptyScenes where none is left.
    """
    pool, weights = selection.pool, selection.weights
    look = partial(realised, studio, pool)
    left = np.setdiff1d(first_of_alike(pool), chosen)
    spare = iter(left[np.argsort(-weights[left], kind="stable")])
    component = components_of(pool, selection.targets)
    drawn = []
    for scene, seen in (_shown(look, int(number), spare) for number in chosen):
        config = pool.configs[pool.owner[scene]].point.config.id
        drawn.append(Drawn(
            seen=seen, component=int(component[scene]), weight=float(weights[scene]),
            why=f"scene {pool.place[scene]} of configuration {config}",
        ))  # fmt: skip
    return plan_of(studio, drawn)


def _sample(table: MetadataTable, group: Group) -> Sample:
    """Return what a group sees of a studio's table, whose images are numbered from 1."""
    found = group.facet.sample(table)
    return replace(found, images=found.images - 1)


def _shown(look: Callable[[int], Seen], scene: int, spare: Iterator[np.int64]) -> tuple[int, Seen]:
    while True:
        seen = look(scene)
        if seen[1].kept:
            return scene, seen
        try:
            scene = int(next(spare))
        except StopIteration:
            raise EmptyScenes(
                "too few scenes of the pool show an object that would be labelled; raise "
                "pool.most_scenes or lower the limits in conf/labels"
            ) from None


def realised(studio: Studio, pool: ScenePool, scene: int) -> Seen:
    """Return a scene of the pool, and what of it would be labelled when rendered."""
    pooled = pool.configs[pool.owner[scene]]
    sampler = SceneSampler.of(pooled.point.config, studio.catalogue)
    seed = scene_seed(studio.run_seed, pooled.number, int(pool.place[scene]))
    return studio.seen(sampler, seed)
