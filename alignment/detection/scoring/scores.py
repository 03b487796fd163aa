"""The scores of one run: COCO's, by category and by size, of the photos and of resamples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.detection.detector import Found
from alignment.detection.scoring.average_precision import Drawn, drawn
from alignment.detection.scoring.bootstrap import Arm, Resampling
from alignment.detection.scoring.matches import Matched, View, match
from alignment.detection.scoring.truth import Truth

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_ENDLESS_PX2 = 1e5**2
SIZES_PX2: Mapping[str, tuple[float, float]] = {
    "": (0.0, _ENDLESS_PX2),
    "small": (0.0, 32.0**2),
    "medium": (32.0**2, 96.0**2),
    "large": (96.0**2, _ENDLESS_PX2),
}  # COCO's; a box on an edge is of both sizes, as there
MEASURES = (
    "AP", "AP50", "AP75", "AR", "AP small", "AP medium", "AP large", "AR small", "AR medium",
    "AR large",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scores:
    """MEASURES of one run, 0 to 1; None where no test box is of that size or category.

    mean: over the categories that the test photos show. boxes: how many were judged, by category.
    """

    mean: Mapping[str, float | None]
    by_category: Mapping[str, Mapping[str, float | None]]
    photos: int
    boxes: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """One run's predictions, matched. found: one a photo. by_size: by SIZES_PX2 and by category."""

    truth: Truth
    found: tuple[Found, ...]
    by_size: Mapping[str, tuple[Matched, ...]]

    @property
    def whole(self) -> tuple[Matched, ...]:
        """By category, of all sizes."""
        return self.by_size[""]

    def seen(self, views: Sequence[View]) -> tuple[tuple[Matched, ...], ...]:
        """Return by view and by category what was found where, asked of something else."""
        return match(self.truth, self.found, views)

    def drawn(self, times: IntArray) -> Mapping[str, FloatArray]:
        """Return (S, 1 + K) by measure: the mean over categories, then each, NaN for none.

        times: (S, P) how often each photo counts in each resample.
        """
        told: dict[str, FloatArray] = {}
        for size, matched in self.by_size.items():
            of_categories = [drawn(one, times) for one in matched]
            for name, values in _measured(size, of_categories).items():
                told[name] = np.column_stack([mean_of(values), *values])
        return {name: told[name] for name in MEASURES}

    def scores(self) -> Scores:
        """Return the scores of the photos as they are."""
        told = self.drawn(np.ones((1, self.truth.photo_count), dtype=np.int64))
        columns = [{name: _number(told[name][0, k]) for name in MEASURES}
                   for k in range(1 + len(self.truth.categories))]  # fmt: skip
        return Scores(
            mean=columns[0],
            by_category=dict(zip(self.truth.categories, columns[1:], strict=True)),
            photos=self.truth.photo_count,
            boxes={name: int(one.wanted.sum())
                   for name, one in zip(self.truth.categories, self.whole, strict=True)},
        )  # fmt: skip


def judge(truth: Truth, found: Sequence[Found]) -> Judged:
    """Return one run's predictions matched to the test boxes. found: one a photo, in order."""
    views = []
    for name, (least, most) in SIZES_PX2.items():
        bounds = (np.full(truth.photo_count, end) for end in (least, most))
        views.append(View.of_areas(name, truth, *bounds))
    matched = match(truth, found, views)
    return Judged(
        truth=truth, found=tuple(found), by_size=dict(zip(SIZES_PX2, matched, strict=True))
    )


def arms(
    name: str, runs: Mapping[int, Judged], resampling: Resampling
) -> tuple[Mapping[str, Arm], ...]:
    """Return by measure what runs that differ by seed alone have: the mean, then each category's.

    runs: by seed, all on the same photos.
    """
    told = {seed: run.drawn(resampling.whole_first) for seed, run in runs.items()}
    columns = range(1 + len(next(iter(runs.values())).truth.categories))
    return tuple(
        {measure: Arm.of(name, {seed: of[measure][:, k] for seed, of in told.items()})
         for measure in MEASURES}
        for k in columns
    )  # fmt: skip


def mean_of(values: Sequence[FloatArray]) -> FloatArray:
    """Return (S,) the mean of K arrays (S,) over those that are numbers, NaN where none is."""
    stacked = np.array(values)
    known = np.isfinite(stacked)
    count = known.sum(axis=0)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _measured(size: str, found: Sequence[Drawn]) -> dict[str, list[FloatArray]]:
    after = f" {size}" if size else ""
    told = {f"AP{after}": [one.ap for one in found], f"AR{after}": [one.ar for one in found]}
    if not size:
        told |= {"AP50": [one.at(0.5) for one in found], "AP75": [one.at(0.75) for one in found]}
    return told


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
