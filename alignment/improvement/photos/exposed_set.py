"""The exposed photos as a set of their own: plans are fitted to it, and can see no other photo."""

import hashlib
from pathlib import Path, PurePosixPath
from typing import Any

from scenes.files.atomic import make_folder, write_bytes
from scenes.files.canonical_json import json_bytes
from scenes.files.placing import put
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation

FOLDER = "exposed"


def write_exposed(annotated: AnnotatedSet, folder: Path) -> str:
    """Write a set as COCO with its photos, under its own ids; return a hash of what it tells.

    Photos are hard links where the disk has them, else copies. Depth maps stay behind. Raises
    Unwritable.
    """
    make_folder(folder / "images")
    names = {image.id: _name(image) for image in annotated.images}
    for image in annotated.images:
        assert image.path is not None  # of photos that are shown
        put(image.path, folder / "images" / names[image.id])
    told = json_bytes({
        "categories": [{"id": key, "name": name} for key, name in annotated.categories.items()],
        "images": [
            {"id": image.id, "file_name": names[image.id], "width": image.width_px,
             "height": image.height_px}
            for image in annotated.images
        ],
        "annotations": [_record(one) for one in annotated.annotations],
    })  # fmt: skip
    write_bytes(folder / "annotations.json", told)
    return hashlib.sha256(told).hexdigest()


def _name(image: AnnotatedImage) -> str:
    return f"{image.id:06d}-{PurePosixPath(image.file_name).name}"


def _record(one: Annotation) -> dict[str, Any]:
    told = {
        "id": one.id, "image_id": one.image_id, "category_id": one.category_id,
        "bbox": list(one.bbox), "area": one.bbox[2] * one.bbox[3], "iscrowd": 0, **one.extra,
    }  # fmt: skip
    return told if one.segmentation is None else {**told, "segmentation": one.segmentation}
