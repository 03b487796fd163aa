"""Raw images and boxes of any format in, valid ones out, with everything put right counted."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.sets import photos
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation
from scenes.sets.boxes.claim import Claim, claim_of
from scenes.sets.boxes.claims import BAD_MASK, BAD_PART, TEXT, Agreed, agreed
from scenes.sets.boxes.orders import XYWH, Order, Size, clipped, numbers_of, over_px
from scenes.sets.boxes.set_order import taken_orders
from scenes.sets.boxes.turns import UPRIGHT, Turn, in_degrees
from scenes.sets.identity import Key
from scenes.sets.masks import as_photo_lies

PHOTOS_A_THREAD = 4
ROUNDING_PX = 0.05  # what a box may stick out by decimals cut off in a file, not by a mistake

TURNED_MASK = "masks that lie on their side, as their photo's file does, turned with it"
CLIPPED = "boxes clipped to their image"
NO_CATEGORY = "boxes of an unknown category dropped"
TWINS = "boxes that lie exactly on another of their category (all kept)"
NO_IMAGE = "boxes of an unknown image dropped"
CROWD = "crowd regions skipped"
BRUSHED = "masks marked as crowds, as at least half of the set's objects are, read as objects"
REPEATED_BOX = "repeated annotations merged"
RENUMBERED = "annotations with an id that was missing or taken renumbered"
NAMED = "annotations whose id is no whole number numbered"
REPEATED_IMAGE = "repeated images merged"
UNSIZED = "images whose size neither the annotations nor a file tell dropped"
SIZE_OF_FILE = "photos whose file, not the size told, holds their boxes (the file's size taken)"

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
    told_id: what the file calls it.
    """

    id: int
    file_name: str
    path: Path | None
    size_px: tuple[int, int] | None
    focal_px: float | None = None
    fallback_px: tuple[int, int] | None = None
    told_id: Key | None = None


@dataclass(frozen=True, kw_only=True)
class RawBox:
    """An annotation record as found; `box` may be anything, numbers in `order` are meant.

    outlined: the format tells outlines alone, in `segmentation`, and no box. turn: of the box about
    its centre. mask_in_shares: polygons are shares of the image.
    """

    id: int | None
    image_id: int | None
    category_id: int | None
    box: Any
    crowd: bool = False
    segmentation: Any = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    order: Order = XYWH
    area: Any = None
    turn: Turn = UPRIGHT
    outlined: bool = False
    mask_in_shares: bool = False
    told_id: Key | None = None


def repair_images(
    raws: Iterable[RawImage], boxes: Iterable[RawBox] = ()
) -> tuple[tuple[AnnotatedImage, ...], Counter[str]]:
    """Return valid images by ascending id, and what was put right or is missing.

    Every photo is decoded once to see that it is whole. boxes: what tells, where a photo's file
    contradicts the size that is told, which of the two they were drawn in. Images of unknown size
    are dropped where others are known. Raises ConflictingImages and UnknownImageSize.
    """
    repairs: Counter[str] = Counter()
    unique = _unique_images(raws, repairs)
    drawn = defaultdict(list)
    for box in boxes:
        drawn[box.image_id].append(box)
    made = [
        _image(raw, _as_drawn(seen, drawn[raw.id]), repairs)
        for raw, seen in zip(unique, _inspected(unique), strict=True)
    ]
    images = tuple(image for image in made if image is not None)
    if unique and not images:
        raise UnknownImageSize(
            f"image {unique[0].file_name!r} (id {unique[0].told_id or unique[0].id}): its size is "
            "not in the annotations, and there is no readable file to take it from; add width and "
            "height, or the file"
        )
    repairs[UNSIZED] += len(made) - len(images)
    return images, repairs


def repair_boxes(
    raws: Iterable[RawBox], images: Sequence[AnnotatedImage], categories: Mapping[int, str]
) -> tuple[tuple[Annotation, ...], Counter[str]]:
    """Return valid annotations by ascending image id and id, and what was dropped or put right."""
    repairs: Counter[str] = Counter()
    by_id = {image.id: image for image in images}
    sound = []
    for raw in _turned(_without_crowds(list(raws), repairs)):
        image = None if raw.image_id is None else by_id.get(raw.image_id)
        if image is not None and raw.category_id in categories:
            sound.append((raw, image, _claim(raw, image)))
        else:
            repairs[NO_IMAGE if image is None else NO_CATEGORY] += 1
    orders = taken_orders((claim for _, _, claim in sound), repairs)
    kept = []
    for raw, image, claim in sound:
        found = agreed(claim, orders.get(claim.order, claim.order), repairs)
        if isinstance(found, Agreed):
            _count(raw, claim, found, repairs)
            kept.append(_annotation(raw, image, found))
        else:
            repairs[found] += 1
            repairs[BAD_MASK] += _lacks_mask(claim)
    numbered = _numbered(kept, repairs)
    repairs[TWINS] += _twins(numbered)
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


def _inspected(raws: Sequence[RawImage]) -> list[photos.Inspected]:
    there = [raw for raw in raws if raw.path is not None]
    threads = min(os.cpu_count() or 1, len(there) // PHOTOS_A_THREAD)
    if threads < 2:  # whose start would take as long
        return [photos.inspect_photo(raw.path, raw.size_px) for raw in raws]
    with ThreadPoolExecutor(threads) as pool:  # decoding releases the interpreter lock
        return list(pool.map(lambda raw: photos.inspect_photo(raw.path, raw.size_px), raws))


def _as_drawn(seen: photos.Inspected, boxes: Sequence[RawBox]) -> photos.Inspected:
    """Return what was found, with the file's size where that holds the boxes, and only that."""
    told = [
        box.order.to_px((n[0], n[1], n[2], n[3]), (0, 0)) for box in boxes
        if box.order.in_pixels and (n := numbers_of(box.box)) is not None and len(n) == 4
    ]  # fmt: skip
    if seen.file_px is None or seen.size_px is None or not told:
        return seen
    if all(_holds(seen.size_px, box) for box in told) or not all(
        _holds(seen.file_px, box) for box in told
    ):
        return seen
    return replace(seen, path=seen.file, size_px=seen.file_px, complaint=SIZE_OF_FILE)


def _holds(size_px: Size, box: tuple[float, float, float, float]) -> bool:
    return over_px(box, size_px) <= max(1.0, 0.01 * max(size_px))


def _image(raw: RawImage, seen: photos.Inspected, repairs: Counter[str]) -> AnnotatedImage | None:
    repairs.update([*filter(None, (seen.complaint,)), *seen.remarks])
    size_px = seen.size_px or raw.fallback_px
    if size_px is None:
        return None
    return AnnotatedImage(
        id=raw.id, file_name=raw.file_name, path=seen.path, width_px=size_px[0],
        height_px=size_px[1], focal_px=raw.focal_px, size_assumed=seen.size_px is None,
        told_id=raw.id if raw.told_id is None else raw.told_id,
    )  # fmt: skip


def _without_crowds(raws: list[RawBox], repairs: Counter[str]) -> list[RawBox]:
    """Return the objects. CVAT marks every mask that was brushed as a crowd."""
    crowds = [raw for raw in raws if raw.crowd]
    brushed = [raw for raw in crowds if isinstance(raw.segmentation, Mapping)]
    if brushed and 2 * len(brushed) >= len(raws):
        repairs[BRUSHED] += len(brushed)
        raws = [replace(raw, crowd=not isinstance(raw.segmentation, Mapping)) if raw.crowd else raw
                for raw in raws]  # fmt: skip
    kept = [raw for raw in raws if not raw.crowd]
    repairs[CROWD] += len(raws) - len(kept)
    return kept


def _turned(raws: list[RawBox]) -> list[RawBox]:
    turns = in_degrees([raw.turn for raw in raws])
    return [raw if raw.turn is turn else replace(raw, turn=turn)
            for raw, turn in zip(raws, turns, strict=True)]  # fmt: skip


def _claim(raw: RawBox, image: AnnotatedImage) -> Claim:
    mask = raw.segmentation
    if raw.mask_in_shares and isinstance(mask, list):
        sides = (image.width_px, image.height_px)
        mask = [[v * sides[n % 2] for n, v in enumerate(part)] for part in mask]
    mask = as_photo_lies(mask, image)
    told = {
        "box": raw.box, "order": raw.order, "segmentation": mask, "area": raw.area,
        "turn": raw.turn, "outlined": raw.outlined,
    }  # fmt: skip
    return claim_of(told, (image.width_px, image.height_px), image.size_assumed)


def _count(raw: RawBox, claim: Claim, found: Agreed, repairs: Counter[str]) -> None:
    over = over_px(found.box, claim.size_px)
    repairs[TURNED_MASK] += int(
        isinstance(claim.raw, Mapping) and raw.segmentation is not claim.raw
    )
    repairs[CLIPPED] += int(over > ROUNDING_PX)
    repairs[BAD_MASK] += _lacks_mask(claim)
    if isinstance(claim.mask, list) and isinstance(claim.raw, list):
        repairs[BAD_PART] += len(claim.raw) - len(claim.mask)
    repairs[TEXT] += int(isinstance(raw.box, list) and any(isinstance(v, str) for v in raw.box))


def _lacks_mask(claim: Claim) -> bool:
    return claim.mask is None and bool(claim.raw) and not claim.outlined


def _annotation(raw: RawBox, image: AnnotatedImage, found: Agreed) -> Annotation:
    size_px = (image.width_px, image.height_px)
    over = over_px(found.box, size_px)
    return Annotation(
        id=-1 if raw.id is None else raw.id, image_id=image.id, category_id=raw.category_id or 0,
        bbox=clipped(found.box, size_px) if over > 0 else found.box, segmentation=found.mask,
        extra=raw.extra, told_id=raw.id if raw.told_id is None else raw.told_id,
    )  # fmt: skip


def _twins(annotations: Sequence[Annotation]) -> int:
    places = Counter((a.image_id, a.category_id, a.bbox) for a in annotations)
    return sum(count - 1 for count in places.values())


def _numbered(annotations: Sequence[Annotation], repairs: Counter[str]) -> list[Annotation]:
    seen: dict[int, Annotation] = {}
    homeless = []
    for annotation in annotations:
        if annotation.id < 0 or seen.setdefault(annotation.id, annotation) is not annotation:
            if annotation == seen.get(annotation.id):
                repairs[REPEATED_BOX] += 1
            else:
                homeless.append(annotation)
    named = sum(a.id < 0 and a.told_id is not None for a in homeless)
    repairs[NAMED] += named
    repairs[RENUMBERED] += len(homeless) - named
    free = max(seen, default=0) + 1
    return [*seen.values(), *(replace(a, id=free + i) for i, a in enumerate(homeless))]
