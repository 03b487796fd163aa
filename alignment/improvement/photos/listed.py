"""Boxes of a list that make explore kept, which the next scenes are to lean towards."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.improvement.photos.apart import Apart
from alignment.improvement.settings import ImproveSettings
from scenes.formats.find import find_set
from scenes.sets.named_list import BadList, NamedList

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Annotation ids that are named, and how often such a box counts. note: to be said aloud."""

    ids: frozenset[int]
    times: float
    note: str

    def weights(self, keys: IntArray) -> FloatArray:
        """Return (n,) how often each box counts."""
        return np.where(np.isin(keys, list(self.ids)), self.times, 1.0)


def listed(settings: ImproveSettings, apart: Apart) -> Listed:
    """Return the boxes that are to weigh more, none where no list is told. Raises BadList.

    Of an image of which the list names no box, all count. Boxes of photos that only judge do not
    steer anything, whoever names them.
    """
    if settings.towards is None:
        return Listed(ids=frozenset(), times=1.0, note="")
    assert settings.real is not None  # else nothing would have been read
    file = find_set(settings.real, settings.format).files[0]
    chosen = NamedList.read(settings.towards).of(apart.real, file)
    boxes = apart.real.annotations
    picked = {box.image_id for box in boxes if box.id in chosen.annotations}
    named = frozenset(
        box.id for box in boxes
        if box.id in chosen.annotations or box.image_id in chosen.images - picked
    )  # fmt: skip
    parts = {
        "exposed": frozenset(a.id for a in apart.exposed.annotations),
        "validation": frozenset(a.id for a in apart.validation.annotated.annotations),
    }
    counts = {part: len(named & own) for part, own in parts.items()}
    if not any(counts.values()):
        raise BadList(
            f"list {settings.towards} names {len(named)} boxes, none of them exposed or of "
            "validation photos; expected some that may steer: pick others with make explore"
        )
    told = " and ".join(f"{count} {part} boxes" for part, count in counts.items())
    rest = len(named) - sum(counts.values())
    return Listed(
        ids=named & (parts["exposed"] | parts["validation"]),
        times=settings.tilt.listed,
        note=f"{settings.towards}: {told} count {settings.tilt.listed:g} times; "
             f"{rest} of photos that judge, or of none of the parts, do not",
    )  # fmt: skip
