"""A small set as a render with linear=keep leaves it, painted by hand: no Blender."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from scenes.dataset.dataset import (
    WriteOptions,
    begin_dataset,
    merge_record,
    merge_shards,
    write_shard,
)
from scenes.effects.colour_transfer import References
from scenes.effects.develop import developed
from scenes.effects.linear_picture import as_kept, encode_light
from scenes.model.effects import PostEffects
from scenes.optics.colour import linear, srgb
from scenes.plan.digest import shot_of
from scenes.plan.plan import Plan
from scenes.plan.splits import SplitRecord
from tests.alignment.align.pixels.pictures import picture
from tests.scenes.hand_made import CATALOGUE, PROVENANCE, Painted, labels_of, painted, plan_of

WRITE = WriteOptions(image_format="png", jpeg_quality=90, segmentation="rle", pixels=True)
LOOK = {"write": {"image_format": "png", "jpeg_quality": 90, "segmentation": "rle", "pixels": True}}
FILES = ("plan.jsonl", "annotations.json", "metadata.parquet", "manifest.json", "splits.json")


def lit_plan(count: int, post: PostEffects | None = None) -> Plan:
    """The plan of such a set."""
    return plan_of(_frames(count, post))


def lit_set(
    out: Path, count: int, post: PostEffects | None = None, record: SplitRecord | None = None
) -> Plan:
    """Write the set and return its plan."""
    frames = _frames(count, post)
    plan = plan_of(frames)
    out.mkdir(exist_ok=True)
    begin_dataset(out, plan, LOOK)
    nowhere = References(photos=None, style=None)
    for index, frame in enumerate(frames):
        shown = developed(frame, frame.scene.post, nowhere)
        write_shard(out, index, shown, labels_of(frame), WRITE)
    provenance = replace(PROVENANCE, splits=record)
    merge_record(plan, CATALOGUE, provenance).write(out)
    if record:
        record.write(out / "plan.jsonl")
    merge_shards(out, partial=False)
    return plan


def contents(out: Path) -> dict[str, bytes]:
    """What a set promises: its files and images, by name."""
    images = sorted((out / "images").iterdir())
    files = (out / name for name in FILES if (out / name).is_file())
    return {path.name: path.read_bytes() for path in (*files, *images)}


def manifest(out: Path) -> dict:
    return json.loads((out / "manifest.json").read_text())


def _frames(count: int, post: PostEffects | None) -> list[Painted]:
    return [_lit(frame, n, post) for n, frame in enumerate(painted(count, size=(60, 80)))]


def _lit(frame: Painted, number: int, post: PostEffects | None) -> Painted:
    scene = replace(frame.scene, post=post)
    light = as_kept(linear(picture(number)) * np.float32(0.6))
    return replace(
        frame, scene=scene, shot=shot_of(scene), light=light, image=srgb(light),
        passes={"linear.exr": encode_light(light)},
    )  # fmt: skip
