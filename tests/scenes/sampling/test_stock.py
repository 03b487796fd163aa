import json
from dataclasses import replace

import numpy as np

from assets.catalogue import load_catalogue
from scenes.model.scene import Material, Scene
from scenes.sampling.sampler import SceneSampler
from scenes.sampling.stock import finished, material
from tests.scenes.configs import scene_config

CATALOGUE = load_catalogue(1)
CUP = CATALOGUE.get("cup/reusable_cup/0").mesh()


def finishes(count: int) -> list[Material]:
    return [finished(np.random.default_rng(seed), CUP)[0] for seed in range(count)]


def test_a_print_is_drawn_beside_the_finish_which_stays_as_it_is() -> None:
    for seed, told in enumerate(finishes(20)):
        drawn = material(np.random.default_rng(seed), CUP.slot_names[0])
        assert replace(told, print=None) == drawn


def test_as_many_carry_a_print_as_their_shape_says_and_no_two_the_same() -> None:
    prints = [told.print for told in finishes(300)]
    printed = [one for one in prints if one is not None]
    assert abs(len(printed) / 300 - 0.9) < 4 * np.sqrt(0.9 * 0.1 / 300)
    assert len({one.seed for one in printed}) == len(printed)


def test_a_print_lies_on_the_thing_that_carries_it() -> None:
    low, high = CUP.vertices.min(axis=0), CUP.vertices.max(axis=0)
    told = next(one.print for one in finishes(20) if one.print)
    assert (np.array(told.low_m) >= low).all() and (np.array(told.high_m) <= high).all()


def test_only_what_is_printed_says_so_in_a_plan_and_both_are_read_back() -> None:
    drawn = SceneSampler.of(scene_config(category="cup"), CATALOGUE).sample(3)
    plain, inked = (replace(drawn.objects[0], materials=(one,)) for one in told_pair())
    scene = replace(drawn, objects=(plain, replace(inked, instance=2)))
    told = scene.to_json()
    assert ["print" in placed["materials"][0] for placed in told["objects"]] == [False, True]
    assert Scene.from_json(json.loads(json.dumps(told))).to_json() == told
    assert Scene.from_json(told).objects[1].materials == inked.materials


def told_pair() -> tuple[Material, Material]:
    """One finish without a print and one with."""
    inked = next(one for one in finishes(20) if one.print)
    return replace(inked, print=None), inked
