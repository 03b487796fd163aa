"""Visible masks as a set's file tells them: checked once at the door, decoded on demand."""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from scenes.files.rle import as_text, rle, told_pixels
from scenes.sets.annotated_set import AnnotatedImage, Annotation
from scenes.sets.photos import sideways_turn, turned

FAR_OUT = 4  # image sides that a polygon may reach beyond its image

Mask = npt.NDArray[np.bool_]


def checked(told: Any, size_px: tuple[int, int]) -> Any:
    """Return a segmentation as pycocotools takes it, or None where it is not one for this image.

    told: COCO polygons, compressed or uncompressed RLE, or anything. size_px: (W, H). Polygons of
    fewer than three points, or far beyond the image, are left out; so is an RLE of another size.
    """
    if isinstance(told, Mapping):
        return _checked_rle(told, size_px)
    if isinstance(told, list):
        return [points for points in told if _is_polygon(points, max(size_px))] or None
    return None


def as_photo_lies(told: Any, image: AnnotatedImage) -> Any:
    """Return an RLE that lies on its side, as its photo's file does, turned with it; else `told`.

    An RLE whose height and width are exchanged without such a photo stays, and does not fit.
    """
    size = [image.width_px, image.height_px]
    if not isinstance(told, Mapping) or told.get("size") != size or size[0] == size[1]:
        return told
    turn = sideways_turn(image.path, (image.width_px, image.height_px))
    lying = None if turn is None else _checked_rle(told, (image.height_px, image.width_px))
    return told if lying is None or turn is None else rle(turned(coco_mask.decode(lying), turn))


def decoded(annotation: Annotation, image: AnnotatedImage) -> Mask | None:
    """Return the (H, W) bool mask of one annotation, or None where it has none."""
    found = _rle(annotation, image)
    return None if found is None else np.asarray(coco_mask.decode(found), dtype=np.bool_)


def sampled(mask: Mask, shape: tuple[int, int]) -> Mask:
    """Return a mask at the pixels of another (H, W) of the same view, by nearest neighbour."""
    if mask.shape == shape:
        return mask
    resized = cv2.resize(mask.astype(np.uint8), shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(resized, dtype=np.bool_)


def area_px(annotation: Annotation, image: AnnotatedImage) -> float:
    """Return the number of pixels in an annotation's mask, NaN where it has none."""
    found = _rle(annotation, image)
    return float("nan") if found is None else float(coco_mask.area(found))


def mask_area_px(mask: Any, size_px: tuple[int, int]) -> float:
    """Return the number of pixels in a mask that `checked` gave. size_px: (W, H)."""
    whole = coco_mask.merge(coco_mask.frPyObjects(mask, size_px[1], size_px[0])) if isinstance(
        mask, list) else mask  # fmt: skip
    return float(coco_mask.area(whole))


def _rle(annotation: Annotation, image: AnnotatedImage) -> Any:
    told = annotation.segmentation
    if isinstance(told, list):
        return coco_mask.merge(coco_mask.frPyObjects(told, image.height_px, image.width_px))
    return told


def _is_polygon(points: Any, side_px: int) -> bool:
    if not isinstance(points, list) or len(points) < 6 or len(points) % 2:
        return False
    if any(isinstance(p, bool) or not isinstance(p, int | float) for p in points):
        return False
    # pycocotools walks the outline pixel by pixel, and one that is light-years long takes it down
    return all(-FAR_OUT * side_px <= p <= FAR_OUT * side_px for p in points)


def _checked_rle(told: Mapping[str, Any], size_px: tuple[int, int]) -> Any:
    width, height = size_px
    counts = told.get("counts")
    if told.get("size") != [height, width]:
        return None
    if isinstance(counts, list):
        whole = all(type(n) is int and n >= 0 for n in counts) and sum(counts) == height * width
        return as_text(coco_mask.frPyObjects(dict(told), height, width)) if whole else None
    return as_text(told) if _decodes(dict(told), height * width) else None


def _decodes(told: dict[str, Any], pixels: int) -> bool:
    """Return whether an RLE tells every pixel of its image, neither fewer nor more."""
    counts = told.get("counts")
    if not isinstance(counts, str | bytes) or told_pixels(counts) != pixels:
        return False
    try:
        coco_mask.area(told)  # reads the counts, as decoding does, and draws nothing
    except (TypeError, ValueError):
        return False
    return True
