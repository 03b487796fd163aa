"""Small figures as inline SVG, coloured by the page around them."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import numpy.typing as npt

from alignment.charts.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Axis, frame, line, svg
from alignment.charts.ticks import ticks

FloatArray = npt.NDArray[np.float64]
BINS = 30


def histograms(samples: Mapping[str, FloatArray], mark: float) -> str:
    """Return histograms on shared bins as an SVG element, each its own share; a line at `mark`."""
    together = np.concatenate(list(samples.values()))
    edges = np.histogram_bin_edges(together, BINS)
    shares = {name: np.histogram(v, edges)[0] / max(len(v), 1) for name, v in samples.items()}
    top = max(float(share.max()) for share in shares.values()) * 1.05 or 1.0
    x = Axis(low=float(edges[0]), high=float(edges[-1]), left=LEFT, right=WIDTH - RIGHT)
    y = Axis(low=0, high=top, left=HEIGHT - BOTTOM, right=TOP)
    parts = [_axes(x, y, percent=True)]
    for name, share in shares.items():
        path = f"M{x.at(float(edges[0])):.1f} {y.left}" + "".join(
            f"V{y.at(float(s)):.1f}H{x.at(float(e)):.1f}"
            for s, e in zip(share, edges[1:], strict=True)
        )
        parts.append(f'<path class="{escape(name)}" d="{path}V{y.left}"/>')
    if x.low <= mark <= x.high:
        parts.append(line("mark-line", (x.at(mark), y.left), (x.at(mark), y.right)))
    return svg(WIDTH, HEIGHT, f"Histograms: {', '.join(samples)}", parts)


def scatter(across: FloatArray, down: FloatArray, bands: Sequence[tuple[float, ...]]) -> str:
    """Return points as an SVG element, and over them the middles of binned points.

    bands: one (x, low, middle, high) a bin.
    """
    x = _span(across, LEFT, WIDTH - RIGHT)
    y = _span(np.append(down, 0.0), HEIGHT - BOTTOM, TOP)
    dots = "".join(
        f'<circle cx="{x.at(a):.1f}" cy="{y.at(d):.1f}" r="2"/>'
        for a, d in zip(across.tolist(), down.tolist(), strict=True)
    )
    bars = "".join(
        line("bar", (x.at(at), y.at(low)), (x.at(at), y.at(high)))
        + f'<circle class="middle" cx="{x.at(at):.1f}" cy="{y.at(middle):.1f}" r="4"/>'
        for at, low, middle, high in bands
    )
    return svg(WIDTH, HEIGHT, "Scatter plot with binned means", [
        _axes(x, y, percent=False), f'<g class="dots">{dots}</g>', bars
    ])  # fmt: skip


def _span(values: FloatArray, left: float, right: float) -> Axis:
    low, high = float(values.min()), float(values.max())
    return Axis(low=low, high=high if high > low else low + 1.0, left=left, right=right)


def _axes(x: Axis, y: Axis, *, percent: bool) -> str:
    scale, unit = (100, "%") if percent else (1, "")
    across = ticks(y.low * scale, y.high * scale, log=False)
    told = [(value / scale, f"{label}{unit}") for value, label in across]
    return frame(x, y, told, ticks(x.low, x.high, log=False))
