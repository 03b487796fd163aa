"""What a format has to offer, to be written."""

from collections.abc import Callable
from typing import Protocol

from scenes.writers.example import Contents, Example
from scenes.writers.files import Files


class Writer(Protocol):
    """One format, from its first image to its last. Images come in order of their numbers."""

    def place(self, example: Example) -> str:
        """Return where an image's pixels go, as a path inside the export."""

    def add(self, example: Example) -> None:
        """Write an image's labels. Raises Unwritable."""

    def end(self) -> None:
        """Write what only the end can tell. Raises Unwritable."""


Format = Callable[[Files, Contents], Writer]
"""Begins to write a format into a folder."""
