"""method=scenes: weights over previewed scenes; the plan is a choice of those very scenes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

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
from scenes.sampling.sampler import scene_seed
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
        bare = replace(studio, dressed=False)  # far sooner
        known: dict[int, Seen] = {}

        def closer(scenes: npt.NDArray[np.int64]) -> Moments:
            new = [scene for scene in scenes.tolist() if scene not in known]
            known.update(zip(new, realised(bare, pool, new), strict=True))
            table = studio.table([known[scene] for scene in scenes.tolist()])
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
    left = np.setdiff1d(first_of_alike(pool), chosen)
    spare = iter(left[np.argsort(-weights[left], kind="stable")])
    component = components_of(pool, selection.targets)
    drawn = []
    numbers = chosen.tolist()
    for number, first in zip(numbers, realised(studio, pool, numbers), strict=True):
        scene, seen = _shown(partial(realised, studio, pool), (number, first), spare)
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


def _shown(
    look: Callable[[list[int]], list[Seen]], first: tuple[int, Seen], spare: Iterator[np.int64]
) -> tuple[int, Seen]:
    scene, seen = first
    while not seen[1].kept:
        try:
            scene = int(next(spare))
        except StopIteration:
            raise EmptyScenes(
                "too few scenes of the pool show an object that would be labelled; raise "
                "pool.most_scenes or lower the limits in conf/labels"
            ) from None
        (seen,) = look([scene])
    return scene, seen


def realised(studio: Studio, pool: ScenePool, scenes: Sequence[int]) -> list[Seen]:
    """Return scenes of the pool, and what of each would be labelled when rendered."""
    configs = [pool.configs[pool.owner[scene]] for scene in scenes]
    return studio.looks([
        (one.point.config, (scene_seed(studio.run_seed, one.number, int(pool.place[scene])),))
        for scene, one in zip(scenes, configs, strict=True)
    ])  # fmt: skip
