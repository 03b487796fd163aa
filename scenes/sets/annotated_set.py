"""An annotated set, real or rendered, as every reader hands it over."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scenes.sets.identity import Key


@dataclass(frozen=True, kw_only=True)
class AnnotatedImage:
    """One image of a set. `path` is None where the pixels are not there. Sizes in pixels.

    focal_px: the focal length, where it is known. size_assumed: nothing told the size, so that
    only shares of it mean anything (no aspect). told_id: what the set's file calls the image.
    depth_path: its depth map, None where it has none.
    """

    id: int
    file_name: str
    path: Path | None
    width_px: int
    height_px: int
    focal_px: float | None = None
    size_assumed: bool = False
    told_id: Key | None = None
    depth_path: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """One labelled object. bbox: (x, y, w, h) in pixels, inside the image, w > 0 and h > 0.

    segmentation: COCO polygons or RLE as pycocotools takes them, or None. extra: what a rendered
    set knows beside (visible_fraction, depth, shape, scene_seed, config_id), by name. told_id: what
    the set's file calls it.
    """

    id: int
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    segmentation: Any = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    told_id: Key | None = None


@dataclass(frozen=True, kw_only=True)
class AnnotatedSet:
    """Images, boxes and categories as read: valid, and with every repair counted.

    name: how the set is called in folder names and reports. root: the folder that holds it.
    categories: id to name. repairs: what was put right, by sentence, with how often ("boxes clipped
    to their image": 3). notes: what was assumed and should be said aloud. category_keys: what the
    set's file calls each category, to its id here; where its parts disagree, not in it.
    """

    name: str
    format: str
    root: Path
    images: tuple[AnnotatedImage, ...]
    annotations: tuple[Annotation, ...]
    categories: Mapping[int, str]
    repairs: Counter[str] = field(default_factory=Counter)
    notes: tuple[str, ...] = ()
    category_keys: Mapping[Key, int] = field(default_factory=dict)

    @property
    def has_photos(self) -> bool:
        """True where at least one image's pixels are there."""
        return any(image.path is not None for image in self.images)

    def of_images(self, ids: Collection[int]) -> "AnnotatedSet":
        """Return the set with only these images and their objects."""
        return replace(
            self, images=tuple(i for i in self.images if i.id in ids),
            annotations=tuple(a for a in self.annotations if a.image_id in ids),
        )  # fmt: skip

    def of_categories(self, ids: frozenset[int] | set[int]) -> "AnnotatedSet":
        """Return the set with only these categories' objects and the images that hold any."""
        kept = tuple(a for a in self.annotations if a.category_id in ids)
        holding = {a.image_id for a in kept}
        return AnnotatedSet(
            name=self.name, format=self.format, root=self.root,
            images=tuple(i for i in self.images if i.id in holding), annotations=kept,
            categories={k: v for k, v in self.categories.items() if k in ids},
            repairs=self.repairs, notes=self.notes, category_keys=self.category_keys,
        )  # fmt: skip
