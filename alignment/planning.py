"""Scenes drawn from chosen configurations: the plan, and the baseline it is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from alignment.methods.config import Choice, image_counts
from assets.catalogue import Catalogue
from assets.errors import UserError
from scenes.config import SceneConfig
from scenes.labels import Labels
from scenes.metadata import MetadataTable
from scenes.plan import Plan, PlannedScene
from scenes.previewed import Previewer, table_of
from scenes.sampler import SceneSampler, scene_seed
from scenes.scene import Scene

# Streams of scene seeds, apart from those of the grid (0 upwards), so that no planned scene was
# among the previews that its configuration was chosen by.
CHOSEN_STREAM = 1_000_000
BASELINE_STREAM = 2_000_000
PROBE_STREAM = 3_000_000
PILOT_STREAM = 4_000_000
PILOT = 200  # scenes that a configuration's boxes per image are counted on
MOST_TRIES = 40  # scenes drawn per scene wanted before a configuration counts as empty

Seen = tuple[Scene, Labels]


class EmptyScenes(UserError):
    """A configuration whose scenes show nothing that would be labelled."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Studio:
    """What it takes to draw scenes: assets, a previewer at the rendered size, the run's seed."""

    catalogue: Catalogue
    previewer: Previewer
    long_side_px: int
    run_seed: int

    def draw(self, config: SceneConfig, stream: int, count: int) -> list[Seen]:
        """Return `count` scenes that each show a labelled object. Raises EmptyScenes."""
        sampler = SceneSampler.of(config, self.catalogue)
        seen: list[Seen] = []
        for number in range(MOST_TRIES * count):
            if len(seen) == count:
                break
            scene = sampler.sample(scene_seed(self.run_seed, stream, number))
            labels = self.previewer.labels(scene)
            if labels.kept:
                seen.append((scene, labels))
        if len(seen) < count:
            raise EmptyScenes(
                f"configuration {config.id}: {len(seen)} of {MOST_TRIES * count} scenes show an "
                f"object that would be labelled; expected {count}: bring the camera nearer "
                "(scene.camera) or lower the limits in conf/labels"
            )
        return seen

    def table(self, seen: Sequence[Seen]) -> MetadataTable:
        """Return the previewed metadata of drawn scenes; image ids are their places from 1."""
        return table_of(seen, self.long_side_px)


def shared_out(studio: Studio, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the choices with image shares from many scenes of each, as a plan would draw them.

    The search stops previewing a configuration when its mean is known, which is sooner than its
    boxes per image are.
    """
    per_image = []
    for choice in choices:
        seen = studio.draw(choice.pooled.point.config, PILOT_STREAM + choice.component, PILOT)
        per_image.append(sum(len(labels.kept) for _, labels in seen) / PILOT)
    wanted = [choice.weight / boxes for choice, boxes in zip(choices, per_image, strict=True)]
    return tuple(
        replace(choice, image_share=share / sum(wanted))
        for choice, share in zip(choices, wanted, strict=True)
    )


def draw_plan(studio: Studio, choices: Sequence[Choice], images: int) -> tuple[Plan, MetadataTable]:
    """Return the plan of exactly `images` scenes and its previewed metadata.

    Components are shuffled (seeded), so that a run cut short still shows all of them.
    """
    counts = image_counts([choice.image_share for choice in choices], images)
    drawn = [
        (choice, seen)
        for choice, count in zip(choices, counts, strict=True)
        for seen in studio.draw(choice.pooled.point.config, CHOSEN_STREAM + choice.component, count)
    ]
    order = np.random.default_rng([studio.run_seed, CHOSEN_STREAM]).permutation(len(drawn))
    shuffled = [drawn[i] for i in order]
    planned = tuple(
        PlannedScene(
            index=index, scene=seen[0], component=choice.component, weight=choice.weight,
            why=f"configuration {choice.pooled.point.config.id} stands for component "
            f"{choice.component}",
        )
        for index, (choice, seen) in enumerate(shuffled)
    )  # fmt: skip
    return Plan(scenes=planned), studio.table([seen for _, seen in shuffled])
