"""Habits of a detector that its average precision hides, at the score where it is used best."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from alignment.detection.scoring.average_precision import drawn
from alignment.detection.scoring.bootstrap import Arm, Resampling
from alignment.detection.scoring.matches import NONE, Matched, Predictions, View
from alignment.detection.scoring.scores import Judged, mean_of
from alignment.detection.scoring.truth import Truth

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

SMALL_FALSE, OVERLAPS, CLOSE_UPS = "small false positives", "overlapping predictions", "AP close-up"
HABITS = (SMALL_FALSE, OVERLAPS, CLOSE_UPS)


@dataclass(frozen=True, kw_only=True)
class HabitSettings:
    """What is counted. small_share: of the picture, below which a false positive is small.

    overlap_iou: above which two predictions of one object overlap. close_up_share: of the picture,
    from which a box is a close-up.
    """

    small_share: float
    overlap_iou: float
    close_up_share: float

    def __post_init__(self) -> None:
        for name in ("small_share", "overlap_iou", "close_up_share"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected between 0 and 1")


@dataclass(frozen=True, kw_only=True)
class Operating:
    """The score at and above which predictions give the best F1, and what they then are.

    score: None where no prediction hits anything. precision, recall, f1: at IoU 0.5.
    """

    score: float | None
    precision: float
    recall: float
    f1: float

    @property
    def least(self) -> float:
        """The least score that is used, inf where none is worth it."""
        return math.inf if self.score is None else self.score

    @classmethod
    def best(cls, by_category: Sequence[Matched]) -> "Operating":
        """Return the best point of all categories together; of equals, the highest score."""
        scores = np.concatenate([one.predictions.scores for one in by_category])
        hits = np.concatenate([one.hits[0] for one in by_category])
        false = np.concatenate([one.false[0] for one in by_category])
        order = np.argsort(-scores, kind="stable")
        found, wrong = np.cumsum(hits[order]), np.cumsum(false[order])
        wanted = sum(int(one.wanted.sum()) for one in by_category)
        if not found.size or found[-1] == 0:
            return cls(score=None, precision=0.0, recall=0.0, f1=0.0)
        f1 = 2 * found / (found + wrong + wanted)
        last = np.append(np.diff(scores[order]) != 0, True)  # equal scores come together
        at = int(np.where(last, f1, -1.0).argmax())
        return cls(
            score=float(scores[order][at]), precision=float(found[at] / (found[at] + wrong[at])),
            recall=float(found[at] / wanted), f1=float(f1[at]),
        )  # fmt: skip


def habits(
    name: str, runs: Mapping[int, Judged], resampling: Resampling, settings: HabitSettings
) -> Mapping[str, Arm]:
    """Return HABITS of runs by seed: two counts a photo, and the AP of close-ups, 0 to 1.

    The counts are of predictions at or above each run's own Operating score, which is found on the
    photos as they are. Small false positives find nothing at IoU 0.5. Overlapping predictions are
    pairs of one category that overlap each other by more than overlap_iou, where both overlap the
    same box more than any other. For close-ups, other boxes and smaller false positives are let
    pass.
    """
    times = resampling.whole_first
    told: dict[str, dict[int, FloatArray]] = {habit: {} for habit in HABITS}
    for seed, run in runs.items():
        least = Operating.best(run.whole).least
        for habit, counts in (
            (SMALL_FALSE, small_false(run, least, settings.small_share)),
            (OVERLAPS, overlapping(run, least, settings.overlap_iou)),
        ):
            told[habit][seed] = times @ counts / run.truth.photo_count
        seen = run.seen([close_ups(run.truth, settings.close_up_share)])[0]
        told[CLOSE_UPS][seed] = mean_of([drawn(one, times).ap for one in seen])
    return {habit: Arm.of(name, by_seed) for habit, by_seed in told.items()}


def small_false(run: Judged, least_score: float, share: float) -> npt.NDArray[np.int64]:
    """Return (P,) how many false predictions are below this share of their picture."""
    counts = np.zeros(run.truth.photo_count, dtype=np.int64)
    picture = run.truth.sizes_px.prod(axis=1)
    for matched in run.whole:
        told = matched.predictions
        small = told.boxes[:, 2:].prod(axis=1) < share * picture[told.photos]
        chosen = matched.false[0] & small & (told.scores >= least_score)
        counts += np.bincount(told.photos[chosen], minlength=len(counts))
    return counts


def overlapping(run: Judged, least_score: float, iou: float) -> npt.NDArray[np.int64]:
    """Return (P,) how many pairs of predictions are of one object and overlap by more than iou."""
    counts = np.zeros(run.truth.photo_count, dtype=np.int64)
    for matched in run.whole:
        told = matched.predictions
        of_object = (told.nearest != NONE) & ~run.truth.ignored[told.nearest]
        chosen = np.flatnonzero(of_object & (told.scores >= least_score))
        for box in np.unique(told.nearest[chosen]):
            rows = chosen[told.nearest[chosen] == box]
            counts[told.photos[rows[0]]] += _pairs(told, rows, iou)
    return counts


def close_ups(truth: Truth, share: float) -> View:
    """Return the view of what covers at least this share of its picture."""
    picture = truth.sizes_px.prod(axis=1)
    return View.of_areas(CLOSE_UPS, truth, share * picture, np.full(len(picture), np.inf))


def _pairs(told: Predictions, rows: npt.NDArray[np.intp], iou: float) -> int:
    if len(rows) < 2:
        return 0
    boxes = told.boxes[rows]
    ious = np.asarray(coco_mask.iou(boxes, boxes, np.zeros(len(rows), dtype=np.uint8)))
    return int((np.triu(ious, k=1) > iou).sum())
