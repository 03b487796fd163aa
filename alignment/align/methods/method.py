"""What every method gives back: weights over previewed scenes, and how a plan is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from alignment.align.matching.match import Matched
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.population.target import Targets
from alignment.real.split import Exposed
from scenes.measuring.table import MetadataTable
from scenes.plan.plan import Plan
from scenes.sampling.studio import Studio

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Stand:
    """What stands for one component of a category's target.

    component: counted through all categories' targets; within: in its own. name: the configuration,
    or how many scenes of how many. values: what they set, by dotted path; plain data. distance:
    Bhattacharyya's between the two Gaussians. image_share: of the images.
    """

    category: str
    component: int
    within: int
    weight: float
    name: str
    values: Mapping[str, Any]
    distance: float
    image_share: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """What a method made of exposed photos and a pool.

    targets: by category. weights: (s,) over the pool's scenes, summing to 1: the chance of each in
    an image of the plan. stands: one per component of every target. matched: how the weights came
    about, None where no weights were solved for. notes: to be said aloud.
    """

    pool: ScenePool
    targets: Targets
    weights: FloatArray
    stands: tuple[Stand, ...]
    matched: Matched | None
    notes: tuple[str, ...]


class Method(Protocol):
    """One way from exposed photos and previewed scenes to a plan."""

    def select(
        self, rng: np.random.Generator, exposed: Exposed, targets: Targets, pool: ScenePool
    ) -> Selection:
        """Return weights over the pool. targets: fitted to the same exposed photos."""
        ...

    def plan(self, studio: Studio, selection: Selection, images: int) -> tuple[Plan, MetadataTable]:
        """Return the plan of exactly `images` scenes and its previewed metadata."""
        ...
