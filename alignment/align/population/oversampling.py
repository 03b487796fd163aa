"""Rare boxes asked for more often: made between rare ones, or repeated by weights.

SMOTE (Chawla et al. 2002) and ADASYN (He et al. 2008) are imbalanced-learn's. Their classes are
cells of the boxes' attributes, by k-means on standardised values, which parts them by place and not
by number: a cell of few boxes is rare. A box that is made counts to the photo of the real box that
it lies nearest to, so that folds by photo stay apart. What only a whole photo has (how many boxes,
which categories together) stays as it was found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from alignment.align.population.box_weights import box_weights
from alignment.align.population.settings import Oversampling
from alignment.real.split import Exposed, fittable
from alignment.samples.bins import DISCRETE
from alignment.samples.facet import categories_of
from alignment.samples.sample import Sample
from assets.errors import UserError
from scenes.measuring.table import ATTRIBUTES, NAMED, MetadataTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

FEWEST = 3  # boxes of a cell: between two there is but one line
NEIGHBOURS = 5  # as both papers have it, or as many as a cell has
RESTARTS = 3
OVERSAMPLE_STREAM = 15
ON_PURPOSE = "distances to the real set rise on purpose"


class NoOversampler(UserError):
    """imbalanced-learn is not installed."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Oversampled:
    """Exposed boxes, rare ones more often. notes: what was done, to be said aloud."""

    exposed: Exposed
    notes: tuple[str, ...]


def oversampled(exposed: Exposed, how: Oversampling) -> Oversampled:
    """Return exposed boxes with the rare ones of each category oversampled.

    The same boxes and settings give the same rows. Raises TypeError for anything but Exposed,
    NoOversampler, BadWeights.
    """
    table = fittable(exposed)
    if how.kind == "none" or not len(table):
        return Oversampled(exposed=exposed, notes=())
    by_kind = _repeated if how.kind == "weights" else _with_made
    parts = [by_kind(table.of_category(name), how) for name in categories_of(table)]
    whole = pa.concat_tables([part.table for part, _ in parts])
    return Oversampled(
        exposed=Exposed(table=MetadataTable(table=whole, estimated=table.estimated)),
        notes=tuple(note for _, note in parts),
    )


def _repeated(table: MetadataTable, how: Oversampling) -> tuple[MetadataTable, str]:
    assert how.weights is not None
    told = box_weights(table, how.weights)
    rows = np.repeat(np.arange(len(table)), told.copies)
    return table.rows(rows), (
        f"oversampled by weights: {told.named} of {len(table)} boxes have one in "
        f"{how.weights.name}, the others 1; {len(rows)} boxes are asked for in their proportions; "
        f"{ON_PURPOSE}"
    )


def _with_made(table: MetadataTable, how: Oversampling) -> tuple[MetadataTable, str]:
    names = _numbers(table, how.attributes)
    known = table.rows(_known(table, names)) if names else table.rows(np.zeros(0, np.intp))
    values = Sample.of(known, names).values if len(known) else np.zeros((0, 1))
    standard, center, scale = _standardised(values)
    axes = [names.index(name) for name in how.by if name in names] or list(range(len(names)))
    cells = _cells(standard[:, axes], how)
    if cells is None:
        return table, (
            f"not oversampled: {len(known)} boxes make no two cells of {FEWEST} boxes each; "
            "expected more of them, or target.oversample=weights"
        )
    made = _made(standard, cells, how)
    new = _rows_of(known, names, made * scale + center, _nearest(standard, made))
    whole = pa.concat_tables([table.with_columns({}).table, new.table])
    found = ", ".join(map(str, sorted(np.bincount(cells).tolist(), reverse=True)))
    return MetadataTable(table=whole, estimated=table.estimated), (
        f"oversampled by {how.kind}: {len(made)} boxes made beside {len(table)}, whose cells by "
        f"{', '.join(names[a] for a in axes)} hold {found}; {ON_PURPOSE}"
    )


def _numbers(table: MetadataTable, names: Sequence[str]) -> tuple[str, ...]:
    """Return those attributes that are a box's own numbers, and in the table."""
    return tuple(
        name for name in names
        if name not in NAMED and ATTRIBUTES[name].level == "object" and table.holds(name)
    )  # fmt: skip


def _known(table: MetadataTable, names: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.asarray(
        np.isfinite(np.column_stack([table.column(name) for name in names])).all(axis=1)
    )


def _standardised(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return values of mean 0 and spread 1, with the mean and spread that they had."""
    if not len(values):
        return values, np.zeros(values.shape[1]), np.ones(values.shape[1])
    center, spread = values.mean(axis=0), values.std(axis=0)
    scale = np.where(spread > 1e-9 * np.maximum(np.abs(values).max(axis=0), 1), spread, 1.0)
    return (values - center) / scale, center, scale


def _cells(standard: FloatArray, how: Oversampling) -> IntArray | None:
    """Return (n,) the cell of each box: as many as are wanted and hold FEWEST; None of one."""
    distinct = len(np.unique(standard, axis=0))
    seed = int(_generator(how).integers(2**31))
    for count in range(min(how.cells, distinct, len(standard) // FEWEST), 1, -1):
        with threadpool_limits(1):  # threads would only wait for one another on so few values
            found = KMeans(count, n_init=RESTARTS, random_state=seed).fit_predict(standard)
        if np.bincount(found, minlength=count).min() >= FEWEST:
            return np.asarray(found, dtype=np.intp)
    return None


def _made(standard: FloatArray, cells: IntArray, how: Oversampling) -> FloatArray:
    """Return (m, d) boxes that bring every rarer cell to its share of the fullest."""
    counts = np.bincount(cells)
    wanted = np.maximum(counts, np.rint(how.share * counts.max()).astype(int))
    seeds = _generator(how).integers(2**31, size=(2, len(counts)))[1]
    found = [
        _made_in(standard, cells == cell, int(wanted[cell]), (how.kind, int(seeds[cell])))
        for cell in np.flatnonzero(wanted > counts)
    ]
    return np.vstack([*found, np.zeros((0, standard.shape[1]))])


def _made_in(
    standard: FloatArray, own: npt.NDArray[np.bool_], wanted: int, how: tuple[str, int]
) -> FloatArray:
    kind, seed = how
    smote, adasyn = _samplers()
    near = min(NEIGHBOURS, int(own.sum()) - 1)
    asked = {"sampling_strategy": {1: wanted}, "random_state": seed}
    with threadpool_limits(1):
        if kind == "adasyn":
            try:
                return _beyond(standard, own, adasyn(n_neighbors=near, **asked))
            except (RuntimeError, ValueError):
                pass  # no box of another cell is near: none is harder to tell, as SMOTE has it
        return _beyond(standard, own, smote(k_neighbors=near, **asked))


def _beyond(standard: FloatArray, own: npt.NDArray[np.bool_], sampler: Any) -> FloatArray:
    whole, _ = sampler.fit_resample(standard, own.astype(np.intp))
    return np.asarray(whole[len(standard) :], dtype=np.float64)


def _samplers() -> tuple[Any, Any]:
    try:
        from imblearn.over_sampling import ADASYN, SMOTE  # noqa: PLC0415  # most runs do without
    except ImportError:
        raise NoOversampler(
            "target.oversample: imbalanced-learn is not installed, which makes boxes by SMOTE and "
            "ADASYN; run make setup, or use target.oversample=weights"
        ) from None
    return SMOTE, ADASYN


def _nearest(standard: FloatArray, made: FloatArray) -> IntArray:
    """Return (m,) the real box that each made one lies nearest to."""
    gaps = np.square(made[:, None] - standard[None]).sum(axis=2)
    return np.asarray(gaps.argmin(axis=1), dtype=np.intp)


def _rows_of(
    known: MetadataTable, names: Sequence[str], values: FloatArray, like: IntArray
) -> MetadataTable:
    """Return rows of these fitted values that have nothing else of the boxes that they are like."""
    unknown = [name for name in known.attributes
               if ATTRIBUTES[name].level == "object" and name not in names]  # fmt: skip
    nothing: dict[str, Any] = dict.fromkeys(unknown, np.full(len(like), np.nan))
    nothing |= {name: [""] * len(like) for name in NAMED if known.holds(name)}
    own = {name: _in_unit(name, column) for name, column in zip(names, values.T, strict=True)}
    return known.rows(like).with_columns({**nothing, **own})


def _in_unit(name: str, fitted: FloatArray) -> FloatArray:
    if name in DISCRETE:
        return np.rint(fitted)
    return np.exp(fitted) if ATTRIBUTES[name].log else fitted


def _generator(how: Oversampling) -> np.random.Generator:
    return np.random.default_rng([how.seed, OVERSAMPLE_STREAM])
