"""The report's figures as inline SVG, whose colours the page's style sheet decides.

Drawn by hand rather than by a plotting library: a few hundred bytes each, text that stays text,
and light or dark with the page around them.
"""

import math
from html import escape

import numpy as np
import numpy.typing as npt

from alignment.align.report.content import ALIGNED, BASELINE, AttributeResult
from alignment.charts.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Axis, frame, svg
from alignment.charts.ticks import ticks
from alignment.samples.bins import Bins
from scenes.measuring.table import ATTRIBUTES

FloatArray = npt.NDArray[np.float64]

STRIP_WIDTH, STRIP_HEIGHT = 170, 22


def histogram(result: AttributeResult) -> str:
    """Return the histograms of one attribute, all series on the same bins, as an SVG element."""
    name = result.comparison.attributes[0]
    every = display_edges(result.bins)
    shares = {key: result.bins.share(sample.values) for key, sample in result.series.items()}
    edges, shares = _without_empty_ends(name, every, shares)
    top = max(float(share.max()) for share in shares.values()) * 1.05 or 1.0
    x = Axis(low=edges[0], high=edges[-1], left=LEFT, right=WIDTH - RIGHT)
    y = Axis(low=0, high=top, left=HEIGHT - BOTTOM, right=TOP)
    beyond = (
        []
        if name == "truncated"
        else [e for e in (every[:2], every[-2:]) if e[0] in edges and e[1] in edges]
    )
    parts = [
        *(_beyond(end, x, y) for end in beyond),
        _grid(x, y, name),
        *(_steps(key, edges, shares[key], x, y) for key in shares),
    ]
    said = f"Histogram of {name}: {', '.join(shares)}, {len(edges) - 1} bins"
    return svg(WIDTH, HEIGHT, said, parts)


def heat_maps(result: AttributeResult) -> str:
    """Return one map a series of two attributes jointly, darker where more values are."""
    columns, rows = result.bins.shape
    shares = {key: result.bins.share(sample.values).reshape(columns, rows)
              for key, sample in result.series.items()}  # fmt: skip
    most = max(float(share.max()) for share in shares.values()) or 1.0
    side, gap, head = 112, 22, 16
    parts = []
    for number, (key, share) in enumerate(shares.items()):
        left = number * (side + gap)
        parts.append(f'<text x="{left}" y="11">{escape(key)}</text>')
        parts.append(_cells(key, share / most, (left, head), side))
    across, down = result.axes
    foot = head + side + 15
    parts.append(f'<text x="0" y="{foot}">{escape(across)} → · {escape(down)} ↓</text>')
    said = f"Joint histograms of {across} and {down}: {', '.join(shares)}, {columns} by {rows}"
    return svg(3 * side + 2 * gap, foot + 6, said, parts)


def strip(result: AttributeResult, most: float) -> str:
    """Return a row's distances on one line from 0 to `most`: the floor's band, and the marks."""
    found = result.comparison
    line = Axis(low=0, high=most, left=6, right=STRIP_WIDTH - 6)
    middle = STRIP_HEIGHT / 2
    parts = [f'<line class="axis" x1="6" x2="{STRIP_WIDTH - 6}" y1="{middle}" y2="{middle}"/>']
    if math.isfinite(found.floor_low):
        left, right = (line.at(min(v, most)) for v in (found.floor_low, found.floor_high))
        parts.append(
            f'<rect class="band" x="{left:.1f}" y="5" width="{max(right - left, 1):.1f}" '
            f'height="{STRIP_HEIGHT - 10}" rx="2"/>'
        )
    for key, size in ((BASELINE, 4.5), (ALIGNED, 4.5)):
        gap = found.gaps.get(key)
        if gap is not None and not math.isnan(gap.at_equal_size):
            at = line.at(min(gap.at_equal_size, most))
            parts.append(f'<circle class="{key}" cx="{at:.1f}" cy="{middle}" r="{size}"/>')
    return svg(STRIP_WIDTH, STRIP_HEIGHT, f"Distances of {result.name} on one line", parts)


def display_edges(bins: Bins) -> FloatArray:
    """Return the edges of all cells of one axis, the open ones closed at a bin's width."""
    inner = bins.inner_edges[0]
    width = float(inner[1] - inner[0]) if len(inner) > 1 else 1.0
    return np.concatenate([[inner[0] - width], inner, [inner[-1] + width]])


def _without_empty_ends(
    name: str, edges: FloatArray, shares: dict[str, FloatArray]
) -> tuple[FloatArray, dict[str, FloatArray]]:
    if name == "truncated":  # its two open cells are its two values
        return edges, shares
    total = np.sum(list(shares.values()), axis=0)
    first, last = int(total[0] == 0), len(total) - int(total[-1] == 0)
    return edges[first : last + 1], {key: share[first:last] for key, share in shares.items()}


def _grid(x: Axis, y: Axis, name: str) -> str:
    shares = ticks(0, y.high * 100, log=False)[1:]
    return frame(x, y, [(v / 100, f"{label}%") for v, label in shares], _value_ticks(x, name))


def _beyond(ends: FloatArray, x: Axis, y: Axis) -> str:
    left, right = x.at(ends[0]), x.at(ends[1])
    return (
        f'<rect class="beyond" x="{left:.1f}" y="{y.right}" width="{right - left:.1f}" '
        f'height="{y.left - y.right}"><title>outside the real range</title></rect>'
    )


def _value_ticks(x: Axis, name: str) -> list[tuple[float, str]]:
    if name == "truncated":
        return [(0.0, "inside"), (1.0, "cut")]
    found = ticks(x.low, x.high, log=ATTRIBUTES[name].log)
    return [tick for tick in found if tick[0] == round(tick[0])] if _whole(name) else found


def _whole(name: str) -> bool:
    return ATTRIBUTES[name].unit == "count"


def _steps(key: str, edges: FloatArray, share: FloatArray, x: Axis, y: Axis) -> str:
    heights = [f"{y.at(float(s)):.1f}" for s in share]
    path = [f"M{x.at(edges[0]):.1f} {y.left}"]
    path += [f"V{h}H{x.at(e):.1f}" for h, e in zip(heights, edges[1:], strict=True)]
    return f'<path class="{key}" d="{"".join(path)}V{y.left}"/>'


def _cells(key: str, share: FloatArray, corner: tuple[float, float], side: float) -> str:
    columns, rows = share.shape
    left, top = corner
    wide, high = side / columns, side / rows
    frame = f'<rect class="frame" x="{left}" y="{top}" width="{side}" height="{side}"/>'
    cells = "".join(
        f'<rect x="{left + c * wide:.1f}" y="{top + r * high:.1f}" width="{wide:.1f}" '
        f'height="{high:.1f}" fill-opacity="{math.sqrt(share[c, r]):.2f}"/>'
        for c in range(columns) for r in range(rows) if share[c, r] > 0
    )  # fmt: skip
    return f'{frame}<g class="heat-{key}">{cells}</g>'
