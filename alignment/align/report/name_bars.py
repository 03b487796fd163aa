"""The report's figure of names, as inline SVG: a row a name, its share in every series."""

from collections.abc import Mapping
from html import escape

import numpy as np
import numpy.typing as npt

from alignment.align.report.content import AttributeResult
from alignment.charts.svg import BOTTOM, RIGHT, TOP, WIDTH, Axis, line, svg
from alignment.charts.ticks import ticks

FloatArray = npt.NDArray[np.float64]

LEFT, ROW, BAR = 112, 24, 14
LONGEST = 17  # letters of a name that the margin holds


def bars(result: AttributeResult) -> str:
    """Return the shares of every name, and of all others where any is rendered, as an SVG."""
    names = result.facet.cells
    shares = {key: result.bins.share(sample.values) for key, sample in result.series.items()}
    shown = [n for n in range(len(names)) if n < len(names) - 1 or _any(shares, n)]
    foot = TOP + ROW * len(shown)
    most = max(float(share.max()) for share in shares.values()) * 1.05 or 1.0
    x = Axis(low=0, high=most, left=LEFT, right=WIDTH - RIGHT)
    parts = [_axis(x, foot)]
    for row, number in enumerate(shown):
        top = TOP + ROW * row + (ROW - BAR) / 2
        parts.append(f'<text class="end" x="{LEFT - 6}" y="{top + BAR - 3:g}">'
                     f"{escape(_short(names[number]))}</text>")  # fmt: skip
        for key, share in shares.items():
            told = f"{names[number]}, {key}: {share[number]:.1%}"
            parts.append(_bar(key, x.at(float(share[number])), top, told))
    said = f"Shares of {len(shown)} names of {result.name}: {', '.join(shares)}"
    return svg(WIDTH, foot + BOTTOM, said, parts)


def _any(shares: Mapping[str, FloatArray], number: int) -> bool:
    return any(share[number] > 0 for share in shares.values())


def _axis(x: Axis, foot: float) -> str:
    parts = []
    for value, label in ticks(0, x.high * 100, log=False):
        at = x.at(value / 100)
        parts.append(line("grid", (at, TOP), (at, foot)))
        parts.append(f'<text class="mid" x="{at:.1f}" y="{foot + 15:g}">{label}%</text>')
    return "".join([*parts, line("axis", (x.left, TOP), (x.left, foot))])


def _bar(key: str, end: float, top: float, told: str) -> str:
    path = f"M{LEFT} {top:g}H{end:.1f}V{top + BAR:g}H{LEFT}"
    return f'<path class="{key}" d="{path}"><title>{escape(told)}</title></path>'


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
