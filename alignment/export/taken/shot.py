"""An image on its way: what the writers are told, and where its pixels are."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scenes.writers.example import Example


@dataclass(frozen=True, kw_only=True)
class Shot:
    """path: of the image's file. pixels: its content where the file is not taken as it is."""

    example: Example
    path: Path
    pixels: bytes | None = None


class Source(Protocol):
    """Images of one set, to be counted and walked."""

    def __len__(self) -> int:
        """Return how many images there are."""

    @property
    def splits(self) -> frozenset[str]:
        """The parts that hold any."""

    def shots(self, first: int) -> Iterator[Shot]:
        """Yield the images in order, numbered from `first`."""
