"""How large things are that nobody tells the size of: by the ground of their photos."""

from pathlib import Path

import pytest

from assets.cards.by_ground import Supposed, by_ground
from assets.cards.folder import cut_outs
from assets.catalogue import load_catalogue
from assets.fragments.set_ground import SetGround
from tests.cut_outs import disc, folder, wanted

BY = Supposed(camera_m=1.5, height_m=0.2)
HEIGHT = {"can": 0.08, "bag": 0.24}
ROAD = SetGround(horizon=0.3, height=HEIGHT, boxes=40, gain=0.5)
FEET = SetGround(horizon=None, height=HEIGHT, boxes=40, gain=0.0)
BOTH = frozenset(HEIGHT)


def test_on_a_road_things_are_as_high_as_the_camera_that_is_supposed_makes_them() -> None:
    found = by_ground(ROAD, BOTH, {}, BY)
    assert found.height_m == pytest.approx({"can": 0.12, "bag": 0.36})
    assert (found.guessed, found.camera_m) == (frozenset(), 1.5)


@pytest.mark.parametrize("ground", [ROAD, FEET])
def test_a_category_that_is_told_tells_the_others_whatever_is_supposed(ground: SetGround) -> None:
    found = by_ground(ground, frozenset({"bag"}), {"can": 0.1}, BY)
    assert found.height_m == pytest.approx({"bag": 0.3})
    assert found.guessed == frozenset()


def test_before_ones_feet_proportions_alone_are_known_and_sizes_stay_a_guess() -> None:
    found = by_ground(FEET, BOTH, {}, BY)
    assert found.height_m["bag"] / found.height_m["can"] == pytest.approx(3.0)
    assert found.height_m["bag"] * found.height_m["can"] == pytest.approx(0.2**2)
    assert found.guessed == BOTH


def test_what_the_ground_does_not_know_is_guessed() -> None:
    found = by_ground(ROAD, BOTH | {"lid"}, {}, BY)
    assert (found.height_m["lid"], found.guessed) == (0.2, {"lid"})
    assert by_ground(None, BOTH, {}, BY).height_m == {"can": 0.2, "bag": 0.2}


def test_cut_outs_are_as_large_as_the_ground_tells_beside_those_that_are_known(
    tmp_path: Path,
) -> None:
    kinds = {"a": {"category": "Sherds"}, "b": {"category": "sherpa"}, "c": {"category": "Cups"}}
    ground = SetGround(
        horizon=0.3, height={"Sherds": 0.1, "sherpa": 0.2, "Cups": 0.05}, boxes=40, gain=0.5
    )
    root = folder(tmp_path, {name: disc() for name in kinds}, ground=ground, **kinds)
    high = {a.category: a.size_m[2] for a in cut_outs(load_catalogue(1), wanted(root)).assets}
    assert high["sherpa"] / high["cup"] == pytest.approx(4.0, rel=0.01)
    assert high["Sherds"] / high["cup"] == pytest.approx(2.0, rel=0.01)
