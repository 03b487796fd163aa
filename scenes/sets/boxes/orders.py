"""The orders in which tools tell a box: which four numbers, in pixels or as shares of the image."""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Box = tuple[float, float, float, float]
Size = tuple[int, int]


@dataclass(frozen=True)
class Order:
    """kind: a key of KINDS. shares: of the image's width and height instead of pixels."""

    kind: str
    shares: bool = False

    def to_px(self, told: Sequence[float], size_px: Size) -> Box:
        """Return x, y, w, h in pixels from the top left, of four finite numbers."""
        width, height = size_px
        if self.shares:
            told = (told[0] * width, told[1] * height, told[2] * width, told[3] * height)
        return KINDS[self.kind]((told[0], told[1], told[2], told[3]), size_px)

    @property
    def in_pixels(self) -> bool:
        """True where the image's size plays no part."""
        return not self.shares and "bottom" not in self.kind

    def __str__(self) -> str:
        return self.kind + (" in shares of the image" if self.shares else "")


def _sized(told: Box, _: Size) -> Box:
    return told


def _corners(told: Box, _: Size) -> Box:
    x0, y0, x1, y1 = told
    return x0, y0, x1 - x0, y1 - y0


def _pixel_corners(told: Box, _: Size) -> Box:
    x0, y0, x1, y1 = told
    return x0 - 1, y0 - 1, x1 - x0 + 1, y1 - y0 + 1


def _centred(told: Box, _: Size) -> Box:
    cx, cy, w, h = told
    return cx - w / 2, cy - h / 2, w, h


def _from_bottom(told: Box, size_px: Size) -> Box:
    x, y, w, h = told
    return x, size_px[1] - y - h, w, h


def _bottom_edge(told: Box, size_px: Size) -> Box:
    x, y, w, h = told
    return x, size_px[1] - y, w, h


KINDS: Mapping[str, Callable[[Box, Size], Box]] = {
    "x, y, w, h": _sized,
    "x1, y1, x2, y2": _corners,
    "first and last pixel from 1": _pixel_corners,
    "centre, w, h": _centred,
    "x, y from the bottom, w, h": _from_bottom,
    "x, lower y, w, h from the bottom": _bottom_edge,
}
XYWH = Order("x, y, w, h")
CORNERS = Order("x1, y1, x2, y2")
PIXEL_CORNERS = Order("first and last pixel from 1")
CENTRED = Order("centre, w, h")
CENTRE_SHARES = Order("centre, w, h", shares=True)

# What a file may mean instead of its format's own order, the likelier first.
OTHERS: Mapping[Order, tuple[Order, ...]] = {
    XYWH: (
        Order("x, y, w, h", shares=True), CORNERS, Order("x1, y1, x2, y2", shares=True),
        CENTRED, CENTRE_SHARES, Order("x, y from the bottom, w, h"),
        Order("x, lower y, w, h from the bottom"),
    ),
    CORNERS: (Order("x1, y1, x2, y2", shares=True), XYWH),
    PIXEL_CORNERS: (
        Order("x1, y1, x2, y2", shares=True), XYWH, CENTRE_SHARES,
        Order("x, y, w, h", shares=True),
    ),
    CENTRED: (CENTRE_SHARES, XYWH, CORNERS),
    CENTRE_SHARES: (CENTRED, CORNERS, Order("x1, y1, x2, y2", shares=True), XYWH),
}  # fmt: skip


def numbers_of(told: Any) -> tuple[float, ...] | None:
    """Return a list of finite numbers, each of them perhaps written as text, or None."""
    if not isinstance(told, list | tuple):
        return None
    found = [number_of(value) for value in told]
    return tuple(v for v in found if v is not None) if None not in found else None


def number_of(told: Any) -> float | None:
    """Return a finite number, also one written as text, with a decimal point or comma."""
    if isinstance(told, str):
        text = told.strip()
        if text.count(",") == 1 and "." not in text:
            text = text.replace(",", ".")
        try:
            told = float(text) if "_" not in text else None
        except ValueError:
            return None
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    fits = abs(told) < math.inf and abs(told) <= sys.float_info.max
    return float(told) if fits else None


def clipped(box: Box, size_px: Size) -> Box:
    """Return the part of a box inside an image, w or h below 0 where there is none."""
    x, y, w, h = box
    left, top = max(x, 0.0), max(y, 0.0)
    right, bottom = min(x + w, float(size_px[0])), min(y + h, float(size_px[1]))
    return left, top, right - left, bottom - top


def over_px(box: Box, size_px: Size) -> float:
    """Return how far a box sticks out of its image, negative where it lies inside."""
    x, y, w, h = box
    return max(-x, -y, x + w - size_px[0], y + h - size_px[1])
