"""method=uniform: the searched space as it is, the rival that alignment has to beat."""

from collections.abc import Sequence

import numpy as np

from alignment.align.matching.exchange import first_of_alike
from alignment.align.methods.components import stands_of
from alignment.align.methods.method import Selection
from alignment.align.methods.scenes import plan_of_scenes
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.target import Targets
from alignment.real.split import Exposed
from assets.errors import UserError
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from scenes.sampling.studio import CHOSEN_STREAM, Studio

NOTES: Sequence[str] = ("every previewed scene is as likely as any other: nothing was matched",)


class TooFewScenes(UserError):
    """A plan of more scenes than the pool has different ones."""


class Uniform:
    """Scenes of the whole space without weights: domain randomisation.

    Source: Tobin et al. 2017, of what conf/space may set.
    """

    def select(
        self, rng: np.random.Generator, exposed: Exposed, targets: Targets, pool: ScenePool
    ) -> Selection:
        """Return equal weights over the pool's scenes."""
        del rng, exposed  # nothing is matched
        weights = np.full(len(pool), 1 / len(pool))
        return Selection(
            pool=pool, weights=weights, stands=stands_of(pool, targets, weights), targets=targets,
            matched=None, notes=tuple(NOTES),
        )  # fmt: skip

    def plan(self, studio: Studio, selection: Selection, images: int) -> tuple[Plan, MetadataTable]:
        """Return the plan of `images` scenes of the pool, none twice. Raises TooFewScenes."""
        rng = np.random.default_rng([studio.run_seed, CHOSEN_STREAM, images])
        different = first_of_alike(selection.pool)
        if len(different) < images:
            raise TooFewScenes(
                f"{images} images are asked for, the pool has {len(different)} different scenes; "
                "raise pool.first_configs"
            )
        chosen = rng.choice(different, size=images, replace=False)
        return plan_of_scenes(studio, selection, chosen)
