# Run by BlenderProc for bench/workers/compare.py:
#   plain_blenderproc.py PLAN OUT QUALITY|SAMPLES [FEW]
# Renders a plan as a plain BlenderProc script does, one scene after another, and writes it
# with BlenderProc's own writers; by our settings of Cycles, those of a preset, or by its own with a
# number of samples. FEW: of the plan's first scenes.
import blenderproc as bproc
import sys
from pathlib import Path

# Blender leaves it out
HERE = Path(__file__).resolve()
sys.path.insert(0, str(next(p for p in HERE.parents if (p / "pyproject.toml").is_file())))

import bpy

from assets.catalogue import load_catalogue
from bench.scenes import composed
from render.blender import session
from render.capturing.capture import set_colour
from render.asked.settings import Settings, own_keys
from render.staging.stage import stage
from scenes.plan.plan import Plan
from scenes.model.scene import Scene
from scenes.config.from_mapping import from_mapping

UNLABELLED = {"category_id": 0, "name": "other"}


def name_objects(scene: Scene) -> None:
    """Say what each object is, where BlenderProc looks for it."""
    for placed in scene.objects:
        bpy.data.objects[f"object.{placed.instance}"]["category_id"] = placed.category_id


def leave_to_blenderproc(samples: int) -> None:
    """Undo what our staging tells Cycles, whose other settings are BlenderProc's defaults."""
    bproc.renderer.set_max_amount_of_samples(samples)
    bpy.context.scene.world.cycles.sampling_method = "AUTOMATIC"


def main(plan: Path, out: Path, told: str, few: int | None) -> None:
    """Render and write a plan's scenes. told: a preset, or samples of BlenderProc's own."""
    own = int(told) if told.isdecimal() else None
    preset = "draft" if own else told
    settings = from_mapping(Settings, own_keys(composed("render", f"quality={preset}")))
    catalogue = load_catalogue(settings.variants)
    session.start(settings.device, settings.threads)
    bpy.context.scene.render.use_persistent_data = own is not None
    for number, planned in enumerate(Plan.read(plan).scenes[:few]):
        session.reset()
        stage(planned.scene, catalogue, dressed=True)
        name_objects(planned.scene)
        if number == 0:
            bproc.renderer.enable_depth_output(activate_antialiasing=False)
            bproc.renderer.enable_segmentation_output(
                map_by=["category_id", "instance", "name"], default_values=UNLABELLED
            )
        if own is not None:
            leave_to_blenderproc(own)
        else:
            set_colour(planned.scene, settings.quality)
        bpy.context.scene.render.use_compositing = True
        data = bproc.renderer.render(verbose=True)
        bproc.writer.write_coco_annotations(
            str(out / "coco"), instance_segmaps=data["instance_segmaps"],
            instance_attribute_maps=data["instance_attribute_maps"], colors=data["colors"],
            color_file_format="JPEG", append_to_existing_output=True,
        )  # fmt: skip
        bproc.writer.write_hdf5(str(out / "hdf5"), data, append_to_existing_output=True)


if __name__ == "__main__":
    out = Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    with session.chatter_to(out / "blender.log"):
        main(Path(sys.argv[1]), out, sys.argv[3], int(sys.argv[4]) if sys.argv[4:] else None)
