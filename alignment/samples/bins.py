"""How far two samples of an attribute are apart, on bins that the real set alone fixes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.samples.sample import Sample
from scenes.measuring.table import NAMED

FloatArray = npt.NDArray[np.float64]

# Whole-number attributes, and the largest value that still has a bin of its own. Names are places
# among those that the real set holds: see `facet`.
DISCRETE: Mapping[str, int] = {
    "truncated": 1, "objects_per_image": 20, **dict.fromkeys(NAMED, 1 << 30),
}  # fmt: skip
# Equal values have no scale to take a bin from: 5% of a logarithm's argument, 5 points of a share.
EQUAL_HALF_WIDTH = 0.05
# The least variance along any direction of a Gaussian: a spread of one thousandth.
VARIANCE_FLOOR = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Bins:
    """A partition of the line, or of a product of lines, into numbered cells.

    inner_edges: for each of d axes the (m,) increasing edges between its m + 1 cells. The first
    and the last cell of an axis are open, so every value falls somewhere.
    """

    inner_edges: tuple[FloatArray, ...]

    def __post_init__(self) -> None:
        for edges in self.inner_edges:
            if edges.ndim != 1 or not len(edges) or (np.diff(edges) <= 0).any():
                raise ValueError(f"Bins.inner_edges {edges}; expected (m,) increasing, m >= 1")
            edges.setflags(write=False)

    @classmethod
    def of(cls, real: Sample, count: int) -> "Bins":
        """Return the bins of a real sample: `count` on each axis, beside the two open ones.

        The rule. Bins are equally wide, the first centred on the least real value and the last on
        the greatest, which widens the range by half a bin each side. What lies beyond falls in an
        open bin where no real value is, and so counts against the match. Attributes of DISCRETE
        have one bin a whole number, from the least real value to the greatest, up to their cap;
        those of 0 or 1 have exactly two; names have one each, and one for all others. Values that
        are all equal have one bin, EQUAL_HALF_WIDTH to each side. Raises ValueError for an empty
        sample or count < 2.
        """
        if not len(real) or count < 2:
            raise ValueError(f"bins of {len(real)} values, {count} wanted; expected >= 1 and >= 2")
        columns = zip(real.attributes, real.values.T, strict=True)
        return cls(inner_edges=tuple(_edges(name, column, count) for name, column in columns))

    @property
    def shape(self) -> tuple[int, ...]:
        """Cells along each axis, the open ones included."""
        return tuple(len(edges) + 1 for edges in self.inner_edges)

    @property
    def size(self) -> int:
        """Cells in all."""
        return math.prod(self.shape)

    def index(self, values: FloatArray) -> npt.NDArray[np.intp]:
        """Return (n,) the cell of each value of (n, d), or of (n,) where there is one axis."""
        columns = values.reshape(len(values), len(self.inner_edges)).T
        places = tuple(
            np.searchsorted(edges, column, side="right")
            for edges, column in zip(self.inner_edges, columns, strict=True)
        )
        return np.asarray(np.ravel_multi_index(places, self.shape), dtype=np.intp)

    def share(self, values: FloatArray) -> FloatArray:
        """Return (size,) the share of the values in each cell; zeros for no values."""
        counts = np.bincount(self.index(values), minlength=self.size)
        return counts / max(len(values), 1)


def bhattacharyya(real: FloatArray, rendered: FloatArray, bins: Bins) -> float:
    """Return the Bhattacharyya distance -ln(sum sqrt(p q)) between two samples, (n, d) each.

    Both are binned on `bins`, which the real set fixed, so a rendered value outside the real range
    counts against the match. 0 is identical; inf is disjoint, or one of them empty.
    Source: Kailath 1967, eq. 4, on histograms.
    """
    return float(distance_of_shares(bins.share(real), bins.share(rendered)))


def distance_of_shares(p: FloatArray, q: FloatArray) -> FloatArray:
    """Return (...) Bhattacharyya distances between histograms (..., m) whose shares sum to 1."""
    overlap = np.minimum(np.sqrt(p * q).sum(axis=-1), 1.0)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(overlap) + 0.0)


def bhattacharyya_gaussian(
    mean_a: npt.ArrayLike, cov_a: npt.ArrayLike, mean_b: npt.ArrayLike, cov_b: npt.ArrayLike
) -> float:
    """Return the Bhattacharyya distance between two Gaussians, in closed form.

    mean: (d,). cov: (d, d). A variance below VARIANCE_FLOOR along any direction is raised to it,
    so singular covariances have a distance too. Source: Kailath 1967, eq. 8.
    """
    first, second = _floored(cov_a), _floored(cov_b)
    middle = (first + second) / 2
    gap = np.asarray(mean_a, dtype=np.float64) - np.asarray(mean_b, dtype=np.float64)
    apart = float(gap @ np.linalg.solve(middle, gap)) / 8
    logs = [float(np.linalg.slogdet(c)[1]) for c in (first, second, middle)]
    return max(apart + (logs[2] - (logs[0] + logs[1]) / 2) / 2, 0.0)


def _edges(name: str, column: FloatArray, count: int) -> FloatArray:
    low, high = float(column.min()), float(column.max())
    if DISCRETE.get(name) == 1:
        return np.array([0.5])
    if name in NAMED:
        return np.arange(round(high) + 1) + 0.5
    if name in DISCRETE:
        top = max(low, min(high, DISCRETE[name]))
        return np.arange(math.floor(low), math.floor(top) + 2) - 0.5
    half = (high - low) / (count - 1) / 2
    edges = np.linspace(low - half, high + half, count + 1)
    if (np.diff(edges) > 0).all():
        return edges
    return np.array([low - EQUAL_HALF_WIDTH, high + EQUAL_HALF_WIDTH])


def _floored(covariance: npt.ArrayLike) -> FloatArray:
    values, vectors = np.linalg.eigh(np.asarray(covariance, dtype=np.float64))
    return np.asarray((vectors * np.maximum(values, VARIANCE_FLOOR)) @ vectors.T)
