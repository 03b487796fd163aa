"""conf/detector as frozen dataclasses; no default lives here, and torch is no part of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alignment.detection.training.network_settings import LiteSettings
from alignment.detection.training.pacing import LoopSettings
from alignment.detection.training.views.augmentation import AugmentSettings

_STAGES = 5  # of a ResNet, its stem included


@dataclass(frozen=True, kw_only=True)
class FindingSettings:
    """What counts as found. most_overlap: IoU above which the worse of two of a label goes."""

    least_score: float
    most_overlap: float

    def __post_init__(self) -> None:
        for name in ("least_score", "most_overlap"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to 1")


@dataclass(frozen=True, kw_only=True)
class OwnSettings:
    """The network that a detector was published with.

    weights: a folder that has them, None where backbone=lite. frozen: stages of its backbone,
    counted from the picture, that stay as they are.
    """

    weights: Path | None
    frozen: int

    def __post_init__(self) -> None:
        if not 0 <= self.frozen <= _STAGES:
            raise ValueError(f"frozen is {self.frozen}; expected 0 to {_STAGES}")


@dataclass(frozen=True, kw_only=True)
class YoloSettings:
    """Ultralytics' command. model: a file of weights, or a name that the command knows."""

    command: Path | None
    model: str


@dataclass(frozen=True, kw_only=True)
class DetectorSettings:
    """Which detector, and how it is trained.

    backbone: Lite0 of ImageNet, or the detector's own network with the weights that it was
    published with; `lite` has the one, `yolo` the other.
    """

    name: Literal["lite", "fasterrcnn", "fcos", "rtdetr", "yolo"]
    backbone: Literal["lite", "own"]
    lite: LiteSettings
    own: OwnSettings
    yolo: YoloSettings
    loop: LoopSettings
    augment: AugmentSettings
    finding: FindingSettings

    def __post_init__(self) -> None:
        only = {"lite": "lite", "yolo": "own"}.get(self.name, self.backbone)
        if self.backbone != only:
            raise ValueError(f"backbone is {self.backbone}; {self.name} has {only} alone")
