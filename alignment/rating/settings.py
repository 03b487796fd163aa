"""conf/rate.yaml as a frozen dataclass; no default lives here."""

from dataclasses import dataclass
from pathlib import Path

from scenes.formats.names import FormatName


@dataclass(frozen=True, kw_only=True)
class RatingSettings:
    """One run of `make rate`. context: of the box's sides, shown around it."""

    real: Path | None
    format: FormatName | None
    inferred: Path | None
    out: Path | None
    attribute: str | None
    count: int
    seed: int
    port: int
    context: float

    def __post_init__(self) -> None:
        if self.real is None:
            raise ValueError(
                "real is not told; give REAL=the set that make infer predicted on, "
                "or a folder of make fragments"
            )
        if self.count < 1:
            raise ValueError(f"count is {self.count}; expected 1 or more")
        if not 0 <= self.port < 65536:
            raise ValueError(f"port is {self.port}; expected 0 to 65535")
        if not 0 <= self.context <= 5:
            raise ValueError(f"context is {self.context}; expected 0 to 5")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")
