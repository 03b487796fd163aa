"""A real set's photos as they are exported: as their files are, where readers agree on those."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image
from pycocotools import mask as coco_mask

from alignment.export.settings import SplitSettings
from alignment.export.taken.classes import Classes
from alignment.export.taken.names import folded, numbered, plain
from alignment.export.taken.shot import Shot
from alignment.export.taken.split import PARTS, parted, photo_marks, recorded
from assets.errors import UserError
from scenes.files.rle import rle
from scenes.plan.splits import SplitRecord
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation
from scenes.sets.masks import sampled
from scenes.sets.photos import read_rgb
from scenes.writers.example import Example, Thing
from scenes.writers.files import tidy

REAL = "real"
_UPRIGHT = (None, 1)  # EXIF orientations


class NoPhotos(UserError):
    """A real set without a single photo on disk."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RealSource:
    """Photos on disk, by ascending id. parts: by image id. prefix: of every exported name."""

    images: Sequence[AnnotatedImage]
    boxes: Mapping[int, Sequence[Annotation]]
    classes: Classes
    parts: Mapping[int, str]
    prefix: str

    def __len__(self) -> int:
        return len(self.images)

    @property
    def splits(self) -> frozenset[str]:
        """The parts that hold any photo."""
        return frozenset(self.parts[image.id] for image in self.images)

    def shots(self, first: int) -> Iterator[Shot]:
        """Yield the photos, numbered from `first`. Raises PhotoUnreadable."""
        seen = Counter(folded(plain(image.file_name)) for image in self.images)
        for number, image in enumerate(self.images, first):
            assert image.path is not None
            pixels, size = _pixels(image, image.path)
            stem = plain(image.file_name)
            if seen[folded(stem)] > 1:
                stem = numbered(stem, image.id)
            suffix = ".png" if pixels is not None else image.path.suffix.lower()
            own = (a for a in self.boxes.get(image.id, ()) if a.category_id in self.classes.real)
            yield Shot(path=image.path, pixels=pixels, example=Example(
                number=number, file_name=f"{self.prefix}{stem}{suffix}",
                split=self.parts[image.id], source=REAL, width_px=size[0], height_px=size[1],
                things=tuple(self._thing(a, image, size) for a in own),
                facts={"original": image.file_name},
            ))  # fmt: skip

    def _thing(self, told: Annotation, image: AnnotatedImage, size: tuple[int, int]) -> Thing:
        scale = size[0] / image.width_px, size[1] / image.height_px
        box = tuple(n * scale[i % 2] for i, n in enumerate(told.bbox))
        return Thing(
            category=self.classes.real[told.category_id], bbox=(box[0], box[1], box[2], box[3]),
            mask=_scaled(told.segmentation, scale, size),
            facts={key: told.extra[key] for key in ("truncated", "difficult") if key in told.extra},
        )  # fmt: skip


def real_source(
    annotated: AnnotatedSet, classes: Classes, settings: SplitSettings, record: SplitRecord | None
) -> RealSource:
    """Return the photos of a set, parted by groups; those that a plan kept apart stay apart.

    Raises NoPhotos.
    """
    images = [image for image in annotated.images if image.path is not None]
    if not images:
        raise NoPhotos(
            f"REAL={annotated.root}: none of its {len(annotated.images)} photos is on disk; "
            "expected photos beside the annotations; bring them, or leave REAL out"
        )
    boxes: dict[int, list[Annotation]] = {}
    for annotation in annotated.annotations:
        boxes.setdefault(annotation.image_id, []).append(annotation)
    parts = _parts(images, settings, recorded(record, images))
    return RealSource(images=images, boxes=boxes, classes=classes, parts=parts, prefix="")


def _parts(
    images: Sequence[AnnotatedImage], settings: SplitSettings, kept: Mapping[int, str]
) -> dict[int, str]:
    if settings.real is not None:
        return {image.id: kept.get(image.id, settings.real) for image in images}
    free = [image for image in images if image.id not in kept]
    drawn = parted(photo_marks(free, settings), settings) if free else ()
    return {**{i.id: PARTS[part] for i, part in zip(free, drawn, strict=True)}, **kept}


def _pixels(image: AnnotatedImage, path: Path) -> tuple[bytes | None, tuple[int, int]]:
    """Return a PNG where the file would be read in several ways, and the size that holds then.

    Readers differ on the EXIF orientation, on alpha, palettes and 16 bits; they agree on upright
    JPEG and PNG of 8 bits a channel.
    """
    with Image.open(path) as held:
        upright = held.getexif().get(ExifTags.Base.Orientation) in _UPRIGHT
        if held.format in ("JPEG", "PNG") and held.mode in ("RGB", "L") and upright:
            return None, held.size
    rgb, made = read_rgb(path, (image.width_px, image.height_px)), io.BytesIO()
    Image.fromarray(rgb).save(made, "PNG")
    return made.getvalue(), (rgb.shape[1], rgb.shape[0])


def _scaled(told: Any, scale: tuple[float, float], size: tuple[int, int]) -> Any:
    """Return a mask at its photo's own size, where the annotations told another."""
    if not told or scale == (1.0, 1.0):
        return told or None
    if isinstance(told, list):
        return [[tidy(n * scale[i % 2]) for i, n in enumerate(ring)] for ring in told]
    seen = np.asarray(coco_mask.decode(told), dtype=np.bool_)
    return rle(sampled(seen, (size[1], size[0])))
