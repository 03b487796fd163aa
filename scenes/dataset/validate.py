"""A dataset read back from disk and held against itself, cheaply."""

import contextlib
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from assets.errors import UserError
from scenes.files.rle import Mask, tight_box


class BadDataset(UserError):
    """A dataset on disk that contradicts itself."""


def validate(out: Path) -> int:
    """Check every annotation of a dataset with pycocotools; return how many there are.

    Each mask must decode to its stored area and box, equal its instance in the segmentation image
    and lie in its amodal mask, where there is one; ids must be unique and consecutive. Raises
    BadDataset, which names the annotation.
    """
    coco = load_coco(out / "annotations.json")
    if sorted(coco.anns) != list(range(1, len(coco.dataset["annotations"]) + 1)):
        raise BadDataset(f"{out}: annotation ids are not 1 to their count; render again")
    for image_id, image in coco.imgs.items():
        _check_image(out, image, coco.imgToAnns[image_id], coco)
    return len(coco.anns)


def load_coco(path: Path) -> COCO:
    """Return pycocotools' view of an annotation file, without its chatter."""
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def _check_image(
    out: Path, image: Mapping[str, Any], annotations: Iterable[Mapping[str, Any]], coco: COCO
) -> None:
    path = out / "segmentation" / f"{Path(image['file_name']).stem}.png"
    instances = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if instances is None or instances.shape != (image["height"], image["width"]):
        raise BadDataset(f"{path} is missing or not of its image's size; render the image again")
    for annotation in annotations:
        mask = coco.annToMask(annotation).astype(bool)
        complaint = _complaint(annotation, mask, instances == annotation["instance"])
        if complaint:
            raise BadDataset(f"{out}: annotation {annotation['id']} {complaint}; render again")


def _complaint(annotation: Mapping[str, Any], mask: Mask, instance: Mask) -> str | None:
    if not mask.any():
        return "has an empty mask"
    if int(mask.sum()) != annotation["area"]:
        return f"has area {annotation['area']}, its mask {int(mask.sum())} pixels"
    if list(tight_box(mask)) != annotation["bbox"]:
        return f"has box {annotation['bbox']}, its mask {list(tight_box(mask))}"
    whole = annotation.get("amodal_segmentation")
    if whole and (mask & ~coco_mask.decode(whole).astype(bool)).any():
        return "shows pixels that its amodal mask has not"
    return None if np.array_equal(mask, instance) else "has another mask than its segmentation"
