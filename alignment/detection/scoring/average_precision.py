"""Average precision and recall of many resamples of the photos at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from alignment.detection.scoring.matches import IOUS, Matched

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_RECALLS = np.linspace(0.0, 1.0, 101)  # to the bit those of pycocotools
_TINY = np.spacing(1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """precision, recall: (T, S) at each of IOUS, of S resamples; NaN where nothing was wanted."""

    precision: FloatArray
    recall: FloatArray

    @property
    def ap(self) -> FloatArray:
        """(S,) the mean over IOUS, which COCO calls AP."""
        return np.asarray(self.precision.mean(axis=0))

    @property
    def ar(self) -> FloatArray:
        """(S,) the mean over IOUS, which COCO calls AR, at 100 predictions a photo."""
        return np.asarray(self.recall.mean(axis=0))

    def at(self, iou: float) -> FloatArray:
        """Return (S,) average precision at one of IOUS."""
        return np.asarray(self.precision[int(np.abs(IOUS - iou).argmin())])


def drawn(matched: Matched, times: IntArray) -> Drawn:
    """Return average precision and recall of resamples. times: (S, P) how often each photo counts.

    A photo that is drawn twice counts as two photos would; equal scores keep the order of photos
    and copies stay together. Only predictions that hit change the
    curve's upper hull, so that it is told at them alone: their precision is hits over all that
    count so far, and each holds as many of the 101 levels of recall as its step up crosses.
    Source: COCO's interpolated average precision, with which ones for times agree to rounding.
    """
    weights = times.T.astype(np.float64)
    order = np.argsort(-matched.predictions.scores, kind="stable")
    photos = matched.predictions.photos[order]
    wanted = matched.wanted @ weights
    told = [
        _at_one_iou(photos, hits[order], (hits | false)[order], (weights, wanted))
        for hits, false in zip(matched.hits, matched.false, strict=True)
    ]
    precision, recall = (np.array(one) for one in zip(*told, strict=True))
    nothing = wanted == 0
    return Drawn(
        precision=np.where(nothing, np.nan, precision), recall=np.where(nothing, np.nan, recall)
    )


def _at_one_iou(
    photos: IntArray, hits: npt.NDArray[np.bool_], counted: npt.NDArray[np.bool_],
    drawn_times: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    weights, wanted = drawn_times
    at = np.flatnonzero(hits)
    if not len(at):
        return np.zeros(len(wanted)), np.zeros(len(wanted))
    found = np.cumsum(weights[photos[at]], axis=0)
    made = np.cumsum(_between(photos, counted, at, len(weights)) @ weights, axis=0)
    precision = found / (made + _TINY)
    hull = np.maximum.accumulate(precision[::-1], axis=0)[::-1]
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing wanted: the caller says NaN
        recall = found / wanted
    crossed = np.searchsorted(_RECALLS, recall, side="right")
    steps = np.diff(crossed, axis=0, prepend=0)
    return np.asarray((hull * steps).sum(axis=0) / len(_RECALLS)), recall[-1]


def _between(
    photos: IntArray, counted: npt.NDArray[np.bool_], at: npt.NDArray[np.intp], count: int
) -> sparse.csr_array:
    """Return (hits, P) how many predictions of each photo count from one hit to the next."""
    rows = np.flatnonzero(counted[: at[-1] + 1])
    step = np.searchsorted(at, rows)
    shape = (len(at), count)
    return sparse.csr_array((np.ones(len(rows)), (step, photos[rows])), shape=shape)
