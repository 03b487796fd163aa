"""The sets that are trained on, one a step of the loop, and their boxes measured."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.detection.shown.labelled import Labelled
from alignment.improvement.settings import ImproveSettings
from alignment.real.inferred import with_inferred
from scenes.measuring.measure import measure
from scenes.measuring.table import KEYS, MetadataTable
from scenes.sets.annotated_set import AnnotatedSet


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """A set that is trained on, alone or with others, and its boxes measured."""

    name: str
    folder: Path
    labelled: Labelled
    table: MetadataTable


def measured(annotated: AnnotatedSet, settings: ImproveSettings) -> MetadataTable:
    """Return a set's boxes measured; the keys of a table alone where there is none."""
    if not annotated.annotations:
        return MetadataTable.from_columns({name: np.empty(0) for name in KEYS})
    pixels = annotated.has_photos and any(map(_of_pixels, settings.causes.attributes))
    return measure(annotated, pixels=pixels, long_side_px=settings.causes.long_side_px)


def measured_real(annotated: AnnotatedSet, settings: ImproveSettings) -> MetadataTable:
    """Return real boxes measured, with what `make infer` told of them. Raises NotInferred."""
    table = measured(annotated, settings)
    return table if settings.inferred is None else with_inferred(table, settings.inferred)[0]


def _of_pixels(attribute: str) -> bool:
    return attribute.startswith(("image_", "bbox_", "background_")) and attribute != "bbox_area"
