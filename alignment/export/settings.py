"""conf/export.yaml as frozen dataclasses; no default lives here."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from scenes.formats.names import FormatName
from scenes.writers.example import Labels
from scenes.writers.registry import To

_KINDS = {"yolo": get_args(Labels), "voc": ("boxes", "segments")}


@dataclass(frozen=True, kw_only=True)
class SplitSettings:
    """Which images become which part. val, test: shares. group: of photos' names, or None.

    by: what is never parted. real: where all photos go, None for the shares.
    """

    val: float
    test: float
    by: Literal["scene", "config"]
    group: str | None
    real: Literal["train", "val", "test"] | None
    seed: int

    def __post_init__(self) -> None:
        if min(self.val, self.test) < 0 or self.val + self.test >= 1:
            raise ValueError(
                f"val is {self.val} and test {self.test}; expected shares of 0 or more, below 1 "
                "together"
            )
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")
        try:
            re.compile(self.group or "")
        except re.error as error:
            raise ValueError(
                f"group is {self.group!r}, of which {error}; expected a regular expression"
            ) from None


@dataclass(frozen=True, kw_only=True)
class ExportSettings:
    """One run of `make export`."""

    set: Path | None
    real: Path | None
    format: FormatName | None
    category: str | None
    to: To | None
    out: Path | None
    annotations: Labels
    link: bool
    split: SplitSettings

    def __post_init__(self) -> None:
        if self.to is None:
            raise ValueError(f"to is not told; give TO={'|'.join(get_args(To))}")
        if self.set is None and self.real is None:
            raise ValueError("neither set nor real is told; give SET=folder, REAL=folder, or both")
        kinds = _KINDS.get(self.to, ("boxes",))
        if self.annotations not in kinds:
            raise ValueError(
                f"annotations is {self.annotations} with to={self.to}, which has "
                f"{' or '.join(kinds)}"
                f"{'' if self.to in _KINDS else '; it holds masks wherever the format does'}"
            )
