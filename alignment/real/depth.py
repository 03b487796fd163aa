"""Depth of a set without depth maps, from how tall its objects look: an estimate, marked as one."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.real.lens import assumed_focal_px, exif_focal_px
from assets.errors import UserError
from scenes.measuring.boxes import box_attributes
from scenes.measuring.table import MetadataTable
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation
from scenes.sets.masks import area_px

FloatArray = npt.NDArray[np.float64]

ESTIMATED = ("depth", "occlusion_index")


class BadLens(UserError):
    """A field of view or a real height that no camera or object has."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DepthEstimate:
    """A table with depth and occlusion_index marked estimated, and what was assumed on the way."""

    table: MetadataTable
    notes: tuple[str, ...]


def estimate_depth(
    annotated: AnnotatedSet, table: MetadataTable, real_height_m: Mapping[int, float],
    assumed_fov_deg: float,
) -> DepthEstimate:  # fmt: skip
    """Return the table with depth and occlusion_index by the pinhole relation.

    depth = focal_px * real_height_m / box height, with that of the box's category, by its id;
    occlusion_index = visible px * depth^2 / focal^2, with the box's area where there is no mask.
    The focal length is the set's, else EXIF's, else that of a longer side spanning
    `assumed_fov_deg`. NaN for truncated boxes, whose height is cut, and for images of unknown size.
    table: what `measure` made of `annotated`; one that holds measured depth is handed back as it
    is. Raises BadLens.
    """
    if "depth" in table.attributes:
        return DepthEstimate(table=table, notes=())
    _check(real_height_m, assumed_fov_deg)
    rows = sorted(annotated.annotations, key=lambda a: (a.image_id, a.id))
    lenses = {i.id: _focal_px(i, assumed_fov_deg) for i in annotated.images}
    columns = _columns(annotated, rows, real_height_m, {k: f for k, (f, _) in lenses.items()})
    used = {a.image_id for a in rows}
    sources = Counter(source for key, (_, source) in lenses.items() if key in used)
    return DepthEstimate(
        table=table.with_columns(columns, estimated=ESTIMATED),
        notes=(*_lens_notes(sources, assumed_fov_deg), *_area_notes(annotated, real_height_m)),
    )


def _columns(
    annotated: AnnotatedSet,
    rows: Sequence[Annotation],
    real_height_m: Mapping[int, float],
    focal_px: dict[int, float],
) -> dict[str, FloatArray]:
    by_id = {image.id: image for image in annotated.images}
    values = [_pinhole(a, by_id[a.image_id], focal_px[a.image_id], real_height_m[a.category_id])
              for a in rows]  # fmt: skip
    depth_m, index_m2 = np.array(values, dtype=np.float64).reshape(-1, 2).T
    return {"depth": depth_m, "occlusion_index": index_m2}


def _pinhole(
    annotation: Annotation, image: AnnotatedImage, focal_px: float, real_height_m: float
) -> tuple[float, float]:
    told = box_attributes([annotation.bbox], [(image.width_px, image.height_px)])
    if told["truncated"][0] or image.size_assumed:
        return math.nan, math.nan
    _, _, w, h = annotation.bbox
    depth_m = focal_px * real_height_m / h
    seen_px = area_px(annotation, image)
    return depth_m, (w * h if math.isnan(seen_px) else seen_px) * (depth_m / focal_px) ** 2


def _focal_px(image: AnnotatedImage, assumed_fov_deg: float) -> tuple[float, str]:
    if image.focal_px is not None:
        return image.focal_px, "the set itself"
    told = exif_focal_px(image)
    if told is not None:
        return told, "EXIF"
    return assumed_focal_px(image, assumed_fov_deg), "assumption"


def _lens_notes(sources: Counter[str], assumed_fov_deg: float) -> list[str]:
    notes = [
        f"depth estimated with the focal length of {n} images from {source}"
        for source, n in sorted(sources.items())
        if source != "assumption"
    ]
    if sources["assumption"]:
        notes.append(
            f"depth estimated with an assumed field of view of {assumed_fov_deg:g} degrees over "
            f"the longer side for {sources['assumption']} images"
        )
    return notes


def _area_notes(annotated: AnnotatedSet, real_height_m: Mapping[int, float]) -> list[str]:
    boxes = sum(a.segmentation is None for a in annotated.annotations)
    notes = [
        f"depth estimated as if every {annotated.categories[key]} were {height_m:.2f} m tall"
        for key, height_m in real_height_m.items()
    ]
    if boxes:
        notes.append(
            f"visible area taken as the box's for {boxes} objects without a mask, whose "
            "occlusion_index therefore follows their aspect alone"
        )
    if any(image.size_assumed for image in annotated.images):
        notes.append("no depth is estimated for images of unknown size")
    return notes


def _check(real_height_m: Mapping[int, float], assumed_fov_deg: float) -> None:
    for height_m in real_height_m.values():
        if not (math.isfinite(height_m) and height_m > 0):
            raise BadLens(f"real_height_m is {height_m}; expected a positive number of metres")
    if not 0 < assumed_fov_deg < 180:
        raise BadLens(f"assumed_fov_deg is {assumed_fov_deg}; expected between 0 and 180 degrees")
