"""Where a detector fails: its scores over bins of an attribute, beside what it was taught."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.detection.scoring.average_precision import drawn
from alignment.detection.scoring.binning import NOWHERE, Binning
from alignment.detection.scoring.bootstrap import Arm, Estimate, Resampling
from alignment.detection.scoring.matches import Matched, View
from alignment.detection.scoring.scores import Judged, mean_of
from alignment.detection.scoring.truth import Truth
from scenes.measuring.table import NAMED, MetadataTable

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Bin:
    """The boxes of one bin, and how they were found; means over categories and runs.

    low, high: the ends, of which the lower belongs to the bin; None where it has none, or is of a
    name. boxes: that are judged, on so many photos. recall50: the share found at IoU 0.5; recall:
    the mean over IoU 0.5 to 0.95. training_share: of the boxes that were trained on whose attribute
    is known, None where none is.
    """

    name: str
    low: float | None
    high: float | None
    boxes: int
    photos: int
    recall50: Estimate
    recall: Estimate
    ap: Estimate
    training_share: float | None


@dataclass(frozen=True, kw_only=True)
class AttributeBins:
    """One attribute's bins. estimated: inferred, not measured. unknown: judged boxes without it."""

    attribute: str
    estimated: bool
    unknown: int
    bins: tuple[Bin, ...]


def by_attribute(
    attribute: str, runs: Mapping[int, Judged], tables: tuple[MetadataTable, MetadataTable | None],
    resampling: Resampling, bins: int,
) -> AttributeBins | None:  # fmt: skip
    """Return how runs that differ by seed find boxes of each part of an attribute's range.

    tables: of the test boxes, by annotation id, and of what was trained on. bins: at most so many,
    with edges at quantiles of the judged boxes. A bin's average precision counts its boxes alone:
    others may be found and need not be, and what finds nothing counts as false in every bin, so
    bins are to be compared between arms rather than with each other. None where the test table does
    not hold the attribute.
    """
    test, training = tables
    truth = next(iter(runs.values())).truth
    if not test.holds(attribute):
        return None
    values = values_of(truth, test, attribute)
    binning = _binning(values, ~truth.ignored, bins)
    places = binning.places(values)
    views = [View.of_boxes(name, truth, places == k) for k, name in enumerate(binning.names)]
    shares = _shares(binning, training, attribute)
    scores = _scores(runs, views, resampling) if views else []
    return AttributeBins(
        attribute=attribute, estimated=attribute in test.estimated,
        unknown=int((~truth.ignored & (places == NOWHERE)).sum()),
        bins=tuple(
            _bin(truth, view, of_view, (*binning.ends(k), shares[k]))
            for k, (view, of_view) in enumerate(zip(views, scores, strict=True))
        ),
    )  # fmt: skip


def values_of(truth: Truth, table: MetadataTable, attribute: str) -> FloatArray | list[str]:
    """Return each test box's value, found by its annotation id; NaN or "" where there is none."""
    row_of = {int(k): row for row, k in enumerate(table.table["annotation_id"].to_pylist())}
    rows = [row_of.get(int(key)) for key in truth.annotation_ids]
    if attribute in NAMED:
        words = table.names(attribute).to_pylist()
        return ["" if row is None else words[row] for row in rows]
    column = np.append(table.column(attribute), np.nan)
    return column[[len(table) if row is None else row for row in rows]]


def _binning(values: FloatArray | list[str], judged: npt.NDArray[np.bool_], bins: int) -> Binning:
    if isinstance(values, list):
        return Binning.of_words([v for v, own in zip(values, judged, strict=True) if own], bins)
    return Binning.of_numbers(values[judged & ~np.isnan(values)], bins)


def _scores(
    runs: Mapping[int, Judged], views: Sequence[View], resampling: Resampling
) -> list[tuple[Estimate, ...]]:
    """Return by view the recall at IoU 0.5, the mean recall and the average precision."""
    told = {seed: [_means(one, resampling) for one in run.seen(views)]
            for seed, run in runs.items()}  # fmt: skip
    return [
        tuple(
            Arm.of("", {seed: by_view[v][m] for seed, by_view in told.items()}).estimate(resampling)
            for m in range(3)
        )
        for v in range(len(views))
    ]


def _means(by_category: Sequence[Matched], resampling: Resampling) -> tuple[FloatArray, ...]:
    told = [drawn(one, resampling.whole_first) for one in by_category]
    measures = [one.recall[0] for one in told], [one.ar for one in told], [one.ap for one in told]
    return tuple(mean_of(one) for one in measures)


def _shares(
    binning: Binning, training: MetadataTable | None, attribute: str
) -> Sequence[float | None]:
    nothing = [None] * len(binning.names)
    if training is None or not training.holds(attribute):
        return nothing
    named = attribute in NAMED
    values = training.names(attribute).to_pylist() if named else training.column(attribute)
    places = binning.places(values)
    known = places[places != NOWHERE]
    count = np.bincount(known, minlength=len(binning.names))
    return (count / len(known)).tolist() if len(known) else nothing


def _bin(
    truth: Truth, view: View, scores: tuple[Estimate, ...],
    told: tuple[float | None, float | None, float | None],
) -> Bin:  # fmt: skip
    recall50, recall, ap = scores
    low, high, share = told
    return Bin(
        name=view.name, low=low, high=high, boxes=int(view.wanted.sum()),
        photos=len(np.unique(truth.photos[view.wanted])), recall50=recall50, recall=recall, ap=ap,
        training_share=share,
    )  # fmt: skip
