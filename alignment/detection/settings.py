"""conf/judge.yaml as frozen dataclasses; no default lives here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alignment.command.told_paths import told_paths
from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.scoring.habits import HabitSettings
from alignment.feature_space.space import SpaceSettings
from alignment.features.registry import FeatureSettings
from assets.errors import UserError
from assets.project import PROJECT
from scenes.formats.names import FormatName


class SetsNotTold(UserError):
    """A real set without a set to judge."""


@dataclass(frozen=True, kw_only=True)
class DefaultRun:
    """What is judged where nothing is told: the set that `make align` writes, and its real set."""

    sets: str
    real: Path
    category: str


@dataclass(frozen=True, kw_only=True)
class SideSettings:
    """How many trainings go side by side.

    workers: so many; auto: as many as cores take, and memory, at memory_gb each; beside a GPU,
    gpu_workers.
    """

    workers: int | Literal["auto"]
    gpu_workers: int
    memory_gb: float

    def __post_init__(self) -> None:
        if self.gpu_workers < 1:
            raise ValueError(f"gpu_workers is {self.gpu_workers}; expected 1 or more")
        if isinstance(self.workers, int) and self.workers < 1:
            raise ValueError(f"workers is {self.workers}; expected auto, or 1 or more")
        if self.memory_gb <= 0:
            raise ValueError(f"memory_gb is {self.memory_gb:g}; expected more than 0")


@dataclass(frozen=True, kw_only=True)
class TrainingSettings(SideSettings):
    """What is trained. images: of each set, at most; None: all.

    real_shares: of a batch, for sets and photos together. photos_last: share of the steps of these,
    at their end, that show photos alone. first_photos: where the learning curve of
    photos alone begins; each further point doubles it.
    """

    images: int | None
    seeds: int
    real_shares: tuple[float, ...]
    photos_last: float
    first_photos: int

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("seeds", "first_photos"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 1 or more")
        if self.images is not None and self.images < 1:
            raise ValueError(f"images is {self.images}; expected 1 or more, or null for all")
        for share in self.real_shares:
            if not 0 < share < 1:
                raise ValueError(f"real_shares has {share:g}; expected shares between 0 and 1")
        if not 0 <= self.photos_last < 1:
            raise ValueError(f"photos_last is {self.photos_last:g}; expected 0 to below 1")


@dataclass(frozen=True, kw_only=True)
class PageSettings:
    """What the page tells.

    draws: resamples of the photos; bin_draws: the same behind what is told of bins. attributes: by
    which failures are told. worst: how many misses, and how many false positives, are shown, with
    so many neighbours of each kind. beyond: how many times the most photos that were tried the
    learning curve is read.
    """

    draws: int
    attributes: tuple[str, ...]
    bins: int
    bin_draws: int
    worst: int
    neighbours: int
    beyond: float
    long_side_px: int

    def __post_init__(self) -> None:
        for name, least in (
            ("draws", 100), ("bins", 2), ("bin_draws", 100), ("worst", 0), ("neighbours", 1),
            ("beyond", 1), ("long_side_px", 16),
        ):  # fmt: skip
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")


@dataclass(frozen=True, kw_only=True)
class JudgeSettings:
    """One run of `make judge`."""

    sets: tuple[Path, ...] | str | None
    real: Path | None
    default: DefaultRun
    test: Path | None
    format: FormatName | None
    category: str | None
    out: Path | None
    seed: int
    training: TrainingSettings
    detector: DetectorSettings
    page: PageSettings
    habits: HabitSettings
    inferred: Path | None
    space: SpaceSettings
    features: FeatureSettings

    def __post_init__(self) -> None:
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"seed is {self.seed}; expected 0 to 2147483647")
        if self.real is not None and not self.sets:
            raise SetsNotTold("no set to judge is told; expected SETS='a b ...' beside REAL=...")

    @property
    def real_path(self) -> Path:
        """The real set, or the embedded one."""
        return self.real or PROJECT / self.default.real

    @property
    def judged_category(self) -> str | None:
        """What is told, or what the default run is of."""
        return self.category or (None if self.real else self.default.category)

    @property
    def set_paths(self) -> tuple[Path, ...]:
        """The sets, however they were told."""
        return told_paths(self.sets or self.default.sets)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each repetition."""
        return tuple(range(self.seed, self.seed + self.training.seeds))
