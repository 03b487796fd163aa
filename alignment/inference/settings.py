"""conf/infer.yaml as frozen dataclasses; no default lives here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alignment.feature_space.space import SpaceSettings
from alignment.features.cache import FeatureCache
from alignment.features.registry import BACKENDS, FeatureSettings, cache_of
from alignment.inference.learning.settings import FittingSettings
from scenes.config.from_mapping import from_mapping
from scenes.formats.names import FormatName
from scenes.labels.policy import LabelSettings
from scenes.measuring.table import ATTRIBUTES

PINHOLE = "pinhole"


@dataclass(frozen=True, kw_only=True)
class AcceptSettings:
    """What is good enough. coverage: of the intervals. outside_quantile: see conf/infer.yaml.

    most_outside: of the real boxes, beyond the training support, before an attribute is refused.
    support: an extractor in which that support is looked at as well, beside the chosen columns.
    """

    r2: float
    accuracy: float
    coverage: float
    outside_quantile: float
    most_outside: float
    support: str | None

    def __post_init__(self) -> None:
        for name in ("r2", "accuracy", "most_outside"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to 1")
        for name in ("coverage", "outside_quantile"):
            if not 0.5 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0.5 up to 1")


@dataclass(frozen=True, kw_only=True)
class BaselineSettings:
    """What is rendered to learn from where no set is given."""

    images: int
    long_side_px: int
    variants: int
    meshes: Path | None
    preset: str
    workers: str
    blender: Path | None

    def __post_init__(self) -> None:
        if self.images < 1 or not 16 <= self.long_side_px <= 8192:
            raise ValueError(
                f"images is {self.images} and long_side_px {self.long_side_px}; expected 1 or "
                "more, and 16 to 8192"
            )


@dataclass(frozen=True, kw_only=True)
class InferenceSettings:
    """One run of `make infer`. extractors: a name to the backends whose columns it holds.

    scene, background, post: of the renders, as plain data, unfilled.
    """

    real: Path | None
    format: FormatName | None
    category: str | None
    family: str | None
    set: Path | None
    out: Path | None
    seed: int
    attributes: tuple[str, ...]
    extractors: Mapping[str, tuple[str, ...]]
    fitting: FittingSettings
    accept: AcceptSettings
    space: SpaceSettings
    neighbours: int
    assumed_fov_deg: float
    sheet_images: int
    features: Mapping[str, Any]
    baseline: BaselineSettings
    scene: Mapping[str, Any]
    background: Mapping[str, Any]
    post: Mapping[str, Any]
    labels: LabelSettings
    quality: Mapping[str, Any]
    image_format: Literal["png", "jpg"]

    def __post_init__(self) -> None:
        if self.real is None:
            raise ValueError("real is not told; give REAL=a set with photos")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")
        for name in self.attributes:
            if name != "shape" and name not in ATTRIBUTES:
                raise ValueError(
                    f"attributes: {name!r} is not shape or one of {', '.join(ATTRIBUTES)}"
                )
        if not self.extractors or not self.attributes:
            raise ValueError("attributes or extractors is empty; expected one or more of each")
        if self.accept.support not in (None, *self.extractors):
            raise ValueError(
                f"accept.support is {self.accept.support}; expected one of the extractors "
                f"({', '.join(self.extractors)}), or null"
            )
        for name, parts in self.extractors.items():
            for part in parts:
                if part != PINHOLE and part not in BACKENDS:
                    raise ValueError(
                        f"extractors.{name}: {part!r} is not one of "
                        f"{', '.join((PINHOLE, *BACKENDS))}"
                    )

    @property
    def backends(self) -> tuple[str, ...]:
        """Every backend that an extractor takes columns of, in the order of BACKENDS."""
        wanted = {part for parts in self.extractors.values() for part in parts}
        return tuple(name for name in BACKENDS if name in wanted)

    @property
    def cache(self) -> FeatureCache:
        """Where features and finished folds are kept."""
        return cache_of(self.feature_settings(next(iter(BACKENDS))))

    def feature_settings(self, backend: str) -> FeatureSettings:
        """Return what one backend is made with."""
        return from_mapping(FeatureSettings, {**self.features, "backends": [backend]}, "features")
