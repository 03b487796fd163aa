"""An annotated set in, its MetadataTable out: one way for real and rendered sets alike."""

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from assets.errors import UserError
from scenes.measuring.boxes import box_attributes
from scenes.measuring.pixels import (
    Rgb,
    background_similarity,
    colour_attributes,
    light,
    luma,
    pixel_attributes,
    scaled_down,
)
from scenes.measuring.table import MetadataTable
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation
from scenes.sets.depth_maps import DepthMap, depth_of, median_depth_m
from scenes.sets.masks import area_px, decoded, sampled
from scenes.sets.photos import read_rgb

FloatArray = npt.NDArray[np.float64]
Columns = dict[str, npt.ArrayLike]
Values = dict[str, float]
Filled = dict[str, FloatArray]

RENDERED = ("visible_fraction", "depth", "occlusion_index")


class NoPhotos(UserError):
    """Pixel attributes asked of a set without a single photo."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """What an image shows, by who holds it: (H, W, 3) sRGB or None, (H, W) metres.

    Depth is NaN, or not below FARTHEST_M, where nothing is.
    """

    rgb: Rgb | None
    depth_m: DepthMap


def measure(
    annotated: AnnotatedSet,
    *,
    pixels: bool,
    long_side_px: int | None = None,
    shown: Mapping[int, Shown] = MappingProxyType({}),
) -> MetadataTable:
    """Return one row per annotation, by ascending image id and annotation id.

    Box attributes are always there; visible_area where there are masks; depth and occlusion_index
    (visible px * depth^2 / focal^2) where there are depth maps, masks and a focal length; what a
    rendered set knows beside them from its own file. `pixels` adds the attributes that need photos,
    of photos scaled down to `long_side_px` where they are larger, since detail and blur depend on
    the size; an image without a photo gives NaN. A column without a single value is left out.
    shown: by image id, what is not read from disk. Equal sets give equal tables, whatever the
    number of cores. Raises NoPhotos, PhotoUnreadable,
    BadDepthMap.
    """
    if pixels and not annotated.has_photos and not shown:
        raise NoPhotos(
            f"set {annotated.root}: pixel attributes were asked for, but none of its "
            f"{len(annotated.images)} photos is there; put them into images/, or do without"
        )
    rows = sorted(annotated.annotations, key=lambda a: (a.image_id, a.id))
    by_id = {image.id: image for image in annotated.images}
    images = [by_id[a.image_id] for a in rows]
    looking = _Looking(pixels=pixels, long_side_px=long_side_px, shown=shown)
    columns: Columns = {
        **_keys(annotated, rows),
        **_boxes(rows, images),
        "objects_per_image": _counts(rows),
        **_first_known(_seen(rows, images, looking), _told(rows)),
    }
    return MetadataTable.from_columns(columns)


@dataclass(frozen=True, kw_only=True)
class _Looking:
    """Whether pixels are looked at, of photos how large, and what is at hand."""

    pixels: bool
    long_side_px: int | None
    shown: Mapping[int, Shown]

    def depth_m(self, image: AnnotatedImage) -> DepthMap | None:
        return self.shown[image.id].depth_m if image.id in self.shown else depth_of(image)

    def photo(self, image: AnnotatedImage) -> Rgb | None:
        if not self.pixels:
            return None
        rgb = self._whole(image)
        if rgb is None:
            return None
        return rgb if self.long_side_px is None else scaled_down(rgb, self.long_side_px)

    def _whole(self, image: AnnotatedImage) -> Rgb | None:
        if image.id in self.shown:
            return self.shown[image.id].rgb
        if image.path is None:
            return None
        return read_rgb(image.path, (image.width_px, image.height_px))


@dataclass(frozen=True, kw_only=True, eq=False)
class _View:
    """What is on disk of one image; the photo and the map may be of other sizes than it says."""

    image: AnnotatedImage
    rgb: Rgb | None
    depth_m: DepthMap | None


def _keys(annotated: AnnotatedSet, rows: Sequence[Annotation]) -> Columns:
    keys: Columns = {
        "source": [annotated.name] * len(rows),
        "image_id": [a.image_id for a in rows],
        "annotation_id": [a.id for a in rows],
        "category": [annotated.categories[a.category_id] for a in rows],
    }
    for name, kind in (("shape", str), ("config_id", str), ("scene_seed", int)):
        if rows and all(isinstance(a.extra.get(name), kind) for a in rows):
            keys[name] = [a.extra[name] for a in rows]
    return keys


def _boxes(rows: Sequence[Annotation], images: Sequence[AnnotatedImage]) -> Columns:
    sizes = [(image.width_px, image.height_px) for image in images]
    columns = box_attributes([a.bbox for a in rows], sizes)
    assumed = np.array([image.size_assumed for image in images], dtype=np.bool_)
    columns["aspect"] = np.where(assumed, np.nan, columns["aspect"])
    return {name: column for name, column in columns.items() if np.isfinite(column).any()}


def _counts(rows: Sequence[Annotation]) -> FloatArray:
    count = Counter((a.image_id, a.category_id) for a in rows)
    return np.array([count[a.image_id, a.category_id] for a in rows], dtype=np.float64)


def _first_known(measured: Filled, told: Filled) -> Columns:
    nowhere = np.float64(np.nan)
    return {
        name: np.where(np.isfinite(column), column, told.get(name, nowhere))
        for name, column in (told | measured).items()
    }


def _told(rows: Sequence[Annotation]) -> Filled:
    return _filled([{name: _number(a.extra.get(name)) for name in RENDERED} for a in rows])


def _seen(
    rows: Sequence[Annotation], images: Sequence[AnnotatedImage], looking: _Looking
) -> Filled:
    of_image: dict[int, list[Annotation]] = defaultdict(list)
    for annotation in rows:
        of_image[annotation.image_id].append(annotation)
    unique = {image.id: image for image in images}
    look = partial(_look, looking)
    if len(of_image) == 1:  # as a worker asks, for whom threads cost more than they save
        ((key, own),) = of_image.items()
        return _filled(look(unique[key], own))
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # decoding and OpenCV release the lock
        found = pool.map(look, (unique[key] for key in of_image), of_image.values())
        return _filled([values for of_one in found for values in of_one])


def _look(looking: _Looking, image: AnnotatedImage, rows: Sequence[Annotation]) -> list[Values]:
    view = _View(image=image, rgb=looking.photo(image), depth_m=looking.depth_m(image))
    whole = _named("image", luma(view.rgb)) if view.rgb is not None else {}
    return [{**whole, **_object(view, annotation)} for annotation in rows]


def _object(view: _View, annotation: Annotation) -> Values:
    values = {"visible_area": area_px(annotation, view.image)}
    if view.rgb is not None:
        values |= _in_and_around(view.rgb, _pixels(view.rgb, annotation.bbox, view.image))
    if view.rgb is None and view.depth_m is None:
        return values
    mask = decoded(annotation, view.image)
    if mask is None:
        return values
    if view.rgb is not None:
        at_photo = sampled(mask, (view.rgb.shape[0], view.rgb.shape[1]))
        values["background_similarity"] = background_similarity(view.rgb, at_photo)
    if view.depth_m is not None:
        depth_m = values["depth"] = median_depth_m(view.depth_m, mask)
        if view.image.focal_px is not None:
            values["occlusion_index"] = (
                values["visible_area"] * (depth_m / view.image.focal_px) ** 2
            )
    return values


def _named(level: str, shown: npt.NDArray[np.float32]) -> Values:
    return _prefixed(level, pixel_attributes(shown))


def _in_and_around(rgb: Rgb, at: tuple[slice, slice]) -> Values:
    """Return what the pixels of a box say, and those beside it, half a box wide to every side."""
    crop = rgb[at]
    values = {**_named("bbox", luma(crop)), **_prefixed("bbox", colour_attributes(crop))}
    beside = _beside(rgb, at)
    if len(beside):
        values |= _prefixed(
            "around", {**light(luma(beside[None])), **colour_attributes(beside[None])}
        )
    return values


def _beside(rgb: Rgb, at: tuple[slice, slice]) -> Rgb:
    """Return (n, 3) the pixels round a box, half a box wide to every side."""
    rows, columns = (
        (max(0, one.start - (one.stop - one.start + 1) // 2), one.start, one.stop,
         min(most, one.stop + (one.stop - one.start + 1) // 2))
        for one, most in zip(at, rgb.shape[:2], strict=True)
    )  # fmt: skip
    (top, y0, y1, bottom), (left, x0, x1, right) = rows, columns
    parts = (
        rgb[top:y0, left:right], rgb[y0:y1, left:x0], rgb[y0:y1, x1:right],
        rgb[y1:bottom, left:right],
    )  # fmt: skip
    return np.concatenate([part.reshape(-1, 3) for part in parts])


def _prefixed(level: str, told: Mapping[str, float]) -> Values:
    return {f"{level}_{name}": value for name, value in told.items()}


def _pixels(
    rgb: Rgb, box: tuple[float, float, float, float], image: AnnotatedImage
) -> tuple[slice, slice]:
    """Return the whole pixels that a box touches, in a photo that may be of another size."""
    height, width = rgb.shape[:2]
    across, down = width / image.width_px, height / image.height_px
    x, y, w, h = box
    left, top = int(x * across), int(y * down)
    right, bottom = int(np.ceil((x + w) * across)), int(np.ceil((y + h) * down))
    return (slice(top, min(max(bottom, top + 1), height)),
            slice(left, min(max(right, left + 1), width)))  # fmt: skip


def _filled(rows: Sequence[Mapping[str, float]]) -> Filled:
    names = dict.fromkeys(name for values in rows for name in values)
    columns = {n: np.array([values.get(n, np.nan) for values in rows]) for n in names}
    return {name: column for name, column in columns.items() if np.isfinite(column).any()}


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return float("nan")
    return float(value)
