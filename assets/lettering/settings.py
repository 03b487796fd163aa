"""What is written on surfaces; known wherever settings are read."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assets.errors import UserError
from assets.lettering.fonts import font_files

LOGOS = (".png",)


class NoLettering(UserError):
    """A folder of fonts or logos, or a file of texts, that is not there or holds none."""


@dataclass(frozen=True, kw_only=True)
class TextSettings:
    """All of conf/render.yaml, text. Everything is drawn from a scene's own seed.

    share: of pictures that are pasted, or of flat printed things in Blender, that carry text.
    most: signs on one picture. board: how often a sign has a ground of its own. logo: how often it
    shows one, where there are logos. fonts: a folder; None for the system's. words: a file with a
    text a line; None for made-up ones. logos: a folder of PNG. annotate: write text.json.
    """

    share: float
    most: int
    board: float
    logo: float
    fonts: Path | None
    words: Path | None
    logos: Path | None
    annotate: bool

    def __post_init__(self) -> None:
        for name in ("share", "board", "logo"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to 1")
        if self.most < 1:
            raise ValueError(f"most is {self.most}; expected 1 or more")

    def font_paths(self) -> tuple[Path, ...]:
        """Return the fonts' files, none where only the built-in one is. Raises NoLettering."""
        found = font_files(self.fonts)
        if self.fonts is not None and not found:
            raise NoLettering(f"text.fonts={self.fonts}: expected a folder with .ttf or .otf files")
        return found

    def logo_paths(self) -> tuple[Path, ...]:
        """Return the logos' files. Raises NoLettering."""
        return () if self.logos is None else _logos(self.logos)

    def texts(self) -> tuple[str, ...]:
        """Return the user's texts, none where they are made up. Raises NoLettering."""
        return () if self.words is None else _lines(self.words)

    def digest(self) -> str:
        """Return 12 hex digits that differ with what lettering is drawn from. Raises NoLettering.

        Fonts and logos count by name and size: a system's fonts are too many to read.
        """
        files = (*self.font_paths(), *self.logo_paths())
        told = repr([(path.name, path.stat().st_size) for path in files]) + repr(self.texts())
        return hashlib.sha256(told.encode()).hexdigest()[:12]


@lru_cache(4)
def _logos(folder: Path) -> tuple[Path, ...]:
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in LOGOS)
    if not found:
        raise NoLettering(f"text.logos={folder}: expected a folder with .png files")
    return tuple(found)


@lru_cache(4)
def _lines(file: Path) -> tuple[str, ...]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NoLettering(
            f"text.words={file}: {error}; expected a file in UTF-8, a text a line"
        ) from None
    said = tuple(" ".join(line.split()) for line in lines if line.strip())
    if not said:
        raise NoLettering(f"text.words={file}: is empty; expected a text a line")
    return said
