import itertools
import json

import numpy as np
import pytest
import trimesh

from assets.catalogue import Catalogue, UnknownAsset, load_catalogue
from scenes.config.cast import UnknownShape
from scenes.model.scene import Placement, Scene
from scenes.sampling.sampler import SceneSampler, UnknownStrategy, scene_seed
from tests.scenes.configs import scene_config


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(2)


@pytest.fixture(scope="module")
def scenes(catalogue: Catalogue) -> list[Scene]:
    crowded = {"low": 3, "high": 6, "log": False}
    base = scene_config()
    config = scene_config(objects={**_plain(base.objects), "count": crowded})
    sampler = SceneSampler.of(config, catalogue)
    return [sampler.sample(seed) for seed in range(60)]


def _plain(objects: object) -> dict[str, object]:
    from dataclasses import asdict  # noqa: PLC0415  # only this helper needs it

    return asdict(objects)  # type: ignore[call-overload, no-any-return]


def _world(catalogue: Catalogue, placed: Placement) -> trimesh.Trimesh:
    mesh = catalogue.get(placed.asset_id).mesh()
    vertices = mesh.vertices @ placed.object_to_world[:3, :3].T + placed.object_to_world[:3, 3]
    return trimesh.Trimesh(vertices, mesh.triangles, process=False)


def test_one_seed_makes_one_scene(catalogue: Catalogue) -> None:
    config = scene_config()
    first = SceneSampler.of(config, catalogue).sample(7)
    again = SceneSampler.of(config, load_catalogue(2)).sample(7)
    assert json.dumps(first.to_json()) == json.dumps(again.to_json())
    assert first.to_json() != SceneSampler.of(config, catalogue).sample(8).to_json()


def test_an_undressed_scene_has_the_geometry_of_the_dressed_one(catalogue: Catalogue) -> None:
    sampler = SceneSampler.of(scene_config(), catalogue)
    bare, dressed = sampler.sample(3, dressed=False), sampler.sample(3)
    assert bare.camera.camera_to_world.tolist() == dressed.camera.camera_to_world.tolist()
    for a, b in zip(bare.objects, dressed.objects, strict=True):
        assert (a.asset_id, a.object_to_world.tolist()) == (b.asset_id, b.object_to_world.tolist())


def test_a_scene_survives_json(scenes: list[Scene]) -> None:
    for scene in scenes[:10]:
        told = json.loads(json.dumps(scene.to_json()))
        assert Scene.from_json(told).to_json() == scene.to_json()


def test_objects_stand_on_the_floor_upright(catalogue: Catalogue, scenes: list[Scene]) -> None:
    for scene in scenes:
        for placed in scene.objects:
            assert abs(_world(catalogue, placed).bounds[0, 2]) < 1e-9
            scale = np.linalg.norm(placed.object_to_world[:3, 2])
            np.testing.assert_allclose(placed.object_to_world[:3, 2], [0, 0, scale], atol=1e-12)


def test_no_object_reaches_into_another(catalogue: Catalogue, scenes: list[Scene]) -> None:
    pairs = 0
    for scene in scenes:
        hulls = [_world(catalogue, p).bounding_box_oriented for p in scene.objects]
        outlines = [_footprint(catalogue, p) for p in scene.objects]
        for a, b in itertools.combinations(range(len(hulls)), 2):
            assert not _polygons_overlap(outlines[a], outlines[b])
            pairs += 1
    assert pairs > 100


def test_the_camera_is_outside_every_object(catalogue: Catalogue, scenes: list[Scene]) -> None:
    for scene in scenes:
        position = scene.camera.camera_to_world[:3, 3]
        assert position[2] >= 0.15
        for placed in scene.objects:
            low, high = _world(catalogue, placed).bounds
            assert not ((position > low) & (position < high)).all() or _clear(
                catalogue, placed, position
            )


def _clear(catalogue: Catalogue, placed: Placement, position: np.ndarray) -> bool:
    outline = _footprint(catalogue, placed)
    return not _inside(outline, position[:2])


def _footprint(catalogue: Catalogue, placed: Placement) -> np.ndarray:
    mesh = catalogue.get(placed.asset_id).mesh()
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    corners = np.array([[low[0], low[1], 0], [high[0], low[1], 0], [high[0], high[1], 0],
                        [low[0], high[1], 0]])  # fmt: skip
    return (corners @ placed.object_to_world[:3, :3].T + placed.object_to_world[:3, 3])[:, :2]


def _polygons_overlap(a: np.ndarray, b: np.ndarray) -> bool:
    """Sample the smaller outline densely: an oracle that knows nothing of separating axes."""
    u, v = np.meshgrid(np.linspace(0, 1, 12), np.linspace(0, 1, 12))
    points = a[0] + u.reshape(-1, 1) * (a[1] - a[0]) + v.reshape(-1, 1) * (a[3] - a[0])
    return any(_inside(b, point) for point in points)


def _inside(outline: np.ndarray, point: np.ndarray) -> bool:
    edges = np.roll(outline, -1, axis=0) - outline
    to_point = point - outline
    return bool((edges[:, 0] * to_point[:, 1] - edges[:, 1] * to_point[:, 0] > 1e-9).all())


def test_clutter_is_never_of_the_target_category(catalogue: Catalogue) -> None:
    clutter = {
        "categories": ["chair", "table"],
        "occluders": {"low": 3, "high": 3, "log": False},
        "bystanders": {"low": 2, "high": 2, "log": False},
        "cover": {"low": 0.5, "high": 0.5, "log": False},
    }
    sampler = SceneSampler.of(scene_config(clutter=clutter), catalogue)
    for seed in range(20):
        for placed in sampler.sample(seed).objects:
            is_chair = catalogue.get(placed.asset_id).category == "chair"
            assert (placed.category_id == 62) == is_chair


def test_shapes_restrict_the_cast(catalogue: Catalogue) -> None:
    sampler = SceneSampler.of(scene_config(shapes=["stool"]), catalogue)
    seen = {p.asset_id.split("/")[1] for s in range(10) for p in sampler.sample(s).objects
            if p.category_id}  # fmt: skip
    assert seen == {"stool"}


def test_unknown_names_list_what_there_is(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownShape, match=r"throne.*stool"):
        SceneSampler.of(scene_config(shapes=["throne"]), catalogue)
    with pytest.raises(UnknownStrategy, match="on_surface"):
        SceneSampler.of(scene_config(strategy="nowhere"), catalogue)
    with pytest.raises(UnknownAsset, match="chair"):
        SceneSampler.of(scene_config(category="zeppelin"), catalogue)


def test_streams_of_seeds_do_not_meet() -> None:
    seeds = {scene_seed(0, stream, number) for stream in range(40) for number in range(40)}
    assert len(seeds) == 1600
