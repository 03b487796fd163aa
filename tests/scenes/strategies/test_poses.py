"""What lies, stands upside down or is stacked: where it is, and that it is so only when asked."""

import itertools
import json
from functools import cache
from typing import Any

import numpy as np
import pytest
import trimesh

from assets.catalogue import load_catalogue
from scenes.config.from_mapping import BadSetting
from scenes.layout.standing import Layout, Standing
from scenes.model.scene import Placement
from scenes.sampling.sampler import SceneSampler
from scenes.strategies.registry import STRATEGIES
from tests.scenes.configs import fixed, strategy_config, strategy_settings
from tests.scenes.penetration import penetration_m, placed_mesh, worn_pairs

CATALOGUE = load_catalogue(2)
SCENES = 16
DEEPEST_M, OFF_M = 0.005, 0.001
CASES = [("on_surface", "cup"), ("grouped", "cup"), ("on_surface", "bag"), ("grouped", "bottle")]
MIXED = {"lying": fixed(0.4), "upturned": fixed(0.3), "stacked": fixed(0.5)}


def placement(name: str, **changes: Any) -> dict[str, Any]:
    return {**strategy_settings(name)["placement"], **changes}


@cache
def layouts(name: str, category: str, shapes: tuple[str, ...] = ()) -> tuple[Layout, ...]:
    config = strategy_config(
        name, category=category, shapes=shapes, placement=placement(name, **MIXED)
    )
    sampler = SceneSampler.of(config, CATALOGUE)
    return tuple(
        STRATEGIES[config.strategy](np.random.default_rng(seed), config, sampler.cast)
        for seed in range(SCENES)
    )


def mesh_of(standing: Standing) -> trimesh.Trimesh:
    placed = Placement(
        instance=1, asset_id=standing.asset.id, category=standing.asset.category, category_id=0,
        object_to_world=standing.object_to_world(), materials=(),
    )  # fmt: skip
    return placed_mesh(CATALOGUE, placed)


def targets(name: str, category: str) -> list[Standing]:
    return [s for layout in layouts(name, category) for s in layout.standing if s.is_target]


@pytest.mark.parametrize(("name", "category"), CASES)
def test_nothing_reaches_into_another_however_it_rests(name: str, category: str) -> None:
    for layout in layouts(name, category):
        meshes, worn = [mesh_of(s) for s in layout.standing], worn_pairs(layout)
        for (i, a), (j, b) in itertools.combinations(enumerate(meshes), 2):
            if {i, j} in worn:  # straps go round who wears them
                continue
            if (a.bounds[0] < b.bounds[1]).all() and (b.bounds[0] < a.bounds[1]).all():
                assert penetration_m(a, b) <= DEEPEST_M


@pytest.mark.parametrize(("name", "category"), CASES)
def test_what_lies_rests_where_it_says_and_its_share_is_the_asked(name: str, category: str) -> None:
    rested = [s for s in targets(name, category) if s.rest is not None]
    assert 0.1 < len(rested) / len(targets(name, category)) < 0.8
    for standing in rested:
        assert abs(mesh_of(standing).vertices[:, 2].min() - standing.z_m) < OFF_M


@pytest.mark.parametrize("name", ["on_surface", "grouped"])
def test_cups_are_stacked_upon_the_same_upright_or_upside_down(name: str) -> None:
    stacked = {True: 0, False: 0}
    for layout in layouts(name, "cup", ("reusable_cup",)):
        for a, b in itertools.combinations([s for s in layout.standing if s.is_target], 2):
            if (a.x_m, a.y_m) == (b.x_m, b.y_m):
                assert (a.asset, a.scale, a.rest) == (b.asset, b.scale, b.rest) and a.z_m != b.z_m
                stacked[a.rest is None] += 1
    assert min(stacked.values()) > 0


def test_by_default_all_stand_and_poses_that_nothing_takes_change_no_scene() -> None:
    told = strategy_config("on_surface", category="cup")
    none = strategy_config(
        "on_surface", category="cup", placement=placement("on_surface", poses={})
    )
    for seed in range(4):
        one, other = (
            SceneSampler.of(c, CATALOGUE).sample(seed, dressed=False) for c in (told, none)
        )
        assert json.dumps(one.to_json()) == json.dumps(other.to_json())
        assert all(abs(placed.object_to_world[2, :2]).max() == 0 for placed in one.objects)


def test_a_mug_never_lies_on_its_handle() -> None:
    config = strategy_config(
        "on_surface", category="cup", shapes=["mug"],
        placement=placement("on_surface", lying=fixed(1.0)),
    )  # fmt: skip
    sampler = SceneSampler.of(config, CATALOGUE)
    for seed in range(12):
        for placed in sampler.sample(seed, dressed=False).objects:
            if placed.category_id:
                handle = CATALOGUE.get(placed.asset_id).keypoints["handle"]
                middle = np.array([handle[0], 0, 0]) / 2
                pose = placed.object_to_world
                assert pose[2, :3] @ handle > pose[2, :3] @ middle - 0.03


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(BadSetting, match=r"lying is \[1\.5, 1\.5\]; expected 0 to 1"):
        strategy_config("on_surface", placement=placement("on_surface", lying=fixed(1.5)))
