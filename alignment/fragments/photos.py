"""A set's photo and boxes as they are cut: in pixels of its file, boxes by fragment's ids."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from alignment.fragments.cutting import Photo
from alignment.fragments.ground import Fit, Foot
from alignment.fragments.marks import Box, Boxed, beside, touches_border
from alignment.fragments.settings import CutSettings
from alignment.fragments.taking import Taken
from scenes.sets.annotated_set import AnnotatedImage, Annotation
from scenes.sets.masks import Mask, decoded, sampled
from scenes.sets.photos import read_rgb

_PLAIN = re.compile(r"[0-9A-Za-z_-]+")


def stems_of(images: Iterable[AnnotatedImage]) -> dict[int, str]:
    """Return what each photo's fragments are called by: its file's name, or its number.

    The number, where a name has odd letters or another photo has the same.
    """
    images = tuple(images)
    stems = {image.id: Path(image.file_name.replace("\\", "/")).stem for image in images}
    count = Counter(stem.casefold() for stem in stems.values())
    plain = {
        key: stem if count[stem.casefold()] == 1 and _PLAIN.fullmatch(stem) else f"{key:05d}"
        for key, stem in stems.items()
    }
    alone = Counter(plain.values())
    return {key: name if alone[name] == 1 else f"image-{key:05d}" for key, name in plain.items()}


def boxed(
    image: AnnotatedImage, own: Sequence[Annotation], stem: str, taken: Taken,
    file_px: tuple[int, int],
) -> tuple[Boxed, ...]:  # fmt: skip
    """Return a photo's boxes in pixels of its file, numbered in their order."""
    across, down = file_px[0] / image.width_px, file_px[1] / image.height_px
    return tuple(
        Boxed(
            id=f"{stem}-{number:02d}",
            category=taken.annotated.categories[one.category_id],
            box=_scaled(one.bbox, across, down),
            target=one.category_id in taken.chosen,
        )
        for number, one in enumerate(own)
    )


def photo_of(
    image: AnnotatedImage, own: Sequence[Annotation], stem: str, taken: Taken, fit: Fit | None
) -> Photo:
    """Return a photo with its pixels, boxes and the set's masks. Raises PhotoUnreadable."""
    assert image.path is not None
    rgb = read_rgb(image.path, (image.width_px, image.height_px))
    boxes = boxed(image, own, stem, taken, (rgb.shape[1], rgb.shape[0]))
    masks: dict[str, Mask] = {}
    for one, told in zip(boxes, own, strict=True):
        mask = decoded(told, image) if one.target else None
        if mask is not None:
            masks[one.id] = sampled(mask, (rgb.shape[0], rgb.shape[1]))
    return Photo(
        name=image.file_name, sha256=sha256_of(image.path), rgb=np.ascontiguousarray(rgb),
        boxes=boxes, masks=masks, fit=fit,
    )  # fmt: skip


def feet_of(taken: Taken, stems: Mapping[int, str], settings: CutSettings) -> list[Foot]:
    """Return every box that is whole: neither cut by the border nor much hidden."""
    found = []
    for image, own in taken.photos:
        size_px = image.width_px, image.height_px
        boxes = boxed(image, own, stems[image.id], taken, size_px)
        for one in boxes:
            if one.target and not touches_border(one.box, size_px) and (
                beside(one, boxes).covered < settings.covered
            ):  # fmt: skip
                _, y, _, h = one.box
                found.append(Foot(
                    image_id=image.id, group=one.category, row=(y + h) / image.height_px,
                    height=h / image.height_px,
                ))  # fmt: skip
    return found


def sha256_of(path: Path) -> str:
    """Return the digest of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _scaled(box: Box, across: float, down: float) -> Box:
    return box[0] * across, box[1] * down, box[2] * across, box[3] * down
