"""What boxes alone tell of the ground: planted roads, planted table tops, and chance."""

import numpy as np
import pytest

from alignment.fragments.ground import Fit, Foot, GroundSettings, fit_photos, fit_set

SETTINGS = GroundSettings(
    set_boxes=12, photo_boxes=4, set_gain=0.2, photo_gain=0.5, photo_rows=0.15
)


def feet(seed, count, height, noise, groups="a", image=0):
    """Return boxes with feet anywhere below 0.3; height: of row and group, by the photo's."""
    rng = np.random.default_rng(seed)
    rows, off = rng.uniform(0.3, 1.0, count), np.exp(rng.normal(0, noise, count))
    names = [groups[n % len(groups)] for n in range(count)]
    return [
        Foot(image_id=image, group=name, row=row, height=height(row, name) * factor)
        for name, row, factor in zip(names, rows.tolist(), off.tolist(), strict=True)
    ]


def road(row, group):
    return {"a": 0.5, "b": 1.0}[group] * (row - 0.2)


def before_feet(row, group):
    return {"a": 0.2, "b": 0.4}[group]


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_road_gives_its_horizon_and_heights_by_category(seed):
    found = fit_set(feet(seed, 80, road, 0.15, "ab"), SETTINGS)
    assert found.setting == "away"
    assert found.horizon == pytest.approx(0.2, abs=0.08)
    assert found.scale["b"] / found.scale["a"] == pytest.approx(2.0, rel=0.15)
    at_the_foot = found.scale["a"] * (0.9 - found.horizon)
    assert at_the_foot == pytest.approx(road(0.9, "a"), rel=0.1)


@pytest.mark.parametrize("seed", range(4))
def test_things_before_ones_feet_have_no_horizon_and_their_height(seed):
    found = fit_set(feet(seed, 60, before_feet, 0.3, "ab"), SETTINGS)
    assert found.setting == "before_feet"
    assert found.scale["a"] == pytest.approx(0.2, rel=0.2)
    assert found.spread["a"] == pytest.approx(0.3, rel=0.5)


def test_a_fifth_of_wild_boxes_does_not_move_the_horizon():
    wild = feet(7, 20, lambda row, _: 0.9 - row / 2, 0.5)
    found = fit_set(feet(1, 80, road, 0.1) + wild, SETTINGS)
    assert found.horizon == pytest.approx(0.2, abs=0.1)


def test_too_few_boxes_tell_nothing():
    assert fit_set(feet(0, 11, road, 0.1), SETTINGS) is None


def test_a_photo_with_several_boxes_has_its_own_horizon_and_camera():
    of_set = Fit(horizon=0.2, scale={"a": 0.5}, spread={"a": 0.2}, gain=0.5, boxes=80, own=False)
    steep = feet(3, 8, lambda row, _: 0.8 * (row - 0.05), 0.03, image=1)
    few = feet(4, 2, lambda row, _: 0.9 * (row - 0.2), 0.0, image=2)
    found = fit_photos(steep + few, of_set, SETTINGS)
    assert found[1].own
    assert found[1].horizon == pytest.approx(0.05, abs=0.06)
    assert not found[2].own
    assert found[2].horizon == 0.2
    assert found[2].scale["a"] == pytest.approx(0.9)


def test_a_photo_from_above_in_a_set_of_roads_is_told_apart():
    of_set = Fit(horizon=0.2, scale={"a": 0.5}, spread={"a": 0.2}, gain=0.5, boxes=80, own=False)
    found = fit_photos(feet(5, 8, before_feet, 0.05), of_set, SETTINGS)[0]
    assert found.setting == "before_feet"
    assert found.scale["a"] == pytest.approx(0.2, rel=0.1)
