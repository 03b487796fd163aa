"""conf/explore.yaml as frozen dataclasses; no default lives here."""

from dataclasses import dataclass
from pathlib import Path

from alignment.command.told_paths import told_paths
from alignment.feature_space.space import SpaceSettings
from alignment.features.registry import FeatureSettings
from scenes.formats.names import FormatName


@dataclass(frozen=True, kw_only=True)
class OutcomeSettings:
    """When a prediction has found a box. least_score: of one that counts."""

    least_score: float
    iou: float

    def __post_init__(self) -> None:
        if not 0 < self.iou <= 1:
            raise ValueError(f"iou is {self.iou}; expected above 0, to 1")


@dataclass(frozen=True, kw_only=True)
class LikenessSettings:
    """How unlike the real boxes a box is. most_boxes: of them that all are held against."""

    neighbours: int
    most_boxes: int
    space: SpaceSettings

    def __post_init__(self) -> None:
        for name, least in (("neighbours", 1), ("most_boxes", 10)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")


@dataclass(frozen=True, kw_only=True)
class PictureSettings:
    """What pictures are shown at; _px: their longer sides. quality: of JPEG."""

    thumb_px: int
    picture_px: int
    quality: int
    most_exported: int
    exported_px: int

    def __post_init__(self) -> None:
        for name in ("thumb_px", "picture_px", "exported_px"):
            if not 16 <= getattr(self, name) <= 8192:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 16 to 8192")
        if not 1 <= self.quality <= 100:
            raise ValueError(f"quality is {self.quality}; expected 1 to 100")
        if self.most_exported < 1:
            raise ValueError(f"most_exported is {self.most_exported}; expected 1 or more")


@dataclass(frozen=True, kw_only=True)
class ExplorationSettings:
    """One run of `make explore`. export: a folder for a page that needs no server."""

    sets: tuple[Path, ...] | str | None
    real: Path | None
    format: FormatName | None
    predictions: Path | None
    only: Path | None
    out: Path | None
    export: Path | None
    port: int
    pixels: bool
    describe: bool
    outcome: OutcomeSettings
    likeness: LikenessSettings
    pictures: PictureSettings
    features: FeatureSettings

    def __post_init__(self) -> None:
        if not self.paths:
            raise ValueError("sets is not told; give SETS='cups/ out/a ...'")
        if not 0 <= self.port < 65536:
            raise ValueError(f"port is {self.port}; expected 0 to 65535")

    @property
    def paths(self) -> tuple[Path, ...]:
        """The sets, however they were told, the real one first where it is told apart."""
        named = told_paths(self.sets)
        return named if self.real is None else (self.real, *named)
