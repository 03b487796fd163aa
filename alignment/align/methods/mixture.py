"""method=mixture: weights over configurations; the plan draws new scenes of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.align.matching.exchange import systematic
from alignment.align.matching.match import match
from alignment.align.matching.settings import MatchSettings
from alignment.align.methods.components import components_of, stands_of
from alignment.align.methods.method import Selection
from alignment.align.pool.scene_pool import EmptyPool, ScenePool
from alignment.align.population.target import Targets
from alignment.real.split import Exposed
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from scenes.sampling.studio import CHOSEN_STREAM, Drawn, Studio, plan_of

OFTEN = 0.5  # of a configuration's previews show a labelled object


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """A mixture of all configurations, instead of one for each component of the target."""

    settings: MatchSettings

    def select(
        self, rng: np.random.Generator, exposed: Exposed, targets: Targets, pool: ScenePool
    ) -> Selection:
        """Return weights that are equal for all shown scenes of a configuration.

        Configurations most of whose scenes show nothing are left out: a plan could not draw them.
        Raises EmptyPool where none is left.
        """
        often = np.flatnonzero(_often_shown(pool)[pool.owner])
        if not len(often):
            raise EmptyPool(
                f"none of {len(pool.configs)} configurations shows an object in {OFTEN:.0%} of its "
                "scenes; expected some to: use method=scenes, or lower the limits in conf/labels"
            )
        pool = pool.part(often)
        shown = np.unique(pool.owner)
        place = np.searchsorted(shown, pool.owner)
        matched = match(rng, exposed, pool, self.settings, owner=place)
        weights = matched.weighted.weights[place] / np.bincount(place)[place]
        return Selection(
            pool=pool, weights=weights, stands=stands_of(pool, targets, weights), targets=targets,
            matched=matched, notes=(matched.why,),
        )  # fmt: skip

    def plan(self, studio: Studio, selection: Selection, images: int) -> tuple[Plan, MetadataTable]:
        """Return `images` new scenes, of each configuration as many as its weight says."""
        pool = selection.pool
        by_config = pool.by_config(selection.weights)
        rng = np.random.default_rng([studio.run_seed, CHOSEN_STREAM, images])
        whole = np.floor(by_config * images).astype(np.int64)
        counts = whole.copy()
        if left := images - int(whole.sum()):
            counts[systematic(rng, by_config * images - whole, left)] += 1
        usual = _usual_component(pool, selection.targets)
        drawn = []
        for number in np.flatnonzero(counts):
            pooled = pool.configs[number]
            for seen in studio.draw(
                pooled.point.config, CHOSEN_STREAM + pooled.number, int(counts[number])
            ):
                drawn.append(Drawn(
                    seen=seen, component=int(usual[number]), weight=float(by_config[number]),
                    why=f"configuration {pooled.point.config.id}",
                ))  # fmt: skip
        return plan_of(studio, drawn)


def _often_shown(pool: ScenePool) -> npt.NDArray[np.bool_]:
    shown = np.bincount(pool.owner, minlength=len(pool.configs))
    return shown >= OFTEN * np.array([pooled.scenes for pooled in pool.configs])


def _usual_component(pool: ScenePool, targets: Targets) -> npt.NDArray[np.intp]:
    """Return (configs,) the component that most scenes of each are likeliest of."""
    component = components_of(pool, targets)
    counts = np.zeros((len(pool.configs), sum(len(one.weights) for one in targets.values())))
    known = component >= 0
    np.add.at(counts, (pool.owner[known], component[known]), 1)
    return np.asarray(counts.argmax(axis=1))
