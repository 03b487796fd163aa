import json

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from assets.catalogue import Catalogue, load_catalogue
from assets.materials import material_kinds, wall_kinds
from scenes.model.background import WALLS, Furnishing, Opening, Panel, Room
from scenes.model.scene import Scene
from scenes.sampling.furniture import HALL_M2, apart_m
from scenes.sampling.sampler import SceneSampler
from tests.scenes.configs import background_settings, scene_config, scene_settings

Points = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(1)


@pytest.fixture(scope="module", params=[(2.0, 6.0), (20.0, 40.0)], ids=["near", "far"])
def scenes(catalogue: Catalogue, request: pytest.FixtureRequest) -> list[Scene]:
    low, high = request.param
    camera = {
        **scene_settings()["camera"], "distance_m": {"low": low, "high": high, "log": False}
    }  # fmt: skip
    config = scene_config(camera=camera, background=background_settings("room"))
    sampler = SceneSampler.of(config, catalogue)
    return [sampler.sample(seed) for seed in range(30)]


def _room(scene: Scene) -> Room:
    assert scene.background.room is not None
    return scene.background.room


def _in_room(room: Room, points_m: Points) -> Points:
    return np.asarray((points_m - room.to_world()[:3, 3]) @ room.to_world()[:3, :3])


def _vertices(catalogue: Catalogue, scene: Scene) -> Points:
    return np.vstack([
        catalogue.get(o.asset_id).mesh().vertices @ o.object_to_world[:3, :3].T
        + o.object_to_world[:3, 3]
        for o in scene.objects
    ])  # fmt: skip


def test_a_room_holds_every_object_and_the_camera_with_clearance(
    catalogue: Catalogue, scenes: list[Scene]
) -> None:
    clearance_m = scene_config().background.room.clearance_m
    for scene in scenes:
        camera = scene.camera.camera_to_world[:3, 3]
        held = np.vstack([_vertices(catalogue, scene), camera])
        inside = _in_room(_room(scene), held)
        width, depth, height = _room(scene).size_m
        least = clearance_m - 1e-6
        assert (np.abs(inside[:, :2]) <= np.array([width, depth]) / 2 - least).all()
        assert inside[:, 2].max() <= height - least


def test_walls_look_inwards_from_the_room_s_sides(scenes: list[Scene]) -> None:
    for wall in range(WALLS):
        room = _room(scenes[0])
        pose = room.wall_to_world(wall)
        assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)
        middle = pose @ [room.wall_length_m(wall) / 2, 1.0, 0.0, 1.0]
        to_center = np.array([*room.center_m, 1.0]) - middle[:3]
        across = room.size_m[1 - wall % 2] / 2
        np.testing.assert_allclose(to_center, across * pose[:3, 2], atol=1e-9)


def test_windows_and_panels_lie_within_their_walls_and_apart(scenes: list[Scene]) -> None:
    for scene in scenes:
        room = _room(scene)
        parts: tuple[Opening | Panel, ...] = (*room.windows, *room.panels)
        for part in parts:
            assert 0 < part.along_m[0] < part.along_m[1] < room.wall_length_m(part.wall)
            assert 0 <= part.up_m[0] < part.up_m[1] < room.size_m[2]
        for window in room.windows:
            for panel in room.panels:
                beside = (
                    window.along_m[1] < panel.along_m[0] or panel.along_m[1] < window.along_m[0]
                )
                above = window.up_m[1] < panel.up_m[0] or panel.up_m[1] < window.up_m[0]
                assert window.wall != panel.wall or beside or above


def _outline(catalogue: Catalogue, piece: Furnishing) -> Points:
    pose = piece.object_to_world()
    vertices = catalogue.get(piece.asset_id).mesh().vertices
    return _corners((vertices @ pose[:3, :3].T + pose[:3, 3])[:, :2])


def _corners(points: Points) -> Points:
    """Return the corners of a convex hull, (n, 2): thousands of points within say no more."""
    return np.asarray(points[ConvexHull(points).vertices])


def test_furniture_stands_inside_apart_from_all_and_off_every_line_of_sight(
    catalogue: Catalogue, scenes: list[Scene]
) -> None:
    pieces = 0
    for scene in scenes:
        room = _room(scene)
        camera = scene.camera.camera_to_world[:3, 3]
        seen = _corners(np.vstack([_vertices(catalogue, scene), camera])[:, :2])
        outlines = [_outline(catalogue, piece) for piece in room.furniture]
        for number, outline in enumerate(outlines):
            flat = np.column_stack([outline, np.zeros(len(outline))])
            assert (np.abs(_in_room(room, flat)[:, :2]) <= np.array(room.size_m[:2]) / 2).all()
            assert all(apart_m(outline, other) > 0 for other in (seen, *outlines[:number]))
        pieces += len(outlines)
    assert pieces > len(scenes)


def test_furniture_is_never_of_the_target_s_category(
    catalogue: Catalogue, scenes: list[Scene]
) -> None:
    named = {catalogue.get(p.asset_id).category for s in scenes for p in _room(s).furniture}
    assert "chair" not in named
    assert len(named) >= 3


def test_a_hall_is_furnished_about_its_middle_and_lit(
    catalogue: Catalogue, scenes: list[Scene]
) -> None:
    halls = [scene for scene in scenes if _room(scene).floor_m2 > 3 * HALL_M2]
    for scene in halls:
        room = _room(scene)
        middles = np.array([(piece.x_m, piece.y_m, 0.0) for piece in room.furniture])
        from_wall = np.array(room.size_m[:2]) / 2 - np.abs(_in_room(room, middles)[:, :2])
        reach = [max(catalogue.get(p.asset_id).size_m[:2]) / 2 for p in room.furniture]
        assert (from_wall.min(axis=1) > np.array(reach) + 0.2).sum() >= 3
        assert any(light.kind == "area" for light in scene.lights)
        assert room.size_m[2] >= 0.25 * np.sqrt(room.floor_m2) - 1e-9
    assert len(halls) in (0, *range(20, 31))  # none of those seen from near


def test_what_weighs_nothing_is_no_furniture(catalogue: Catalogue) -> None:
    weights = {asset.id: 0.0 for asset in catalogue.assets.values() if asset.category == "sofa"}
    config = scene_config(background=background_settings("room"), weights=weights)
    sampler = SceneSampler.of(config, catalogue)
    rooms = [_room(sampler.sample(seed)) for seed in range(30)]
    named = {catalogue.get(p.asset_id).category for room in rooms for p in room.furniture}
    assert "sofa" not in named
    assert len(named) >= 3


def test_the_front_of_furniture_looks_into_the_room(scenes: list[Scene]) -> None:
    for scene in scenes:
        room = _room(scene)
        for piece in room.furniture:
            front = -piece.object_to_world()[:2, 1]
            inward = [room.wall_to_world(wall)[:2, 2] for wall in range(WALLS)]
            assert max(float(front @ normal) for normal in inward) == pytest.approx(1.0)


def test_a_room_survives_json_byte_for_byte(scenes: list[Scene]) -> None:
    for scene in scenes[:10]:
        told = json.dumps(scene.to_json())
        assert json.dumps(Scene.from_json(json.loads(told)).to_json()) == told


def test_a_dark_room_has_lamps(catalogue: Catalogue) -> None:
    none = {"low": 0, "high": 0, "log": False}
    told = background_settings("room")
    settings = {**told, "room": {**told["room"], "windows": none}}
    sampler = SceneSampler.of(scene_config(background=settings), catalogue)
    for seed in range(10):
        scene = sampler.sample(seed)
        assert _room(scene).windows == ()
        assert any(light.kind == "area" for light in scene.lights)


def test_there_are_walls_and_they_are_no_floors() -> None:
    assert len(wall_kinds()) >= 3
    assert not any(material_kinds()[name].floor for name in wall_kinds())
