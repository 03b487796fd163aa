"""What each configuration looks like, from enough previews that its mean and spread hold."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

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
from scenes.processes.hands import Hands
from scenes.sampling.sampler import SceneSampler, scene_seed

FloatArray = npt.NDArray[np.float64]
Report = Callable[[int, int], None]  # configurations done, scenes previewed
Preview = Callable[[Sequence[GridPoint], int, Report], "tuple[Previewed, ...]"]
CHUNK = 8  # configurations that a process is handed at a time


@dataclass(frozen=True, kw_only=True, eq=False)
class PooledConfig:
    """One configuration, and what its previewed scenes come to.

    mean: (d,), covariance: (d, d) of the fitted attributes of the configuration's own category;
    None where fewer than d + 2 of its objects were seen. scenes: previewed. boxes_per_image: its
    category's objects a scene of those that show any, since a plan takes no others.
    """

    point: GridPoint
    number: int
    scenes: int
    mean: FloatArray | None
    covariance: FloatArray | None
    boxes_per_image: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Previewed:
    """A configuration with the metadata of its previewed scenes, whose images count from 1."""

    config: PooledConfig
    table: MetadataTable


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
    how: Probing, hands: Hands, points: Sequence[GridPoint], first: int, report: Report
) -> tuple[Previewed, ...]:
    """Return every configuration with its previewed metadata, telling `report` as it goes.

    The same for any number of processes: each configuration draws from seeds of its own. first:
    the number of the first.
    """
    found: list[Previewed] = []
    scenes = 0
    for one in hands.map(partial(_previewed, how), enumerate(points, first), CHUNK):
        found.append(one)
        scenes += one.config.scenes
        report(len(found), scenes)
    return tuple(found)


def ready_to_preview(variants: int) -> None:
    """Load what previews of any run need: code, compiled loops, procedural shapes."""
    catalogue_of(variants, None)


def previewed_from(number: int, point: GridPoint, scenes: int, table: MetadataTable,
                   attributes: Sequence[str]) -> Previewed:  # fmt: skip
    """Return a configuration with metadata measured elsewhere (from rendered probes)."""
    own = table.of_category(point.config.category)
    mean, covariance = _moments(Sample.of(own, attributes).values)
    config = PooledConfig(
        point=point, number=number, scenes=scenes, mean=mean, covariance=covariance,
        boxes_per_image=len(own) / max(1, len(np.unique(table.image_ids))),
    )  # fmt: skip
    return Previewed(config=config, table=table)


def _previewed(how: Probing, numbered: tuple[int, GridPoint]) -> Previewed:
    number, point = numbered
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
    return previewed_from(number, point, len(seen), table, how.attributes)


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
