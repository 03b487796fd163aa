"""What was rendered, developed with the effects that were solved on it; Blender is done by then."""

import os
from dataclasses import replace

from alignment.align.brief.brief import Job
from alignment.align.walk.cheap_renders import Pictures
from alignment.align.walk.pixel_stage import with_effects
from alignment.command.stages import Stages
from scenes.dataset.dataset import merge_shards
from scenes.dataset.developing import Darkroom, develop_images, is_developed, light_path
from scenes.dataset.light import write_options
from scenes.dataset.provenance import MergeRecord
from scenes.dataset.shard import shard_path
from scenes.effects.colour_transfer import References
from scenes.files.atomic import writing
from scenes.files.lock import locked
from scenes.plan.meshes import write_mesh_record
from scenes.plan.plan import Plan


def developed(job: Job, plan: Plan, stages: Stages) -> tuple[Plan, tuple[str, ...], bool]:
    """Return the plan with its effects, what is to be said, and whether all images have them.

    plan: as it was rendered. Images and label files are written anew one by one, then merged;
    whatever stops this, the same command goes on. Where it returns False some images are still to
    be rendered, which the plan in the folder now asks for with all effects that are known.
    Raises what developing raises.
    """
    references = References(photos=job.real.photo_folder, style=job.settings.style_weights)
    own = Pictures(folder=job.out, references=references)
    found = with_effects(job, plan, {1.0: own}, stages)
    stages.begin("developing")
    with locked(job.out):
        final = _in_folder(job, found.plan)
        room = Darkroom(
            source=job.out, out=job.out, references=references, write=write_options(job.out),
            categories=MergeRecord.read(job.out).category_names,
        )  # fmt: skip
        _forget_lost(job, final)
        told = lambda done: stages.at(done, len(final), f"{done}/{len(final)} images")  # noqa: E731  # used once
        develop_images(final.scenes, room, job.settings.workers or os.cpu_count() or 1, told)
        whole = all(is_developed(job.out, one) for one in final.scenes)
        merge_shards(job.out, partial=not whole)
    return found.plan, found.notes, whole


def _in_folder(job: Job, plan: Plan) -> Plan:
    """Return the folder's plan, as physics and labels have left it, with effects; it is written."""
    path = job.out / "plan.jsonl"
    posts = {one.index: one.scene.post for one in plan.scenes}
    final = Plan(scenes=tuple(
        replace(one, scene=replace(one.scene, post=posts[one.index]))
        for one in Plan.read(path).scenes
    ))  # fmt: skip
    with writing(path):
        final.write(path)
    write_mesh_record(path, final, job.catalogue)
    return final


def _forget_lost(job: Job, plan: Plan) -> None:
    """Have images rendered again that lack their effects and what they could be developed from."""
    for one in plan.scenes:
        lost = not light_path(job.out, one.index).is_file()
        if lost and not is_developed(job.out, one):
            with writing(shard_path(job.out, one.index)):
                shard_path(job.out, one.index).unlink(missing_ok=True)
