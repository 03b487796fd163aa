"""A rendered set as large as asked for, in seconds: the records of a few previewed scenes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.scenes import SIZES_PX, Studio
from scenes.dataset.coco_file import Head, coco_file
from scenes.dataset.shard import Shard, WriteOptions, annotation_records
from scenes.files.atomic import make_folder
from scenes.labels.labels import label_frame
from scenes.model.frame import FAR_M, Frame
from scenes.plan.digest import shot_of
from scenes.preview.preview import preview

WRITE = WriteOptions(image_format="jpg", jpeg_quality=92, segmentation="rle", pixels=False)
MODELS = 20


def write_labelled(out: Path, images: int) -> int:
    """Write a set's annotations.json, no pictures; return how many labels it has."""
    make_folder(out)
    models = list(_models())
    names = {t["category_id"]: str(t["category_id"]) for m in models for t in m.annotations}
    categories = [{"id": key, "name": name} for key, name in sorted(names.items())]
    head = Head(version="bench", licence="CC0-1.0", categories=categories)
    with coco_file(out / "annotations.json", head) as file:
        for index in range(images):
            model = models[index % len(models)]
            told = {**model.image, "file_name": f"{index:06d}.jpg", "scene_seed": index}
            file.add(index + 1, -1, replace(model, image=told))
    return file.annotations


def write_empty_pictures(out: Path, images: int) -> None:
    """Put an empty file where each of the set's pictures should be."""
    make_folder(out / "images")
    for index in range(images):
        (out / "images" / f"{index:06d}.jpg").write_bytes(b"")


def _models() -> Iterator[Shard]:
    """Yield the records of a few scenes, as previews of them give."""
    studio, size_px = Studio.of_conf(), SIZES_PX[-1]
    for scene in studio.scenes(MODELS, size_px):
        seen = preview(scene, studio.catalogue, size_px)
        frame = Frame(
            shot=shot_of(scene), image=np.zeros((size_px[1], size_px[0], 3), np.uint8),
            instances=seen.instances, depth_m=np.minimum(seen.depth_m, FAR_M),
        )  # fmt: skip
        labels = label_frame(frame, scene, studio.catalogue, studio.labels)
        yield Shard(
            scene_digest="", files={}, image={"width": size_px[0], "height": size_px[1]},
            annotations=annotation_records(frame, labels, WRITE), measured={}, dropped={},
        )  # fmt: skip
