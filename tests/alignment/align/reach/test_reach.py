import json
import math

import numpy as np
import pytest

from alignment.align.reach.reach import (
    ASSETS,
    Knob,
    Unreached,
    component_reachability,
    reachability,
)
from alignment.align.reach.words import sentence

SCENES = 4000


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def knobs_of(rng, **values):
    """Knobs from 0 to 1, uniform where not told, one value a scene."""
    free = {f"free.{n}": rng.uniform(0, 1, SCENES) for n in range(4)}
    return {key: Knob(values=v, low=0.0, high=1.0) for key, v in {**free, **values}.items()}


def reached(real, pool, knobs):
    return reachability(real, pool, np.arange(SCENES), knobs)


def test_a_pool_of_the_same_population_reaches_it(rng):
    real, pool = rng.normal(0.5, 0.1, 2000), rng.normal(0.5, 0.1, SCENES)
    assert reached({"center_y": real}, {"center_y": pool}, knobs_of(rng)) == ()


def test_the_share_beyond_a_cut_is_told_with_its_side_and_where_the_pool_stops(rng):
    real, pool = rng.uniform(0, 1, 4000), rng.uniform(0, 0.7, SCENES)
    (found,) = reached({"center_y": real}, {"center_y": pool}, knobs_of(rng))
    width = 0.125 * 0.5 / 1.349
    assert (found.side, found.knob) == ("above", "")
    assert found.share == pytest.approx(0.3 - width, abs=0.02)
    assert found.stops == pytest.approx(0.7, abs=0.01)
    assert found.begins == pytest.approx(0.7 + width, abs=0.01)


def test_both_ends_and_a_hole_are_three_findings(rng):
    real = rng.uniform(0, 1, 4000)
    pool = rng.uniform(0.1, 0.9, SCENES)
    pool[(pool > 0.4) & (pool < 0.7)] = 0.2
    found = reached({"center_x": real}, {"center_x": pool}, knobs_of(rng))
    assert {one.side for one in found} == {"below", "above", "between"}
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)


@pytest.mark.parametrize(("sign", "bound"), [(1, "high"), (-1, "low")])
def test_the_knob_at_whose_bound_the_nearest_scenes_are_is_named(rng, sign, bound):
    distance = rng.uniform(0, 1, SCENES)
    pool = sign * distance + rng.normal(0, 0.03, SCENES)
    real = rng.uniform(-0.5, 1, 2000) + (0.5 if sign > 0 else -0.5)
    (found,) = reached({"center_y": real}, {"center_y": pool}, knobs_of(rng, distance=distance))
    assert (found.knob, found.bound, found.bound_value) == ("distance", bound, float(sign > 0))


def test_a_knob_that_is_everywhere_at_its_bound_is_not_to_blame(rng):
    stuck = np.ones(SCENES)
    real, pool = rng.uniform(0, 1, 2000), rng.uniform(0, 0.7, SCENES)
    (found,) = reached({"center_y": real}, {"center_y": pool}, knobs_of(rng, stuck=stuck))
    assert found.knob == ""


def test_proportions_that_no_knob_bounds_are_the_assets(rng):
    real = rng.normal(0.3, 0.4, 4000)
    pool = np.minimum(rng.normal(0.1, 0.4, SCENES), math.log(1.6))
    (found,) = reached({"aspect": real}, {"aspect": pool}, knobs_of(rng))
    told = sentence(found, "chair")
    assert found.knob == ASSETS
    assert told.startswith(f"{found.share:.0%} of the real chair boxes are wider than 1.7:1; ")
    assert told.endswith("your shapes stop at 1.6:1; nearest knob: assets")


def test_whole_numbers_are_reached_by_themselves_only(rng):
    real, pool = rng.integers(1, 6, 2000), rng.integers(1, 4, SCENES)
    (found,) = reached({"objects_per_image": real}, {"objects_per_image": pool}, knobs_of(rng))
    assert found.share == pytest.approx(0.4, abs=0.03)
    assert (found.begins, found.stops) == (4, 3)


def test_fewer_boxes_than_enough_reach_nothing(rng):
    real, pool = rng.normal(0, 1, 500), np.full(SCENES, np.nan)
    pool[:4] = 0.0
    found = reached({"center_y": real}, {"center_y": pool}, knobs_of(rng))
    assert sum(one.share for one in found) == pytest.approx(1, abs=0.05)
    (nothing,) = reached({"center_y": real}, {"center_y": pool * np.nan}, knobs_of(rng))
    assert (nothing.share, nothing.stops, nothing.knob) == (1, None, "")


def test_a_component_that_only_the_combination_keeps_out_of_reach_is_found(rng):
    # high things are small in every scene, low things large; the second component is high and large
    height = rng.uniform(0, 1, SCENES)
    pool = {"bbox_area": -4 + 3 * height + rng.normal(0, 0.1, SCENES), "center_y": height}
    means = np.array([[-2.5, 0.5], [-1.3, 0.2]])
    component = np.repeat([0, 1], 1000)
    drawn = means[component] + rng.normal(0, 1, (2000, 2)) * [0.1, 0.03]
    real = dict(zip(pool, drawn.T, strict=True))
    scenes = np.arange(SCENES)
    assert reachability(real, pool, scenes, knobs_of(rng)) == ()
    (found,) = component_reachability(real, component, pool, scenes, knobs_of(rng))
    assert (found.component, found.main, found.side) == (1, "bbox_area", "above")
    assert found.share > 0.95
    assert found.begins == pytest.approx(-1.3, abs=0.02)  # within what some scenes show
    assert found.stops < found.begins - 0.2
    assert sentence(found, "chair").startswith(
        f"{found.share:.0%} of the real chair boxes of component 1 are combinations that no scene "
        "shows (bbox_area \N{MULTIPLICATION SIGN} center_y): at 27."
    )


def test_a_component_beyond_the_pool_is_told_along_the_axis_where_it_is(rng):
    distance = rng.uniform(0, 1, SCENES)
    pool = {"bbox_area": -1 - 3 * distance + rng.normal(0, 0.1, SCENES),
            "center_y": rng.uniform(0, 1, SCENES)}  # fmt: skip
    real = {"bbox_area": rng.normal(-0.3, 0.1, 1000), "center_y": rng.normal(0.5, 0.1, 1000)}
    (found,) = component_reachability(
        real, np.zeros(1000, int), pool, np.arange(SCENES), knobs_of(rng, distance=distance)
    )
    assert (found.main, found.side) == ("bbox_area", "above")
    assert (found.knob, found.bound) == ("distance", "low")
    assert "larger than the nearest scenes" in sentence(found, "chair")
    assert sentence(found, "chair").endswith("nearest knob: distance, at its lower bound 0")


def test_what_is_told_is_plain_data_and_the_units_of_the_image_do_not_matter(rng):
    real, pool = rng.uniform(0, 1, 2000), rng.uniform(0, 0.7, SCENES)
    plain, scaled = (
        reached({"visible_area": k * real}, {"visible_area": k * pool}, {}) for k in (1, 1000)
    )
    told = json.loads(json.dumps(plain[0].to_json()))
    assert told["attributes"] == ["visible_area"]
    assert plain[0].share == pytest.approx(scaled[0].share)


def test_a_knob_whose_bounds_are_crossed_is_refused():
    with pytest.raises(ValueError, match="low <= high"):
        Knob(values=np.zeros(3), low=1.0, high=0.0)


def test_of_no_real_value_nothing_is_said(rng):
    empty = {"center_y": np.full(3, np.nan)}
    pool, scenes = {"center_y": rng.uniform(0, 1, SCENES)}, np.arange(SCENES)
    assert reachability(empty, pool, scenes, {}) == ()
    assert component_reachability(empty, np.zeros(3, int), pool, scenes, {}) == ()


def test_shapes_that_no_scene_shows_are_named_in_a_sentence_and_in_json():
    found = Unreached(
        attributes=("shape",), component=None, share=0.12, main="shape", side="between",
        begins=None, stops=None, knob=ASSETS, bound="", bound_value=None, names=("pew", "throne"),
    )  # fmt: skip
    assert sentence(found, "chair") == (
        "12% of the real chair boxes have a shape that no scene shows: pew, throne; nearest knob: "
        "assets"
    )
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["names"] == ["pew", "throne"]
