"""Feature space as the exposed real boxes span it: where distance and likelihood are measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from alignment.features.features import Features
from alignment.real.split import Exposed, fittable
from assets.errors import UserError

FloatArray = npt.NDArray[np.float64]
FEWEST = 4  # rows that a space is fitted to
_NOTHING = 1e-12  # what a weight of 0 is taken for
_PIECE = 4096  # rows at a time: float64 of a whole large set would not fit


class TooFewFeatures(UserError):
    """Too few described boxes to fit a space to."""


class OtherFeatures(UserError):
    """Features that another backend made than those a space was fitted to."""


@dataclass(frozen=True, kw_only=True)
class SpaceSettings:
    """dimensions: principal components kept, at most. spread_floor, weights: see `Projection`.

    weights: of blocks of columns by name, 1 where unsaid; names of backends not chosen do nothing.
    """

    dimensions: int
    spread_floor: float
    weights: Mapping[str, float]

    def __post_init__(self) -> None:
        if not 1 <= self.dimensions <= 512:
            raise ValueError(f"dimensions is {self.dimensions}; expected 1 to 512")
        if not 0 <= self.spread_floor <= 1:
            raise ValueError(f"spread_floor is {self.spread_floor}; expected 0 to 1")
        for block, weight in self.weights.items():
            if not 0 <= weight <= 100:
                raise ValueError(f"weights.{block} is {weight}; expected 0 to 100")


@dataclass(frozen=True, kw_only=True, eq=False)
class Projection:
    """Standardised, reduced features.

    A feature is divided by its standard deviation, or by `spread_floor` times the median of them
    where it varies less, so that what happened not to vary in a few photos does not outweigh the
    rest. A block of columns then weighs what `weights` says, or 1, in squared distance, however
    many columns it has. components: (k, d).
    The last coordinate is the distance to the span of the components, because what differs from all
    that was fitted often does so across it (Jackson and Mudholkar 1979).
    """

    scale: FloatArray
    mean: FloatArray
    components: FloatArray

    def __post_init__(self) -> None:
        for array in (self.scale, self.mean, self.components):
            array.setflags(write=False)

    @classmethod
    def fit(
        cls, values: npt.NDArray[np.floating[Any]], blocks: Sequence[str], settings: SpaceSettings
    ) -> "Projection":
        """Return the projection of (n, d) values whose columns are of these blocks; n >= FEWEST."""
        values = np.asarray(values, dtype=np.float64)
        scaler = StandardScaler().fit(values)
        spread = np.sqrt(scaler.var_)
        varies = spread[spread > 0]
        least = settings.spread_floor * float(np.median(varies)) if len(varies) else 0.0
        spread = np.where(spread > 0, np.maximum(spread, least), least or 1.0)
        scale = spread * np.sqrt(_block_sizes(blocks)) / np.sqrt(_weights(blocks, settings))
        count = min(settings.dimensions, len(values) - 1, values.shape[1])
        # exact, so that equal rows give equal spaces
        found = PCA(n_components=count, svd_solver="full").fit((values - scaler.mean_) / scale)
        return cls(
            scale=scale, mean=np.asarray(scaler.mean_), components=np.asarray(found.components_)
        )

    def of(self, values: npt.NDArray[np.floating[Any]]) -> FloatArray:
        """Return (n, k + 1) float64 of (n, d) values."""
        pieces = (values[start : start + _PIECE] for start in range(0, len(values), _PIECE))
        return np.vstack([np.empty((0, len(self.components) + 1)), *map(self._rows, pieces)])

    def _rows(self, values: npt.NDArray[np.floating[Any]]) -> FloatArray:
        scaled = (values - self.mean) / self.scale
        along = scaled @ self.components.T
        across = (scaled**2).sum(axis=1) - (along**2).sum(axis=1)
        return np.column_stack([along, np.sqrt(np.maximum(across, 0))])


@dataclass(frozen=True, kw_only=True, eq=False)
class FeatureSpace:
    """The space that the exposed real part spans, and its points there.

    reference: (m, k + 1). reference_values: (m, d) the same as they were described.
    reference_images: (m,) the image of each.
    """

    projection: Projection
    names: tuple[str, ...]
    backend: str
    reference: FloatArray
    reference_values: npt.NDArray[np.float32]
    reference_images: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        self.reference.setflags(write=False)

    @classmethod
    def fit(cls, features: Features, exposed: Exposed, settings: SpaceSettings) -> "FeatureSpace":
        """Return the space of the exposed images' rows; no other row of `features` is looked at.

        Raises TypeError on anything but `Exposed`, TooFewFeatures below FEWEST rows.
        """
        shown = features.of_images(np.unique(fittable(exposed).image_ids))
        if len(shown) < FEWEST:
            raise TooFewFeatures(
                f"{len(shown)} exposed boxes or images have features; expected {FEWEST} or more"
            )
        found = Projection.fit(shown.values, shown.blocks, settings)
        return cls(
            projection=found, names=features.names, backend=features.backend,
            reference=found.of(shown.values), reference_values=shown.values,
            reference_images=shown.image_ids,
        )  # fmt: skip

    def project(self, features: Features) -> FloatArray:
        """Return (n, k + 1) float64. Raises OtherFeatures."""
        if features.names != self.names or features.backend != self.backend:
            raise OtherFeatures(
                f"features of {features.backend} in a space of {self.backend}; expected the same "
                "backends, versions and weights for both sets"
            )
        return self.projection.of(features.values)


def _block_sizes(blocks: Sequence[str]) -> npt.NDArray[np.intp]:
    _, place, count = np.unique(blocks, return_inverse=True, return_counts=True)
    return np.asarray(count[place], dtype=np.intp)


def _weights(blocks: Sequence[str], settings: SpaceSettings) -> FloatArray:
    told = np.array([settings.weights.get(block, 1.0) for block in blocks])
    return np.maximum(told, _NOTHING)
