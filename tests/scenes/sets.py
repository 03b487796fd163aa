"""Tiny annotated sets written to disk, with one thing changed at a time."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

BOX = [2, 3, 10, 8]


def image(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {"id": number, "file_name": f"{number}.png", "width": 40, "height": 30, **changes}


def box(number: int = 1, bbox: Any = BOX, **changes: Any) -> dict[str, Any]:
    return {"id": number, "image_id": 1, "category_id": 1, "bbox": bbox, **changes}


def write_coco(folder: Path, **lists: Any) -> Path:
    told = {
        "images": [image()], "annotations": [box()], "categories": [{"id": 1, "name": "chair"}],
        **lists,
    }  # fmt: skip
    path = folder / "annotations.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told))
    return path


def write_photo(path: Path, size: tuple[int, int] = (40, 30), orientation: int = 1) -> Path:
    """Write noise, which any resampling or turning would change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(size[0])
    photo = Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo.save(path, exif=exif)
    return path
