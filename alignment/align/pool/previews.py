"""What each configuration looks like, from enough previews that its mean and spread hold."""

import math
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.align.pool.grid import GridPoint, Rounds
from alignment.samples.sample import Sample
from assets.cards.folder import CutOuts
from assets.meshes.folder import catalogue_of
from scenes.labels.categories import Categories, labelled
from scenes.labels.labels import LabelPolicy, Labels
from scenes.labels.previewer import Previewer, table_of
from scenes.measuring.table import MetadataTable
from scenes.model.scene import Scene
from scenes.sampling.sampler import SceneSampler, scene_seed

FloatArray = npt.NDArray[np.float64]
Report = Callable[[int, int], None]  # configurations done, scenes previewed
Preview = Callable[[Sequence[GridPoint], int, Report], "tuple[PooledConfig, ...]"]
CHUNK = 8  # configurations handed to a worker at a time


@dataclass(frozen=True, kw_only=True, eq=False)
class PooledConfig:
    """One configuration with the metadata of its previewed scenes.

    mean: (d,), covariance: (d, d) of the fitted attributes of the configuration's own category;
    None where fewer than d + 2 of its objects were seen. scenes: previewed.
    """

    point: GridPoint
    number: int
    scenes: int
    table: MetadataTable
    mean: FloatArray | None
    covariance: FloatArray | None

    @property
    def boxes_per_image(self) -> float:
        """Its category's objects a scene of those that show any, since a plan takes no others."""
        own = self.table.of_category(self.point.config.category)
        return len(own) / max(1, len(np.unique(self.table.image_ids)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Probing:
    """How configurations are previewed. Plain data, since it travels to worker processes.

    attributes: what must be stable. spread: (d,) real standard deviation of each, as fitted.
    categories: of the catalogue, that are labelled though they are not a scene's target.
    """

    variants: int
    meshes: Path | None
    policy: LabelPolicy
    long_side_px: int
    attributes: tuple[str, ...]
    spread: FloatArray
    rounds: Rounds
    run_seed: int
    categories: Categories
    cut_outs: CutOuts | None = None


def preview_pool(
    points: Sequence[GridPoint], how: Probing, workers: int, report: Report
) -> tuple[PooledConfig, ...]:
    """Return every configuration with its previewed metadata, telling `report` as it goes.

    The same for any number of workers: each configuration draws from seeds of its own.
    """
    with previewing(how, workers) as preview:
        return preview(points, 0, report)


@contextmanager
def previewing(how: Probing, workers: int) -> Iterator[Preview]:
    """Give a `preview_pool` whose processes stay; its second argument numbers the first point."""
    with _mapping(workers) as mapped:

        def preview(
            points: Sequence[GridPoint], first: int, report: Report
        ) -> tuple[PooledConfig, ...]:
            pooled: list[PooledConfig] = []
            scenes = 0
            numbers = range(first, first + len(points))
            for one in mapped(partial(_pooled, how), numbers, points):
                pooled.append(one)
                scenes += one.scenes
                report(len(pooled), scenes)
            return tuple(pooled)

        yield preview


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Iterator[PooledConfig]]]:
    if workers == 1:
        yield map
        return
    processes = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_die_of_interrupts
    )
    try:
        yield partial(_map_uninterrupted, processes)
    finally:
        processes.shutdown(cancel_futures=True)


def _map_uninterrupted(processes: ProcessPoolExecutor, *work: Any) -> Iterator[PooledConfig]:
    """Start the workers with SIGINT blocked, so that none says a traceback as it starts."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return processes.map(*work, chunksize=CHUNK)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _die_of_interrupts() -> None:
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # as a shell's background jobs do
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # at once and without a word
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def pooled_from(number: int, point: GridPoint, scenes: int, table: MetadataTable,
                attributes: Sequence[str]) -> PooledConfig:  # fmt: skip
    """Return a configuration with metadata measured elsewhere (from rendered probes)."""
    own = table.of_category(point.config.category)
    mean, covariance = _moments(Sample.of(own, attributes).values)
    return PooledConfig(
        point=point, number=number, scenes=scenes, table=table, mean=mean, covariance=covariance
    )


def _pooled(how: Probing, number: int, point: GridPoint) -> PooledConfig:
    catalogue = catalogue_of(how.variants, how.meshes, how.cut_outs)
    sampler = SceneSampler.of(point.config, catalogue)
    previewer = Previewer(catalogue, how.policy, how.long_side_px)
    seen: list[tuple[Scene, Labels]] = []
    wanted = how.rounds.first_scenes
    while True:
        for n in range(len(seen), wanted):
            scene = sampler.sample(scene_seed(how.run_seed, number, n), dressed=False)
            named = labelled(scene, catalogue, how.categories)
            seen.append((named, previewer.labels(named)))
        table = table_of(seen, how.long_side_px)
        own = table.of_category(point.config.category)
        values = Sample.of(own, how.attributes).values
        if wanted >= how.rounds.most_scenes or _stable(values, how):
            break
        wanted = min(2 * wanted, how.rounds.most_scenes)
    return pooled_from(number, point, len(seen), table, how.attributes)


def _stable(values: FloatArray, how: Probing) -> bool:
    """Return True where the standard error of mean and spread is below the tolerance.

    Of the mean: s / sqrt(n); of a normal's spread: s / sqrt(2 n), which is smaller.
    """
    if len(values) < 2 * values.shape[1] + 2:
        return False
    error = values.std(axis=0, ddof=1) / math.sqrt(len(values))
    return bool((error <= how.rounds.tolerance * how.spread).all())


def _moments(values: FloatArray) -> tuple[FloatArray | None, FloatArray | None]:
    if len(values) < values.shape[1] + 2:
        return None, None
    return values.mean(axis=0), np.cov(values, rowvar=False).reshape(2 * (values.shape[1],))
