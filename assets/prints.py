"""What is printed on things: words, badges, stripes, drawings in a few flat inks, from one seed."""

import string
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Ink = tuple[int, int, int]
FULL = (255,)  # an ink that covers
TALL_PX = 384
ROUND_PX = 2 * TALL_PX  # what goes round a vessel is about twice as long as it is high
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)  # fmt: skip
_INKS: tuple[Ink, ...] = (
    (20, 20, 22), (20, 20, 22), (20, 20, 22), (28, 40, 90), (30, 90, 170), (200, 30, 40),
    (225, 70, 110), (240, 130, 30), (245, 200, 40), (40, 130, 70), (110, 50, 130), (245, 245, 243),
)  # fmt: skip


class Field(NamedTuple):
    """Where something is drawn: the middle, and half of the width and height, all in pixels."""

    x: float
    y: float
    half_x: float
    half_y: float

    def part(self, low: float, high: float) -> "Field":
        """Return what lies between two shares of the height, 0 at the top."""
        tall = 2 * self.half_y
        middle = self.y - self.half_y + tall * (low + high) / 2
        return Field(self.x, middle, self.half_x, tall * (high - low) / 2)


class Sheet:
    """A picture that is being printed: (H, W, 3) inks and (H, W) how far they cover."""

    def __init__(self, rng: np.random.Generator, wide_px: int) -> None:
        self.rng = rng
        self.cover = np.zeros((TALL_PX, wide_px), np.uint8)
        count = int(rng.choice([1, 2, 3], p=[0.5, 0.3, 0.2]))
        self.inks = [_INKS[int(i)] for i in rng.integers(len(_INKS), size=count)]
        self.color = np.full((TALL_PX, wide_px, 3), self.inks[0], np.uint8)

    def print(self, draw: Callable[[Picture], object]) -> None:
        """Print in one of the inks where `draw` leaves its (H, W) canvas above 0."""
        canvas = np.zeros_like(self.cover)
        draw(canvas)
        # a margin of the ink beyond its edge, so that sampling between pixels finds no other
        self.color[cv2.dilate(canvas, np.ones((3, 3), np.uint8)) > 0] = self.inks[
            int(self.rng.integers(len(self.inks)))
        ]
        self.cover = np.maximum(self.cover, canvas)

    def clear(self, draw: Callable[[Picture], object]) -> None:
        """Leave out what `draw` covers."""
        canvas = np.zeros_like(self.cover)
        draw(canvas)
        self.cover = np.minimum(self.cover, 255 - canvas)


def draw_print(seed: int, wide_px: int) -> Picture:
    """Return a print as (TALL_PX, wide_px, 4) RGBA in sRGB, not premultiplied.

    Its left and right edges meet where it goes round something. Colours reach beyond what they
    cover, so that they may be sampled between pixels.
    """
    sheet = Sheet(np.random.default_rng(seed), wide_px)
    layouts = (_badges, _badges, _badges, _bands, _scattered, _frieze)
    layouts[int(sheet.rng.integers(len(layouts)))](sheet)
    return np.dstack([sheet.color, sheet.cover])


def _badges(sheet: Sheet) -> None:
    """One thing above another, once or, where it goes round, twice."""
    wide = sheet.cover.shape[1]
    columns = 1 if wide < ROUND_PX else int(sheet.rng.integers(1, 4))
    reach = float(sheet.rng.uniform(0.6, 1.0)) * min(wide / columns, TALL_PX) / 2
    tall = float(sheet.rng.uniform(0.45, 0.98)) * TALL_PX / 2
    first = float(sheet.rng.random()) * wide if columns > 1 else wide / 2
    middle = float(sheet.rng.uniform(tall, TALL_PX - tall))
    for column in range(columns):
        x = (first + column * wide / columns) % wide
        x = min(max(x, reach), wide - reach)
        _badge(sheet, Field(x, middle, reach, tall))


def _badge(sheet: Sheet, field: Field) -> None:
    split = float(sheet.rng.uniform(0.35, 0.75))
    figures = (_ring, _disc, _blob, _strokes, _word, _silhouette)
    figures[int(sheet.rng.integers(len(figures)))](sheet, field.part(0.0, split))
    lines = int(sheet.rng.integers(0, 4))
    for line in range(lines):
        step = (1 - split) / lines
        _word(sheet, field.part(split + line * step, split + (line + 0.8) * step))


def _bands(sheet: Sheet) -> None:
    """Stripes round the rim and the base, or all the way up; a badge between."""
    wide, at = sheet.cover.shape[1], 0.0
    _badges(sheet)
    while at < TALL_PX:
        at += float(sheet.rng.uniform(0.02, 0.35)) * TALL_PX
        thick = float(sheet.rng.uniform(0.01, 0.12)) * TALL_PX
        sheet.print(lambda canvas: canvas[int(at) : int(at + thick), :wide].fill(255))  # noqa: B023  # called at once
        at += thick


def _scattered(sheet: Sheet) -> None:
    """Many small things all over."""
    wide, size = sheet.cover.shape[1], float(sheet.rng.uniform(0.05, 0.14)) * TALL_PX
    figures = (_ring, _disc, _blob, _strokes, _word)
    figure = figures[int(sheet.rng.integers(len(figures)))]
    for x in np.arange(1.3 * size, wide - size, 2.8 * size):
        for y in np.arange(1.3 * size, TALL_PX - size, 2.8 * size):
            dx, dy = sheet.rng.uniform(-0.4, 0.4, 2) * size
            figure(sheet, Field(float(x + dx), float(y + dy), size, size))


def _frieze(sheet: Sheet) -> None:
    """Figures side by side along the base, words above them."""
    wide, x = sheet.cover.shape[1], 0.0
    top = float(sheet.rng.uniform(0.3, 0.7)) * TALL_PX
    while x < wide - 40:
        half = float(sheet.rng.uniform(0.08, 0.2)) * TALL_PX
        rise = float(sheet.rng.uniform(0.6, 1.0)) * (TALL_PX - top)
        field = Field(x + half, TALL_PX - rise / 2, half, rise / 2)
        (_silhouette, _blob, _strokes)[int(sheet.rng.integers(3))](sheet, field)
        x += 2.1 * half
    _word(sheet, Field(wide / 2, top / 2, min(wide, TALL_PX) * 0.45, 0.35 * top))


def _word(sheet: Sheet, field: Field) -> None:
    """Random letters, as large as the field lets them be."""
    letters = string.ascii_uppercase if sheet.rng.random() < 0.6 else string.ascii_lowercase
    count = int(sheet.rng.integers(2, 11))
    said = "".join(letters[int(i)] for i in sheet.rng.integers(len(letters), size=count))
    font = _FONTS[int(sheet.rng.integers(len(_FONTS)))]
    (wide, tall), _ = cv2.getTextSize(said, font, 1.0, 1)
    scale = min(2 * field.half_x / wide, 2 * field.half_y / tall)
    thick = max(1, round(float(sheet.rng.uniform(1.0, 5.0)) * scale))
    at = int(field.x - scale * wide / 2), int(field.y + scale * tall / 2)
    sheet.print(lambda canvas: cv2.putText(canvas, said, at, font, scale, FULL, thick, cv2.LINE_AA))


def _ring(sheet: Sheet, field: Field) -> None:
    """A ring with something in it."""
    radius = int(max(2.0, 0.95 * min(field.half_x, field.half_y)))
    thick = max(1, int(radius * float(sheet.rng.uniform(0.05, 0.25))))
    at = int(field.x), int(field.y)
    sheet.print(lambda canvas: cv2.circle(canvas, at, radius, FULL, thick, cv2.LINE_AA))
    inside = Field(field.x, field.y, 0.6 * radius, 0.4 * radius)
    (_word, _strokes, _blob)[int(sheet.rng.integers(3))](sheet, inside)


def _disc(sheet: Sheet, field: Field) -> None:
    """A filled circle, as often as not with a hole of another shape."""
    radius, at = int(max(2.0, min(field.half_x, field.half_y))), (int(field.x), int(field.y))
    sheet.print(lambda canvas: cv2.circle(canvas, at, radius, FULL, cv2.FILLED, cv2.LINE_AA))
    if sheet.rng.random() < 0.5:
        hole = _outline(sheet.rng, Field(field.x, field.y, 0.6 * radius, 0.6 * radius))
        sheet.clear(lambda canvas: cv2.fillPoly(canvas, [hole], FULL, cv2.LINE_AA))


def _blob(sheet: Sheet, field: Field) -> None:
    """A soft outline, filled."""
    outline = _outline(sheet.rng, field)
    sheet.print(lambda canvas: cv2.fillPoly(canvas, [outline], FULL, cv2.LINE_AA))


def _strokes(sheet: Sheet, field: Field) -> None:
    """A drawing of lines: some outlines, some that end."""
    thick = max(1, int(0.05 * min(field.half_x, field.half_y) * sheet.rng.uniform(0.6, 2.0)))
    for _ in range(int(sheet.rng.integers(2, 6))):
        closed = bool(sheet.rng.random() < 0.5)
        x, y = sheet.rng.uniform(-0.3, 0.3, 2)
        size = float(sheet.rng.uniform(0.3, 0.7))
        inner = Field(field.x + x * field.half_x, field.y + y * field.half_y,
                      size * field.half_x, size * field.half_y)  # fmt: skip
        line = _outline(sheet.rng, inner)[: None if closed else 40]
        sheet.print(lambda c: cv2.polylines(c, [line], closed, FULL, thick, cv2.LINE_AA))  # noqa: B023  # called at once


def _silhouette(sheet: Sheet, field: Field) -> None:
    """Something upright: blobs upon one another, the uppermost the smallest."""
    count = int(sheet.rng.integers(2, 5))
    for number in range(count):
        low, high = number / count, min(1.0, (number + 1.25) / count)
        share = float(sheet.rng.uniform(0.3, 0.6)) + 0.4 * number / count
        _blob(sheet, field.part(low, high)._replace(half_x=share * field.half_x))


def _outline(rng: np.random.Generator, field: Field) -> npt.NDArray[np.int32]:
    """(64, 2) pixels of a closed line round the field's middle: a few low waves on an ellipse."""
    angle = 2 * np.pi * np.arange(64) / 64
    waves = rng.normal(0.0, 0.5, (4, 2)) / np.arange(2, 6)[:, None]
    turns = np.arange(2, 6)[:, None] * angle
    radius = 1 + (waves[:, :1] * np.cos(turns) + waves[:, 1:] * np.sin(turns)).sum(axis=0)
    radius = np.clip(radius, 0.2, None) / max(float(radius.max()), 1.0)
    x = field.x + field.half_x * radius * np.cos(angle)
    y = field.y + field.half_y * radius * np.sin(angle)
    return np.asarray(np.stack([x, y], axis=1), dtype=np.int32)
