"""What is to be told from features: the truth of rendered boxes, and the columns to tell it by."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.features.features import Ids
from scenes.measuring.table import ATTRIBUTES, MetadataTable

FloatArray = npt.NDArray[np.float64]
SHAPE = "shape"
NEAR_ONE = ("background_similarity",)  # fitted as -log(1 - value): they crowd below 1
_LEAST_GAP = 1e-4  # below 1
BOUNDS: Mapping[str, tuple[float, float]] = {
    "visible_fraction": (0.0, 1.0), "background_similarity": (0.0, 1.0), "truncated": (0.0, 1.0),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """One attribute of rendered boxes.

    truth: (n,) as it is fitted (see `fitted`); of a class, its index in
    `classes`. given: extractor name to (n, d) columns. images: (n,) the image of each row, by which
    rows are parted. classes: () for a number.
    """

    attribute: str
    truth: FloatArray
    given: Mapping[str, FloatArray]
    images: Ids
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        n = len(self.images)
        for name, array in (("truth", self.truth), *self.given.items()):
            if len(array) != n or not np.isfinite(array).all():
                raise ValueError(f"Problem {name}: {array.shape}; expected {n} finite rows")
            array.setflags(write=False)

    @property
    def is_class(self) -> bool:
        """True where the attribute is a name and not a number."""
        return bool(self.classes)

    @property
    def class_counts(self) -> npt.NDArray[np.intp]:
        """(classes,) rows of each class."""
        return np.bincount(self.truth.astype(np.intp), minlength=len(self.classes))

    @property
    def told_shape(self) -> tuple[int, ...]:
        """Of what a head tells of all rows: (n,) numbers, or (n, classes) probabilities."""
        n = len(self.images)
        return (n, len(self.classes)) if self.is_class else (n,)

    def rows(self, keep: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> "Problem":
        """Return the problem with only these rows."""
        return Problem(
            attribute=self.attribute, truth=self.truth[keep], images=self.images[keep],
            given={name: values[keep] for name, values in self.given.items()},
            classes=self.classes,
        )  # fmt: skip

    def unfitted(self, values: FloatArray) -> FloatArray:
        """Return values in the attribute's own unit, of values as they are fitted."""
        low, high = BOUNDS.get(self.attribute, (-np.inf, np.inf))
        if self.attribute in NEAR_ONE:
            return np.clip(1 - np.exp(-values), low, high)
        return np.clip(np.exp(values) if is_log(self.attribute) else values, low, high)

    def score(self, told: FloatArray) -> float:
        """Return R2 of (n,) numbers, or the accuracy of (n, classes) probabilities."""
        if self.is_class:
            return float((told.argmax(axis=1) == self.truth).mean())
        return r2(self.truth, told)


def problem_of(
    attribute: str, table: MetadataTable, given: Mapping[str, FloatArray]
) -> Problem | None:
    """Return the problem of one attribute; rows without a value are left out.

    given: columns row by row as the table has them. None where the table has not the attribute.
    """
    if attribute == SHAPE:
        if SHAPE not in table.table.column_names:
            return None
        names = np.array(table.table[SHAPE].to_pylist(), dtype=str)
        classes, truth = np.unique(names, return_inverse=True)
        told, truth_of = tuple(classes.tolist()), truth.astype(np.float64)
    else:
        if attribute not in table.attributes:
            return None
        told, truth_of = (), fitted(attribute, table.column(attribute))
    keep = np.isfinite(truth_of)
    return Problem(
        attribute=attribute, truth=truth_of[keep], images=table.image_ids[keep], classes=told,
        given={name: values[keep] for name, values in given.items()},
    )  # fmt: skip


def fitted(attribute: str, values: FloatArray) -> FloatArray:
    """Return values of an attribute as they are fitted; not finite where they cannot be."""
    if attribute in NEAR_ONE:
        return np.asarray(-np.log(np.maximum(1 - values, _LEAST_GAP)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(values) if is_log(attribute) else values


def is_log(attribute: str) -> bool:
    """Return True where the attribute is fitted as its log."""
    return attribute in ATTRIBUTES and ATTRIBUTES[attribute].log


def r2(truth: FloatArray, told: FloatArray) -> float:
    """Return the coefficient of determination; 0 is no better than the mean."""
    spread = float(((truth - truth.mean()) ** 2).sum())
    return 1 - float(((truth - told) ** 2).sum()) / spread if spread > 0 else 0.0
