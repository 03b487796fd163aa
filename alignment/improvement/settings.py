"""conf/improve.yaml as frozen dataclasses; no default lives here."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from alignment.detection.detectors.settings import DetectorSettings
from alignment.detection.settings import SideSettings
from alignment.feature_space.space import SpaceSettings
from alignment.features.registry import FeatureSettings
from alignment.real.split import SplitSettings
from assets.errors import UserError
from scenes.formats.names import FormatName
from scenes.measuring.table import ATTRIBUTES


class RealNotTold(UserError):
    """No photos to improve on."""


@dataclass(frozen=True, kw_only=True)
class RepeatSettings(SideSettings):
    """How trainings go. seeds: repetitions of each.

    go_on: from the weights of the round before, for round_steps; False: anew, as the detector's own
    settings say.
    """

    seeds: int
    go_on: bool
    round_steps: int

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("seeds", "round_steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 1 or more")


@dataclass(frozen=True, kw_only=True)
class CauseSettings:
    """How failure is fitted. attributes: on which it may depend, those that boxes have.

    well_iou: one of COCO's thresholds; below it a box is found badly. strengths: of the ridge
    penalty as scikit-learn's C, of which cross-validation in so many folds of photos takes one.
    draws: resamples of the photos behind the intervals. long_side_px: pixels are measured at it.
    features: principal components of what boxes look like may join the attributes.
    """

    attributes: tuple[str, ...]
    features: bool
    well_iou: float
    strengths: tuple[float, ...]
    folds: int
    draws: int
    long_side_px: int

    def __post_init__(self) -> None:
        for name in self.attributes:
            if name not in ATTRIBUTES:
                raise ValueError(f"attributes: {name!r} is not one of {', '.join(ATTRIBUTES)}")
        if not 0.5 < self.well_iou <= 0.95:
            raise ValueError(f"well_iou is {self.well_iou:g}; expected above 0.5, to 0.95")
        if not self.strengths or min(self.strengths) <= 0:
            raise ValueError(f"strengths is {self.strengths}; expected numbers above 0")
        for name, least in (("folds", 2), ("draws", 50), ("long_side_px", 16)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")


@dataclass(frozen=True, kw_only=True)
class TiltSettings:
    """How far the next scenes lean towards failure.

    strongest: 1 asks for boxes as often as they fail, 0 for all alike. least_effective: the share
    of the boxes that their effective number stays at or above. listed: how often a box of a list
    counts, among the failures and in the tilt.
    """

    strongest: float
    least_effective: float
    listed: float

    def __post_init__(self) -> None:
        if not 0 <= self.strongest <= 10:
            raise ValueError(f"strongest is {self.strongest:g}; expected 0 to 10")
        if not 0 < self.least_effective <= 1:
            raise ValueError(f"least_effective is {self.least_effective:g}; expected above 0, to 1")
        if not 1 <= self.listed <= 100:
            raise ValueError(f"listed is {self.listed:g}; expected 1 to 100")


@dataclass(frozen=True, kw_only=True)
class NegativeSettings:
    """Images without targets. share: of a round's images, at most.

    space: in which scenes look like what was mistaken.
    """

    share: float
    space: SpaceSettings

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 0.5:
            raise ValueError(f"share is {self.share:g}; expected 0 to 0.5")


@dataclass(frozen=True, kw_only=True)
class NearnessSettings:
    """How far a set is from the real one. splits: halvings of the real photos."""

    attributes: tuple[str, ...]
    bins: int
    splits: int

    def __post_init__(self) -> None:
        if self.bins < 2 or self.splits < 10:
            raise ValueError(f"bins is {self.bins}, splits {self.splits}; expected 2 and 10, or "
                             "more")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ImproveSettings:
    """One run of `make improve`.

    set: what the first training is on; None: planned and rendered here. images: of each round.
    split: shares of the photos that are drawn where no splits.json parts them. align: further words
    of make align, as a shell parts them. towards: a list that make explore kept. draws: resamples
    of the photos behind intervals.
    """

    real: Path | None
    format: FormatName | None
    category: str | None
    set: Path | None
    test: Path | None
    out: Path | None
    seed: int
    rounds: int
    images: int
    stop: bool
    preset: str
    align: str
    meshes: Path | None
    fragments: Path | None
    inferred: Path | None
    towards: Path | None
    split: SplitSettings
    training: RepeatSettings
    detector: DetectorSettings
    features: FeatureSettings
    space: SpaceSettings
    causes: CauseSettings
    tilt: TiltSettings
    negatives: NegativeSettings
    nearness: NearnessSettings
    draws: int

    def __post_init__(self) -> None:
        if self.real is None:
            raise RealNotTold("no photos are told; expected REAL=folder, a labelled set")
        for name, least in (("rounds", 1), ("images", 1), ("draws", 100)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"seed is {self.seed}; expected 0 to 2147483647")
        try:
            shlex.split(self.align)
        except ValueError as error:
            raise ValueError(f"align is {self.align!r}: {error}") from None

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each repetition of a training."""
        return tuple(range(self.seed, self.seed + self.training.seeds))
