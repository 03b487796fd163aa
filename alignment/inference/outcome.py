"""One attribute, learned from renders and told of real boxes, or refused with a reason."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.feature_space.scores import knn_distance
from alignment.feature_space.space import Projection
from alignment.features.features import Features
from alignment.inference.learning.choose import Chosen, Told, choose
from alignment.inference.learning.heads import Columns
from alignment.inference.learning.intervals import class_sets, interval
from alignment.inference.learning.problem import SHAPE, FloatArray, Problem, problem_of, r2
from alignment.inference.settings import AcceptSettings, InferenceSettings
from alignment.inference.shape_shares import shares_of
from alignment.real.inferred import Prediction
from scenes.measuring.table import MetadataTable

FEWEST_BOXES, FEWEST_IMAGES = 40, 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Described:
    """One set: its table, and for every extractor the columns of the rows that have them all.

    rows: (m,) which rows of the table these are.
    """

    table: MetadataTable
    extractors: Mapping[str, Features]
    rows: npt.NDArray[np.intp]

    @property
    def given(self) -> Mapping[str, FloatArray]:
        """Return the columns as float64, by extractor."""
        return {name: f.values.astype(np.float64) for name, f in self.extractors.items()}


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """chosen: None where nothing could be fitted. refused: why it is left out, or None.

    prediction: of all rows of the real table, None where refused. outside: the share of real boxes
    unlike what was learned from. raw_r2: R2 in the attribute's own unit, NaN for a class.
    """

    attribute: str
    chosen: Chosen | None
    refused: str | None
    prediction: Prediction | None
    outside: float
    raw_r2: float


def infer(
    rng: np.random.Generator, attribute: str, sets: tuple[Described, Described],
    settings: InferenceSettings, told: Told,
) -> Outcome:  # fmt: skip
    """Return what becomes of one attribute. sets: the rendered one and the real one."""
    rendered, real = sets
    problem = problem_of(attribute, rendered.table.rows(rendered.rows), rendered.given)
    lacking = _lacking(attribute, problem, settings.fitting.folds)
    if problem is None or lacking:
        return _refused(attribute, None, lacking, np.nan)
    chosen = choose(rng, problem, settings.fitting, settings.cache, told)
    outside = _outside(chosen, sets, settings)
    why = _too_weak(chosen, settings.accept) or _too_far(outside, settings.accept)
    if why:
        return _refused(attribute, chosen, why, float(outside.mean()))
    prediction = _predicted(chosen, real, outside, settings.accept.coverage)
    return Outcome(
        attribute=attribute, chosen=chosen, refused=None, prediction=prediction,
        outside=float(outside.mean()), raw_r2=_raw(chosen),
    )  # fmt: skip


def _refused(attribute: str, chosen: Chosen | None, why: str, outside: float) -> Outcome:
    return Outcome(
        attribute=attribute, chosen=chosen, refused=why, prediction=None, outside=outside,
        raw_r2=_raw(chosen) if chosen else np.nan,
    )  # fmt: skip


def _lacking(attribute: str, problem: Problem | None, folds: int) -> str:
    if problem is None:
        return f"the rendered set has no {attribute}"
    images = len(np.unique(problem.images))
    if len(problem.truth) < FEWEST_BOXES or images < max(FEWEST_IMAGES, 2 * folds):
        return (
            f"{len(problem.truth)} rendered boxes on {images} images tell it; expected "
            f"{FEWEST_BOXES} on {max(FEWEST_IMAGES, 2 * folds)} or more"
        )
    if attribute == SHAPE:
        counts = Counter(problem.truth.tolist()).values()
        if sum(count >= 2 * folds for count in counts) < 2:
            return f"fewer than two shapes have {2 * folds} rendered boxes"
    elif problem.truth.std() < 1e-9:
        return "it is the same for every rendered box"
    return ""


def _too_weak(chosen: Chosen, accept: AcceptSettings) -> str:
    if not chosen.problem.is_class:
        wanted, what = accept.r2, "R2"
    else:
        wanted, what = accept.accuracy, "accuracy"
    if chosen.score >= wanted:
        return ""
    return f"{what} {chosen.score:.2f} on renders left out, below {wanted:g}"


def _too_far(outside: npt.NDArray[np.bool_], accept: AcceptSettings) -> str:
    share = float(outside.mean())
    if share <= accept.most_outside:
        return ""
    return (
        f"{share:.0%} of the real boxes look unlike what was learned from, more than "
        f"{accept.most_outside:.0%}"
    )


def _outside(
    chosen: Chosen, sets: tuple[Described, Described], settings: InferenceSettings
) -> npt.NDArray[np.bool_]:
    """Return which described real boxes are farther from the renders than these are, but for 1 %.

    In the columns that the choice reads, or in those of accept.support, where what differs in
    looks alone is told sooner; a rendered box is held against those of other images.
    """
    outside = _beyond(chosen.best.extractor, chosen.final.columns, sets, settings)
    support = settings.accept.support
    if support is not None:
        every = np.arange(len(sets[0].extractors[support].names))
        outside |= _beyond(support, every, sets, settings)
    return outside


def _beyond(
    extractor: str, columns: Columns, sets: tuple[Described, Described],
    settings: InferenceSettings,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    rendered, real = (s.extractors[extractor] for s in sets)
    blocks = np.array(rendered.blocks)[columns].tolist()
    learned = rendered.values[:, columns]
    space = Projection.fit(learned, blocks, settings.space)
    reference, points = space.of(learned), space.of(real.values[:, columns])
    own = _left_out(reference, rendered.image_ids, settings.neighbours)
    limit = np.quantile(own, settings.accept.outside_quantile)
    return np.asarray(knn_distance(points, reference, settings.neighbours) > limit)


def _left_out(points: FloatArray, images: npt.NDArray[np.int64], neighbours: int) -> FloatArray:
    found = np.zeros(len(points))
    for image in np.unique(images):
        own = images == image
        found[own] = knn_distance(points[own], points[~own], neighbours)
    return found


def _predicted(
    chosen: Chosen, real: Described, outside: npt.NDArray[np.bool_], coverage: float
) -> Prediction:
    problem, count = chosen.problem, len(real.table)
    columns = real.extractors[chosen.best.extractor].values.astype(np.float64)
    told = chosen.final.told(columns)
    flags = np.zeros(count, dtype=bool)
    flags[real.rows] = outside
    if problem.is_class:
        names = np.full(count, "", dtype=object)
        names[real.rows] = np.array(problem.classes, dtype=object)[told.argmax(axis=1)]
        sets: list[tuple[str, ...]] = [()] * count
        for row, one in zip(real.rows, class_sets(chosen, told, coverage), strict=True):
            sets[row] = one
        shares = shares_of(problem.class_counts, told)
        return Prediction(
            attribute=problem.attribute, values=names.astype(str), low=None, high=None, sets=sets,
            outside=flags, shares=dict(zip(problem.classes, shares.tolist(), strict=True)),
        )  # fmt: skip
    low, high = interval(chosen, columns, coverage)
    filled = [np.full(count, np.nan) for _ in range(3)]
    for column, values in zip(
        filled, (told, np.minimum(low, told), np.maximum(high, told)), strict=True
    ):
        column[real.rows] = problem.unfitted(values)
    return Prediction(
        attribute=problem.attribute, values=filled[0], low=filled[1], high=filled[2], sets=(),
        outside=flags, shares={},
    )  # fmt: skip


def _raw(chosen: Chosen) -> float:
    problem = chosen.problem
    if problem.is_class:
        return np.nan
    return r2(problem.unfitted(problem.truth), problem.unfitted(chosen.told))
