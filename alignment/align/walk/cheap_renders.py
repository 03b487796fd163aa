"""The chosen scenes rendered cheaply and without post-effects, in a folder below OUT."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

from alignment.align.brief.brief import Job
from alignment.command.render_room import RenderJob, render
from alignment.command.words import words
from scenes.effects.colour_transfer import References
from scenes.effects.develop import recoloured
from scenes.effects.linear_picture import FOLDER as LIGHT
from scenes.effects.linear_picture import read_light
from scenes.files.atomic import make_folder
from scenes.labels.policy import LabelSettings
from scenes.model.scene import Scene
from scenes.optics.colour import Linear
from scenes.passes.passes import PassSettings
from scenes.plan.meshes import write_mesh_record
from scenes.plan.plan import Plan

FOLDER = "second_stage"


def relit(scene: Scene, lamps: float) -> Scene:
    """Return the scene with its lamps and sun times `lamps`; environments stay as they are."""
    lights = tuple(replace(light, energy=light.energy * lamps) for light in scene.lights)
    return replace(scene, lights=lights)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pictures:
    """The pictures of a plan's scenes, by index. references: for colour transfer."""

    folder: Path
    references: References

    def has(self, index: int) -> bool:
        """Return False where the scene had to be set aside."""
        return self._path(index).is_file()

    def light(self, index: int, scene: Scene) -> Linear:
        """Return (H, W, 3) light of a scene, after the colour transfer that it asks for."""
        return recoloured(read_light(self._path(index)), scene.post, self.references)

    def _path(self, index: int) -> Path:
        return self.folder / LIGHT / f"{index:06d}.exr"


@dataclass(frozen=True, kw_only=True)
class Cheapened:
    """How a cheap render differs. lamps: what lamps and sun are multiplied by.

    scale: of the sides and of what is labelled, where neither detail nor blur is asked. name: of a
    folder apart, whose pictures are measured as they are.
    """

    lamps: float = 1.0
    scale: float = 1.0
    name: str = ""


def render_cheaply(job: Job, plan: Plan, report: Callable[[int], None], how: Cheapened) -> Pictures:
    """Render a plan with few samples; what an earlier run rendered is kept.

    All of quality but samples is that of the final render: light and blur depend on it. Raises
    RenderFailed.
    """
    linear = "none" if how.name else "keep"
    name = how.name or (f"lamps_{how.lamps:g}" if how.lamps != 1.0 else "")
    folder = job.out / FOLDER / name
    make_folder(folder)
    bare = Plan(scenes=tuple(
        replace(one, scene=_bare(one.scene, how)) for one in plan.scenes
    ))  # fmt: skip
    path = folder / "scenes.jsonl"
    bare.write(path)
    write_mesh_record(path, bare, job.catalogue)
    work = RenderJob(
        plan=path, out=folder, images=len(plan), blender=job.settings.blender,
        overrides=(
            *job.overrides, *job.quality, *_cheapened(job), *label_words(job.labels, how.scale),
            f"linear={linear}",
        ),
    )  # fmt: skip
    render(work, report)
    references = References(photos=job.real.photo_folder, style=job.settings.style_weights)
    return Pictures(folder=folder, references=references)


def _bare(scene: Scene, how: Cheapened) -> Scene:
    width, height = (max(1, round(side * how.scale)) for side in scene.camera.resolution_px)
    camera = scene.camera.at_resolution((width, height))
    return replace(relit(scene, how.lamps), camera=camera, post=None)


def label_words(limits: LabelSettings, scale: float) -> tuple[str, ...]:
    """Return the words by which as much is labelled on pictures of another size."""
    powers = {"min_visible_px": 2, "min_box_px": 2, "min_side_px": 1, "min_cut_side_px": 1}
    told = {name: int(getattr(limits, name) * scale**power) for name, power in powers.items()}
    return words("labels", told) if scale != 1.0 else ()


def _cheapened(job: Job) -> tuple[str, ...]:
    told, stage = job.settings.quality, job.settings.second_stage
    return (
        "image_format=png",
        f"quality.samples={min(stage.samples, told['samples'])}",
        f"quality.noise_threshold={max(stage.noise_threshold, told['noise_threshold'])}",
        *(f"++passes.{one.name}=false" for one in fields(PassSettings)),
    )
