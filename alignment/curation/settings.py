"""conf/curate.yaml as frozen dataclasses; no default lives here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alignment.curation.threshold import ThresholdSettings
from alignment.feature_space.scores import ScoreSettings
from alignment.feature_space.space import SpaceSettings
from alignment.features.registry import FeatureSettings
from scenes.formats.names import FormatName
from scenes.labels.policy import LabelSettings

What = Literal["images", "boxes", "blackbox", "shapes", "augment"]


@dataclass(frozen=True, kw_only=True)
class ShapeSettings:
    """Which shapes are proposed for removal. draws: behind each interval."""

    worst: int
    fewest: int
    draws: int

    def __post_init__(self) -> None:
        for name, least in (("worst", 1), ("fewest", 1), ("draws", 100)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")


@dataclass(frozen=True, kw_only=True)
class AugmentSettings:
    """How new scenes differ from those they are made after; _m and _deg: standard deviations."""

    images: int
    best_share: float
    camera_m: float
    camera_deg: float
    object_m: float
    object_deg: float
    variants: int
    meshes: Path | None
    preset: str
    render: bool
    blender: Path | None

    def __post_init__(self) -> None:
        if self.images < 1:
            raise ValueError(f"images is {self.images}; expected 1 or more")
        if not 0 < self.best_share <= 1:
            raise ValueError(f"best_share is {self.best_share}; expected above 0, to 1")
        for name, most in (
            ("camera_m", 1),
            ("camera_deg", 45),
            ("object_m", 1),
            ("object_deg", 180),
        ):
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to {most}")


@dataclass(frozen=True, kw_only=True)
class CurationSettings:
    """One run of `make filter`, `make shapes` or `make augment`.

    only, without: lists that make explore kept, by which a filter decides without REAL; `augment`
    takes the images of only for those that new ones are made after.
    """

    set: Path | None
    real: Path | None
    format: FormatName | None
    category: str | None
    out: Path | None
    what: What
    only: Path | None
    without: Path | None
    seed: int
    space: SpaceSettings
    scoring: ScoreSettings
    threshold: ThresholdSettings
    shapes: ShapeSettings
    augment: AugmentSettings
    sheet_images: int
    features: FeatureSettings
    labels: LabelSettings
    quality: Mapping[str, Any]
    image_format: Literal["png", "jpg"]

    def __post_init__(self) -> None:
        self._check_lists()
        for name in ("set",) if self.is_listed else ("set", "real"):
            if getattr(self, name) is None:
                raise ValueError(f"{name} is not told; give {name.upper()}=a file or folder")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")
        if self.sheet_images < 0:
            raise ValueError(f"sheet_images is {self.sheet_images}; expected 0 or more")

    @property
    def is_listed(self) -> bool:
        """True where a list says what goes, and no score."""
        told = self.only is not None or self.without is not None
        return told and self.what not in ("shapes", "augment")

    def _check_lists(self) -> None:
        if self.only is not None and self.without is not None:
            raise ValueError("only and without are both told; expected one of them")
        if self.what == "shapes" and self.only is not None:
            raise ValueError("only is told, which what=shapes does not take; leave it out")
        if self.what in ("shapes", "augment") and self.without is not None:
            raise ValueError(f"without is told, which what={self.what} does not take; leave it out")
