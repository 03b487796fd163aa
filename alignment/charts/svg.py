"""What every figure is made of, as inline SVG whose colours the page's style sheet decides."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 380, 176
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 8, 26


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A stretch of values laid over a stretch of pixels."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def frame(
    x: Axis, y: Axis, across: Iterable[tuple[float, str]], below: Iterable[tuple[float, str]]
) -> str:
    """Return a figure's grid lines, at labelled values of y, and its axis, at those of x."""
    parts = []
    for value, label in across:
        at = y.at(value)
        parts.append(line("grid", (x.left, at), (x.right, at)))
        parts.append(f'<text class="end" x="{x.left - 5}" y="{at + 3.5:.1f}">{label}</text>')
    for value, label in below:
        at = x.at(value)
        parts.append(line("axis", (at, y.left), (at, y.left + 4)))
        parts.append(f'<text class="mid" x="{at:.1f}" y="{y.left + 17}">{label}</text>')
    parts.append(line("axis", (x.left, y.left), (x.right, y.left)))
    return "".join(parts)


def line(kind: str, start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return a line of a style's class; nothing where an end is not finite."""
    (x1, y1), (x2, y2) = start, end
    if not all(map(math.isfinite, (x1, y1, x2, y2))):
        return ""
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def svg(width: float, height: float, said: str, parts: Sequence[str]) -> str:
    """Return a figure of these parts. said: what it shows, for those who do not see it."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(said)}">'
        f"{''.join(parts)}</svg>"
    )
