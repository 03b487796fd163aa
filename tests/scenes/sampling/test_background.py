import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from assets.catalogue import Catalogue, load_catalogue
from assets.textures import NoTextures, texture_folders, texture_set
from scenes.config.background import Backdrop
from scenes.model.scene import Scene
from scenes.sampling.background import _photo_for
from scenes.sampling.room import Held
from scenes.sampling.sampler import SceneSampler
from scenes.sampling.stock import NoBackgrounds
from tests.scenes.configs import background_settings, scene_config, scene_settings

KINDS = ("room", "environment", "photo", "white")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two photos and an environment that nobody opens."""
    made = tmp_path_factory.mktemp("backgrounds")
    for name in ("b.jpg", "a.png"):
        cv2.imwrite(str(made / name), np.full((4, 6, 3), 90, np.uint8))
    (made / "sky.HDR").write_bytes(b"#?RADIANCE")
    return made


def _geometry(scene: Scene) -> str:
    told = scene.to_json()
    placed = [(o["asset_id"], o["object_to_world"]) for o in told["objects"]]
    return json.dumps([placed, told["camera"]])


@pytest.mark.parametrize("kind", KINDS)
def test_a_background_changes_neither_geometry_nor_finish(
    catalogue: Catalogue, folder: Path, kind: str
) -> None:
    settings = background_settings(kind, folder=folder)
    of_kind = SceneSampler.of(scene_config(background=settings), catalogue)
    open_air = SceneSampler.of(scene_config(), catalogue)
    for seed in range(10):
        scene, other = of_kind.sample(seed), open_air.sample(seed)
        assert scene.background.kind == kind
        assert _geometry(scene) == _geometry(other)
        assert [o.materials for o in scene.objects] == [o.materials for o in other.objects]


@pytest.mark.parametrize("kind", KINDS)
def test_one_seed_makes_one_background_and_json_keeps_it(
    catalogue: Catalogue, folder: Path, kind: str
) -> None:
    config = scene_config(background=background_settings(kind, folder=folder))
    first, again = (SceneSampler.of(config, catalogue).sample(3) for _ in range(2))
    told = json.dumps(first.to_json())
    assert told == json.dumps(again.to_json())
    assert told == json.dumps(Scene.from_json(json.loads(told)).to_json())


def test_a_scene_written_before_there_were_rooms_still_reads(catalogue: Catalogue) -> None:
    scene = SceneSampler.of(scene_config(), catalogue).sample(1)
    old = scene.to_json()
    for name in ("kind", "room", "photo", "floor_fade_m"):
        del old["background"][name]
    assert Scene.from_json(old).background.kind == "environment"


def test_kinds_come_as_often_as_they_weigh(catalogue: Catalogue, folder: Path) -> None:
    weights = {"room": 3.0, "environment": 0.0, "photo": 0.0, "white": 1.0}
    config = scene_config(background=background_settings("room", folder=folder, weights=weights))
    sampler = SceneSampler.of(config, catalogue)
    kinds = [sampler.sample(seed).background.kind for seed in range(200)]
    assert set(kinds) == {"room", "white"}
    assert 0.65 < kinds.count("room") / 200 < 0.85


def test_a_folder_of_the_user_s_replaces_environments_and_gives_photos(
    catalogue: Catalogue, folder: Path
) -> None:
    drawn = {}
    for kind in ("environment", "photo"):
        config = scene_config(background=background_settings(kind, folder=folder))
        backgrounds = [SceneSampler.of(config, catalogue).sample(s).background for s in range(12)]
        drawn[kind] = {Path(b.photo or b.environment).name for b in backgrounds}
    assert drawn == {"environment": {"sky.HDR"}, "photo": {"a.png", "b.jpg"}}


def test_a_fading_floor_is_whole_under_every_object_and_the_camera(catalogue: Catalogue) -> None:
    camera = {**scene_settings()["camera"], "distance_m": {"low": 3, "high": 40, "log": True}}
    sampler = SceneSampler.of(scene_config(camera=camera), catalogue)
    for scene in map(sampler.sample, range(20)):
        floor = scene.background
        poses = [scene.camera.camera_to_world, *(o.object_to_world for o in scene.objects)]
        reach = max(np.hypot(*pose[:2, 3]) for pose in poses)
        assert reach < floor.floor_size_m / 2 - floor.floor_fade_m


def test_nobody_lays_a_carpet_in_open_air(catalogue: Catalogue) -> None:
    laid = {}
    for kind in ("environment", "room"):
        sampler = SceneSampler.of(scene_config(background=background_settings(kind)), catalogue)
        laid[kind] = {sampler.sample(seed).background.floor.kind for seed in range(60)}
    assert laid["room"] - laid["environment"] == {"floor_carpet"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"folder": None}, "folder of photos"),
        ({"folder": "/nowhere/at/all"}, "a folder that is there"),
    ],
)
def test_photos_that_are_not_there_are_asked_for(
    catalogue: Catalogue, changes: dict[str, str | None], message: str
) -> None:
    config = scene_config(background=background_settings("photo", **changes))
    with pytest.raises(NoBackgrounds, match=message):
        SceneSampler.of(config, catalogue)


def test_texture_sets_are_found_in_both_layouts(tmp_path: Path) -> None:
    files = {
        "Bricks01": ("Bricks01_2K-JPG_Color.jpg", "Bricks01_2K-JPG_Roughness.jpg",
                     "Bricks01_2K-JPG_NormalGL.jpg", "Bricks01_2K-JPG_NormalDX.jpg"),
        "planks/textures": ("planks_diff_2k.jpg", "planks_rough_2k.jpg", "planks_nor_gl_2k.png"),
        "notes": ("readme.txt",),
    }  # fmt: skip
    for sub, names in files.items():
        (tmp_path / sub).mkdir(parents=True)
        for name in names:
            (tmp_path / sub / name).touch()
    found = [texture_set(folder) for folder in texture_folders(tmp_path)]
    assert [[p.name if p else None for p in (s.color, s.roughness, s.normal)] for s in found] == [
        ["Bricks01_2K-JPG_Color.jpg", "Bricks01_2K-JPG_Roughness.jpg",
         "Bricks01_2K-JPG_NormalGL.jpg"],
        ["planks_diff_2k.jpg", "planks_rough_2k.jpg", "planks_nor_gl_2k.png"],
    ]  # fmt: skip


def test_a_folder_without_textures_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoTextures, match="Color"):
        texture_folders(tmp_path)


def test_floors_and_walls_wear_the_user_s_textures(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "oak").mkdir()
    (tmp_path / "oak" / "oak_Color.png").touch()
    settings = background_settings("room", textures=str(tmp_path), texture_share=1.0)
    background = SceneSampler.of(scene_config(background=settings), catalogue).sample(0).background
    assert background.room is not None
    for surface in (background.floor, background.room.wall):
        assert surface.texture is not None
        assert Path(surface.texture.folder).name == "oak"


def test_a_photo_taken_from_as_high_up_with_its_horizon_there_is_taken_rather() -> None:
    held = Held(camera_m=np.array([0, 0, 1.5]), corners_m=np.zeros((1, 8, 3)), horizon=0.3)
    same, low, tilted = (
        Backdrop(path=name, horizon=horizon, camera_m=high_m)
        for name, horizon, high_m in (("same", 0.3, 1.5), ("low", 0.3, 0.4), ("tilted", 0.9, 1.5))
    )
    drawn = {_photo_for(np.random.default_rng(n), (low, same, tilted), held).path for n in range(9)}
    assert drawn == {"same"}
    unknown = Backdrop(path="unknown", horizon=None, camera_m=None)
    picks = [_photo_for(np.random.default_rng(n), (unknown, same), held) for n in range(60)]
    assert 30 < picks.count(same) < 60
