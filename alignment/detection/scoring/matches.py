"""Which prediction found which box, as COCO decides it, for many questions at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from alignment.detection.detector import Found
from alignment.detection.scoring.truth import Truth

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

IOUS: FloatArray = np.linspace(0.5, 0.95, 10)  # T thresholds, to the bit those of pycocotools
MOST = 100  # predictions of one category on one photo, the best; the rest are not looked at
NONE = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """What is asked about: some of the boxes. The others may be found and need not be.

    wanted: (n,) of the boxes of a Truth. least_px2, most_px2: (P,) a prediction that finds nothing
    counts as false where its area is within them, ends included.
    """

    name: str
    wanted: BoolArray
    least_px2: FloatArray
    most_px2: FloatArray

    @classmethod
    def of_boxes(cls, name: str, truth: Truth, wanted: BoolArray) -> "View":
        """Return a view of these boxes in which every false prediction counts."""
        nothing, endless = np.zeros(truth.photo_count), np.full(truth.photo_count, np.inf)
        return cls(name=name, wanted=wanted & ~truth.ignored, least_px2=nothing, most_px2=endless)

    @classmethod
    def of_areas(
        cls, name: str, truth: Truth, least_px2: FloatArray, most_px2: FloatArray
    ) -> "View":
        """Return a view of what is of these areas, boxes and predictions alike. (P,) each."""
        area = truth.boxes[:, 2:].prod(axis=1)
        within = (area >= least_px2[truth.photos]) & (area <= most_px2[truth.photos])
        wanted = within & ~truth.ignored
        return cls(name=name, wanted=wanted, least_px2=least_px2, most_px2=most_px2)


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictions:
    """All predictions of one category, d of them, photo by photo and the best first.

    photos: (d,) places. boxes: (d, 4) x, y, w, h in pixels. scores: (d,). nearest: (d,) place in
    the Truth of the box of this category that each overlaps most, or NONE. ious: (d,) with it.
    """

    label: int
    photos: IntArray
    boxes: FloatArray
    scores: FloatArray
    nearest: IntArray
    ious: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Matched:
    """Predictions of one category, matched for one view.

    partners: (T, d) place in the Truth of what each found at each of IOUS, or NONE. hits, false:
    (T, d) what counts for it and against it; what is neither is let pass. wanted: (P,) how many
    boxes were to be found on each photo.
    """

    predictions: Predictions
    partners: IntArray
    hits: BoolArray
    false: BoolArray
    wanted: IntArray


def match(
    truth: Truth, found: Sequence[Found], views: Sequence[View]
) -> tuple[tuple[Matched, ...], ...]:
    """Return by view and by category what was found where. found: one a photo, in their order.

    The best prediction chooses first: of the wanted boxes that are free and overlap enough the one
    that overlaps most, else of the others. Source: Lin et al. 2014 (COCO) and its reference
    implementation, with which the result agrees also where overlaps are equal. A box's area is that
    of its rectangle, not of a mask.
    """
    if len(found) != truth.photo_count:
        raise ValueError(f"{len(found)} photos were looked at; expected {truth.photo_count}")
    by_category = [_of_category(truth, found, views, k) for k in range(len(truth.categories))]
    return tuple(zip(*by_category, strict=True))


def _of_category(
    truth: Truth, found: Sequence[Found], views: Sequence[View], label: int
) -> tuple[Matched, ...]:
    seen, partners = [], []
    for photo, (one, own) in enumerate(zip(found, _boxes_by_photo(truth, label), strict=True)):
        rows = np.flatnonzero(one.labels == label)
        rows = rows[np.argsort(-one.scores[rows], kind="stable")][:MOST]
        boxes, ious = one.boxes[rows], _ious(one.boxes[rows], truth, own)
        best = ious.argmax(axis=1) if len(own) else np.zeros(len(rows), dtype=np.intp)
        overlap = ious.max(axis=1, initial=0.0)
        nearest = np.where(overlap > 0, own[best] if len(own) else NONE, NONE)
        seen.append((np.full(len(rows), photo), boxes, one.scores[rows], nearest, overlap))
        asked = np.array([view.wanted[own] for view in views])
        partners.append(_partners(ious, own, asked, truth.crowds[own]))
    photos, boxes, scores, nearest, overlap = map(np.concatenate, zip(*seen, strict=True))
    predictions = Predictions(
        label=label, photos=photos.astype(np.int64), boxes=boxes.reshape(-1, 4), scores=scores,
        nearest=nearest.astype(np.int64), ious=overlap,
    )  # fmt: skip
    told = np.concatenate(partners, axis=2)
    return tuple(_seen_by(view, truth, predictions, told[v]) for v, view in enumerate(views))


def _boxes_by_photo(truth: Truth, label: int) -> Iterator[IntArray]:
    own = np.flatnonzero(truth.labels == label)
    starts = np.searchsorted(truth.photos[own], np.arange(truth.photo_count + 1))
    for start, stop in pairwise(starts):
        yield own[start:stop]


def _ious(boxes: FloatArray, truth: Truth, own: IntArray) -> FloatArray:
    if not len(boxes) or not len(own):
        return np.zeros((len(boxes), len(own)))
    crowds = truth.crowds[own].astype(np.uint8)
    return np.asarray(coco_mask.iou(boxes, truth.boxes[own], crowds), dtype=np.float64)


def _partners(ious: FloatArray, own: IntArray, wanted: BoolArray, crowds: BoolArray) -> IntArray:
    """Return (V, T, d) places of partners. ious: (d, g). own, crowds: (g,). wanted: (V, g)."""
    partners = np.full((len(wanted), len(IOUS), len(ious)), NONE, dtype=np.int64)
    taken = np.zeros((len(wanted), len(IOUS), len(own)), dtype=np.bool_)
    for d in np.flatnonzero((ious >= IOUS[0]).any(axis=1)):
        near = ious[d] >= IOUS[:, None]
        free = near & ~(taken & ~crowds)
        first = _best(ious[d], free & wanted[:, None])
        chosen = np.where(first == NONE, _best(ious[d], free & ~wanted[:, None]), first)
        v, t = np.nonzero(chosen != NONE)
        taken[v, t, chosen[v, t]] = True
        partners[v, t, d] = own[chosen[v, t]]
    return partners


def _best(ious: FloatArray, allowed: BoolArray) -> IntArray:
    """Return (V, T) the last of the greatest where allowed (V, T, g), or NONE."""
    masked = np.where(allowed, ious, -1.0)[..., ::-1]
    place = ious.size - 1 - masked.argmax(axis=-1)
    return np.where(allowed.any(axis=-1), place, NONE)


def _seen_by(view: View, truth: Truth, predictions: Predictions, partners: IntArray) -> Matched:
    area = predictions.boxes[:, 2:].prod(axis=1)
    photos = predictions.photos
    counts = (area >= view.least_px2[photos]) & (area <= view.most_px2[photos])
    own = view.wanted & (truth.labels == predictions.label)
    hits = (partners != NONE) & own[partners]
    return Matched(
        predictions=predictions, partners=partners, hits=hits,
        false=(partners == NONE) & counts,
        wanted=np.bincount(truth.photos[own], minlength=truth.photo_count),
    )  # fmt: skip
