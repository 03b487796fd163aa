"""Whether a detector fails where the training set looks least like the test photo."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask
from scipy.stats import rankdata

from alignment.evaluation.settings import SampleWiseSettings
from alignment.evaluation.whose_prediction import NoMatch, matched_categories, matched_images
from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.boxes.orders import Size, over_px

FloatArray = npt.NDArray[np.float64]
FEWEST = 10  # boxes that are correlated


class BadPredictions(UserError):
    """A file that is not a COCO results list, or is of another set."""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One detection. bbox: x, y, w, h in pixels."""

    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Boxes of about one distance. mean: of the IoU, with its 5-95 % interval over the photos."""

    distance: float
    boxes: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, eq=False)
class SampleWise:
    """distances, ious: (n,) of every real box. spearman: with its 5-95 % interval.

    Negative: the farther from the training set, the worse the match.
    """

    distances: FloatArray
    ious: FloatArray
    spearman: float
    low: float
    high: float
    bins: tuple[Bin, ...]


def read_predictions(path: Path, annotated: AnnotatedSet) -> tuple[Prediction, ...]:
    """Return a COCO results list with the set's own ids, by `whose_prediction`.

    Raises BadPredictions, which names the first bad record.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BadPredictions(f"predictions {path}: {error}; expected COCO results JSON") from None
    if not isinstance(told, list) or not told:
        raise BadPredictions(f"predictions {path}: expected a list of detections, found "
                             f"{type(told).__name__} of {len(told) if told else 0}")  # fmt: skip
    sound = [_checked(path, index, record) for index, record in enumerate(told)]
    try:
        images, categories = matched_images(annotated, sound), matched_categories(annotated, sound)
    except NoMatch as error:
        raise BadPredictions(f"predictions {path}: {error}") from None
    return tuple(
        replace(_prediction(record), image_id=image, category_id=category)
        for record, image, category in zip(sound, images, categories, strict=True)
    )


def unmatched(annotated: AnnotatedSet, predictions: Sequence[Prediction]) -> tuple[str, ...]:
    """Return the notes on predictions that match nothing, since they cannot be of what is there."""
    sizes = {image.id: (image.width_px, image.height_px) for image in annotated.images}
    seen = [one for one in predictions if one.image_id in sizes]
    told = {
        "are of photos that are not looked at": len(predictions) - len(seen),
        "are of categories that are not looked at":
            sum(one.category_id not in annotated.categories for one in seen),
        "stick out of their photo by a tenth of its side or more":
            sum(_sticks_out(one, sizes[one.image_id]) for one in seen),
    }  # fmt: skip
    return tuple(f"{n} of {len(predictions)} predictions {what}" for what, n in told.items() if n)


def best_ious(
    annotated: AnnotatedSet, predictions: tuple[Prediction, ...], least_score: float
) -> dict[int, float]:
    """Return by annotation id the IoU of the best match of its category, 0 where there is none."""
    by_place: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for one in predictions:
        if one.score >= least_score:
            by_place[one.image_id, one.category_id].append(one.bbox)
    found = {}
    for annotation in annotated.annotations:
        near = by_place[annotation.image_id, annotation.category_id]
        ious = coco_mask.iou(np.array(near), np.array([annotation.bbox]), [0]) if near else [0.0]
        found[annotation.id] = float(np.max(ious))
    return found


def sample_wise(
    rng: np.random.Generator, points: tuple[FloatArray, FloatArray],
    images: npt.NDArray[np.int64], settings: SampleWiseSettings,
) -> SampleWise:  # fmt: skip
    """Return rank correlation and bins of (distances, ious), resampled by image.

    Raises BadPredictions below FEWEST boxes.
    """
    distances, ious = points
    if len(ious) < FEWEST:
        raise BadPredictions(f"{len(ious)} real boxes have features; expected {FEWEST} or more")
    draws = _drawn_rows(rng, images, settings.draws)
    told = np.array([_spearman(distances[rows], ious[rows]) for rows in draws])
    low, high = np.nanquantile(told, (0.05, 0.95)) if np.isfinite(told).any() else (np.nan,) * 2
    edges = np.quantile(distances, np.linspace(0, 1, settings.bins + 1))
    place = np.clip(np.searchsorted(edges, distances, side="right") - 1, 0, settings.bins - 1)
    return SampleWise(
        distances=distances, ious=ious, spearman=_spearman(distances, ious), low=float(low),
        high=float(high),
        bins=tuple(
            _bin(distances, ious, place, draws, number)
            for number in range(settings.bins) if (place == number).any()
        ),
    )  # fmt: skip


def _bin(
    distances: FloatArray, ious: FloatArray, place: npt.NDArray[np.intp],
    draws: list[npt.NDArray[np.intp]], number: int,
) -> Bin:  # fmt: skip
    own = place == number
    means = [ious[rows][own[rows]].mean() for rows in draws if own[rows].any()]
    low, high = np.quantile(means, (0.05, 0.95))
    return Bin(
        distance=float(distances[own].mean()), boxes=int(own.sum()), mean=float(ious[own].mean()),
        low=float(low), high=float(high),
    )  # fmt: skip


def _drawn_rows(
    rng: np.random.Generator, images: npt.NDArray[np.int64], draws: int
) -> list[npt.NDArray[np.intp]]:
    """Return the rows of as many images, drawn with replacement, a draw."""
    groups = [np.flatnonzero(images == one) for one in np.unique(images)]
    chosen = rng.integers(0, len(groups), (draws, len(groups)))
    return [np.concatenate([groups[index] for index in row]) for row in chosen]


def _spearman(one: FloatArray, other: FloatArray) -> float:
    ranks = rankdata(one), rankdata(other)
    if any(np.ptp(rank) == 0 for rank in ranks):
        return float("nan")
    return float(np.corrcoef(*ranks)[0, 1])


def _checked(path: Path, index: int, record: Any) -> dict[str, Any]:
    """Return a record with a box and a score."""
    try:
        made = _prediction(record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadPredictions(
            f"predictions {path}: record {index}: {type(error).__name__} {error}; expected "
            "image_id, category_id, score and bbox (x, y, w, h) or an RLE in segmentation"
        ) from None
    if not np.isfinite([*made.bbox, made.score]).all():
        raise BadPredictions(f"predictions {path}: record {index} holds what is not finite")
    return dict(record)


def _sticks_out(one: Prediction, size_px: Size) -> bool:
    return over_px(one.bbox, size_px) > 0.1 * max(size_px)


def _prediction(record: Any) -> Prediction:
    """Return a record's box and score; results of masks tell the box by their RLE alone."""
    mask = record.get("segmentation")
    told = coco_mask.toBbox(mask) if "bbox" not in record and isinstance(mask, dict) else None
    x, y, w, h = (float(side) for side in (record["bbox"] if told is None else told))
    return Prediction(image_id=-1, category_id=-1, bbox=(x, y, w, h), score=float(record["score"]))
