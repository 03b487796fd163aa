from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from assets.catalogue import load_catalogue
from scenes.model.scene import Scene
from scenes.sampling.sampler import SceneSampler
from tests.render.rendered import Shot, loud_texture, shots
from tests.scenes.configs import background_settings, scene_config

pytestmark = pytest.mark.blender

CATALOGUE = load_catalogue(1)
KINDS = ("room", "environment", "photo", "white")
SEEDS = (3, 7)
SIZE = (96, 72)
PHOTO = np.clip(np.indices((SIZE[1], SIZE[0])).sum(axis=0)[..., None] + [10, 40, 70], 0, 255)
Shots = dict[tuple[str, int], Shot]


def _scene(kind: str, seed: int, **changes: object) -> Scene:
    settings = background_settings(kind, **changes)
    config = scene_config(background=settings, resolutions_px=[list(SIZE)])
    return replace(SceneSampler.of(config, CATALOGUE).sample(seed), post=None)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Shots:
    """The same two scenes before each kind of background; the last also in magenta textures."""
    folder = tmp_path_factory.mktemp("backgrounds")
    photos = folder / "photos"
    photos.mkdir()
    cv2.imwrite(str(photos / "photo.png"), PHOTO.astype(np.uint8))
    magenta = loud_texture(folder / "textures" / "loud")
    wanted = {(kind, seed): _scene(kind, seed, folder=photos if kind == "photo" else None)
              for kind in KINDS for seed in SEEDS}  # fmt: skip
    loud = {"textures": str(magenta.parent), "texture_share": 1.0}
    wanted["textured", SEEDS[0]] = _scene("room", SEEDS[0], **loud)
    words = ("quality=draft", "quality.samples=4", "variants=1")
    made = shots(folder / "out", tuple(wanted.values()), *words)
    return dict(zip(wanted, made, strict=True))


def _beyond(shot: Shot) -> npt.NDArray[np.bool_]:
    """Pixels at least three away from any object."""
    return ~_widened(shot.instances > 0)


def _widened(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """By three pixels, as far as the film's filter reaches."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_objects_are_seen_alike_before_every_background(seen: Shots, seed: int) -> None:
    first = seen["environment", seed]
    there = first.instances > 0
    assert there.sum() > 100
    for kind in KINDS:
        shot = seen[kind, seed]
        np.testing.assert_array_equal(shot.instances, first.instances)
        np.testing.assert_allclose(shot.depth_m[there], first.depth_m[there], rtol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_room_has_depth_everywhere_and_white_none_beyond_its_objects(
    seen: Shots, seed: int
) -> None:
    room, white = seen["room", seed], seen["white", seed]
    assert np.isfinite(room.depth_m).all()
    background = room.scene.background.room
    assert background is not None
    assert room.depth_m.max() < 1.1 * np.linalg.norm(background.size_m)
    assert np.isnan(white.depth_m[white.instances == 0]).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_neither_black_nor_burnt_out(seen: Shots, kind: str, seed: int) -> None:
    shot = seen[kind, seed]
    own = shot.image[shot.instances > 0] if kind in ("white", "photo") else shot.image
    assert 0.12 < own.mean() / 255 < 0.85
    assert (own > 250).all(axis=-1).mean() < 0.15
    assert own.std() > 8


@pytest.mark.parametrize("seed", SEEDS)
def test_beyond_the_ground_a_photo_is_itself(seen: Shots, seed: int) -> None:
    shot = seen["photo", seed]
    sky = ~_widened(np.isfinite(shot.depth_m))
    assert sky.sum() > 50
    np.testing.assert_array_equal(shot.image[sky], PHOTO[sky])


@pytest.mark.parametrize("seed", SEEDS)
def test_on_the_ground_a_photo_only_darkens(seen: Shots, seed: int) -> None:
    shot = seen["photo", seed]
    ground = _beyond(shot) & np.isfinite(shot.depth_m)
    change = shot.image[ground].astype(float) - PHOTO[ground]
    assert change.max() <= 4
    assert (change < -4).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_white_is_white(seen: Shots, seed: int) -> None:
    shot = seen["white", seed]
    assert (shot.image[_beyond(shot)] == 255).all()


def test_textures_of_the_user_are_what_floor_and_walls_show(seen: Shots) -> None:
    shot, plain = seen["textured", SEEDS[0]], seen["room", SEEDS[0]]
    blue, green, red = shot.image[_beyond(shot)].astype(float).mean(axis=0)
    assert min(blue, red) > 1.5 * green
    assert max(plain.image[_beyond(plain)].mean(axis=0)) < 1.5 * plain.image.mean()


def test_a_photo_that_is_gone_is_named(tmp_path: Path) -> None:
    scene = _scene("white", 1)
    gone = replace(scene.background, kind="photo", photo=str(tmp_path / "gone.jpg"),
                   environment="interior.exr", floor_size_m=4.0)  # fmt: skip
    with pytest.raises(AssertionError, match=r"gone\.jpg: expected a JPEG or PNG"):
        shots(tmp_path / "out", (replace(scene, background=gone),), "quality=draft", "variants=1")
