import dataclasses
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2lab

from scenes.effects.colour_transfer import References
from scenes.effects.develop import shown
from scenes.effects.linear_picture import read_light
from scenes.files.pictures import encode_png
from scenes.model.effects import PostEffects, Transfer
from scenes.optics.colour import srgb
from tests.render.rendered import camera, looking_down, placed, render, scene, shots

pytestmark = pytest.mark.blender

PLAIN = scene(camera((64, 48), looking_down(2.5)), (placed(1, "box/parcel/0", 3, (0.2, 0, 0.4)),))
CAMERA = PostEffects(
    transfer=None, exposure_stops=-0.7, blur_px=1.5, shot_noise=1e-3, read_noise=5e-3,
    gains=(1.1, 1.0, 0.9), jpeg_quality=70,
)  # fmt: skip
MOVED = PostEffects(
    transfer=Transfer(method="reinhard", reference="photos/one.png", strength=1.0),
    exposure_stops=0.0, blur_px=0.0, shot_noise=0.0, read_noise=0.0,
    gains=(1.0, 1.0, 1.0), jpeg_quality=None,
)  # fmt: skip
SCENES = tuple(dataclasses.replace(PLAIN, post=post) for post in (None, CAMERA, MOVED))


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real set")
    (folder / "photos").mkdir()
    colours = np.random.default_rng(1).normal((120, 100, 80), 12, (40, 50, 3))
    Image.fromarray(colours.clip(0, 255).astype(np.uint8)).save(folder / "photos" / "one.png")
    return folder


@pytest.fixture(scope="module")
def rendered(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("post") / "out"
    shots(out, SCENES, "quality=draft", "linear=keep", f"real_images='{photos}'")
    return out


def test_effects_change_the_image_and_no_byte_of_the_labels(rendered: Path) -> None:
    files = [[(rendered / folder / f"{index:06d}{suffix}").read_bytes() for index in range(3)]
             for folder, suffix in (("segmentation", ".png"), ("depth", ".exr"))]  # fmt: skip
    assert all(first == second == third for first, second, third in files)
    labels = [json.loads((rendered / "shards" / f"{index:06d}.json").read_text())["annotations"]
              for index in range(3)]  # fmt: skip
    assert labels[0] == labels[1] == labels[2] != []
    plain, camera_like, moved = (_image(rendered, index) for index in range(3))
    assert camera_like.mean() < plain.mean() - 20
    assert (moved != plain).mean() > 0.5


def test_a_rendered_picture_takes_the_photos_lab_mean(rendered: Path, photos: Path) -> None:
    photo = np.asarray(Image.open(photos / "photos" / "one.png"))
    ours, theirs = (rgb2lab(image).reshape(-1, 3).mean(axis=0)
                    for image in (_image(rendered, 2), photo))  # fmt: skip
    assert np.abs(ours - theirs).max() < 1.5


def test_one_scene_leaves_one_linear_picture_and_developing_it_gives_the_very_image(
    rendered: Path, photos: Path
) -> None:
    names = [f"linear/{index:06d}.exr" for index in range(3)]
    assert len({(rendered / name).read_bytes() for name in names}) == 1
    for index, name in enumerate(names):
        told = json.loads((rendered / "shards" / f"{index:06d}.json").read_text())
        assert told["files"][name] == (rendered / name).stat().st_size
        image, _ = shown(read_light(rendered / name), SCENES[index].post, PLAIN.seed,
                         References(photos=photos, style=None))  # fmt: skip
        assert encode_png(image) == (rendered / "images" / f"{index:06d}.png").read_bytes()


def test_light_has_more_steps_than_eight_bits_show(rendered: Path) -> None:
    light = read_light(rendered / "linear" / "000000.exr")
    assert len(np.unique(light)) > 3 * len(np.unique(srgb(light)))


def test_a_photo_that_is_not_there_is_told_before_rendering(rendered: Path, tmp_path: Path) -> None:
    words = f"plan={rendered / 'plan.jsonl'}", f"out={tmp_path / 'o'}", "quality=draft"
    done = render(*words)
    assert done.returncode == 2
    assert "photo 'photos/one.png'" in done.stderr
    assert "real_images=FOLDER" in done.stderr
    assert not list((tmp_path / "o" / "images").iterdir())


def _image(out: Path, index: int) -> np.ndarray:
    return cv2.imread(str(out / "images" / f"{index:06d}.png"), cv2.IMREAD_COLOR)[..., ::-1]
