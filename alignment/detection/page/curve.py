"""The learning curve of photos alone, and where each set stands on it, as inline SVG."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from alignment.charts.svg import Axis, frame, line, svg
from alignment.charts.ticks import ticks
from alignment.detection.scoring.bootstrap import Estimate
from alignment.detection.scoring.exchange import LearningCurve

WIDTH, HEIGHT = 760, 360
LEFT, RIGHT, TOP, BOTTOM = 44, 230, 14, 44
_LABEL_PX = 15  # of height that a label takes


def curve_figure(curve: LearningCurve, sets: Mapping[str, Estimate], measure: str) -> str:
    """Return the figure: points and bars measured, line and band fitted, a level for each set."""
    told = [e for e in (*curve.measured.values(), *sets.values()) if e.value is not None]
    tops = [v for e in told for v in (e.value, e.high) if v is not None]
    x = Axis(
        low=math.log(min(curve.measured)), high=math.log(max(curve.fitted)), left=LEFT,
        right=WIDTH - RIGHT,
    )  # fmt: skip
    y = Axis(low=0.0, high=max(tops, default=1.0) * 1.08 or 1.0, left=HEIGHT - BOTTOM, right=TOP)
    most = math.log(max(curve.measured))
    parts = [
        frame(x, y, ticks(y.low, y.high, log=False), ticks(x.low, x.high, log=True)),
        _band(curve, x, y),
        _path([(x.at(math.log(n)), y.at(_within(e.value, y))) for n, e in curve.fitted.items()
               if e.value is not None]),
        line("mark-line", (x.at(most), y.left), (x.at(most), y.right)),
        *(_level(number, estimate, x, y) for number, estimate in enumerate(sets.values())),
        *(_point(n, estimate, x, y) for n, estimate in curve.measured.items()),
        *_labels(sets, x, y),
        f'<text class="mid" x="{(x.left + x.right) / 2}" y="{HEIGHT - 6}">photos that a detector '
        "was trained on</text>",
        f'<text x="4" y="{TOP - 2}">{escape(measure)}</text>',
    ]  # fmt: skip
    said = f"Learning curve of photos alone, and {len(sets)} others on it"
    return svg(WIDTH, HEIGHT, said, parts)


def _band(curve: LearningCurve, x: Axis, y: Axis) -> str:
    ends = [
        (x.at(math.log(n)), y.at(_within(e.low, y)), y.at(_within(e.high, y)))
        for n, e in curve.fitted.items() if e.low is not None and e.high is not None
    ]  # fmt: skip
    if len(ends) < 2:
        return ""
    around = [*((at, low) for at, low, _ in ends), *((at, high) for at, _, high in reversed(ends))]
    return f'<polygon class="band" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in around)}"/>'


def _path(points: Sequence[tuple[float, float]]) -> str:
    told = "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
    return f'<path class="fit" d="M{told}"/>' if points else ""


def _point(photos: int, told: Estimate, x: Axis, y: Axis) -> str:
    if told.value is None:
        return ""
    at = x.at(math.log(photos))
    bar = ""
    if told.low is not None and told.high is not None:
        bar = line("bar-real", (at, y.at(told.low)), (at, y.at(told.high)))
    return f'{bar}<circle class="dot-real" cx="{at:.1f}" cy="{y.at(told.value):.1f}" r="4"/>'


def _level(number: int, told: Estimate, x: Axis, y: Axis) -> str:
    if told.value is None:
        return ""
    at = y.at(told.value)
    bar, place = "", x.right + 8 + 7 * (number % 3)
    if told.low is not None and told.high is not None:
        bar = line("bar", (place, y.at(told.low)), (place, y.at(told.high)))
    return (
        line("level", (x.left, at), (x.right, at))
        + bar
        + (f'<circle class="middle" cx="{place:.1f}" cy="{at:.1f}" r="3.5"/>')
    )


def _labels(sets: Mapping[str, Estimate], x: Axis, y: Axis) -> list[str]:
    """Return the names beside their levels, moved down where they would overlap."""
    wanted = sorted(
        (y.at(told.value), name) for name, told in sets.items() if told.value is not None
    )
    parts, free = [], float(TOP)
    for at, name in wanted:
        free = max(at + 3.5, free)
        parts.append(f'<text x="{x.right + 34:.1f}" y="{free:.1f}">{escape(_short(name))}</text>')
        free += _LABEL_PX
    return parts


def _short(name: str) -> str:
    name = name.partition(", ")[0]  # a mixture's share is told beside it
    return name if len(name) <= 30 else f"{name[:29]}…"


def _within(value: float, y: Axis) -> float:
    return min(max(value, y.low), y.high)
