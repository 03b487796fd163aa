"""What was taken for an object on validation photos: things of other categories, or nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from alignment.detection.scoring.habits import Operating
from alignment.detection.scoring.scores import Judged
from alignment.improvement.photos.apart import Others
from alignment.improvement.photos.validation import Validation
from scenes.sets.annotated_set import Annotation

FloatArray = npt.NDArray[np.float64]
NEAR_IOU, SAME_IOU = 0.1, 0.5  # Bolya et al. 2020 (TIDE), of background and of other classes


@dataclass(frozen=True, kw_only=True)
class Mistaken:
    """False predictions at the best F1, means over the runs that differ by seed.

    things: by category, those that lie on a box of a category that is not judged. background: those
    on no box at all. beside: those on a judged box, doubled, badly placed or of another label, of
    which no image without objects would cure a detector. photos: that were looked at.
    """

    things: Mapping[str, float]
    background: float
    beside: float
    photos: int

    @property
    def curable(self) -> float:
        """How many of them scenes without targets can be made of."""
        return self.background + sum(self.things.values())

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """Each category's share of the curable ones, rounded down."""
        every = self.curable
        return tuple((name, int(1000 * n / every) / 1000) for name, n in self.things.items() if n)

    def images(self, of: int, share: float) -> int:
        """Return how many images without targets they justify: as many a photo, share at most."""
        return int(min(share, self.curable / self.photos) * of + 1e-9)


def mistaken_of(validation: Validation, runs: Mapping[int, Judged], others: Others) -> Mistaken:
    """Return what false predictions lay on. Raises TypeError but for `Validation`.

    others: boxes of what is not judged. A prediction lies on a judged box from NEAR_IOU on, on
    another one from SAME_IOU on.
    """
    if not isinstance(validation, Validation):
        raise TypeError(f"mistakes of a {type(validation).__name__}; they are of Validation alone")
    told: Counter[str | bool] = Counter()
    for run in runs.values():
        told.update(on for on, _, _ in _false(run, others))
    count = len(runs)
    return Mistaken(
        things={name: told[name] / count for name in sorted(map(str, _names(others)))},
        background=told[False] / count, beside=told[True] / count,
        photos=validation.truth.photo_count,
    )  # fmt: skip


def background_of(
    validation: Validation, runs: Mapping[int, Judged], others: Others
) -> Mapping[int, FloatArray]:
    """Return, by photo, the (n, 4) boxes x, y, w, h that were predicted where nothing lies.

    Of all runs together, as `mistaken_of` counts them. Raises TypeError but for `Validation`.
    """
    if not isinstance(validation, Validation):
        raise TypeError(f"mistakes of a {type(validation).__name__}; they are of Validation alone")
    found: defaultdict[int, list[FloatArray]] = defaultdict(list)
    for run in runs.values():
        for on, photo, box in _false(run, others):
            if on is False:
                found[photo].append(box)
    return {photo: np.array(found[photo]) for photo in sorted(found)}


def _names(others: Others) -> set[str]:
    return {name for own in others.values() for name, _ in own}


def _false(run: Judged, others: Others) -> Iterator[tuple[str | bool, int, FloatArray]]:
    """Yield, of each false prediction of a run, what it lay on, its photo and its box.

    What: True, a judged box; False, none; else a name of others. Doubles of a prediction, of
    whatever label, count as often as they come.
    """
    least, truth = Operating.best(run.whole).least, run.truth
    for one in run.whole:
        told = one.predictions
        for d in np.flatnonzero(one.false[0] & (told.scores >= least)):
            judged = truth.boxes[truth.photos == told.photos[d]]
            photo = int(truth.image_ids[told.photos[d]])
            yield _on(told.boxes[d], judged, others.get(photo, ())), photo, told.boxes[d]


def _on(box: FloatArray, judged: FloatArray, own: Sequence[tuple[str, Annotation]]) -> str | bool:
    if _ious(box, judged).max(initial=0.0) >= NEAR_IOU:
        return True
    ious = _ious(box, np.array([one.bbox for _, one in own]).reshape(-1, 4))
    return own[int(ious.argmax())][0] if ious.max(initial=0.0) >= SAME_IOU else False


def _ious(box: FloatArray, boxes: FloatArray) -> FloatArray:
    if not len(boxes):
        return np.zeros(0)
    ious = coco_mask.iou(box[None], boxes, np.zeros(len(boxes), np.uint8))
    return np.asarray(ious, dtype=np.float64).ravel()
