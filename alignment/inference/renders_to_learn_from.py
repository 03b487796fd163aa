"""The set to learn from: scenes of one wide configuration, previewed, planned and rendered."""

from collections.abc import Sequence
from pathlib import Path

from alignment.command.render_room import RenderJob, render
from alignment.command.stages import Stages
from alignment.command.words import path_words, quality_words, scene_words
from alignment.inference.settings import InferenceSettings
from assets.catalogue import Catalogue
from scenes.config.from_mapping import from_mapping
from scenes.config.scene import SceneConfig
from scenes.dataset.dataset import refuse_other_plan
from scenes.files.atomic import make_folder, writing
from scenes.files.lock import locked
from scenes.labels.previewer import Previewer
from scenes.plan.meshes import write_mesh_record
from scenes.plan.plan import Plan, PlannedScene
from scenes.sampling.studio import Studio

INFER_STREAM = 6_000_000


def render_baseline(
    settings: InferenceSettings, catalogue: Catalogue, plan: Plan, out: Path, stages: Stages
) -> Path:
    """Return the rendered set's annotations.json; what an earlier run rendered is kept.

    plan: of `baseline_plan`. Raises RenderFailed.
    """
    make_folder(out)
    with locked(out), writing(out):
        refuse_other_plan(out, plan)
        plan.write(out / "plan.jsonl")
        write_mesh_record(out / "plan.jsonl", plan, catalogue)
    told, count = settings.baseline, len(plan)
    stages.begin("rendering")
    work = RenderJob(
        plan=out / "plan.jsonl", out=out, images=count, blender=told.blender,
        overrides=(
            *scene_words(told.variants, settings.seed, settings.labels),
            *quality_words(told.preset, settings.image_format, settings.quality),
            *path_words({"meshes": told.meshes}), f"workers={told.workers}",
        ),
    )  # fmt: skip
    lacking = render(work, lambda done: stages.at(done, count, f"{done}/{count} images"))
    stages.incomplete = bool(lacking)
    stages.say(lacking or f"rendered {count} images to learn from")
    return out / "annotations.json"


def baseline_plan(
    settings: InferenceSettings, catalogue: Catalogue, family: str,
    sizes_px: Sequence[tuple[int, int]],
) -> Plan:  # fmt: skip
    """Return the plan of scenes that each show a labelled object. Raises EmptyScenes.

    sizes_px: (W, H) that images are drawn from.
    """
    told, side = settings.baseline, settings.baseline.long_side_px
    known = {
        "category": family, "category_id": 1, "resolutions_px": [list(s) for s in sizes_px],
        "background": settings.background, "post": settings.post,
    }  # fmt: skip
    config = from_mapping(SceneConfig, {**settings.scene, **known}, "scene")
    studio = Studio(
        catalogue=catalogue, long_side_px=side, run_seed=settings.seed, categories={},
        previewer=Previewer(catalogue, settings.labels.policy, side),
    )  # fmt: skip
    drawn = studio.draw(config, INFER_STREAM, told.images)
    return Plan(scenes=tuple(
        PlannedScene(
            index=index, scene=scene, component=-1, weight=1 / len(drawn), why="to learn from"
        )
        for index, (scene, _) in enumerate(drawn)
    ))  # fmt: skip
