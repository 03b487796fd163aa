import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from alignment.charts.plot import histograms, scatter
from alignment.charts.svg import BOTTOM, HEIGHT, LEFT, RIGHT, WIDTH


def parts(svg, kind):
    return [e for e in ET.fromstring(svg).iter() if e.get("class") == kind]


def test_the_mark_stands_where_its_value_is():
    svg = histograms({"real": np.array([0.0, 1.0]), "set": np.array([2.0, 4.0])}, 3.0)
    (line,) = parts(svg, "mark-line")
    middle = LEFT + 0.75 * (WIDTH - RIGHT - LEFT)
    assert float(line.get("x1")) == float(line.get("x2")) == pytest.approx(middle, abs=0.1)


def test_each_sample_is_its_own_share_and_no_mark_is_drawn_for_infinity():
    svg = histograms({"real": np.zeros(5), "set": np.r_[np.zeros(2), np.ones(2)]}, np.inf)
    assert not parts(svg, "mark-line")
    heights = {
        kind: [HEIGHT - BOTTOM - float(v) for v in re.findall(r"V([\d.]+)H", path.get("d"))]
        for kind in ("real", "set") for path in parts(svg, kind)
    }  # fmt: skip
    assert max(heights["real"]) == pytest.approx(2 * max(heights["set"]), rel=0.02)
    assert sum(heights["real"]) == pytest.approx(sum(heights["set"]), rel=0.02)


def test_a_scatter_has_a_dot_a_point_and_a_bar_a_band():
    svg = scatter(np.arange(7.0), np.linspace(0, 1, 7), [(3.0, 0.2, 0.5, 0.8)])
    (dots,) = parts(svg, "dots")
    assert len(dots) == 7
    assert len(parts(svg, "bar")) == len(parts(svg, "middle")) == 1


def test_points_that_are_all_alike_are_drawn_too():
    assert "NaN" not in scatter(np.ones(3), np.zeros(3), [])
