"""What failing depends on: a shrunk logistic regression that says where it can tell nothing.

A few dozen boxes tell little. So the regression is linear in standardised attributes, its ridge
penalty is chosen by cross-validation over whole photos, and it counts only where it foretells the
photos left out better than one chance for all boxes does, by more than such a gain comes by chance.
Looks and shapes of the boxes join the attributes where that foretells better than without, by as
much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from alignment.detection.scoring.bootstrap import Estimate
from alignment.improvement.failing.failures import Failures
from alignment.improvement.failing.shrunk import (
    SURE,
    Boxes,
    fitted,
    redrawn,
    softened,
    strength_of,
)
from alignment.improvement.settings import CauseSettings
from alignment.samples.facet import categories_of
from scenes.measuring.table import ATTRIBUTES, MetadataTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

Looks = Mapping[int, FloatArray]  # (k,) by annotation id
NO_LOOKS: Looks = MappingProxyType({})
CATEGORY = "category "  # before a name, in which of several categories a box is
SHAPE = "shape "  # before a name, in which of several inferred shapes a box is
LOOK = "look "  # before a number, in what tells a box's looks
FARTHEST = 2.5  # standard deviations; beyond, the line through a few boxes is not believed
MOST_UNKNOWN = 0.1  # of an attribute's values, which then stand at the mean


@dataclass(frozen=True, kw_only=True, eq=False)
class RealBoxes:
    """Measured boxes of validation and exposed photos. looks: (k,) of each, by annotation id."""

    validation: MetadataTable
    exposed: MetadataTable
    looks: Looks = field(default_factory=dict)

    @property
    def look_names(self) -> tuple[str, ...]:
        """What the numbers of a look are called."""
        first = next(iter(self.looks.values()), np.zeros(0))
        return tuple(f"{LOOK}{n}" for n in range(1, len(first) + 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Causes:
    """What was found. estimates: by attribute, the change of log odds by a standard deviation.

    strength: scikit-learn's C, None where nothing can be told; then all coefficients are 0. gain:
    of log likelihood a photo over no attributes, by cross-validation, with its standard error.
    middle, spread, weights: (d,) of the attributes; base: the intercept.
    """

    estimates: dict[str, Estimate]
    strength: float | None
    gain: tuple[float, float]
    middle: FloatArray
    spread: FloatArray
    weights: FloatArray
    base: float

    def knows(self, table: MetadataTable) -> bool:
        """Return whether a table has boxes, and without looks all that a chance is told by."""
        return len(table) > 0 and all(_has(table, name, {}) for name in self.estimates)

    def failing(self, table: MetadataTable, looks: Looks = NO_LOOKS) -> FloatArray:
        """Return (n,) the chance that each box of a table fails, half-found counting half.

        looks: those that the fit was told, where the boxes are of the same set.
        """
        columns = _columns(table, tuple(self.estimates), looks)
        rows = _standard(columns, self.middle, self.spread)
        return np.asarray(1 / (1 + np.exp(-(rows @ self.weights + self.base))))

    @property
    def lines(self) -> tuple[str, ...]:
        """What can be said, a line each."""
        if self.strength is None:
            return ("what failing depends on cannot be told from these boxes: none is asked for "
                    "more by it",)  # fmt: skip
        sure = [f"{name} {one.value:+.2f} ({one.low:+.2f} to {one.high:+.2f})"
                for name, one in self.estimates.items() if one.side]  # fmt: skip
        told = "; ".join(sure) or "on no single attribute surely"
        return (f"failing depends, in log odds a standard deviation, on: {told}",)


def causes_of(failures: Failures, real: RealBoxes, settings: CauseSettings, seed: int) -> Causes:
    """Return what failing depends on: attributes that both hold, categories, looks and shapes.

    real: the boxes of `failures` among them, and those that it will be applied to.
    """
    keys = real.validation.table["annotation_id"].to_pylist()
    row_of = {k: row for row, k in enumerate(keys)}
    rows = np.array([row_of[k] for k in failures.keys.tolist()], dtype=np.intp)
    table = real.validation.rows(rows)
    asked = (*settings.attributes, *_categories(table))
    with threadpool_limits(1):  # of products this small, threads would only wait
        best = _tried(asked, table, failures, real, settings)
        further = (*real.look_names, *_shapes(table))
        if further:
            wide = _tried((*asked, *further), table, failures, real, settings)
            best = wide if _surely_more(wide, best) else best
        return _causes(best, settings, seed)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Tried:
    """What some names foretell. gains: (P,) of each photo, 0 where nothing can be told."""

    names: Sequence[str]
    boxes: Boxes
    moments: tuple[FloatArray, FloatArray]
    strength: float | None
    gain: tuple[float, float]
    gains: FloatArray


def _tried(
    asked: Sequence[str], table: MetadataTable, failures: Failures, real: RealBoxes,
    settings: CauseSettings,
) -> _Tried:  # fmt: skip
    names = tuple(
        name for name in asked
        if _tells(table, name, real.looks) and _tells(real.exposed, name, real.looks)
    )  # fmt: skip
    columns = _columns(table, names, real.looks)
    moments = _moments(columns)
    boxes = Boxes(
        x=_standard(columns, *moments), y=softened(failures.failed), times=failures.times,
        photos=failures.photos,
    )  # fmt: skip
    strength, gain, gains = strength_of(boxes, settings)
    return _Tried(
        names=names, boxes=boxes, moments=moments, strength=strength, gain=gain, gains=gains
    )


def _surely_more(wide: _Tried, narrow: _Tried) -> bool:
    if wide.strength is None:
        return False
    more = wide.gains - narrow.gains
    return bool(more.mean() > SURE * more.std(ddof=1) / np.sqrt(len(more)))


def _causes(best: _Tried, settings: CauseSettings, seed: int) -> Causes:
    boxes = best.boxes
    weights, base = fitted(boxes.x, boxes.y, boxes.times, best.strength)
    draws = redrawn(boxes, (best.strength, settings.draws, seed))
    return Causes(
        estimates={name: Estimate.of(float(weights[d]), draws[:, d])
                   for d, name in enumerate(best.names)},
        strength=best.strength, gain=best.gain, middle=best.moments[0], spread=best.moments[1],
        weights=weights, base=base,
    )  # fmt: skip


def _categories(table: MetadataTable) -> tuple[str, ...]:
    """Return what tells each category but the first from the others."""
    return tuple(f"{CATEGORY}{name}" for name in categories_of(table)[1:])


def _shapes(table: MetadataTable) -> tuple[str, ...]:
    """Return what tells each shape but the first from the others, where shapes were inferred."""
    if not table.holds("shape"):
        return ()
    names = sorted({name for name in table.names("shape").to_pylist() if name})
    return tuple(f"{SHAPE}{name}" for name in names[1:])


def _has(table: MetadataTable, name: str, looks: Looks) -> bool:
    if name.startswith(LOOK):
        return bool(looks)
    if name.startswith(SHAPE):
        return table.holds("shape")
    return name.startswith(CATEGORY) or table.holds(name)


def _tells(table: MetadataTable, name: str, looks: Looks) -> bool:
    if not _has(table, name, looks) or not len(table):
        return False
    values = _columns(table, (name,), looks)[:, 0]
    known = values[np.isfinite(values)]
    return len(known) >= (1 - MOST_UNKNOWN) * len(values) and bool(np.ptp(known) > 0)


def _columns(table: MetadataTable, names: Sequence[str], looks: Looks) -> FloatArray:
    told = [_column(table, name, looks) for name in names]
    return np.column_stack(told) if told else np.zeros((len(table), 0))


def _column(table: MetadataTable, name: str, looks: Looks) -> FloatArray:
    if name.startswith(LOOK):
        place = int(name.removeprefix(LOOK)) - 1
        own = table.table["annotation_id"].to_pylist()
        return np.array([looks[key][place] if key in looks else np.nan for key in own])
    if name.startswith(CATEGORY):
        same = [f"{CATEGORY}{one}" == name for one in table.table["category"].to_pylist()]
        return np.array(same, dtype=np.float64)
    if name.startswith(SHAPE):
        same = [f"{SHAPE}{one}" == name for one in table.names("shape").to_pylist()]
        return np.array(same, dtype=np.float64)
    column = table.column(name)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(column)) if ATTRIBUTES[name].log else column


def _moments(columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    known = np.where(np.isfinite(columns), columns, np.nan)
    return np.nanmean(known, axis=0), np.nanstd(known, axis=0)


def _standard(columns: FloatArray, middle: FloatArray, spread: FloatArray) -> FloatArray:
    told = (columns - middle) / spread
    return np.clip(np.where(np.isfinite(told), told, 0.0), -FARTHEST, FARTHEST)
