"""A tiny rendered set whose masks have holes, parts and threads, and its exports."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.command.stages import Stages
from alignment.export.settings import ExportSettings, SplitSettings
from alignment.export.walk import export
from scenes.files.rle import rle, tight_box
from tests.scenes.sets import write_photo

W, H = 60, 44
CHAIR, TABLE = 62, 67
CATEGORIES = [
    {"id": CHAIR, "name": "chair", "keypoints": ["leg_left", "leg_right"], "skeleton": [[1, 2]]},
    {"id": TABLE, "name": "dining table & <bench>"},
]
SPLIT = SplitSettings(val=0.3, test=0.0, by="scene", group=None, real=None, seed=0)
Mask = npt.NDArray[np.bool_]


def masks() -> dict[str, Mask]:
    """Return an object with a hole, one in two parts, and one a pixel high."""
    holed, parted, thread = np.zeros((3, H, W), dtype=bool)
    holed[4:30, 3:33], holed[10:20, 9:21] = True, False
    parted[2:10, 40:50], parted[20:41, 38:60] = True, True
    thread[42, 5:30] = True
    return {"holed": holed, "parted": parted, "thread": thread}


def annotation(number: int, image: int, mask: Mask, **changes: Any) -> dict[str, Any]:
    return {
        "id": number, "image_id": image, "category_id": TABLE, "bbox": list(tight_box(mask)),
        "area": int(mask.sum()), "iscrowd": 0, "segmentation": rle(mask), "depth": 2.5,
        "shape": "round", "truncated": 0, **changes,
    }  # fmt: skip


def records(images: int = 6) -> dict[str, Any]:
    """Return COCO JSON: image 1 is full, image 3 empty, the last two of one scene."""
    found = masks()
    points = {"category_id": CHAIR, "keypoints": [4.5, 29.5, 2, 31.5, 29.5, 1], "num_keypoints": 2}
    told = [annotation(1, 1, found["holed"], **points), annotation(2, 1, found["parted"])]
    told += [annotation(n, n - 1, found["thread"]) for n in range(3, images + 2) if n != 4]
    listed = [
        {"id": n, "file_name": f"{n - 1:06d}.png", "width": W, "height": H, "focal_px": 50.0,
         "scene_seed": 100 + min(n, images - 1), "config_id": "space-00001"}
        for n in range(1, images + 1)
    ]  # fmt: skip
    return {"images": listed, "annotations": told, "categories": CATEGORIES}


def rendered(folder: Path, images: int = 6, **changes: Any) -> Path:
    """Write the set; changes: of its lists."""
    told = {**records(images), **changes}
    for image in told["images"]:
        write_photo(folder / "images" / image["file_name"], (W, H))
    (folder / "annotations.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def settings(out: Path, **changes: Any) -> ExportSettings:
    plain = ExportSettings(
        set=None, real=out, format=None, category=None, to="coco", out=out, annotations="boxes",
        link=False, split=SPLIT,
    )  # fmt: skip
    return replace(plain, **{"real": None, **changes})


def exported(out: Path, **changes: Any) -> Path:
    with Stages(quiet=True) as stages:
        return export(settings(out, **changes), stages)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file's bytes by its path inside a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.is_file() and path.name != ".lock"
    }  # fmt: skip
