"""The rows of metadata.parquet that one image gives, measured when it is written."""

import math
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scenes.formats.coco import EXTRAS
from scenes.measuring.measure import Shown, measure
from scenes.measuring.table import KEYS, MetadataTable
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation
from scenes.sets.masks import checked

NOWHERE = Path("unwritten")  # a set whose files are not asked for
_OF_THE_MERGE = ("source", "image_id", "scene_seed", "config_id")
Record = Mapping[str, Any]


def measured_rows(
    shown: Shown, image: Record, records: Sequence[Record], categories: Mapping[int, str]
) -> dict[str, list[Any]]:
    """Return column to values, a row a label, by the code that measures real sets.

    shown: what the image's files hold, no more: `measure` of the finished set gives the same. What
    has no value is None. A merge only joins these rows, so that its cost does not depend on what an
    image costs to look at.
    """
    if not records:
        return {}
    annotated = _set_of(image, records, categories)
    table = measure(annotated, pixels=shown.rgb is not None, shown={1: shown}).table
    return {
        name: [_plain(value) for value in table[name].to_pylist()]
        for name in table.column_names if name not in _OF_THE_MERGE
    }  # fmt: skip


def _set_of(
    image: Record, records: Sequence[Record], categories: Mapping[int, str]
) -> AnnotatedSet:
    """Return what reading the records back gives; they are sound, so nothing is repaired."""
    size_px = image["width"], image["height"]
    seen = AnnotatedImage(
        id=1, file_name=image["file_name"], path=None, width_px=size_px[0], height_px=size_px[1],
        focal_px=image.get("focal_px"),
    )  # fmt: skip
    annotations = (
        Annotation(
            id=number, image_id=1, category_id=one["category_id"], bbox=tuple(one["bbox"]),
            segmentation=checked(one["segmentation"], size_px),
            extra={key: one[key] for key in EXTRAS if key in one},
        )
        for number, one in enumerate(records, 1)
    )  # fmt: skip
    return AnnotatedSet(
        name="", format="coco", root=NOWHERE, images=(seen,), annotations=tuple(annotations),
        categories=categories,
    )  # fmt: skip


class Rows:
    """Measured rows of many images, joined to one table; numbers are held as plain doubles.

    A column that no image has is left out, as `measure` leaves it out of a set.
    """

    def __init__(self) -> None:
        self._keys: dict[str, list[Any]] = {}
        self._numbers: dict[str, array[float]] = {}
        self._count = 0

    def add(self, image_id: int, annotations_before: int, image: Record, rows: Record) -> None:
        """Add the rows of one image. image: its COCO record."""
        if not rows:
            return
        count = len(rows["annotation_id"])
        told: dict[str, Any] = {
            "source": ["rendered"] * count,  # not the folder's name: same data, same bytes
            "image_id": [image_id] * count,
            "scene_seed": [image["scene_seed"]] * count,
            "config_id": [image["config_id"]] * count,
            "annotation_id": [annotations_before + number for number in rows["annotation_id"]],
        }
        for name in KEYS:
            if name in told or name in rows:
                self._keys.setdefault(name, []).extend(told.get(name) or rows[name])
        for name, values in rows.items():
            if name not in KEYS:
                column = self._numbers.setdefault(name, array("d", [math.nan]) * self._count)
                column.extend(math.nan if value is None else value for value in values)
        self._count += count
        for column in self._numbers.values():
            column.extend([math.nan] * (self._count - len(column)))

    def table(self) -> MetadataTable:
        """Return all rows; the keys of a table alone where there is none."""
        if not self._count:
            return MetadataTable.from_columns({name: np.empty(0) for name in KEYS})
        numbers = {name: np.frombuffer(column) for name, column in self._numbers.items()}
        return MetadataTable.from_columns({**self._keys, **numbers})


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
