"""What draws and previews scenes for a plan, and how drawn scenes become one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from assets.catalogue import Catalogue
from assets.errors import UserError
from scenes.config.scene import SceneConfig
from scenes.labels.categories import Categories, labelled
from scenes.labels.labels import Labels
from scenes.labels.previewer import Previewer, table_of
from scenes.measuring.table import MetadataTable
from scenes.model.scene import Scene
from scenes.plan.plan import Plan, PlannedScene
from scenes.processes.hands import ALONE, Hands
from scenes.sampling.sampler import SceneSampler, scene_seed

# Streams of scene seeds, apart from those of the grid (0 upwards), so that no planned scene was
# among the previews that its configuration was chosen by.
CHOSEN_STREAM = 1_000_000
BASELINE_STREAM = 2_000_000
PROBE_STREAM = 3_000_000
PILOT_STREAM = 4_000_000
FEWEST = 16  # looks that are worth handing to other processes
MOST_TRIES = 40  # scenes drawn per scene wanted before a configuration counts as empty

Seen = tuple[Scene, Labels]


class EmptyScenes(UserError):
    """A configuration whose scenes show nothing that would be labelled."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Studio:
    """What it takes to draw scenes: assets, a previewer at the rendered size, the run's seed.

    categories: of the catalogue, that are labelled though they are not a scene's target. dressed:
    False leaves out materials, light and background, for what is only measured. hands: who looks
    at many scenes; what is seen does not hang on it.
    """

    catalogue: Catalogue
    previewer: Previewer
    long_side_px: int
    run_seed: int
    categories: Categories
    dressed: bool = True
    hands: Hands = ALONE

    def draw(
        self, config: SceneConfig, stream: int, count: int, tries: int = MOST_TRIES
    ) -> list[Seen]:
        """Return `count` scenes that each show a labelled object. Raises EmptyScenes.

        tries: scenes drawn per scene wanted, at most.
        """
        seen: list[Seen] = []
        drawn = 0
        while len(seen) < count and drawn < tries * count:
            block = range(drawn, min(drawn + count - len(seen), tries * count))
            drawn = block.stop
            seeds = [scene_seed(self.run_seed, stream, number) for number in block]
            parts = np.array_split(seeds, min(len(seeds), self.hands.count))
            looks = self.looks([(config, part.tolist()) for part in parts])
            seen += [one for one in looks if one[1].kept]
        if len(seen) < count:
            raise EmptyScenes(
                f"configuration {config.id}: {len(seen)} of {tries * count} scenes show an "
                f"object that would be labelled; expected {count}: bring the camera nearer "
                "(scene.camera) or lower the limits in conf/labels"
            )
        return seen

    def seen(self, sampler: SceneSampler, seed: int) -> Seen:
        """Return the scene of a seed, and what of it would be labelled."""
        scene = labelled(
            sampler.sample(seed, dressed=self.dressed), self.catalogue, self.categories
        )
        return scene, self.previewer.labels(scene)

    def looks(self, asked: Sequence[tuple[SceneConfig, Sequence[int]]]) -> list[Seen]:
        """Return the scenes of each configuration's seeds, and what of each would be labelled."""
        own = replace(self, hands=ALONE)
        hands = self.hands if sum(len(seeds) for _, seeds in asked) >= FEWEST else ALONE
        return [one for found in hands.shared(partial(_looked, own), asked) for one in found]

    def table(self, seen: Sequence[Seen]) -> MetadataTable:
        """Return the previewed metadata of drawn scenes; image ids are their places from 1."""
        return table_of(seen, self.long_side_px)


def _looked(studio: Studio, asked: tuple[SceneConfig, Sequence[int]]) -> list[Seen]:
    config, seeds = asked
    sampler = SceneSampler.of(config, studio.catalogue)
    return [studio.seen(sampler, seed) for seed in seeds]


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """A scene for the plan, before it has a place in it."""

    seen: Seen
    component: int
    weight: float
    why: str


def plan_of(studio: Studio, drawn: Sequence[Drawn]) -> tuple[Plan, MetadataTable]:
    """Return drawn scenes as a plan, with its previewed metadata.

    They are shuffled (seeded), so that a run cut short still shows all components.
    """
    order = np.random.default_rng([studio.run_seed, CHOSEN_STREAM]).permutation(len(drawn))
    shuffled = [drawn[i] for i in order]
    planned = tuple(
        PlannedScene(
            index=index, scene=one.seen[0], component=one.component, weight=one.weight, why=one.why
        )
        for index, one in enumerate(shuffled)
    )
    return Plan(scenes=planned), studio.table([one.seen for one in shuffled])
