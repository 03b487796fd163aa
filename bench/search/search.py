"""Scenes previewed a second by the pool that alignment searches, by number of workers."""

from collections.abc import Sequence
from dataclasses import dataclass

from omegaconf import OmegaConf

from alignment.align.brief.default_scenes import baselines_of
from alignment.align.brief.real_set import load_real
from alignment.align.brief.settings import AlignSettings, settings_from
from alignment.align.pool.grid import GridPoint, grid_of
from alignment.align.pool.previews import Probing, preview_pool
from alignment.samples.sample import Sample
from assets.catalogue import load_catalogue
from bench.scenes import composed, seconds
from scenes.processes.hands import Hands

EVERY = 2  # of the grid's configurations
WORKERS = (1, 2)
TURNS = 2


@dataclass(frozen=True, kw_only=True)
class SearchTime:
    """One run of the pool, its processes' start included."""

    workers: int
    configs: int
    scenes: int
    total_s: float

    @property
    def a_second(self) -> float:
        """Scenes a second."""
        return self.scenes / self.total_s


def search_times() -> tuple[SearchTime, ...]:
    """Search part of the grid of conf/align.yaml for the embedded set, by 1 and by 2 workers.

    They take turns, and the fastest of each counts: another process on the machine halves what two
    workers have, but not what one has.
    """
    told = composed("align", "preset=none", "real=null", "category=null", "format=null", "out=null")
    settings = settings_from(OmegaConf.create(dict(told)))
    points, probing = _search(settings)
    runs = [_timed(points, probing, workers) for _ in range(TURNS) for workers in WORKERS]
    by_workers = (runs[i :: len(WORKERS)] for i in range(len(WORKERS)))
    return tuple(min(turns, key=lambda run: run.total_s) for turns in by_workers)


def _search(settings: AlignSettings) -> tuple[Sequence[GridPoint], Probing]:
    real = load_real(settings, load_catalogue(settings.variants))
    attributes = settings.target.attributes
    probing = Probing(
        variants=settings.variants, meshes=None, policy=settings.labels.policy,
        run_seed=settings.seed,
        long_side_px=settings.preview_long_side_px, attributes=attributes,
        spread=Sample.of(real.table, attributes).values.std(axis=0), rounds=settings.grid,
        categories={},
    )  # fmt: skip
    bases = baselines_of(settings, real, load_catalogue(settings.variants))
    return grid_of(bases, settings.grid)[::EVERY], probing


def _timed(points: Sequence[GridPoint], probing: Probing, workers: int) -> SearchTime:
    scenes = [0]

    def run() -> None:
        with Hands(workers) as hands:
            preview_pool(probing, hands, points, 0, lambda _, seen: scenes.append(seen))

    total_s = seconds(run)
    return SearchTime(workers=workers, configs=len(points), scenes=scenes[-1], total_s=total_s)
