"""conf/join.yaml as a frozen dataclass; no default lives here."""

from dataclasses import dataclass
from pathlib import Path

from alignment.command.told_paths import told_paths


@dataclass(frozen=True, kw_only=True)
class JoinSettings:
    """One run of `make join`. images: drawn of each set by chance, None for all it has.

    category: one, or several parted by commas; None: all that the sets have in common.
    """

    sets: tuple[Path, ...] | str | None
    out: Path | None
    category: str | None
    images: int | None
    seed: int

    def __post_init__(self) -> None:
        if len(self.set_paths) < 2:
            raise ValueError("sets tells fewer than two; give SETS='out/a out/b'")
        if self.out is None:
            raise ValueError("out is not told; give OUT=the folder of the joined set")
        if self.images is not None and self.images < 1:
            raise ValueError(f"images is {self.images}; expected 1 or more, of each set")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed is {self.seed}; expected 0 to 4294967295")

    @property
    def set_paths(self) -> tuple[Path, ...]:
        """The sets, as they were told."""
        return told_paths(self.sets)
