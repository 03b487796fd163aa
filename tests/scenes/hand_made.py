"""Frames, labels and plans painted by hand: exact, tiny, without Blender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assets.catalogue import Asset, Catalogue
from scenes.dataset.dataset import (
    Provenance,
    WriteOptions,
    merge,
    open_dataset,
    undone,
    write_shard,
)
from scenes.files.rle import tight_box
from scenes.labels.labels import Labels, ObjectLabel
from scenes.model.frame import FAR_M, Frame
from scenes.model.scene import Background, Camera, Material, Placement, Scene
from scenes.plan.digest import shot_of
from scenes.plan.plan import Plan, PlannedScene


@dataclass(frozen=True, kw_only=True, eq=False)
class Painted(Frame):
    """A frame that knows the scene it shows."""

    scene: Scene


Masks = Mapping[int, npt.NDArray[np.bool_]]

RLE = WriteOptions(image_format="png", jpeg_quality=90, segmentation="rle", pixels=False)
POLYGON = WriteOptions(image_format="png", jpeg_quality=90, segmentation="polygon", pixels=False)
SETTINGS = {"quality": "draft", "samples": 4}
PROVENANCE = Provenance(
    config={"images": 3}, seeds={"scenes": 7}, versions={"twinset": "9.9"}, licence="CC0-1.0"
)
CATALOGUE = Catalogue(
    assets={
        name: Asset(
            id=name, category=name, shape=f"{name}-a", family=name, parameters={"height_m": 1.0},
            size_m=(1.0, 1.0, 1.0), licence="CC0-1.0", source="made for a test",
            keypoints={}, supports=(), path=None,
        )
        for name in ("chair", "box")
    }
)  # fmt: skip
_GREY = Material(kind="paint", color=(0.5, 0.5, 0.5), roughness=0.5, metallic=0.0, seed=0)


def scene_of(size_px: tuple[int, int], seed: int, instances: Sequence[int] = (1,)) -> Scene:
    """A scene of chairs (category 3); instance 2 of each is clutter."""
    camera = Camera(
        camera_to_world=np.eye(4), focal_mm=35.0, sensor_mm=36.0, resolution_px=size_px,
        clip_start_m=0.1, clip_end_m=100.0,
    )  # fmt: skip
    objects = tuple(_placement(i) for i in instances)
    background = Background(
        environment="interior.exr", strength=1.0, rotation_deg=0.0, floor=_GREY, floor_size_m=10.0
    )
    return Scene(
        seed=seed, config_id="c1", objects=objects, camera=camera, lights=(), background=background
    )


def frame_of(masks: Masks, seed: int = 1) -> Painted:
    """A frame whose instances are these masks, later ones in front."""
    height, width = next(iter(masks.values())).shape
    rng = np.random.default_rng(seed)
    instances = np.zeros((height, width), dtype=np.int32)
    for instance, mask in masks.items():
        instances[mask] = instance
    depth = np.where(instances > 0, rng.uniform(1, 4, instances.shape), FAR_M)
    scene = scene_of((width, height), seed, tuple(masks))
    return Painted(
        scene=scene, shot=shot_of(scene),
        image=rng.integers(0, 256, (height, width, 3), dtype=np.uint8),
        instances=instances, depth_m=depth.astype(np.float32),
    )  # fmt: skip


def labels_of(frame: Painted, dropped: int = 0) -> Labels:
    """A label for each visible chair of a frame."""
    ids = [o.instance for o in frame.scene.objects if o.category_id]
    return Labels(kept=tuple(_label(frame, i) for i in ids if (frame.instances == i).any()),
                  dropped={"min_side_px": dropped} if dropped else {})  # fmt: skip


def plan_of(frames: Sequence[Painted]) -> Plan:
    return Plan(
        scenes=tuple(
            PlannedScene(index=i, scene=f.scene, component=i % 2, weight=1.0, why="by hand")
            for i, f in enumerate(frames)
        )
    )


def painted(count: int = 3, size: tuple[int, int] = (48, 64)) -> list[Painted]:
    """Frames of a holed chair at the border behind clutter, one in parts and one of a pixel."""
    return [frame_of(_masks(np.random.default_rng(i), size), seed=100 + i) for i in range(count)]


def begin(out: Path, frames: Sequence[Painted], quality: str = "draft") -> None:
    """Open a folder for a plan and leave it, as a run does that is stopped at once."""
    with open_dataset(out, plan_of(frames), SETTINGS | {"quality": quality}):
        pass


def render(out: Path, frames: Sequence[Painted], write: WriteOptions = RLE) -> None:
    """Write what is not there yet and merge, as a run does."""
    plan = plan_of(frames)
    with open_dataset(out, plan, SETTINGS):
        for index in undone(out, plan):
            frame = frames[index]
            write_shard(out, index, frame, labels_of(frame, dropped=1), write)
        merge(out, plan, CATALOGUE, PROVENANCE)


def _masks(rng: np.random.Generator, size: tuple[int, int]) -> Masks:
    masks = {i: np.zeros(size, dtype=bool) for i in (1, 2, 300, 301, 302)}
    x, y = rng.integers(0, 6, 2)
    masks[1][y : y + 30, : x + 25] = True
    masks[1][y + 4 : y + 12, 5 : x + 9] = False
    masks[1][y + 14, 6 : x + 14] = False
    masks[2][y + 16 : y + 20] = True
    masks[300][5:25, 40:45] = masks[300][5:25, 50:60] = True
    masks[301][-1, -1] = True
    return masks


def _placement(instance: int) -> Placement:
    name, category_id = ("box", 0) if instance == 2 else ("chair", 3)
    return Placement(
        instance=instance, asset_id=name, category=name, category_id=category_id,
        object_to_world=np.eye(4), materials=(),
    )  # fmt: skip


def _label(frame: Painted, instance: int) -> ObjectLabel:
    mask = frame.instances == instance
    box, z, area = tight_box(mask), frame.depth_m[mask], int(mask.sum())
    depth = float(np.median(z))
    height, width = mask.shape
    return ObjectLabel(
        instance=instance, category_id=3, category="chair", shape="chair-a", asset_id="chair",
        bbox=box, amodal_bbox=box, visible_px=area, amodal_px=2 * area, visible_fraction=0.5,
        depth_m=depth, depth_min_m=float(z.min()),
        occlusion_index=area * depth**2 / frame.scene.camera.focal_px**2,
        truncated=0 in box[:2] or box[0] + box[2] == width or box[1] + box[3] == height,
    )  # fmt: skip
