import math

import numpy as np
import pytest

from scenes.optics.lamps import blackbody, chromaticity, light_color, shining

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


# Wyszecki & Stiles 1982, table 1(3.11): the Planckian locus in CIE 1931 x, y
@pytest.mark.parametrize(
    ("kelvin", "x", "y"),
    [(2000, 0.5267, 0.4133), (3000, 0.4369, 0.4041), (4000, 0.3805, 0.3767),
     (5000, 0.3451, 0.3516), (6500, 0.3135, 0.3237), (10000, 0.2807, 0.2884)],
)  # fmt: skip
def test_chromaticities_are_those_of_the_tabled_locus(kelvin: float, x: float, y: float) -> None:
    np.testing.assert_allclose(chromaticity(kelvin), (x, y), atol=1e-3)


def test_hotter_bodies_are_bluer_at_the_same_luminance() -> None:
    colors = np.array([blackbody(k) for k in (2000, 3000, 4500, 6500, 10000)])
    np.testing.assert_allclose(colors @ LUMINANCE, 1.0)
    assert (np.diff(colors[:, 0] / colors[:, 2]) < 0).all()
    assert colors[3] == pytest.approx(
        [1.0, 1.0, 1.0], abs=0.06
    )  # 6500 K is nearly Rec. 709's white


def test_full_adaptation_leaves_white_and_none_the_lamp_s_own_colour() -> None:
    assert light_color(2700.0, 1.0) == pytest.approx((1.0, 1.0, 1.0))
    assert light_color(2700.0, 0.0) == pytest.approx(blackbody(2700.0), abs=1e-3)


def test_a_light_shines_away_from_where_it_stands() -> None:
    pose = shining(math.radians(30), math.radians(40), (0.0, 0.0, 5.0))
    flat = math.cos(math.radians(40))
    expected = [flat * math.cos(math.radians(30)), flat * 0.5, -math.sin(math.radians(40))]
    np.testing.assert_allclose(-pose[:3, 2], expected, atol=1e-12)
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)
