"""Raw images and boxes of any format in, valid ones out, with everything put right counted."""

import math
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.sets import masks, photos
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation

Box = tuple[float, float, float, float]

ROUNDING_PX = 0.05  # what a box may stick out by decimals cut off in a file, not by a mistake

CLIPPED = "boxes clipped to their image"
OUTSIDE = "boxes wholly outside their image dropped"
FLAT = "boxes of no width or height dropped"
NOT_NUMBERS = "boxes that are not four finite numbers dropped"
NO_CATEGORY = "boxes of an unknown category dropped"
NO_IMAGE = "boxes of an unknown image dropped"
CROWD = "crowd regions skipped"
REPEATED_BOX = "repeated annotations merged"
RENUMBERED = "annotations with an id that was missing or taken renumbered"
REPEATED_IMAGE = "repeated images merged"
BAD_MASK = "masks that do not fit their image left out"


NO_PHOTOS = "no photos beside the annotations: pixel attributes are not measured"


class EmptySet(UserError):
    """A set without a single usable box."""


class ConflictingImages(UserError):
    """Two different images of one id."""


class UnknownImageSize(UserError):
    """An image whose size neither the annotations nor a file can tell."""


@dataclass(frozen=True, kw_only=True)
class RawImage:
    """An image record as found. size_px: (W, H) or None; path: the file found for it or None.

    fallback_px: what to assume where neither tells a size, or None where that is an error.
    """

    id: int
    file_name: str
    path: Path | None
    size_px: tuple[int, int] | None
    focal_px: float | None = None
    fallback_px: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class RawBox:
    """An annotation record as found; `box` may be anything, x, y, w, h in pixels is meant."""

    id: int | None
    image_id: int | None
    category_id: int | None
    box: Any
    crowd: bool = False
    segmentation: Any = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def repair_images(raws: Iterable[RawImage]) -> tuple[tuple[AnnotatedImage, ...], Counter[str]]:
    """Return valid images by ascending id, and what was put right or is missing.

    Every photo is decoded once to see that it is whole. Raises ConflictingImages and
    UnknownImageSize.
    """
    repairs: Counter[str] = Counter()
    unique = _unique_images(raws, repairs)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # decoding releases the interpreter lock
        found = pool.map(lambda raw: photos.inspect_photo(raw.path, raw.size_px), unique)
        images = tuple(_image(raw, seen, repairs) for raw, seen in zip(unique, found, strict=True))
    return images, repairs


def repair_boxes(
    raws: Iterable[RawBox], images: Sequence[AnnotatedImage], categories: Mapping[int, str]
) -> tuple[tuple[Annotation, ...], Counter[str]]:
    """Return valid annotations by ascending image id and id, and what was dropped or put right."""
    repairs: Counter[str] = Counter()
    by_id = {image.id: image for image in images}
    kept = []
    for raw in raws:
        image = None if raw.image_id is None else by_id.get(raw.image_id)
        refused = _refusal(raw, image, categories)
        if image is not None and refused is None:
            kept.append(_annotation(raw, image, repairs))
        else:
            repairs[refused or NO_IMAGE] += 1
    numbered = _numbered(kept, repairs)
    return tuple(sorted(numbered, key=lambda a: (a.image_id, a.id))), repairs


def settled(annotated: AnnotatedSet) -> AnnotatedSet:
    """Return the set with zero counts dropped and a lack of all photos noted once. Raises EmptySet.

    The last step of every reader.
    """
    repairs = +annotated.repairs
    if not annotated.annotations:
        told = "; ".join(f"{n} {what}" for what, n in sorted(repairs.items()))
        raise EmptySet(
            f"set {annotated.root}: no usable box in {len(annotated.images)} images"
            f"{f' ({told})' if told else ''}; expected at least one; annotate it or name another"
        )
    if repairs[photos.ABSENT] < len(annotated.images):
        return replace(annotated, repairs=repairs)
    del repairs[photos.ABSENT]
    return replace(annotated, repairs=repairs, notes=(*annotated.notes, NO_PHOTOS))


def _unique_images(raws: Iterable[RawImage], repairs: Counter[str]) -> list[RawImage]:
    seen: dict[int, RawImage] = {}
    for raw in raws:
        first = seen.setdefault(raw.id, raw)
        if first is raw:
            continue
        if first != raw:
            raise ConflictingImages(
                f"image id {raw.id} names {first.file_name!r} {first.size_px} and "
                f"{raw.file_name!r} {raw.size_px}; expected one image an id; renumber one of them"
            )
        repairs[REPEATED_IMAGE] += 1
    return [seen[key] for key in sorted(seen)]


def _image(raw: RawImage, seen: photos.Inspected, repairs: Counter[str]) -> AnnotatedImage:
    if seen.complaint is not None:
        repairs[seen.complaint] += 1
    size_px = seen.size_px or raw.fallback_px
    if size_px is None:
        raise UnknownImageSize(
            f"image {raw.file_name!r} (id {raw.id}): its size is not in the annotations, and "
            "there is no readable file to take it from; add width and height, or the file"
        )
    return AnnotatedImage(
        id=raw.id, file_name=raw.file_name, path=seen.path, width_px=size_px[0],
        height_px=size_px[1], focal_px=raw.focal_px, size_assumed=seen.size_px is None,
    )  # fmt: skip


def _refusal(
    raw: RawBox, image: AnnotatedImage | None, categories: Mapping[int, str]
) -> str | None:
    if image is None:
        return NO_IMAGE
    if raw.category_id not in categories:
        return NO_CATEGORY
    if raw.crowd:
        return CROWD
    if not _is_box(raw.box):
        return NOT_NUMBERS
    return _misplaced(raw.box, image)


def _misplaced(box: Sequence[float], image: AnnotatedImage) -> str | None:
    x, y, w, h = box
    if w <= 0 or h <= 0:
        return FLAT
    if x >= image.width_px or y >= image.height_px or x + w <= 0 or y + h <= 0:
        return OUTSIDE
    _, _, w, h = _clipped((x, y, w, h), image)
    return FLAT if w <= 0 or h <= 0 else None


def _is_box(box: Any) -> bool:
    if not isinstance(box, list | tuple) or len(box) != 4:
        return False
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in box):
        return False
    return all(abs(v) < math.inf and abs(v) <= sys.float_info.max for v in box)


def _annotation(raw: RawBox, image: AnnotatedImage, repairs: Counter[str]) -> Annotation:
    x, y, w, h = (float(v) for v in raw.box)
    clipped = _clipped((x, y, w, h), image)
    over = max(-x, -y, x + w - image.width_px, y + h - image.height_px)
    repairs[CLIPPED] += int(over > ROUNDING_PX)
    mask = masks.checked(raw.segmentation, (image.width_px, image.height_px))
    repairs[BAD_MASK] += int(mask is None and bool(raw.segmentation))
    return Annotation(
        id=-1 if raw.id is None else raw.id, image_id=image.id, category_id=raw.category_id or 0,
        bbox=clipped if over > 0 else (x, y, w, h), segmentation=mask, extra=raw.extra,
    )  # fmt: skip


def _clipped(box: Box, image: AnnotatedImage) -> Box:
    x, y, w, h = box
    left, top = max(x, 0.0), max(y, 0.0)
    right, bottom = min(x + w, float(image.width_px)), min(y + h, float(image.height_px))
    return left, top, right - left, bottom - top


def _numbered(annotations: Sequence[Annotation], repairs: Counter[str]) -> list[Annotation]:
    seen: dict[int, Annotation] = {}
    homeless = []
    for annotation in annotations:
        if annotation.id < 0 or seen.setdefault(annotation.id, annotation) is not annotation:
            if annotation == seen.get(annotation.id):
                repairs[REPEATED_BOX] += 1
            else:
                homeless.append(annotation)
    repairs[RENUMBERED] += len(homeless)
    free = max(seen, default=0) + 1
    return [*seen.values(), *(replace(a, id=free + i) for i, a in enumerate(homeless))]
