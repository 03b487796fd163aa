"""How each validation box was found: well, badly or not at all; and what was found besides."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.detection.scoring.habits import Operating
from alignment.detection.scoring.matches import IOUS, NONE, Matched
from alignment.detection.scoring.scores import Judged
from alignment.improvement.photos.validation import Validation

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Failures:
    """n validation boxes, means over the runs that differ by seed.

    keys: (n,) annotation ids. photos: (n,) image ids. failed: (n,) 1 where each run missed it, 0
    where each found it well; found badly counts half. missed, badly: how many boxes a run, on
    average. false: predictions a run that found nothing, by category. times: (n,) how often each
    counts where causes are looked for.
    """

    keys: IntArray
    photos: IntArray
    failed: FloatArray
    missed: float
    badly: float
    false: Mapping[str, float]
    times: FloatArray


def failures_of(validation: Validation, runs: Mapping[int, Judged], well_iou: float) -> Failures:
    """Return how boxes were found at each run's best F1. Raises TypeError but for `Validation`.

    runs: by seed, on the validation photos. well_iou: one of COCO's thresholds, or the next above.
    """
    if not isinstance(validation, Validation):
        raise TypeError(f"failures of a {type(validation).__name__}; they are of Validation alone")
    truth = validation.truth
    well = int(np.searchsorted(IOUS, well_iou - 1e-9))
    graded = [(_found(run, 0), _found(run, well)) for run in runs.values()]
    missed = np.mean([~found for found, _ in graded], axis=0)
    badly = np.mean([found & ~fully for found, fully in graded], axis=0)
    own = ~truth.ignored
    false = [[_false(one, _least(run)) for one in run.whole] for run in runs.values()]
    return Failures(
        keys=truth.annotation_ids[own], photos=truth.image_ids[truth.photos[own]],
        failed=(missed + badly / 2)[own], missed=float(missed[own].sum()),
        badly=float(badly[own].sum()),
        false=dict(zip(truth.categories, np.mean(false, axis=0).tolist(), strict=True)),
        times=np.ones(own.sum()),
    )  # fmt: skip


def _least(run: Judged) -> float:
    return Operating.best(run.whole).least


def _found(run: Judged, threshold: int) -> BoolArray:
    """Return (n,) which boxes a run finds at one of IOUS, with predictions that are worth it."""
    found = np.zeros(len(run.truth), dtype=np.bool_)
    least = _least(run)
    for one in run.whole:
        partners = one.partners[threshold, one.predictions.scores >= least]
        found[partners[partners != NONE]] = True
    return found


def _false(one: Matched, least: float) -> int:
    return int(one.false[0, one.predictions.scores >= least].sum())
