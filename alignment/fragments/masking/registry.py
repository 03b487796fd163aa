"""The masking methods by the names that settings know them by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alignment.fragments.masking.clustered_grabcut import ClusteredGrabCut
from alignment.fragments.masking.clusters import Clusters
from alignment.fragments.masking.grabcut import GrabCut
from alignment.fragments.masking.method import Masker
from alignment.fragments.masking.segmenter import Segmenter

MethodName = Literal["grabcut", "clusters", "both", "segmenter"]


@dataclass(frozen=True, kw_only=True)
class MaskingSettings:
    """How masks are made. methods: tried on every box. segmenter: its folder of weights.

    long_side_px: of what the methods look at. rim_px: over which alpha falls. doubtful_below: the
    score under which a mask is doubtful.
    """

    methods: tuple[MethodName, ...]
    segmenter: Path | None
    long_side_px: int
    rim_px: float
    doubtful_below: float

    def __post_init__(self) -> None:
        if not self.methods or len(set(self.methods)) < len(self.methods):
            raise ValueError(f"methods is {self.methods}; expected one or more, each once")
        if not 32 <= self.long_side_px <= 2048:
            raise ValueError(f"long_side_px is {self.long_side_px}; expected 32 to 2048")
        if not 0.2 <= self.rim_px <= 10:
            raise ValueError(f"rim_px is {self.rim_px}; expected 0.2 to 10")
        if not 0 <= self.doubtful_below <= 1:
            raise ValueError(f"doubtful_below is {self.doubtful_below}; expected 0 to 1")


def maskers_of(settings: MaskingSettings) -> tuple[Masker, ...]:
    """Return the methods in the settings' order. Raises NoSegmenter."""
    made: Mapping[MethodName, Callable[[], Masker]] = {
        "grabcut": GrabCut, "clusters": Clusters, "both": ClusteredGrabCut,
        "segmenter": lambda: Segmenter(settings.segmenter),
    }  # fmt: skip
    return tuple(made[name]() for name in settings.methods)
