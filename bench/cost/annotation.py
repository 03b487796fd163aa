"""What it costs to annotate one more image: our label files beside BlenderProc's COCO writer.

Imported inside Blender only, where BlenderProc's writer runs. Both are given the same instance
maps. Images, depth and segmentation maps are left out on both sides: BlenderProc is handed a
picture of one pixel to write.
"""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import bpy
import numpy as np

from bench.scenes import Studio, seconds
from scenes.dataset.dataset import Provenance, WriteOptions, merge_record, merge_shards
from scenes.dataset.shard import FOLDERS, annotation_records, write_shard
from scenes.files.atomic import make_folder, write_bytes
from scenes.files.canonical_json import json_bytes
from scenes.labels.labels import label_frame
from scenes.model.frame import FAR_M, Frame, View
from scenes.model.scene import Scene
from scenes.plan.digest import shot_of
from scenes.plan.plan import Plan, PlannedScene
from scenes.preview.preview import preview

DISTINCT = 12
IN_FILE = (10, 300)  # images that lie in the annotation file
REPEATS = 5
WRITE = WriteOptions(image_format="jpg", jpeg_quality=92, segmentation="rle", pixels=False)
Times = Mapping[str, float]


def annotation_times(studio: Studio, size_px: tuple[int, int], folder: Path) -> Sequence[Times]:
    """Return, for each of IN_FILE, seconds and bytes an image costs in ours and in BlenderProc's.

    Ours: boxes, masks and depths, the label file, and an image's share of the merge into one file.
    """
    views = [_view(studio, scene) for scene in studio.scenes(DISTINCT, size_px)]
    labelled_s = _labelled(studio, views, folder)
    measured: list[Times] = []
    for images in IN_FILE:
        shown = [views[i % DISTINCT] for i in range(images)]
        merged_s, bytes_ = _merged(studio, shown, folder / f"ours-{images}")
        theirs_s, their_bytes = _appended(shown, folder / f"theirs-{images}")
        measured.append({
            "images": images, "objects": float(np.mean([_targets(v) for v in views])),
            "ours_s": labelled_s + merged_s / images, "ours_bytes": bytes_ / images,
            "theirs_s": theirs_s, "theirs_bytes": their_bytes / (images + REPEATS),
        })  # fmt: skip
    return measured


def _view(studio: Studio, scene: Scene) -> View:
    width, height = scene.camera.resolution_px
    shown = preview(scene, studio.catalogue, (width, height))
    frame = Frame(
        shot=shot_of(scene), image=np.zeros((height, width, 3), np.uint8),
        instances=shown.instances, depth_m=np.minimum(shown.depth_m, FAR_M),
    )  # fmt: skip
    return View(scene=scene, frame=frame)


def _targets(view: View) -> int:
    shown = view.frame.instances
    return sum(1 for o in view.scene.objects if o.category_id and o.instance in shown)


def _labelled(studio: Studio, views: Sequence[View], folder: Path) -> float:
    """Return the median seconds from a frame's instance map to its label file on disk."""
    make_folder(folder)

    def write(view: View) -> None:
        labels = label_frame(view.frame, view.scene, studio.catalogue, studio.labels)
        told = {"annotations": annotation_records(view.frame, labels, WRITE)}
        write_bytes(folder / "labels.json", json_bytes(told))

    rounds = [[seconds(lambda v=view: write(v)) for view in views] for _ in range(REPEATS)]  # type: ignore[misc]  # bound at once
    return float(np.median(rounds))


def _merged(studio: Studio, views: Sequence[View], out: Path) -> tuple[float, int]:
    """Return how long these images' label files take to merge, and the bytes of the result."""
    for name in FOLDERS:
        make_folder(out / name)
    for index, view in enumerate(views):
        labels = label_frame(view.frame, view.scene, studio.catalogue, studio.labels)
        write_shard(out, index, view.frame, labels, WRITE)
    plan = Plan(
        scenes=tuple(
            PlannedScene(index=i, scene=view.scene, component=-1, weight=1.0, why="bench")
            for i, view in enumerate(views)
        )
    )
    plan.write(out / "plan.jsonl")
    told = Provenance(config={}, seeds={}, versions={"twinset": "bench"}, licence="CC0-1.0")
    merge_record(plan, studio.catalogue, told).write(out)
    taken = [seconds(lambda: merge_shards(out, partial=False)) for _ in range(3)]
    return float(np.median(taken)), (out / "annotations.json").stat().st_size


def _appended(views: Sequence[View], out: Path) -> tuple[float, int]:
    """Return the median seconds of one image more, and the bytes of the file after REPEATS."""
    _write_theirs(views, out)
    following = count()
    taken = [seconds(lambda: _write_theirs([views[next(following)]], out)) for _ in range(REPEATS)]
    return float(np.median(taken)), (out / "coco_annotations.json").stat().st_size


def _write_theirs(views: Sequence[View], out: Path) -> None:
    bpy.context.scene.frame_start, bpy.context.scene.frame_end = 0, len(views)
    bproc.writer.write_coco_annotations(
        str(out),
        instance_segmaps=[view.frame.instances for view in views],
        instance_attribute_maps=[_attributes(view.scene) for view in views],
        colors=[np.zeros((1, 1, 3), np.uint8)] * len(views),
        mask_encoding_format="rle",
        append_to_existing_output=True,
    )


def _attributes(scene: Scene) -> list[dict[str, int | str]]:
    """Return what BlenderProc is told of each object; category 0 is left out by it, as by us."""
    return [
        {"idx": o.instance, "category_id": o.category_id, "name": o.category} for o in scene.objects
    ]
