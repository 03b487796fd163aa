"""An annotated set in, its MetadataTable out: one way for real and rendered sets alike."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assets.errors import UserError
from scenes.annotated import AnnotatedImage, AnnotatedSet, Annotation
from scenes.boxes import box_attributes
from scenes.metadata import MetadataTable

FloatArray = npt.NDArray[np.float64]
Columns = dict[str, npt.ArrayLike]


class NoPhotos(UserError):
    """Pixel attributes asked of a set without a single photo."""


def measure(annotated: AnnotatedSet, *, pixels: bool) -> MetadataTable:
    """Return one row per annotation, by ascending image id and annotation id."""
    rows = sorted(annotated.annotations, key=lambda a: (a.image_id, a.id))
    by_id = {image.id: image for image in annotated.images}
    images = [by_id[a.image_id] for a in rows]
    columns: Columns = {
        **_keys(annotated, rows),
        **_boxes(rows, images),
        "objects_per_image": _counts(rows),
    }
    return MetadataTable.from_columns(columns)


def _keys(annotated: AnnotatedSet, rows: Sequence[Annotation]) -> Columns:
    return {
        "source": [annotated.name] * len(rows),
        "image_id": [a.image_id for a in rows],
        "annotation_id": [a.id for a in rows],
        "category": [annotated.categories[a.category_id] for a in rows],
    }


def _boxes(rows: Sequence[Annotation], images: Sequence[AnnotatedImage]) -> Columns:
    sizes = [(image.width_px, image.height_px) for image in images]
    columns: Columns = dict(box_attributes([a.bbox for a in rows], sizes))
    return columns


def _counts(rows: Sequence[Annotation]) -> FloatArray:
    count = Counter((a.image_id, a.category_id) for a in rows)
    return np.array([count[a.image_id, a.category_id] for a in rows], dtype=np.float64)
