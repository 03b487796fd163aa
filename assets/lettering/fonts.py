"""Fonts: the system's, a folder's, or the one that Pillow brings along."""

import os
import sys
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont
ENDINGS = (".ttf", ".otf")
NO_GLYPH = "\uffff"  # of no font: drawn as what stands for a missing one
PROBE_PX = 24
_PLACES = {
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("${WINDIR}\\Fonts",),
}
_ELSEWHERE = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


@lru_cache(4)
def font_files(folder: Path | None) -> tuple[Path, ...]:
    """Return the fonts in a folder and below, by name; the system's where none is told."""
    folders = (folder,) if folder else _system_folders()
    found = (
        p for place in folders if place.is_dir() for p in place.rglob("*")
        if p.suffix.lower() in ENDINGS and p.is_file()
    )  # fmt: skip
    return tuple(sorted(found, key=lambda path: (path.name, str(path))))


@lru_cache(256)
def font_of(path: Path | None, size_px: int) -> Font:
    """Return a font at a size; Pillow's own for None. Raises OSError where it is none."""
    if path is not None:
        return ImageFont.truetype(str(path), size_px)
    built_in = ImageFont.load_default(size_px)
    assert isinstance(built_in, Font)  # as Pillow is built with FreeType
    return built_in


def has_glyphs(path: Path | None, text: str) -> bool:
    """Return whether a font shows every letter of a text; a broken file shows none."""
    return all(_has_glyph(path, letter) for letter in sorted(set(text) - {" "}))


@lru_cache(65536)
def _has_glyph(path: Path | None, letter: str) -> bool:
    try:
        font = font_of(path, PROBE_PX)
        shown, missing = (bytes(font.getmask(one)) for one in (letter, NO_GLYPH))
    except OSError:
        return False
    return bool(shown) and shown != missing


def _system_folders() -> tuple[Path, ...]:
    told = _PLACES.get(sys.platform, _ELSEWHERE)
    return tuple(Path(os.path.expandvars(place)).expanduser() for place in told)
