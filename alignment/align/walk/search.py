"""The previews that a method chooses from, and its choice: a grid, or a pool that grows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from alignment.align.brief.brief import Job
from alignment.align.matching.match import groups_of, pool_moments
from alignment.align.matching.weights import USUAL_TAU, weigh
from alignment.align.methods.cross_fit import Route, ready_to_judge
from alignment.align.methods.registry import Selection, method_of
from alignment.align.pool.grid import Rounds, grid_of
from alignment.align.pool.grow import PoolSettings, Search, grow
from alignment.align.pool.previews import PooledConfig, Previewed, Probing, preview_pool
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.pool.shapes import SHAPE, with_each_shape
from alignment.align.pool.store import PoolStore
from alignment.align.population.target import Targets
from alignment.align.walk.probe import Probes, probed
from alignment.command.stages import Stages
from alignment.real.split import Exposed
from alignment.samples.sample import Sample
from scenes.config.scene import SceneConfig

FloatArray = npt.NDArray[np.float64]

POOL_STREAM, SELECT_STREAM = 12, 13
SPARE = 4  # scenes that are previewed for one of the plan, where nothing is matched


@dataclass(frozen=True, kw_only=True, eq=False)
class Searched:
    """What was selected, and the route on which it was: method, pool, what is clustered."""

    selection: Selection
    route: Route


def search(job: Job, exposed: Exposed, targets: Targets, stages: Stages) -> Searched:
    """Preview scenes and let the method select among them. Raises UserError of many kinds."""
    settings = job.settings
    stages.begin("previewing")
    if settings.method == "config":
        pool = ScenePool.of(_checked(job, targets, _grid(job, stages), stages))
    else:
        pool = _grown(job, exposed, stages)
    route = Route(
        method=method_of(settings.method, settings.match), pool=pool,
        attributes=job.attributes, target=settings.target,
    )  # fmt: skip
    if folds := 0 if settings.render else settings.report.cross_fits:
        job.hands.warm(ready_to_judge, most=folds)  # for the report, while one process selects
    rng = np.random.default_rng([settings.seed, SELECT_STREAM])
    stages.begin("selecting")
    return Searched(selection=route.method.select(rng, exposed, targets, pool), route=route)


def _grid(job: Job, stages: Stages) -> tuple[Previewed, ...]:
    points = grid_of(job.baselines, job.settings.grid)
    told = _told(stages, len(points))
    found = preview_pool(_probing(job, job.settings.grid), job.hands, points, 0, told)
    _say_seen(stages, [one.config for one in found])
    return found


def _grown(job: Job, exposed: Exposed, stages: Stages) -> ScenePool:
    settings = job.settings
    each = settings.pool.scenes_per_config
    how = _probing(job, Rounds(first_scenes=each, most_scenes=each, tolerance=1.0))
    pool_rng, group_rng = np.random.default_rng([settings.seed, POOL_STREAM]).spawn(2)
    with threadpool_limits(1):  # of small products, threads would only wait
        groups = groups_of(group_rng, exposed, settings.match)

    def weights_of(pool: ScenePool) -> FloatArray:
        if settings.method == "uniform":
            return np.full(len(pool), 1 / len(pool))
        with threadpool_limits(1):
            return weigh(pool_moments(groups, pool), settings.match.tau or USUAL_TAU).weights

    bases = _bases(job, exposed)
    store = PoolStore(
        folder=job.out / "pool", how=how, assets=job.catalogue.digest(),
        preview=partial(preview_pool, how, job.hands),
    )  # fmt: skip
    found = grow(
        pool_rng,
        Search(bases=bases, space=job.space, settings=_pool_settings(job), preview=store),
        weights_of, settings.images,
        _told(stages, settings.pool.most_scenes // each),
    )  # fmt: skip
    _say_seen(stages, found.pool.configs)
    rounds = ", ".join(f"{effective:.0f}" for effective in found.effective)
    stages.say(f"effective scenes after each round: {rounds}")
    return found.pool


def _pool_settings(job: Job) -> PoolSettings:
    """Return how the pool grows: of method=uniform it is the whole space, and enough of it."""
    told = job.settings.pool
    if job.settings.method != "uniform":
        return told
    enough = ceil(SPARE * job.settings.images / told.scenes_per_config)
    return replace(told, first_configs=max(told.first_configs, enough), effective_scenes=1.0)


def _bases(job: Job, exposed: Exposed) -> tuple[SceneConfig, ...]:
    if SHAPE not in job.settings.match.attributes:
        return job.baselines
    return with_each_shape(job.baselines, exposed, job.catalogue)


def _probing(job: Job, rounds: Rounds) -> Probing:
    settings = job.settings
    return Probing(
        variants=settings.variants, meshes=settings.meshes, policy=job.labels.policy,
        long_side_px=settings.preview_long_side_px, attributes=job.attributes,
        spread=Sample.of(job.real.table, job.attributes).values.std(axis=0), rounds=rounds,
        run_seed=settings.seed, categories=job.labels.categories,
        cut_outs=settings.cut_outs,
    )  # fmt: skip


def _told(stages: Stages, most: int) -> Callable[[int, int], None]:
    def told(done: int, scenes: int) -> None:
        rate = f"{scenes} scenes, {stages.rate(scenes):.0f} a second"
        stages.at(done, max(done, most), f"{done}/{most} configurations, {rate}")

    return told


def _say_seen(stages: Stages, pool: Sequence[PooledConfig]) -> None:
    seen = sum(pooled.scenes for pooled in pool)
    stages.say(
        f"previewed {seen} scenes of {len(pool)} configurations, {stages.rate(seen):.0f} a second"
    )


def _checked(
    job: Job, targets: Targets, pool: tuple[Previewed, ...], stages: Stages
) -> tuple[Previewed, ...]:
    if job.settings.probe == "preview":
        return pool
    probes = Probes(
        candidates=job.settings.probe_candidates, images=job.settings.probe_images,
        folder=job.out / "probes", blender=job.settings.blender, overrides=job.overrides,
    )  # fmt: skip
    stages.begin("probing")
    job.hands.rest()  # Blender needs their memory

    def told(done: int, total: int) -> None:
        stages.at(done, total, f"{done}/{total} probes rendered")

    return probed(job.studio, targets, [one.config for one in pool], probes, told)
