"""What a run is asked to do, checked before anything is fitted or written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from os import cpu_count
from pathlib import Path

import numpy as np

from alignment.align.brief.cut_outs import kept_apart, pastable, say_cut_outs
from alignment.align.brief.default_scenes import baselines_of, labels_of
from alignment.align.brief.names import check_named
from alignment.align.brief.own_cut_outs import with_own_cut_outs
from alignment.align.brief.real_set import RealSet, load_real, out_folder, read_set
from alignment.align.brief.settings import AlignSettings
from alignment.align.matching.settings import LOOKED
from alignment.align.pool.grid import check_axes
from alignment.align.pool.space import SpaceSettings, points_of
from alignment.command.render_room import convert_meshes
from alignment.command.stages import Stages
from alignment.command.words import (
    cut_out_words,
    path_words,
    quality_words,
    scene_words,
    words,
)
from alignment.real.label_limits import Learned, Scaling, learn_policy
from alignment.real.split import Exposed
from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.meshes.folder import catalogue_of, import_meshes
from scenes.config.scene import SceneConfig
from scenes.files.atomic import make_folder
from scenes.labels.policy import LabelSettings
from scenes.labels.previewer import PREVIEWED, Previewer
from scenes.measuring.table import NAMED, UnknownAttribute
from scenes.processes.hands import ALONE, Hands
from scenes.sampling.studio import Studio

USUAL = "default"  # what conf/strategy/on_surface.yaml is called, which nobody need name


class EstimatedAttribute(UserError):
    """An attribute to be matched that was estimated, without leave to match estimates."""


class NotPreviewable(UserError):
    """An attribute to be matched that no preview can foretell."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One run: its settings, the real set, and every configuration it may draw from.

    baselines: the default configuration of each category, its target. space: what method=mixture
    and method=scenes search. hands: who previews and judges.
    """

    settings: AlignSettings
    catalogue: Catalogue
    real: RealSet
    baselines: tuple[SceneConfig, ...]
    space: SpaceSettings
    learned: Learned
    out: Path
    hands: Hands = ALONE

    @property
    def exposed(self) -> Exposed:
        """What fitting may see."""
        return Exposed(table=self.real.table)

    @property
    def labels(self) -> LabelSettings:
        """How objects are labelled, with limits that are numbers."""
        return self.learned.settings

    @property
    def attributes(self) -> tuple[str, ...]:
        """What is matched jointly."""
        return self.settings.target.attributes

    @property
    def studio(self) -> Studio:
        """What scenes are drawn with, previewed at the size of rendering."""
        side = self.settings.image.long_side_px
        return Studio(
            catalogue=self.catalogue, long_side_px=side, run_seed=self.settings.seed,
            previewer=Previewer(self.catalogue, self.labels.policy, side),
            categories=self.labels.categories, hands=self.hands,
        )  # fmt: skip

    @property
    def plan_path(self) -> Path:
        """Where the plan goes. What becomes of it is beside it then, in plan.jsonl."""
        if self.settings.render and self.settles:
            return self.out / "unsettled.jsonl"
        return self.out / ("undeveloped.jsonl" if self.develops else "plan.jsonl")

    @property
    def why_no_second_stage(self) -> str:
        """Why pixels are left as they come, or "" where effects are solved for them."""
        asked = self.settings.second_stage.attributes
        lacking = [name for name in asked if name not in self.real.table.attributes]
        reasons = {
            "pixel_attributes is empty": not asked,
            "nothing is rendered": not self.settings.render,
            "quality.colour is false": not self.settings.quality["colour"],
            f"the set has no photos to tell {', '.join(lacking)}": bool(lacking),
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    @property
    def develops(self) -> bool:
        """Whether effects are solved on what was rendered, not on cheap renders before."""
        return not self.why_no_second_stage and self.settings.second_stage.lamps == (1.0,)

    @property
    def settles(self) -> bool:
        """Whether physics lays things down before they are rendered."""
        return bool(self.settings.renderer.get("settle"))

    @property
    def keeps_light(self) -> bool:
        """Whether linear pictures stay when all is done."""
        return bool(self.settings.renderer["linear"] == "keep")

    @property
    def overrides(self) -> tuple[str, ...]:
        """What the render room must be told to see the scenes as alignment does."""
        linear = "keep" if self.keeps_light or self.develops else "none"
        told = {**self.settings.renderer, "linear": linear}
        return (
            *scene_words(self.settings.variants, self.settings.seed, self.labels),
            *(word for key, value in told.items() for word in words(key, value)),
            *path_words(self._beside),
            *words("engine", self.settings.engine),
            *cut_out_words(self.settings.fragments),
        )

    @property
    def _beside(self) -> Mapping[str, Path | None]:
        """What the render room takes from beside the plan."""
        return {
            "meshes": self.settings.meshes,
            "real_images": self.real.photo_folder,
            "style_weights": self.settings.style_weights,
        }

    @property
    def quality(self) -> tuple[str, ...]:
        """The preset and all its values, as words for the render room."""
        settings = self.settings
        return quality_words(settings.preset, settings.image_format, settings.quality)


def hands_for(settings: AlignSettings) -> Hands:
    """Return the processes that a run may have."""
    return Hands(settings.workers or cpu_count() or 1)


def begin(settings: AlignSettings, stages: Stages, hands: Hands = ALONE) -> Job:
    """Read the real set and check all that was asked. Raises UserError of many kinds."""
    stages.begin("reading")
    _say_meshes(settings, stages)
    whole = read_set(settings)
    others = catalogue_of(settings.variants, settings.meshes)
    settings = with_own_cut_outs(settings, whole, others, stages)
    real = load_real(settings, _catalogue(settings), whole)
    settings = kept_apart(settings, real)
    say_cut_outs(settings, stages)
    return job_of(settings, real, stages, hands)


def job_of(settings: AlignSettings, real: RealSet, stages: Stages, hands: Hands = ALONE) -> Job:
    """Return the job of a set that has been read. Raises UserError of many kinds."""
    _check_attributes(settings, real)
    catalogue = _catalogue(settings)
    baselines = baselines_of(settings, real, catalogue)
    check_axes(baselines[0], settings.grid)
    space = _space(settings, stages)
    if settings.engine == "paste":
        space = pastable(space, baselines, catalogue)
    points_of(baselines, space, np.zeros((1, space.dimensions)), 0)  # an unknown knob is said now
    _say_set(real, stages)
    settings = replace(settings, labels=labels_of(settings.labels, real, catalogue))
    learned = _learned(settings, real, stages)
    out = out_folder(settings, real.annotated, real.names)
    make_folder(out)
    return Job(
        settings=settings, catalogue=catalogue, real=real, baselines=baselines, space=space,
        learned=learned, out=out, hands=hands,
    )  # fmt: skip


def _say_set(real: RealSet, stages: Stages) -> None:
    annotated = real.annotated
    stages.say(
        f"{annotated.name}: {len(real.table)} boxes of {real.category} "
        f"on {len(annotated.images)} photos"
    )
    for note in real.notes:
        stages.say(f"  {note}")
    for repair, count in sorted(annotated.repairs.items()):
        stages.say(f"  {repair}: {count}")


def _space(settings: AlignSettings, stages: Stages) -> SpaceSettings:
    """Return what is searched: under strategy=NAME, that strategy alone."""
    named = settings.scene["id"]
    if named == USUAL or "strategy" not in settings.space.choices:
        return settings.space
    stages.say(f"strategy={named}: space.choices.strategy is left aside")
    rest = {path: told for path, told in settings.space.choices.items() if path != "strategy"}
    return replace(settings.space, choices=rest)


def _learned(settings: AlignSettings, real: RealSet, stages: Stages) -> Learned:
    """Return how objects are labelled, with limits that are numbers, and say those learned."""
    scaling = Scaling(photo_px=real.photo_px, long_side_px=settings.image.long_side_px)
    learned = learn_policy(Exposed(table=real.table), scaling, settings.labels)
    for note in learned.notes:
        stages.say(f"  {note}")
    return learned


def _catalogue(settings: AlignSettings) -> Catalogue:
    return catalogue_of(settings.variants, settings.meshes, settings.cut_outs)


def _say_meshes(settings: AlignSettings, stages: Stages) -> None:
    """Convert what only Blender reads, then say of every mesh what became of it."""
    if settings.meshes is None:
        return
    convert_meshes(settings.meshes, settings.blender)
    read = import_meshes(settings.meshes)
    count = Counter(asset.category for asset in read.assets)
    told = ", ".join(f"{count[category]} {category}" for category in sorted(count))
    stages.say(f"meshes of {settings.meshes}: {told}; {len(read.skipped)} skipped")
    for remark in (*read.repairs, *read.skipped):
        stages.say(f"  {'skipped ' if remark in read.skipped else ''}{remark}")


def _check_attributes(settings: AlignSettings, real: RealSet) -> None:
    check_named(settings, real)
    for key, name in sorted(_asked(settings)):
        looked = name in LOOKED and key == "attributes"
        if looked and not (settings.render and settings.quality["colour"]):
            raise NotPreviewable(
                f"{key}: {name} is matched by cheap renders; expected render=true and a quality "
                "with colour, or attributes without it"
            )
        if name not in PREVIEWED and not looked:
            raise NotPreviewable(
                f"{key}: {name} needs pixels, which a preview has not; expected some of "
                f"{', '.join(sorted(PREVIEWED))}, or in attributes background_similarity and "
                "appearance "
                "(the report compares the others)"
            )
        if name not in real.table.attributes:
            raise UnknownAttribute(
                f"{key}: this set has no {name}; expected some of "
                f"{', '.join(sorted(PREVIEWED.intersection(real.table.attributes)))}"
            )
        weak = real.table.estimated - real.inferred
        if name in weak and not settings.align_on_estimated:
            raise EstimatedAttribute(
                f"{key}: {name} of this set is estimated from box heights, not "
                "measured; give the set depth maps and masks, or align_on_estimated=true"
            )


def _asked(settings: AlignSettings) -> set[tuple[str, str]]:
    """Return what numbers are to be matched, with the key that asks for each."""
    target = {("target.attributes", name) for name in settings.target.attributes}
    if settings.method == "config":
        return target | {("attributes", name) for (name,) in settings.match.looked_at}
    pairs = {("pairs", name) for pair in settings.match.pairs for name in pair}
    alone = set(settings.match.spelt_out) - NAMED
    return target | pairs | {("attributes", name) for name in alone}
