"""conf/evaluate.yaml as frozen dataclasses; no default lives here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.command.told_paths import told_paths
from alignment.feature_space.space import SpaceSettings
from alignment.features.registry import FeatureSettings
from scenes.formats.names import FormatName
from scenes.measuring.table import ATTRIBUTES


@dataclass(frozen=True, kw_only=True)
class SampleWiseSettings:
    """How predictions are matched and told. draws: behind the interval."""

    least_score: float
    bins: int
    draws: int

    def __post_init__(self) -> None:
        if self.bins < 2 or self.draws < 100:
            raise ValueError(
                f"bins is {self.bins} and draws {self.draws}; expected 2 and 100 or more"
            )


@dataclass(frozen=True, kw_only=True)
class EvaluationSettings:
    """One run of `make evaluate`. weights: of parts in the composite, by name, 1 where unsaid."""

    sets: tuple[Path, ...] | str | None
    real: Path | None
    format: FormatName | None
    category: str | None
    out: Path | None
    seed: int
    attributes: tuple[str, ...]
    long_side_px: int
    bins: int
    splits: int
    neighbours: int
    most_boxes: int
    space: SpaceSettings
    weights: Mapping[str, float]
    predictions: Path | None
    sample_wise: SampleWiseSettings
    features: FeatureSettings

    def __post_init__(self) -> None:
        if not self.paths or self.real is None:
            raise ValueError("sets or real is not told; give SETS='a b ...' and REAL=...")
        for name in self.attributes:
            if name not in ATTRIBUTES:
                raise ValueError(f"attributes: {name!r} is not one of {', '.join(ATTRIBUTES)}")
        for name, least in (
            ("long_side_px", 16), ("bins", 2), ("splits", 10), ("neighbours", 1),
            ("most_boxes", 50),
        ):  # fmt: skip
            if getattr(self, name) < least:
                raise ValueError(f"{name} is {getattr(self, name)}; expected {least} or more")
        for name, weight in self.weights.items():
            if not 0 <= weight < np.inf:
                raise ValueError(f"weights.{name} is {weight}; expected 0 or more")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")

    @property
    def paths(self) -> tuple[Path, ...]:
        """The sets, however they were told."""
        return told_paths(self.sets)
