import itertools
import json
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import trimesh

from assets.catalogue import Catalogue, load_catalogue
from scenes.layout.in_view import shows_a_target
from scenes.layout.standing import Layout, fits
from scenes.model.scene import Scene
from scenes.preview.preview import preview, visible_objects
from scenes.sampling.sampler import SceneSampler
from scenes.strategies.registry import STRATEGIES
from tests.scenes.configs import composed, labels_of, strategy_config, strategy_settings
from tests.scenes.penetration import drop_m, is_inside, penetration_m, placed_mesh, worn_pairs

NAMES = ("baseline", "filtered", "on_surface", "white", "close_up", "cluttered", "grouped")
STANDING = ("on_surface", "close_up", "cluttered", "grouped")  # white lays out as on_surface
TARGETS = ("chair", "table", "sofa", "bag", "bottle")
CASES = [(name, category) for name in STANDING for category in TARGETS]
HUNG = [("baseline", category) for category in TARGETS]  # filtered hangs them as baseline does
SCENES = 50
DEEPEST_M, OFF_M = 0.005, 0.001


@cache
def _catalogue() -> Catalogue:
    return load_catalogue(2)


@cache
def _scenes(name: str, category: str) -> tuple[Scene, ...]:
    config = strategy_config(name, category=category)
    sampler = SceneSampler.of(config, _catalogue())
    return tuple(sampler.sample(seed, dressed=False) for seed in range(SCENES))


def _layout(name: str, category: str, seed: int) -> Layout:
    sampler = SceneSampler.of(strategy_config(name, category=category), _catalogue())
    geometry = np.random.default_rng(np.random.SeedSequence(seed).spawn(2)[0])
    return STRATEGIES[sampler.config.strategy](geometry, sampler.config, sampler.cast)


def _meshes(scene: Scene) -> list[trimesh.Trimesh]:
    return [placed_mesh(_catalogue(), placed) for placed in scene.objects]


@pytest.mark.parametrize(("name", "category"), [*HUNG, *CASES])
def test_nothing_reaches_five_millimetres_into_another(name: str, category: str) -> None:
    near = 0
    for seed, scene in enumerate(_scenes(name, category)):
        worn = worn_pairs(_layout(name, category, seed)) if name != "baseline" else []
        meshes = _meshes(scene)
        for (i, a), (j, b) in itertools.combinations(enumerate(meshes), 2):
            if {i, j} in worn:  # straps go round who wears them
                continue
            if (a.bounds[0] < b.bounds[1]).all() and (b.bounds[0] < a.bounds[1]).all():
                near += 1
                assert penetration_m(a, b) <= DEEPEST_M
    assert near > 0 or name in ("baseline", "close_up")


@pytest.mark.parametrize(("name", "category"), CASES)
def test_every_object_stands_on_the_floor_or_on_what_it_says(name: str, category: str) -> None:
    for seed, scene in enumerate(_scenes(name, category)):
        layout, meshes = _layout(name, category, seed), _meshes(scene)
        for mesh, support in zip(meshes, layout.supports, strict=True):
            lowest = mesh.vertices[:, 2].min()
            if support is None:
                assert abs(lowest) <= OFF_M
                continue
            if layout.standing[support].asset.category == "body":
                continue
            feet = mesh.vertices[mesh.vertices[:, 2] < lowest + OFF_M]
            below = [drop_m(foot, meshes[support], 2 * OFF_M) for foot in feet]
            assert np.abs(below).max() <= OFF_M


def test_packs_are_worn_by_bodies_who_show_them_from_behind() -> None:
    worn = 0
    for seed in range(SCENES):
        layout = _layout("on_surface", "bag", seed)
        for bag, person in ((min(p, key=_is_body(layout)), max(p, key=_is_body(layout)))
                            for p in worn_pairs(layout)):  # fmt: skip
            worn += 1
            bag_, by = layout.standing[bag], layout.standing[person]
            assert bag_.asset.shape in ("backpack", "hiking_pack")
            top_m = bag_.z_m + bag_.asset.keypoints["top_left"][2] * bag_.scale
            assert top_m == pytest.approx(by.asset.supports[0].z_m * by.scale, abs=1e-6)
            ahead = np.array([math.sin(by.yaw_rad), -math.cos(by.yaw_rad)])  # a body faces -y
            behind = ahead @ (by.x_m - bag_.x_m, by.y_m - bag_.y_m)
            assert 0.05 < behind < 0.6
            assert by.z_m == 0
    assert worn > 5


def test_where_several_packs_are_worn_few_are_left_out_for_want_of_a_wearer() -> None:
    count, near = {"low": 3, "high": 3, "log": False}, {"low": 3.0, "high": 3.0, "log": False}
    told = strategy_settings("on_surface")
    config = strategy_config(
        "on_surface", category="bag", shapes=("backpack",),
        objects={**told["objects"], "count": count, "spread_m": near},
        placement={**told["placement"], "stands_on": {"backpack": ["body"]}},
    )  # fmt: skip
    sampler = SceneSampler.of(config, load_catalogue(2))
    layouts = [
        STRATEGIES["on_surface"](np.random.default_rng(seed), config, sampler.cast)
        for seed in range(SCENES)
    ]
    assert np.mean([len(worn_pairs(layout)) for layout in layouts]) > 2.8


def _is_body(layout: Layout) -> Callable[[int], bool]:
    return lambda index: layout.standing[index].asset.category == "body"


def test_bottles_stand_on_tables_and_on_shelves() -> None:
    held_by = set()
    for seed in range(SCENES):
        layout = _layout("on_surface", "bottle", seed)
        held_by |= {layout.standing[s].asset.category for s in layout.supports if s is not None}
    assert held_by == {"table", "shelf"}


@pytest.mark.parametrize(("name", "category"), [*HUNG, *CASES])
def test_the_camera_is_above_the_floor_and_in_nothing(name: str, category: str) -> None:
    for scene in _scenes(name, category):
        eye = scene.camera.camera_to_world[:3, 3]
        assert eye[2] >= 0.15
        assert not any(is_inside(eye[None], mesh)[0] for mesh in _meshes(scene))


@pytest.mark.parametrize("name", ["on_surface", "close_up", "grouped"])
@pytest.mark.parametrize("tilt_deg", [30.0, 55.0])
def test_from_near_and_high_the_camera_looks_no_steeper_than_it_may(
    name: str, tilt_deg: float
) -> None:
    near, wide = {"low": 0.5, "high": 2.0, "log": True}, {"low": 0.0, "high": 1.0, "log": False}
    told = {**strategy_settings(name)["camera"], "distance_m": near, "aim_y": wide}
    config = strategy_config(name, camera={**told, "tilt_deg": tilt_deg})
    sampler = SceneSampler.of(config, _catalogue())
    poses = [sampler.sample(s, dressed=False).camera.camera_to_world for s in range(SCENES)]
    steepest = max(abs(np.degrees(np.arcsin(pose[2, 2]))) for pose in poses)
    assert tilt_deg - 5 < steepest <= tilt_deg + 1e-6


def test_where_it_may_the_camera_looks_straight_down_from_near_and_high() -> None:
    near, high = {"low": 0.5, "high": 0.9, "log": True}, {"low": 2.2, "high": 2.2, "log": False}
    told = {**strategy_settings("on_surface")["camera"], "distance_m": near, "height_m": high}
    on_table = {**strategy_settings("on_surface")["placement"], "stands_on": {"cup": ["table"]}}
    config = strategy_config(
        "on_surface", category="cup", camera={**told, "tilt_deg": 90.0}, placement=on_table
    )
    sampler = SceneSampler.of(config, _catalogue())
    for seed in range(20):
        scene = sampler.sample(seed, dressed=False)
        focus_m = scene.objects[0].object_to_world[:3, 3]
        down = focus_m - scene.camera.camera_to_world[:3, 3]
        assert -down[2] / np.linalg.norm(down) > np.cos(np.radians(15))


@pytest.mark.parametrize(("name", "category"), [*HUNG, *CASES])
def test_the_picture_shows_a_target(name: str, category: str) -> None:
    empty = 0
    for scene in _scenes(name, category):
        shown = preview(scene, _catalogue(), (160, 120)).instances
        empty += not any((shown == p.instance).any() for p in scene.objects if p.category_id)
    assert empty <= (name == "cluttered")  # there a thing may be hidden by what stands about


@pytest.mark.parametrize("name", NAMES)
def test_one_seed_makes_one_scene_to_the_byte(name: str) -> None:
    one, other = (
        SceneSampler.of(strategy_config(name), load_catalogue(2)).sample(11) for _ in range(2)
    )
    assert json.dumps(one.to_json()) == json.dumps(other.to_json())


@pytest.mark.parametrize(("name", "category"), CASES)
def test_an_amodal_count_is_what_the_object_covers_alone(name: str, category: str) -> None:
    for scene in _scenes(name, category)[:10]:
        together = preview(scene, _catalogue(), (160, 120))
        for placed in scene.objects:
            only = replace(scene, objects=(replace(placed, instance=1),))
            alone = preview(only, _catalogue(), (160, 120)).instances
            assert together.amodal.px[placed.instance - 1] == (alone == 1).sum()


def test_clutter_hides_anything_from_a_tenth_to_nothing() -> None:
    visible = [
        seen.px[p.instance - 1] / shown.amodal.px[p.instance - 1]
        for scene in _scenes("cluttered", "chair")
        for shown in [preview(scene, _catalogue(), (160, 120))]
        for seen in [visible_objects(shown.instances, shown.depth_m, len(scene.objects))]
        for p in scene.objects
        if p.category_id and shown.amodal.px[p.instance - 1] >= 50
    ]
    shares = np.histogram(visible, [0.1, 0.4, 0.7, 0.95, 1.0])[0] / len(visible)
    assert (shares > 0.08).all()


def test_chairs_face_their_table_and_some_are_under_it() -> None:
    tucked = 0
    for seed in range(SCENES):
        layout = _layout("grouped", "chair", seed)
        table = next(s for s in layout.standing if s.asset.category == "table")
        for chair in (s for s in layout.standing if s.is_target):
            front = chair.object_to_world()[:2, 1] / -chair.scale
            side = table.object_to_world()[:2, :2].T @ front  # in the table's axes
            if table.asset.shape not in ("round", "side_table", "pedestal"):
                assert np.abs(side).max() > np.cos(np.radians(12.001))
            tucked += not fits(chair, (table,), 0.0)
    assert tucked > SCENES


def test_a_group_is_built_round_whatever_is_labelled() -> None:
    for category, beside in (("table", "chair"), ("bottle", "chair"), ("bag", "table")):
        standing = [s for seed in range(10) for s in _layout("grouped", category, seed).standing]
        assert {s.asset.category for s in standing if s.is_target} == {category}
        assert beside in {s.asset.category for s in standing if not s.is_target}


def test_the_baseline_hangs_in_the_air_and_is_turned_every_way() -> None:
    poses = [p.object_to_world for s in _scenes("baseline", "chair") for p in s.objects]
    up = np.array([pose[:3, 2] / np.linalg.norm(pose[:3, 2]) for pose in poses])
    assert np.abs(up.mean(axis=0)).max() < 4 / np.sqrt(3 * len(up))  # four standard errors
    np.testing.assert_allclose((up**2).mean(axis=0), 1 / 3, atol=0.12)
    lowest = [m.vertices[:, 2].min() for s in _scenes("baseline", "chair") for m in _meshes(s)]
    assert min(lowest) >= 0.0


def test_a_close_up_is_large_or_cut() -> None:
    large = 0
    for scene in _scenes("close_up", "chair"):
        shown, (width, height) = preview(scene, _catalogue(), (160, 120)), (160, 120)
        x0, y0, x1, y1 = shown.amodal.box[0]
        cut = min(x0, y0, width - 1 - x1, height - 1 - y1) <= 0
        large += cut or (x1 - x0) * (y1 - y0) > 0.15 * width * height
    assert large >= 0.8 * SCENES


def test_filtered_is_the_baseline_under_a_stricter_label_policy() -> None:
    one, other = strategy_settings("baseline"), strategy_settings("filtered")
    assert one == other
    assert labels_of("filtered") == {**labels_of("baseline"), "min_visible_px": 50}


def test_white_is_on_surface_before_white() -> None:
    told = composed("white")["scene"]
    assert told["background"]["weights"]["white"] == 1.0
    assert {**told, "background": {}} == {**composed("on_surface")["scene"], "background": {}}


def test_a_sight_line_through_a_box_is_not_counted() -> None:
    layout = _layout("on_surface", "chair", 0)
    eye = layout.camera.camera_to_world[:3, 3]
    first = layout.standing[0]
    wall = replace(first, is_target=False, x_m=eye[0] / 2, y_m=eye[1] / 2, yaw_rad=0.0, scale=3.0)
    alone = replace(layout, standing=(first,), supports=(None,))
    walled = replace(layout, standing=(first, wall), supports=(None, None))
    assert shows_a_target(alone)
    assert not shows_a_target(walled)
