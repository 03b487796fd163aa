from pathlib import Path

import numpy as np
import pytest

from tests.render.rendered import Shot, camera, looking_down, placed, reseeded, scene, shots

pytestmark = pytest.mark.blender

FIRST = scene(camera((48, 36), looking_down(3.0)), (placed(1, "chair/stool/0", 1, (0, 0, 0)),))
SCENES = (FIRST, reseeded(FIRST, 2), FIRST, reseeded(FIRST, 2**32 - 1))


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shot, ...]:
    out: Path = tmp_path_factory.mktemp("seeds") / "out"
    return shots(out, SCENES, "quality=draft", "quality.denoiser=none", "quality.samples=2")


def test_another_seed_gives_other_noise(noisy: tuple[Shot, ...]) -> None:
    assert (noisy[0].image != noisy[1].image).mean() > 0.1


def test_the_same_seed_gives_the_same_pixels(noisy: tuple[Shot, ...]) -> None:
    assert np.array_equal(noisy[0].image, noisy[2].image)


def test_the_largest_32_bit_seed_renders(noisy: tuple[Shot, ...]) -> None:
    assert noisy[3].image.mean() == pytest.approx(noisy[0].image.mean(), abs=5)
