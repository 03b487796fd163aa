"""A plan rendered into a dataset, from wherever an earlier run left it."""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
import logging
import tomllib
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import bpy
import numpy as np

from assets.catalogue import Catalogue
from assets.meshes.folder import catalogue_of
from render import session
from render.capture import capture
from render.passes import rendered_passes
from render.progress import Progress
from render.settings import Settings
from render.settle import settled_plan
from render.stage import stage
from scenes.config import SceneConfig
from scenes.correspondences import encode_pair
from scenes.dataset import Provenance, Tally, merge, open_dataset, undone, write_shard
from scenes.developing import developed
from scenes.exr import encode_exr
from scenes.frame import Frame
from scenes.labels import label_frame
from scenes.mesh_record import check_mesh_record, mesh_digests
from scenes.passes import encode_png
from scenes.plan import Plan, PlannedScene
from scenes.sampler import SceneSampler, scene_seed
from scenes.scene import Scene
from scenes.second_view import seeded_second_view
from scenes.split_record import SplitRecord
from scenes.vocabulary import labelled_plan

LICENCE = "CC0-1.0"
log = logging.getLogger("twinset.render")
_PROJECT = Path(__file__).resolve().parent.parent


def render(settings: Settings) -> Tally:
    """Render what the settings ask for and return what the dataset in settings.out then holds.

    Images that are finished there are kept, so a killed run goes on where it was.
    """
    catalogue = catalogue_of(settings.variants, settings.meshes)
    plan = Plan.read(settings.plan) if settings.plan else _sampled(settings, catalogue)
    meshes = mesh_digests(plan, catalogue)
    if settings.plan:
        check_mesh_record(settings.plan, meshes)
    look = {**settings.look, "bpy": bpy.app.version_string}
    if meshes:
        look["meshes"] = meshes
    plan = labelled_plan(plan, catalogue, settings.labels.categories)
    if settings.settle:
        plan = _settled(settings, plan, catalogue)
    with open_dataset(settings.out, plan, look):
        with session.chatter_to(settings.out / "log" / "blender.log"):
            _fill(settings, plan, catalogue)
        provenance = _provenance(settings)
        tally = merge(settings.out, plan, catalogue, provenance, pixels=settings.quality.colour)
    log.info("%d images, %d labels in %s", tally.images, sum(tally.labels.values()), settings.out)
    for limit, count in tally.dropped.items():
        log.info("labels left out by labels.%s: %d", limit, count)
    return tally


def _sampled(settings: Settings, catalogue: Catalogue) -> Plan:
    config: SceneConfig = settings.scene
    sampler = SceneSampler.of(config, catalogue)
    seeds = [scene_seed(settings.seed, 0, number) for number in range(settings.images)]
    return Plan(
        scenes=tuple(
            PlannedScene(
                index=index, scene=sampler.sample(seed), component=-1,
                weight=1 / settings.images, why=f"sampled from {config.id}",
            )
            for index, seed in enumerate(seeds)
        )
    )  # fmt: skip


def _settled(settings: Settings, plan: Plan, catalogue: Catalogue) -> Plan:
    with session.chatter_to(settings.out / "log" / "blender.log"):
        session.start(settings.device, settings.threads)
        return settled_plan(plan, catalogue, settings.out / "plan.jsonl")


def _fill(settings: Settings, plan: Plan, catalogue: Catalogue) -> None:
    left = undone(settings.out, plan)
    if not left:
        return
    if settings.quality.colour:
        settings.references.check(planned.scene.post for planned in left)
    session.start(settings.device, settings.threads)
    progress = Progress(total=len(plan), before=len(plan) - len(left))
    for planned in left:
        frame = _frame(planned.scene, settings, catalogue)
        labels = label_frame(frame, catalogue, settings.labels)
        write_shard(settings.out, planned.index, frame, labels, settings.write)
        progress.made_one()
    session.reset()


def _frame(scene: Scene, settings: Settings, catalogue: Catalogue) -> Frame:
    frame = _shot(scene, settings, catalogue)
    passes = rendered_passes(frame, settings.passes)
    if settings.passes.correspondences:
        seen_again = seeded_second_view(scene, catalogue, settings.second_view)
        second = _shot(seen_again, settings, catalogue)
        passes |= {
            "second_image.png": encode_png(second.image),
            "second_depth.exr": encode_exr(second.depth_m),
            "second_segmentation.png": encode_png(second.instances.astype(np.uint16)),
            "correspondences.npz": encode_pair(frame, second),
        }
    return replace(frame, passes=passes)


def _shot(scene: Scene, settings: Settings, catalogue: Catalogue) -> Frame:
    session.reset()
    stage(scene, catalogue, dressed=settings.quality.colour)
    frame = capture(scene, settings.quality)
    return developed(frame, settings.references) if settings.quality.colour else frame


def _provenance(settings: Settings) -> Provenance:
    told = tomllib.loads((_PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = ("numpy", "numba", "pycocotools")
    return Provenance(
        config={**settings.look},
        seeds={"run": settings.seed},
        versions={
            "twinset": told["project"]["version"], "bpy": bpy.app.version_string,
            "blenderproc": bproc.__version__, **{name: version(name) for name in packages},
        },
        licence=LICENCE,
        splits=SplitRecord.beside(settings.plan) if settings.plan else None,
    )  # fmt: skip
