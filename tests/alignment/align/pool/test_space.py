import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from alignment.align.brief.settings import SpaceSettings
from alignment.align.pool.space import Range, broad, near, points_of
from scenes.config.from_mapping import BadSetting, from_mapping
from tests.scenes.configs import CONF, scene_config

WIDE = from_mapping(
    SpaceSettings, yaml.safe_load((CONF / "space" / "wide.yaml").read_text()), "space"
)
SHARES = st.floats(0, 1)


def rng(seed=0):
    return np.random.default_rng(seed)


def knob(**changes):
    return Range(**{"low": 2.0, "high": 8.0, "log": False, "whole": False, **changes})


@given(SHARES, SHARES, st.booleans(), st.booleans())
def test_a_band_lies_within_its_range_and_rises(one, other, log, whole):
    band = knob(log=log, whole=whole).band((one, other))
    assert 2.0 * (1 - 1e-12) <= band["low"] <= band["high"] <= 8.0 * (1 + 1e-12)
    assert not whole or (band["low"] % 1 == 0 and band["high"] % 1 == 0)


def test_the_middle_of_a_range_is_its_mean_or_its_geometric_mean():
    assert knob().at(0.5) == 5.0
    assert knob(log=True).at(0.5) == pytest.approx(4.0)


@pytest.mark.parametrize(
    "bad", [{"low": 8.0}, {"low": 9.0}, {"high": float("inf")}, {"low": 0.0, "log": True}]
)
def test_a_range_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="expected"):
        knob(**bad)


def test_a_space_without_a_knob_or_with_an_empty_choice_is_refused():
    for ranges, choices in (({}, {}), ({"camera.height_m": knob()}, {"strategy": ()})):
        with pytest.raises(ValueError, match="empty"):
            SpaceSettings(ranges=ranges, choices=choices)


@given(st.integers(0, 2**32 - 1))
def test_every_point_of_conf_is_a_configuration_that_scenes_are_drawn_from(seed):
    coordinates = rng(seed).uniform(size=(1, WIDE.dimensions))
    (one,) = points_of((scene_config(),), WIDE, coordinates, 7)
    distance = one.values["camera.distance_m"]
    assert one.config.id == "space-00007"
    assert (one.config.camera.distance_m.low, one.config.camera.distance_m.high) == (
        distance["low"], distance["high"])  # fmt: skip
    assert one.config.strategy in WIDE.choices["strategy"]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_corners_of_the_space_are_configurations_too(share):
    corner = np.full((1, WIDE.dimensions), share)
    (one,) = points_of((scene_config(),), WIDE, corner, 0)
    assert one.config.strategy == WIDE.choices["strategy"][-1 if share else 0]


@pytest.mark.parametrize("path", ["camera.zoom", "lens", "camera.height_m.middle"])
def test_an_unknown_knob_is_named(path):
    space = SpaceSettings(ranges={path: knob()}, choices={})
    with pytest.raises(BadSetting, match=f"space.{path}: conf/strategy has no such setting"):
        points_of((scene_config(),), space, np.zeros((1, 3)), 0)


@pytest.mark.parametrize("count", [1, 5, 64])
def test_the_broad_start_is_the_same_every_time_and_within_the_space(count):
    found = broad(rng(3), WIDE, count)
    assert found.shape == (count, WIDE.dimensions)
    assert ((found >= 0) & (found <= 1)).all()
    assert np.array_equal(found, broad(rng(3), WIDE, count))
    assert not np.array_equal(found, broad(rng(4), WIDE, count))


def test_the_broad_start_puts_one_point_in_every_stratum_of_every_axis():
    found = broad(rng(), WIDE, 64)
    assert (np.sort((found * 64).astype(int), axis=0) == np.arange(64)[:, None]).all()


@given(st.integers(0, 2**32 - 1), st.floats(0.001, 1.0))
def test_what_is_near_stays_within_the_space(seed, step):
    parents = rng(seed).uniform(size=(5, 3))
    found = near(rng(seed), parents, np.arange(1.0, 6.0), 20, step)
    assert found.shape == (20, 3)
    assert ((found >= 0) & (found <= 1)).all()


def test_what_is_near_follows_the_weights_of_its_parents():
    parents = np.array([[0.2, 0.2], [0.8, 0.8]])
    found = near(rng(), parents, np.array([3.0, 1.0]), 4000, 0.01)
    first = (found[:, 0] < 0.5).mean()
    assert first == pytest.approx(0.75, abs=4 * np.sqrt(0.75 * 0.25 / 4000))
    assert np.abs(found - np.where(found < 0.5, 0.2, 0.8)).max() < 0.06
