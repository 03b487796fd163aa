"""Feature space as the exposed real boxes span it: where distance and likelihood are measured."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from alignment.features.features import Features
from alignment.real.split import Exposed, fittable
from assets.errors import UserError

FloatArray = npt.NDArray[np.float64]
FEWEST = 4  # rows that a space is fitted to


class TooFewFeatures(UserError):
    """Too few described boxes to fit a space to."""


class OtherFeatures(UserError):
    """Features that another backend made than those a space was fitted to."""


@dataclass(frozen=True, kw_only=True)
class SpaceSettings:
    """dimensions: principal components kept, at most. spread_floor: see `FeatureSpace`."""

    dimensions: int
    spread_floor: float

    def __post_init__(self) -> None:
        if not 1 <= self.dimensions <= 512:
            raise ValueError(f"dimensions is {self.dimensions}; expected 1 to 512")
        if not 0 <= self.spread_floor <= 1:
            raise ValueError(f"spread_floor is {self.spread_floor}; expected 0 to 1")


@dataclass(frozen=True, kw_only=True, eq=False)
class FeatureSpace:
    """Standardised, reduced features of the exposed real part.

    A feature is divided by its standard deviation there, or by `spread_floor` times the median of
    them where it varies less, so that what happened not to vary in a few photos does not outweigh
    the rest. Blocks of columns then weigh the same, however many columns they have. components:
    (k, d). The last coordinate of `project` is the distance to the span of the components, because
    what differs from all real boxes often does so across it (Jackson and Mudholkar 1979).
    """

    scale: FloatArray
    mean: FloatArray
    components: FloatArray
    names: tuple[str, ...]
    backend: str
    reference: FloatArray
    reference_images: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        for array in (self.scale, self.mean, self.components, self.reference):
            array.setflags(write=False)

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
        values = shown.values.astype(np.float64)
        scaler = StandardScaler().fit(values)
        spread = np.sqrt(scaler.var_)
        varies = spread[spread > 0]
        least = settings.spread_floor * float(np.median(varies)) if len(varies) else 0.0
        spread = np.where(spread > 0, np.maximum(spread, least), least or 1.0)
        scale = np.sqrt(_block_sizes(shown)) * spread
        scaled = (values - scaler.mean_) / scale
        count = min(settings.dimensions, len(shown) - 1, values.shape[1])
        # exact, so that equal rows give equal spaces
        found = PCA(n_components=count, svd_solver="full").fit(scaled)
        bare = cls(
            scale=scale, mean=np.asarray(scaler.mean_), components=np.asarray(found.components_),
            names=features.names, backend=features.backend, reference=np.empty((0, count + 1)),
            reference_images=shown.image_ids,
        )  # fmt: skip
        return bare._with(bare.project(shown))

    def project(self, features: Features) -> FloatArray:
        """Return (n, k + 1) float64. Raises OtherFeatures."""
        if features.names != self.names or features.backend != self.backend:
            raise OtherFeatures(
                f"features of {features.backend} in a space of {self.backend}; expected the same "
                "backends, versions and weights for both sets"
            )
        return np.vstack([np.empty((0, len(self.components) + 1)), *self._projected(features)])

    def _projected(self, features: Features) -> list[FloatArray]:
        chunks = range(0, len(features), 4096)  # float64 of a whole large set would not fit
        return [self._rows(features.values[start : start + 4096]) for start in chunks]

    def _rows(self, values: npt.NDArray[np.float32]) -> FloatArray:
        scaled = (values - self.mean) / self.scale
        along = scaled @ self.components.T
        across = (scaled**2).sum(axis=1) - (along**2).sum(axis=1)
        return np.column_stack([along, np.sqrt(np.maximum(across, 0))])

    def _with(self, reference: FloatArray) -> "FeatureSpace":
        return FeatureSpace(
            scale=self.scale, mean=self.mean, components=self.components, names=self.names,
            backend=self.backend, reference=reference, reference_images=self.reference_images,
        )  # fmt: skip


def _block_sizes(features: Features) -> npt.NDArray[np.intp]:
    _, place, count = np.unique(features.blocks, return_inverse=True, return_counts=True)
    return np.asarray(count[place], dtype=np.intp)
