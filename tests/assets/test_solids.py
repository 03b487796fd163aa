"""Solids against volumes known in closed form, and against trimesh."""

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.families.solids import (
    Solid,
    circle,
    cushion,
    disc,
    fillet,
    hoop,
    lathe,
    rectangle,
    ring,
    rounded_box,
    sweep,
)

side_m = st.floats(0.02, 2.0)


def oracle(solid: Solid) -> trimesh.Trimesh:
    told = trimesh.Trimesh(solid.vertices, solid.triangles, process=False)
    assert told.is_watertight and told.is_winding_consistent
    assert told.euler_number in (0, 2)
    return told


@settings(max_examples=40)
@given(side_m, side_m, side_m, st.floats(0.001, 0.5), st.integers(1, 4))
def test_a_rounded_box_is_closed_and_as_large_as_asked(x, y, z, radius, steps):
    told = oracle(rounded_box((x, y, z), radius, steps=steps, flats=(2, 1, 3)))
    assert told.extents == pytest.approx((x, y, z))
    assert 0.4 * x * y * z < told.volume < x * y * z


def test_a_box_of_fine_rounding_has_the_volume_of_its_minkowski_sum():
    x, y, z, r = 1.0, 0.6, 0.4, 0.1
    a, b, c = x - 2 * r, y - 2 * r, z - 2 * r
    exact = a * b * c + 2 * r * (a * b + b * c + c * a) + np.pi * r**2 * (a + b + c)
    exact += 4 / 3 * np.pi * r**3
    assert oracle(rounded_box((x, y, z), r, steps=16)).volume == pytest.approx(exact, rel=1e-3)


def test_a_straight_sweep_is_a_prism():
    section = rectangle(0.2, 0.1, 0.01, 1)
    told = oracle(sweep([(0, 0, 0), (0, 0, 3)], section, bevel_m=0))
    assert told.volume == pytest.approx(3 * (0.2 * 0.1 - 2 * 0.01**2))


def test_a_tapered_sweep_is_a_frustum():
    told = oracle(sweep([(0, 0, 0), (0, 0, 1)], circle(0.1, 256), scale=[1, 0.5], bevel_m=0))
    assert told.volume == pytest.approx(np.pi / 3 * (0.01 + 0.005 + 0.0025), rel=1e-3)


def test_a_sweep_round_a_bend_stays_closed_and_positive():
    path = fillet([(0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1)], 0.2)
    assert oracle(sweep(path, circle(0.03))).volume > 0


def test_a_lathe_turns_a_rectangle_into_a_cylinder():
    told = oracle(lathe([(0, 0), (0.5, 0), (0.5, 2), (0, 2)], 256))
    assert told.volume == pytest.approx(np.pi * 0.25 * 2, rel=1e-3)


def test_a_ring_has_the_volume_that_pappus_says():
    told = oracle(ring((0, 0, 1), 0.5, 0.05, 256))
    area = 0.5 * 10 * 0.05**2 * np.sin(2 * np.pi / 10)
    assert told.volume == pytest.approx(2 * np.pi * 0.5 * area, rel=1e-3)
    assert told.centroid == pytest.approx((0, 0, 1), abs=1e-9)


@pytest.mark.parametrize(
    "solid",
    [
        disc(0.2, 0.03, 0.01), cushion((0.5, 0.4, 0.1), 0.04, 0.02),
        hoop(rectangle(0.01, 0.05, 0.002) + np.array([0.2, 0.0])), rounded_box((1, 2, 3), 0.1),
    ],
)  # fmt: skip
def test_turning_and_mirroring_keep_a_solid_outside_out(solid):
    volume = oracle(solid).volume
    for moved in (solid.mirrored(), solid.turned(0, 33), solid.turned(2, -90), solid.at(1, 2, 3)):
        assert oracle(moved).volume == pytest.approx(volume)


def test_a_quarter_turn_about_z_takes_x_to_y():
    turned = rounded_box((1, 2, 3), 0.1).at(5, 0, 0).turned(2, 90)
    assert turned.vertices.mean(axis=0) == pytest.approx((0, 5, 0))


def test_a_slanted_leg_is_cut_level():
    leg = sweep([(0.1, 0, 0), (0, 0, 1)], circle(0.02)).floored()
    assert leg.vertices[:, 2].min() == 0
    assert oracle(leg).volume > 0
