"""A pool of previewed scenes that grows where the target has mass and the pool has little.

It starts broad, over the whole space. Then, round by round, scenes are weighted to match the target
and new configurations are drawn near those whose scenes weigh most, which are those that stand
alone for much of it (population Monte Carlo: Cappe et al. 2004). It ends when the effective number
of scenes is enough for the plan, or when the budget is spent.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.align.pool.previews import Preview, Previewed, Report
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.pool.space import SpaceSettings, broad, near, points_of
from scenes.config.scene import SceneConfig

FloatArray = npt.NDArray[np.float64]
WeightsOf = Callable[[ScenePool], FloatArray]


@dataclass(frozen=True, kw_only=True)
class PoolSettings:
    """conf/align.yaml, pool.

    first_configs: over the whole space. round_configs: in each later round, at most.
    scenes_per_config: previewed of each. most_scenes: the budget. effective_scenes: enough, per
    image of the plan. step: of a later configuration from the one that it is drawn near, as a share
    of each range.
    """

    first_configs: int
    round_configs: int
    scenes_per_config: int
    most_scenes: int
    effective_scenes: float
    step: float

    def __post_init__(self) -> None:
        for name in ("first_configs", "round_configs", "scenes_per_config", "most_scenes"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 1 or more")
        if self.effective_scenes <= 0 or not 0 < self.step <= 1:
            raise ValueError(
                f"effective_scenes is {self.effective_scenes}, step {self.step}; expected above 0, "
                "and a step of at most 1"
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class Search:
    """What is searched and how. bases: one a category. preview: points, the number of the first."""

    bases: Sequence[SceneConfig]
    space: SpaceSettings
    settings: PoolSettings
    preview: Preview


@dataclass(frozen=True, kw_only=True, eq=False)
class Grown:
    """A pool, and the effective number of scenes after each round."""

    pool: ScenePool
    coordinates: FloatArray
    effective: tuple[float, ...]


def grow(
    rng: np.random.Generator, search: Search, weights_of: WeightsOf, images: int, report: Report
) -> Grown:
    """Return a pool from which `images` scenes can be chosen. The same for any number of workers.

    weights_of: weights over scenes that match the target.
    """
    settings = search.settings
    first, later = rng.spawn(2)
    affordable = max(1, settings.most_scenes // settings.scenes_per_config)
    coordinates = broad(first, search.space, min(settings.first_configs, affordable))
    pooled = _previewed(search, coordinates, (), report)
    effective: list[float] = []
    while True:
        pool = ScenePool.of(pooled)
        weights = weights_of(pool)
        effective.append(float(1 / np.square(weights).sum()))
        enough = settings.effective_scenes * images
        count = min(_missing(settings.round_configs, effective, enough), affordable - len(pooled))
        if count < 1 or effective[-1] >= enough:
            return Grown(pool=pool, coordinates=coordinates, effective=tuple(effective))
        heavy = pool.by_config(weights)
        new = near(later, coordinates, heavy, count, settings.step)
        pooled = (*pooled, *_previewed(search, new, pooled, report))
        coordinates = np.concatenate([coordinates, new])


def _missing(most: int, effective: Sequence[float], enough: float) -> int:
    """Return how many configurations a round has: as many as the last one's yield calls for.

    At most `most`, and an eighth of it at least, since later ones are drawn where they weigh more.
    """
    if len(effective) < 2 or effective[-1] <= effective[-2]:
        return most
    share = (enough - effective[-1]) / (effective[-1] - effective[-2])
    return min(most, max(1, most // 8, math.ceil(most * share)))


def _previewed(
    search: Search, coordinates: FloatArray, before: Sequence[Previewed], report: Report
) -> tuple[Previewed, ...]:
    points = points_of(search.bases, search.space, coordinates, len(before))
    scenes = sum(one.config.scenes for one in before)
    return search.preview(
        points, len(before), lambda done, seen: report(len(before) + done, scenes + seen)
    )
