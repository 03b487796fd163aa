"""A plan rendered into a dataset by this one process, from wherever an earlier run left it."""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
from dataclasses import replace

import bpy

from render.alone.progress import Progress
from render.asked.commission import Commission, prepared, provenance, tell
from render.asked.settings import Settings
from render.blender import session
from render.capturing.image import make_image
from render.staging.physics import settled
from scenes.dataset.dataset import Tally, merge, open_dataset, undone
from scenes.plan.settled import settled_plan


def render(settings: Settings) -> Tally:
    """Render what the settings ask for and return what the dataset in settings.out then holds.

    Images that are finished there are kept, so a killed run goes on where it was.
    """
    work = prepared(settings)
    if settings.settle:
        work = _settled(work)
    look = {**work.look, "bpy": bpy.app.version_string}
    with open_dataset(settings.out, work.plan, look):
        with session.chatter_to(settings.out / "log" / "blender.log"):
            _fill(work)
        versions = {"bpy": bpy.app.version_string, "blenderproc": bproc.__version__}
        tally = merge(settings.out, work.plan, work.catalogue, provenance(settings, versions))
    tell(tally, settings.out)
    return tally


def _settled(work: Commission) -> Commission:
    settings = work.settings
    with session.chatter_to(settings.out / "log" / "blender.log"):
        session.start(settings.device, settings.threads)
        plan = settled_plan(
            work.plan,
            settings.out / "plan.jsonl",
            lambda line: settled(line.scene, work.catalogue),
        )
    return replace(work, plan=plan)


def _fill(work: Commission) -> None:
    left = undone(work.settings.out, work.plan)
    if not left:
        return
    scenes = work.plan.scenes
    work.check_references(scenes[index] for index in left)
    session.start(work.settings.device, work.settings.threads)
    progress = Progress(total=len(work.plan), before=len(work.plan) - len(left))
    for index in left:
        make_image(index, scenes[index].scene, work.settings, work.catalogue)
        session.tidy()
        progress.made_one()
