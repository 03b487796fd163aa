"""Which boxes were missed worst, and what was found most surely where there is nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from alignment.detection.scoring.habits import Operating
from alignment.detection.scoring.matches import Predictions
from alignment.detection.scoring.scores import Judged
from alignment.detection.scoring.truth import Truth

FloatArray = npt.NDArray[np.float64]

_SAME = 0.5  # IoU from which false positives of two runs are of one thing

Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A box that was missed, or a prediction that is false. photo: place among the test photos.

    box: x, y, w, h in pixels. iou: of a miss the best overlap that it got, of a false positive the
    overlap with the nearest box of its category. score: of the prediction, of a miss that of the
    best overlap; both are means over the runs for a miss, 0 where nothing came near.
    """

    photo: int
    category: str
    box: Box
    score: float
    iou: float


def worst_misses(runs: Mapping[int, Judged], most: int, a_photo: int) -> tuple[Sight, ...]:
    """Return the boxes with the least overlap, the largest first among equals, a few a photo.

    Overlap is with predictions at or above each run's Operating score, mean over the runs. Boxes
    that were found in full by every run are no misses.
    """
    truth = next(iter(runs.values())).truth
    ious, scores = np.mean([_best_overlaps(run) for run in runs.values()], axis=0)
    wanted = np.flatnonzero(~truth.ignored & (ious < 1))
    order = wanted[np.lexsort((-truth.area_shares[wanted], ious[wanted]))]
    sights = (
        _sight(truth, int(truth.photos[k]), int(truth.labels[k]),
               (truth.boxes[k], float(scores[k]), float(ious[k])))
        for k in order
    )  # fmt: skip
    return _few(sights, most, a_photo)


def strongest_false(runs: Mapping[int, Judged], most: int, a_photo: int) -> tuple[Sight, ...]:
    """Return the surest predictions that find no box at IoU 0.5, a few a photo.

    What several runs find in one place is told once, as the surest of them has it.
    """
    every = sorted(
        (one for run in runs.values() for one in _false(run)), key=lambda one: -one.score
    )
    return _few(every, most, a_photo, unlike=_apart)


def _best_overlaps(run: Judged) -> FloatArray:
    """Return (2, n) the best overlap of each box, and the score of what has it."""
    truth, least = run.truth, Operating.best(run.whole).least
    ious, scores = np.zeros(len(truth)), np.zeros(len(truth))
    for matched in run.whole:
        told = matched.predictions
        for photo in np.unique(told.photos):
            near = np.flatnonzero((told.photos == photo) & (told.scores >= least))
            own = np.flatnonzero((truth.photos == photo) & (truth.labels == told.label))
            if len(near) and len(own):
                overlap = _ious(told.boxes[near], truth.boxes[own])
                ious[own] = overlap.max(axis=0)
                best = told.scores[near][overlap.argmax(axis=0)]
                scores[own] = np.where(ious[own] > 0, best, 0.0)
    return np.array([ious, scores])


def _false(run: Judged) -> Iterable[Sight]:
    for matched in run.whole:
        told: Predictions = matched.predictions
        for d in np.flatnonzero(matched.false[0]):
            yield _sight(run.truth, int(told.photos[d]), told.label,
                         (told.boxes[d], float(told.scores[d]), float(told.ious[d])))  # fmt: skip


def _sight(truth: Truth, photo: int, label: int, told: tuple[FloatArray, float, float]) -> Sight:
    (x, y, w, h), score, iou = told[0].tolist(), told[1], told[2]
    return Sight(
        photo=photo, category=truth.categories[label], box=(x, y, w, h), score=score, iou=iou
    )


def _apart(one: Sight, other: Sight) -> bool:
    if one.photo != other.photo or one.category != other.category:
        return True
    return bool(_ious(np.array([one.box]), np.array([other.box]))[0, 0] < _SAME)


def _few(
    sights: Iterable[Sight], most: int, a_photo: int,
    unlike: Callable[[Sight, Sight], bool] = lambda _one, _other: True,
) -> tuple[Sight, ...]:  # fmt: skip
    kept: list[Sight] = []
    count: Counter[int] = Counter()
    for one in sights:
        if len(kept) == most:
            break
        if count[one.photo] < a_photo and all(unlike(one, other) for other in kept):
            kept.append(one)
            count[one.photo] += 1
    return tuple(kept)


def _ious(boxes: FloatArray, others: FloatArray) -> FloatArray:
    plain = np.zeros(len(others), dtype=np.uint8)
    return np.asarray(coco_mask.iou(boxes, others, plain), dtype=np.float64)
