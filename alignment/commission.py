"""What a run is asked to do, checked before anything is fitted or written."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alignment.grid import GridPoint, grid_of
from alignment.label_policy import Learned, Scaling, learn_policy
from alignment.planning import Studio
from alignment.progress import Stages
from alignment.real.split import Exposed
from alignment.real_set import RealSet, fixed_resolution, load_real
from alignment.rendering import convert_meshes, quoted, words
from alignment.settings import AlignSettings
from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.meshes.folder import catalogue_of, import_meshes
from scenes.config import SceneConfig
from scenes.disk import make_folder
from scenes.metadata import UnknownAttribute
from scenes.policy import LabelSettings
from scenes.previewed import PREVIEWED, Previewer
from scenes.settings import from_mapping


class EstimatedAttribute(UserError):
    """An attribute to be matched that was estimated, without leave to match estimates."""


class NotPreviewable(UserError):
    """An attribute to be matched that no preview can foretell."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One run: its settings, the real set, and every configuration it may draw from."""

    settings: AlignSettings
    catalogue: Catalogue
    real: RealSet
    baseline: SceneConfig
    points: tuple[GridPoint, ...]
    learned: Learned
    out: Path

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
        )  # fmt: skip

    @property
    def plan_path(self) -> Path:
        """Where the plan goes. What physics settles is beside it then, in plan.jsonl."""
        settles = self.settings.render and self.settings.renderer.get("settle")
        return self.out / ("unsettled.jsonl" if settles else "plan.jsonl")

    @property
    def overrides(self) -> tuple[str, ...]:
        """What the render room must be told to see the scenes as alignment does."""
        return (
            f"variants={self.settings.variants}",
            f"seed={self.settings.seed}",
            *words("labels", asdict(self.labels)),
            *(word for key, value in self.settings.renderer.items() for word in words(key, value)),
            *(f"{key}={quoted(path.absolute())}" for key, path in self._beside.items() if path),
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
        values = (f"quality.{key}={quoted(value)}" for key, value in settings.quality.items())
        return f"quality={settings.preset}", f"image_format={settings.image_format}", *values


def begin(settings: AlignSettings, stages: Stages) -> Job:
    """Read the real set and check all that was asked. Raises UserError of many kinds."""
    stages.begin("reading")
    _say_meshes(settings, stages)
    catalogue = catalogue_of(settings.variants, settings.meshes)
    real = load_real(settings, catalogue)
    _check_attributes(settings, real)
    scene = _scene(settings, real)
    baseline, points = from_mapping(SceneConfig, scene, "scene"), grid_of(scene, settings.grid)
    annotated = real.annotated
    stages.say(
        f"{annotated.name}: {len(real.table)} boxes of {real.category} "
        f"on {len(annotated.images)} photos"
    )
    for note in real.notes:
        stages.say(f"  {note}")
    for repair, count in sorted(annotated.repairs.items()):
        stages.say(f"  {repair}: {count}")
    learned = _learned(settings, real, stages)
    category = re.sub(r"[^\w.-]+", "-", real.category)
    out = settings.out or Path("out") / f"{annotated.name}-{category}"
    make_folder(out)
    return Job(
        settings=settings, catalogue=catalogue, real=real, baseline=baseline, points=points,
        learned=learned, out=out,
    )  # fmt: skip


def _learned(settings: AlignSettings, real: RealSet, stages: Stages) -> Learned:
    """Return how objects are labelled, with limits that are numbers, and say those learned."""
    scaling = Scaling(photo_px=real.photo_px, long_side_px=settings.image.long_side_px)
    learned = learn_policy(Exposed(table=real.table), scaling, settings.labels)
    for note in learned.notes:
        stages.say(f"  {note}")
    return learned


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
    for name in settings.target.attributes:
        if name not in PREVIEWED:
            raise NotPreviewable(
                f"target.attributes: {name} needs pixels, which a preview has not; expected some "
                f"of {', '.join(sorted(PREVIEWED))} (the report compares the others)"
            )
        if name not in real.table.attributes:
            raise UnknownAttribute(
                f"target.attributes: this set has no {name}; expected some of "
                f"{', '.join(sorted(PREVIEWED.intersection(real.table.attributes)))}"
            )
        if name in real.table.estimated and not settings.align_on_estimated:
            raise EstimatedAttribute(
                f"target.attributes: {name} of this set is estimated from box heights, not "
                "measured; give the set depth maps and masks, or align_on_estimated=true"
            )


def _scene(settings: AlignSettings, real: RealSet) -> Mapping[str, Any]:
    sizes = (
        real.resolutions_px(settings.image.long_side_px)
        if settings.image.proportions == "real"
        else fixed_resolution(settings)
    )
    known = {"category": real.category, "category_id": real.category_id}
    post = {**settings.scene["post"]}
    if post["transfer"] != "none" and not post["references"]:
        post["references"] = real.photo_names
    return {**settings.scene, **known, "resolutions_px": sizes, "post": post}
