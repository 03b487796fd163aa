"""What a detector made of every box: found, missed, and false where there is none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from pycocotools import mask as coco_mask

from alignment.evaluation.detector_failures import Prediction
from alignment.exploration.members import Member
from alignment.exploration.settings import OutcomeSettings
from scenes.measuring.measure import measure
from scenes.measuring.table import MetadataTable
from scenes.sets.annotated_set import Annotation

FOUND, MISSED, FALSE = "found", "missed", "false"


def with_outcomes(
    member: Member, predictions: Sequence[Prediction], settings: OutcomeSettings
) -> Member:
    """Return the set with an outcome a box, and with the false predictions as boxes of their own.

    A box is found by the best-scored prediction of its category that overlaps it enough and has
    found no other; what finds nothing is false. Boxes of false predictions are measured by their
    geometry alone.
    """
    boxes = defaultdict(list)
    for one in member.annotated.annotations:
        boxes[one.image_id, one.category_id].append(one)
    found, false = _matched(boxes, predictions, settings)
    words = [
        FOUND if key in found else MISSED for key in member.table.table["annotation_id"].to_pylist()
    ]
    if not false:
        return replace(member, outcomes=tuple(words))
    first = max((a.id for a in member.annotated.annotations), default=0) + 1
    more = tuple(
        Annotation(
            id=first + n, image_id=p.image_id, category_id=p.category_id, bbox=p.bbox,
            extra={"score": p.score},
        )
        for n, p in enumerate(false)
    )  # fmt: skip
    return replace(
        member, outcomes=(*words, *[FALSE] * len(more)), table=_joined(member, more),
        annotated=replace(member.annotated, annotations=(*member.annotated.annotations, *more)),
    )  # fmt: skip


def _joined(member: Member, more: tuple[Annotation, ...]) -> MetadataTable:
    alone = measure(replace(member.annotated, annotations=more), pixels=False).table
    told = alone.drop_columns([n for n in ("objects_per_image",) if n in alone.column_names])
    both = pa.concat_tables([member.table.table, told], promote_options="default")
    return MetadataTable(table=both, estimated=member.table.estimated)


def _matched(
    boxes: Mapping[tuple[int, int], Sequence[Annotation]], predictions: Sequence[Prediction],
    settings: OutcomeSettings,
) -> tuple[set[int], list[Prediction]]:  # fmt: skip
    """Return the ids of the boxes that were found, and what found nothing, by image."""
    found: set[int] = set()
    false: list[Prediction] = []
    for one in sorted(predictions, key=lambda p: (p.image_id, -p.score)):
        if one.score < settings.least_score or one.image_id < 0 or one.category_id < 0:
            continue
        free = [a for a in boxes.get((one.image_id, one.category_id), ()) if a.id not in found]
        best = _best(one, free)
        if best is not None and best[1] >= settings.iou:
            found.add(best[0])
        else:
            false.append(one)
    return found, false


def _best(one: Prediction, free: Sequence[Annotation]) -> tuple[int, float] | None:
    if not free:
        return None
    ious: Any = coco_mask.iou(np.array([a.bbox for a in free]), np.array([one.bbox]), [0])
    place = int(np.argmax(ious[:, 0]))
    return free[place].id, float(ious[place, 0])
