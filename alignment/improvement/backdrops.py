"""Which scenes look like the places where a detector saw something and nothing was."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from alignment.command.stages import Stages
from alignment.feature_space.space import FEWEST, Projection
from alignment.features.extract import box_features
from alignment.features.features import Features
from alignment.features.registry import backends_of, cache_of
from alignment.improvement.photos.validation import Validation
from alignment.improvement.settings import ImproveSettings
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation

FloatArray = npt.NDArray[np.float64]
_WINDOWS = 8  # of each scene, at places where mistakes were made
_MOST_COVERED = 0.1  # of a window, by what is labelled and will be gone
_LEAST_PX = 2.0  # of a window's sides


def backdrops(
    settings: ImproveSettings, mistaken: Mapping[int, FloatArray], validation: Validation,
    scenes: AnnotatedSet, stages: Stages,
) -> tuple[int, ...]:  # fmt: skip
    """Return the numbers of scenes, those first that look most like what was mistaken.

    mistaken: by validation photo the (n, 4) boxes in which nothing was. Each scene is looked at
    through some of these, laid over its rendered picture where no target stands. The mistaken boxes
    take turns, each naming the nearest scene that none has named, so that all kinds of mistakes
    have their scenes. Raises NoFeatures, NoBackend, PhotoUnreadable, Unwritable.
    """
    places = [
        box / [one.width_px, one.height_px, one.width_px, one.height_px]
        for one in validation.annotated.images for box in mistaken.get(one.id, ())
    ]  # fmt: skip
    laid = places[:: max(1, len(places) // _WINDOWS)][:_WINDOWS]
    windows = {one.id: _windows(one, laid, scenes) for one in scenes.images}
    if not places or not any(windows.values()):
        return ()
    stages.begin("describing what was mistaken")
    seen = _described(settings, _boxed(scenes, windows), stages)
    wanted = _described(settings, _boxed(validation.annotated, mistaken), stages)
    if len(seen.values) < FEWEST or not np.ptp(seen.values, axis=0).any():
        return ()  # too few, or nothing to tell them by
    space = Projection.fit(seen.values, seen.blocks, settings.negatives.space)
    apart = cdist(space.of(wanted.values)[:, :-1], space.of(seen.values)[:, :-1])
    ids, place = np.unique(seen.image_ids, return_inverse=True)
    nearest = np.full((len(apart), len(ids)), np.inf)
    np.minimum.at(nearest.T, place, apart.T)
    numbers = {one.id: int(Path(one.file_name).stem) for one in scenes.images}
    return tuple(numbers[int(ids[n])] for n in _in_turns(nearest))


def _windows(
    image: AnnotatedImage, places: Sequence[FloatArray], scenes: AnnotatedSet
) -> list[FloatArray]:
    """Return those places on an image, in pixels, in which none of its labelled boxes lies."""
    size = np.array([image.width_px, image.height_px] * 2)
    own = [np.array(one.bbox) for one in scenes.annotations if one.image_id == image.id]
    laid = [place * size for place in places]
    return [
        box for box in laid
        if box[2:].min() >= _LEAST_PX and max((_covered(box, o) for o in own), default=0.0)
        <= _MOST_COVERED
    ]  # fmt: skip


def _covered(box: FloatArray, by: FloatArray) -> float:
    sides = np.minimum(box[:2] + box[2:], by[:2] + by[2:]) - np.maximum(box[:2], by[:2])
    return float(np.prod(np.maximum(sides, 0)) / np.prod(box[2:]))


def _boxed(annotated: AnnotatedSet, boxes: Mapping[int, Collection[FloatArray]]) -> AnnotatedSet:
    """Return the images that have any of these boxes, with them and no others."""
    images = tuple(one for one in annotated.images if len(boxes.get(one.id, ())))
    (category, *_) = annotated.categories or [1]
    told = [(one, box) for one in images for box in boxes[one.id]]
    return replace(
        annotated, images=images, annotations=tuple(
            Annotation(id=n, image_id=image.id, category_id=category, bbox=_inside(image, box))
            for n, (image, box) in enumerate(told, 1)
        ),
    )  # fmt: skip


def _inside(image: AnnotatedImage, box: FloatArray) -> tuple[float, float, float, float]:
    right, bottom = min(box[0] + box[2], image.width_px), min(box[1] + box[3], image.height_px)
    x, y = (float(np.clip(at, 0, end - 1)) for at, end in ((box[0], right), (box[1], bottom)))
    return x, y, float(right) - x, float(bottom) - y


def _described(settings: ImproveSettings, annotated: AnnotatedSet, stages: Stages) -> Features:
    told = settings.features
    return box_features(annotated, backends_of(told), cache_of(told), stages.counting("images"))


def _in_turns(apart: FloatArray) -> list[int]:
    """Return the columns of (rows, columns), each row in turn naming its nearest that is left."""
    left, named = apart.copy(), []
    for turn in range(left.shape[1]):
        nearest = int(left[turn % len(left)].argmin())
        named.append(nearest)
        left[:, nearest] = np.inf
    return named
