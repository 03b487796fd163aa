"""Plans that method=scenes and method=mixture make of a small pool, previewed for real."""

from dataclasses import replace

import numpy as np
import pytest

from alignment.align.matching.exchange import first_of_alike
from alignment.align.matching.settings import MatchSettings
from alignment.align.methods.components import components_of
from alignment.align.methods.registry import method_of
from alignment.align.methods.uniform import TooFewScenes
from alignment.align.pool.previews import preview_pool
from alignment.align.pool.scene_pool import ScenePool
from alignment.real.split import Exposed
from scenes.processes.hands import ALONE
from scenes.sampling.sampler import scene_seed
from scenes.sampling.studio import EmptyScenes
from tests.alignment.align.matching.test_match import NAMES
from tests.alignment.align.methods.test_plans import CATALOGUE, studio
from tests.alignment.align.planted import AS_FOUND, target
from tests.alignment.align.planted_pool import boxes
from tests.alignment.align.pool.test_previews import HOW, far, silent

EACH = 12
FEW = replace(HOW, rounds=replace(HOW.rounds, first_scenes=EACH, most_scenes=EACH, tolerance=1.0))
POINTS = [far(n, distance) for n, distance in enumerate((1.5, 2.5, 4.0, 900.0))]
MATCH = MatchSettings(
    attributes=NAMES,
    pairs=(),
    bins=10,
    pair_bins=4,
    tau=1.0,
    oversampling=AS_FOUND,
    class_weights=None,
)
TARGET = target([0.5, 0.5], [(-3.0, 0.6), (-1.0, 0.5)])


@pytest.fixture(scope="module")
def pool():
    return ScenePool.of(preview_pool(FEW, ALONE, POINTS, 0, silent))


def selected(name, pool, spread=(0.8, 0.15)):
    real = Exposed(table=boxes(np.random.default_rng(3), 20, mean=(-2.0, 0.55), spread=spread))
    method = method_of(name, MATCH)
    return method, method.select(np.random.default_rng(1), real, {"": TARGET}, pool)


def seeds(pool, scenes):
    return [
        scene_seed(HOW.run_seed, pool.configs[pool.owner[s]].number, int(pool.place[s]))
        for s in scenes
    ]


@pytest.mark.parametrize("images", [1, 9])
def test_the_planned_scenes_are_those_of_the_pool(pool, images):
    method, selection = selected("scenes", pool)
    plan, foretold = method.plan(studio(HOW.run_seed), selection, images)
    of_seed = dict(zip(seeds(pool, range(len(pool))), range(len(pool)), strict=True))
    assert len({p.scene.seed for p in plan.scenes}) == images
    for planned in plan.scenes:
        scene = of_seed[planned.scene.seed]
        assert planned.scene.config_id == pool.configs[pool.owner[scene]].point.config.id
        assert planned.weight == selection.weights[scene]
    shown = pool.drawn(np.array([of_seed[p.scene.seed] for p in plan.scenes]))
    for name in ("bbox_area", "center_y", "depth"):  # previewed alike at the same size
        assert np.array_equal(foretold.column(name), shown.column(name))


def test_a_chosen_scene_that_shows_nothing_when_rendered_is_replaced_by_one_that_differs(pool):
    method, selection = selected("scenes", pool)
    strict = studio(HOW.run_seed)
    policy = replace(HOW.policy, min_visible_px=150)
    strict = replace(strict, previewer=type(strict.previewer)(CATALOGUE, policy, 80))
    plan, foretold = method.plan(strict, selection, 9)
    assert sorted(set(foretold.image_ids)) == list(range(1, 10))
    different = set(seeds(pool, first_of_alike(pool)))
    planned = {p.scene.seed for p in plan.scenes}
    assert len(planned) == 9
    assert planned <= different


def test_a_pool_of_which_nothing_shows_when_rendered_is_told(pool):
    method, selection = selected("scenes", pool)
    blind = studio(HOW.run_seed)
    policy = replace(HOW.policy, min_side_px=10_000)
    blind = replace(blind, previewer=type(blind.previewer)(CATALOGUE, policy, 80))
    with pytest.raises(EmptyScenes, match=r"raise pool\.most_scenes or lower"):
        method.plan(blind, selection, 2)


@pytest.mark.parametrize("images", [1, 30])
def test_a_mixture_draws_new_scenes_as_its_weights_say(pool, images):
    method, selection = selected("mixture", pool)
    plan, foretold = method.plan(studio(HOW.run_seed), selection, images)
    assert len(set(foretold.image_ids)) == len(plan) == images
    assert not {p.scene.seed for p in plan.scenes} & set(seeds(pool, range(len(pool))))
    by_config = pool.by_config(selection.weights)
    made = [[p.scene.config_id for p in plan.scenes].count(one.point.config.id)
            for one in pool.configs]  # fmt: skip
    assert (np.abs(np.array(made) - images * by_config) < 1).all()
    assert made[3] == 0


def test_uniform_takes_scenes_of_the_whole_pool_alike_and_none_twice(pool):
    method, selection = selected("uniform", pool)
    assert np.ptp(selection.weights) == 0
    plan, _ = method.plan(studio(HOW.run_seed), selection, 20)
    planned = {p.scene.seed for p in plan.scenes}
    assert len(planned) == 20
    assert planned <= set(seeds(pool, range(len(pool))))
    assert {p.scene.config_id for p in plan.scenes} == {
        pool.configs[o].point.config.id for o in np.unique(pool.owner)
    }


def test_uniform_says_that_the_pool_has_too_few_scenes(pool):
    method, selection = selected("uniform", pool)
    with pytest.raises(TooFewScenes, match=r"1000 images are asked for, the pool has \d+"):
        method.plan(studio(HOW.run_seed), selection, 1000)


@pytest.mark.parametrize("name", ["mixture", "scenes", "uniform"])
def test_weights_and_shares_of_a_selection_sum_to_1(pool, name):
    _, selection = selected(name, pool)
    assert selection.weights.sum() == pytest.approx(1)
    assert sum(stand.image_share for stand in selection.stands) == pytest.approx(1)
    component = components_of(pool, {"": TARGET})
    for stand in selection.stands:
        own = selection.weights[component == stand.component].sum()
        assert stand.image_share == pytest.approx(own)


def test_weights_of_a_mixture_are_equal_within_a_configuration(pool):
    _, selection = selected("mixture", pool)
    for number in range(3):
        assert np.ptp(selection.weights[pool.owner == number]) == 0


@pytest.mark.parametrize("name", ["mixture", "scenes", "uniform"])
def test_one_seed_gives_one_plan(pool, name, tmp_path):
    for path in ("a", "b"):
        method, selection = selected(name, pool)
        method.plan(studio(), selection, 5)[0].write(tmp_path / path)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
