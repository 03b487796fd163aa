"""conf/fragments.yaml as frozen dataclasses; no default lives here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alignment.fragments.ground import GroundSettings
from alignment.fragments.masking.registry import MaskingSettings
from alignment.fragments.painting.registry import PainterName
from alignment.fragments.surfaces.planes import PlaneSettings
from alignment.real.split import SplitSettings
from scenes.formats.names import FormatName


@dataclass(frozen=True, kw_only=True)
class CutSettings:
    """margin: of the box's longer side, around it. least_px: below it a box is not cut out.

    small_px: below it the fragment is marked. covered: share of a box under nearer boxes from which
    it is marked as occluded; overlapped: under any other boxes.
    """

    margin: float
    least_px: int
    small_px: int
    covered: float
    overlapped: float

    def __post_init__(self) -> None:
        if not 0.05 <= self.margin <= 2:
            raise ValueError(f"margin is {self.margin}; expected 0.05 to 2")
        if not 4 <= self.least_px <= self.small_px:
            raise ValueError(
                f"least_px is {self.least_px} and small_px {self.small_px}; expected 4 or more, "
                "and the first no larger"
            )
        for name in ("covered", "overlapped"):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a share above 0")


@dataclass(frozen=True, kw_only=True)
class BackgroundSettings:
    """painted: photos with their things painted out. unlabelled: those without boxes. folder: more.

    region: what is painted; auto: a mask where the set has one, else the box. grow: by this share
    of the box's longer side. most_painted: share of the photo above which it is not used.
    """

    painted: bool
    unlabelled: bool
    folder: Path | None
    painter: PainterName
    weights: Path | None
    region: Literal["auto", "box", "mask"]
    grow: float
    most_painted: float
    quality: int

    def __post_init__(self) -> None:
        if not 0 <= self.grow <= 1:
            raise ValueError(f"grow is {self.grow}; expected 0 to 1")
        if not 0 <= self.most_painted <= 1:
            raise ValueError(f"most_painted is {self.most_painted}; expected 0 to 1")
        if not 1 <= self.quality <= 100:
            raise ValueError(f"quality is {self.quality}; expected 1 to 100")


@dataclass(frozen=True, kw_only=True)
class FragmentsSettings:
    """One run of `make fragments`. splits: a plan's splits.json, whose held-out photos stay unseen.

    paths: what a Label Studio export calls a folder, to where it is.
    """

    real: Path | None
    format: FormatName | None
    category: str | None
    out: Path | None
    paths: Mapping[str, str]
    seed: int
    split: SplitSettings
    splits: Path | None
    cut: CutSettings
    masking: MaskingSettings
    ground: GroundSettings
    planes: PlaneSettings
    backgrounds: BackgroundSettings

    def __post_init__(self) -> None:
        if self.real is None:
            raise ValueError("real is not told; give REAL=a set with photos")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")
        if self.splits is not None and (self.split.validation or self.split.test):
            raise ValueError("splits names a record and split asks for shares; expected one")
