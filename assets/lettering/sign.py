"""One sign: a text in a font, a logo, a ground of its own or none, and where each word lies."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from assets.lettering.fonts import font_of, has_glyphs
from assets.lettering.settings import NoLettering, TextSettings
from assets.lettering.words import made_up

Rgba = npt.NDArray[np.uint8]
Quad = npt.NDArray[np.float64]
Ink = tuple[int, int, int]
Field = tuple[float, float, float, float]  # x0, y0, x1, y1 in pixels
LONG_SIDE_PX = 512
TALLEST, MOST_ROWS = 0.78, 5  # of a row, a font's size
FONTS_TRIED = 12
_DARK: tuple[Ink, ...] = ((18, 18, 20), (18, 18, 20), (28, 40, 90), (150, 20, 30), (20, 80, 45))
_LIGHT: tuple[Ink, ...] = ((248, 248, 244), (248, 248, 244), (250, 225, 90), (225, 235, 245))
_VIVID: tuple[Ink, ...] = ((200, 30, 40), (20, 70, 150), (30, 110, 60), (235, 130, 30))


@dataclass(frozen=True, kw_only=True, eq=False)
class Mark:
    """A word or a logo.

    said: the word, or the logo's name. quad: (4, 2), from the upper left on, clockwise as read.
    """

    kind: Literal["word", "logo"]
    said: str
    quad: Quad


@dataclass(frozen=True, kw_only=True, eq=False)
class Sign:
    """A picture, (H, W, 4) sRGB not multiplied by alpha, and what is on it, in its pixels."""

    rgba: Rgba
    marks: tuple[Mark, ...]


def draw_sign(
    rng: np.random.Generator, settings: TextSettings, aspect: float, *, on_bright: bool
) -> Sign:
    """Return a sign so many times as wide as high. Raises NoLettering, for what it is drawn from.

    on_bright: of the surface, against which it stands out where it has no ground of its own.
    """
    size = _size(aspect)
    board = _board(rng) if rng.random() < settings.board else None
    bright = on_bright if board is None else sum(board) > 3 * 140
    inks = _DARK if bright else _LIGHT
    ink = inks[int(rng.integers(len(inks)))]
    sheet = Image.new("RGBA", size, (*(board or ink), 0 if board is None else 255))
    field: Field = (0.06 * size[0], 0.06 * size[1], 0.94 * size[0], 0.94 * size[1])
    marks: list[Mark] = []
    logos = settings.logo_paths()
    if logos and rng.random() < settings.logo:
        mark, field = _with_logo(sheet, logos[int(rng.integers(len(logos)))], field)
        marks.append(mark)
    marks += _written(rng, sheet, (settings, ink), field)
    return Sign(rgba=np.array(sheet, dtype=np.uint8), marks=tuple(marks))


def _size(aspect: float) -> tuple[int, int]:
    share = min(max(aspect, 0.1), 10.0)
    if share >= 1:
        return LONG_SIDE_PX, max(16, round(LONG_SIDE_PX / share))
    return max(16, round(LONG_SIDE_PX * share)), LONG_SIDE_PX


def _board(rng: np.random.Generator) -> Ink:
    choices = _LIGHT + _VIVID + _DARK[:1]
    return choices[int(rng.integers(len(choices)))]


def _with_logo(sheet: Image.Image, path: Path, field: Field) -> tuple[Mark, Field]:
    """Lay a logo at the upper end of a high field, at the left of a wide one; what is left."""
    x0, y0, x1, y1 = field
    wide, high = x1 - x0, y1 - y0
    room = (0.35 * wide, high) if wide > high else (wide, 0.5 * high)
    logo = _logo(path)
    scale = min(room[0] / logo.width, room[1] / logo.height)
    size = max(1, round(scale * logo.width)), max(1, round(scale * logo.height))
    at = (round(x0), round((y0 + y1 - size[1]) / 2)) if wide > high else (
        round((x0 + x1 - size[0]) / 2), round(y0))  # fmt: skip
    sheet.alpha_composite(logo.resize(size, Image.Resampling.LANCZOS), at)
    mark = Mark(kind="logo", said=path.stem, quad=_quad(*at, at[0] + size[0], at[1] + size[1]))
    left = (x0 + room[0] * 1.08, y0, x1, y1) if wide > high else (x0, y0 + room[1] * 1.08, x1, y1)
    return mark, left


@lru_cache(64)
def _logo(path: Path) -> Image.Image:
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if read is None or read.dtype != np.uint8:
        raise NoLettering(f"text.logos: {path}: expected a PNG of 8 bits that can be read")
    ways = {1: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}
    channels = 1 if read.ndim == 2 else read.shape[2]
    return Image.fromarray(cv2.cvtColor(read, ways[channels]))


def _written(
    rng: np.random.Generator, sheet: Image.Image, by: tuple[TextSettings, Ink], field: Field
) -> list[Mark]:
    """Write a text as large as a field lets it be, in rows; its words."""
    settings, ink = by
    text = _text(rng, settings)
    path = _font(rng, settings.font_paths(), text)
    rows, size_px = _broken(text.split(), path, (field[2] - field[0], field[3] - field[1]))
    font, pen = font_of(path, size_px), ImageDraw.Draw(sheet)
    step = min((field[3] - field[1]) / len(rows), 1.35 * size_px)
    top = (field[1] + field[3] - step * len(rows)) / 2
    middled, marks = bool(rng.random() < 0.6), []
    for number, row in enumerate(rows):
        spare = field[2] - field[0] - font.getlength(" ".join(row))
        x, y = field[0] + spare * 0.5 * middled, top + step * number + 0.5 * step + 0.35 * size_px
        for word in row:
            pen.text((x, y), word, font=font, anchor="ls", fill=(*ink, 255))
            box = font.getbbox(word, anchor="ls")
            quad = _quad(x + box[0], y + box[1], x + box[2], y + box[3])
            marks.append(Mark(kind="word", said=word, quad=quad))
            x += font.getlength(word + " ")
    return marks


def _text(rng: np.random.Generator, settings: TextSettings) -> str:
    own = settings.texts()
    return own[int(rng.integers(len(own)))] if own else made_up(rng)


def _font(rng: np.random.Generator, paths: tuple[Path, ...], text: str) -> Path | None:
    """Return a font with all letters of a text, Pillow's own where none of those tried has."""
    drawn = rng.integers(max(1, len(paths)), size=FONTS_TRIED).tolist()
    tried = (paths[i] for i in drawn if i < len(paths))
    return next((path for path in tried if has_glyphs(path, text)), None)


def _broken(
    words: list[str], path: Path | None, room: tuple[float, float]
) -> tuple[list[list[str]], int]:
    """Return the rows in which words are largest, and the font's size, pixels."""
    probe = font_of(path, 100)
    best: tuple[int, list[list[str]]] = (0, [words])
    for count in range(1, min(MOST_ROWS, len(words)) + 1):
        rows = _rows(words, count)
        longest = max(probe.getlength(" ".join(row)) for row in rows) / 100
        size = int(min(room[0] / max(longest, 0.1), TALLEST * room[1] / len(rows)))
        best = max(best, (size, rows), key=lambda told: told[0])
    return best[1], max(4, best[0])


def _rows(words: list[str], count: int) -> list[list[str]]:
    """Return words in so many rows, or fewer, of about as many letters."""
    ends = np.cumsum([len(word) + 1 for word in words])
    places = np.minimum((ends - 1) * count // ends[-1], count - 1).tolist()
    rows = ([w for w, place in zip(words, places, strict=True) if place == row]
            for row in range(count))  # fmt: skip
    return [row for row in rows if row]


def _quad(x0: float, y0: float, x1: float, y1: float) -> Quad:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], dtype=np.float64)
