"""What a format's reader found in, an AnnotatedSet out: the one door through which every set comes.

A reader says what the files tell and nothing more. Here ids become numbers, spellings of one
category one category, photos and depth maps are found and looked at, and boxes put right.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scenes.sets import photos
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet
from scenes.sets.belonging import Shelf, Sought
from scenes.sets.depth_maps import with_depth_maps
from scenes.sets.identity import Key, is_number, merged_names, numbered
from scenes.sets.repair import (
    REPEATED_IMAGE,
    ConflictingImages,
    RawBox,
    RawImage,
    UnknownImageSize,
    repair_boxes,
    repair_images,
    settled,
)

REPEATED_CATEGORY = "repeated categories merged"
NUMBERED_IMAGES = "images whose id is no whole number numbered from 1"
NUMBERED_CATEGORIES = "categories whose id is no whole number numbered from 1"


@dataclass(frozen=True, kw_only=True)
class FoundImage:
    """An image record. names: of its photo, the surest first. folders: where that may lie.

    file_name: what it is called; where `named_by_photo`, what its photo is called if there is one.
    """

    key: Key
    file_name: str
    names: tuple[str, ...]
    folders: tuple[Path, ...]
    size_px: tuple[int, int] | None
    focal_px: float | None = None
    fallback_px: tuple[int, int] | None = None
    named_by_photo: bool = False


@dataclass(frozen=True, kw_only=True)
class FoundBox:
    """An annotation record; the keys are the file's. raw: all else, its ids left out."""

    key: Key | None
    image: Key | None
    category: Key | None
    raw: RawBox


@dataclass(frozen=True, kw_only=True)
class FoundSet:
    """All that a reader found. categories: (key, name), in the file's order."""

    name: str
    format: str
    root: Path
    images: Sequence[FoundImage]
    boxes: Sequence[FoundBox]
    categories: Sequence[tuple[Key, str]]
    repairs: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()


def assembled(found: FoundSet) -> AnnotatedSet:
    """Return the set, valid, with every repair counted.

    Raises ConflictingImages, UnknownImageSize, BadDepthMap, EmptySet.
    """
    return settled(part_of(found))


def part_of(found: FoundSet) -> AnnotatedSet:
    """Return what is to be joined with other parts, and `settled` then: it may be without boxes.

    Raises ConflictingImages, UnknownImageSize, BadDepthMap.
    """
    repairs = Counter(found.repairs)
    unique = _unique(found.images, repairs)
    ids = numbered([image.key for image in unique])
    category_ids, names, said = merged_names(found.categories)
    _count_names(found, repairs)
    repairs[REPEATED_CATEGORY] += len(category_ids) - len({n.strip() for _, n in found.categories})
    paths, of_names = _photo_shelf().matched(
        [Sought(key=image.key, names=image.names, folders=image.folders) for image in unique]
    )
    boxes = [_raw_box(box, ids, category_ids) for box in found.boxes]
    raws = [_raw_image(image, ids[image.key], paths.get(image.key)) for image in unique]
    images, of_images = _repaired_images(raws, boxes, of_names)
    images, of_depth = with_depth_maps(found.root, images)
    annotations, of_boxes = repair_boxes(boxes, images, names)
    return AnnotatedSet(
        name=found.name, format=found.format, root=found.root, images=images,
        annotations=annotations, categories=names, category_keys=category_ids,
        repairs=repairs + of_names + of_images + of_depth + of_boxes,
        notes=(*found.notes, *said, *_assumed(images)),
    )  # fmt: skip


def _repaired_images(
    raws: Sequence[RawImage], boxes: Sequence[RawBox], of_names: Counter[str]
) -> tuple[tuple[AnnotatedImage, ...], Counter[str]]:
    try:
        return repair_images(raws, boxes)
    except UnknownImageSize as error:
        said = "; ".join(f"{count} {what}" for what, count in sorted(of_names.items()))
        raise UnknownImageSize(f"{error} ({said})" if said else str(error)) from None


def _photo_shelf() -> Shelf:
    return Shelf("photos", photos.SUFFIXES, apart=True)


def _unique(images: Sequence[FoundImage], repairs: Counter[str]) -> list[FoundImage]:
    seen: dict[Key, FoundImage] = {}
    for image in images:
        first = seen.setdefault(image.key, image)
        if first is image:
            continue
        if first != image:
            raise ConflictingImages(
                f"image id {image.key} names {first.file_name!r} {first.size_px} and "
                f"{image.file_name!r} {image.size_px}; expected one image an id; renumber one"
            )
        repairs[REPEATED_IMAGE] += 1
    return list(seen.values())


def _count_names(found: FoundSet, repairs: Counter[str]) -> None:
    images = {image.key for image in found.images}
    repairs[NUMBERED_IMAGES] += sum(not is_number(key) for key in images)
    repairs[NUMBERED_CATEGORIES] += sum(not is_number(key) for key, _ in found.categories)


def _raw_image(image: FoundImage, number: int, path: Path | None) -> RawImage:
    by_photo = image.named_by_photo and path is not None
    return RawImage(
        id=number, file_name=path.name if by_photo and path else image.file_name, path=path,
        size_px=image.size_px, focal_px=image.focal_px, fallback_px=image.fallback_px,
        told_id=image.key,
    )  # fmt: skip


def _raw_box(box: FoundBox, images: Mapping[Key, int], categories: Mapping[Key, int]) -> RawBox:
    return replace(
        box.raw, id=int(box.key) if box.key is not None and is_number(box.key) else None,
        told_id=box.key, image_id=None if box.image is None else images.get(box.image),
        category_id=None if box.category is None else categories.get(box.category),
    )  # fmt: skip


def _assumed(images: Sequence[AnnotatedImage]) -> tuple[str, ...]:
    assumed = sum(image.size_assumed for image in images)
    if not assumed:
        return ()
    return (f"{assumed} images without a photo: their labels do not tell their proportions, so "
            "a square is assumed and aspect is not measured",)  # fmt: skip
