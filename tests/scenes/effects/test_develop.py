import dataclasses
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from scenes.dataset.shard import WriteOptions, write_shard
from scenes.effects.colour_transfer import References
from scenes.effects.develop import developed, photographed
from scenes.files.pictures import encode_jpeg
from scenes.measuring.pixels import luma, pixel_attributes
from scenes.model.effects import PostEffects
from scenes.optics.colour import linear, srgb
from tests.scenes.hand_made import Painted, frame_of, labels_of

NOTHING = PostEffects(
    transfer=None, exposure_stops=0.0, blur_px=0.0, shot_noise=0.0, read_noise=0.0,
    gains=(1.0, 1.0, 1.0), jpeg_quality=None,
)  # fmt: skip
NOWHERE = References(photos=None, style=None)
JPG = WriteOptions(image_format="jpg", jpeg_quality=100, segmentation="rle", pixels=False)
PNG = dataclasses.replace(JPG, image_format="png")


def effects(**changes: object) -> PostEffects:
    return dataclasses.replace(NOTHING, **changes)  # type: ignore[arg-type]  # of its own fields


def grey(code: int, side_px: int = 256) -> np.ndarray:
    return np.full((side_px, side_px, 3), code, dtype=np.uint8)


def picture(seed: int = 3) -> np.ndarray:
    """Soft shapes with some grain, as a render has them."""
    rng = np.random.default_rng(seed)
    shapes = gaussian_filter(rng.normal(size=(90, 120, 3)), (6, 6, 0)) * 600 + 120
    return np.clip(shapes + rng.normal(0, 6, shapes.shape), 0, 255).astype(np.uint8)


def with_post(post: PostEffects) -> Painted:
    mask = np.zeros((90, 120), dtype=bool)
    mask[20:60, 30:80] = True
    frame = frame_of({1: mask})
    scene = dataclasses.replace(frame.scene, post=post)
    return dataclasses.replace(frame, scene=scene, image=picture())


def test_linear_light_and_back_is_the_same_code_for_all_256() -> None:
    codes = np.arange(256, dtype=np.uint8)
    assert np.array_equal(srgb(linear(codes)), codes)
    assert linear(np.array([188], dtype=np.uint8))[0] == pytest.approx(0.5029, abs=1e-4)


def test_without_effects_no_pixel_changes() -> None:
    assert np.array_equal(photographed(linear(picture()), NOTHING, 5), picture())


@pytest.mark.parametrize(("stops", "code"), [(1.0, 138), (-1.0, 71), (4.0, 255)])
def test_a_stop_doubles_the_light_of_a_grey_card(stops: float, code: int) -> None:
    # by hand: code 100 is 0.1274 in linear light; twice that is code 138, half of it 71
    assert (photographed(linear(grey(100)), effects(exposure_stops=stops), 5) == code).all()


@pytest.mark.parametrize("sigma_px", [0.4, 1.0, 2.7])
def test_blur_is_scipys_gaussian_on_linear_light(sigma_px: float) -> None:
    light = linear(picture()).astype(np.float64)
    expected = srgb(gaussian_filter(light, (sigma_px, sigma_px, 0), mode="mirror", truncate=4.0))
    shown = photographed(linear(picture()), effects(blur_px=sigma_px), 5)
    assert np.abs(shown.astype(int) - expected).max() <= 1


def test_more_blur_reads_as_more_blur_and_less_sharpness() -> None:
    read = [pixel_attributes(luma(photographed(linear(picture()), effects(blur_px=sigma), 5)))
            for sigma in (0.0, 0.7, 1.5, 3.0)]  # fmt: skip
    blurs, sharpnesses = ([one[name] for one in read] for name in ("blur", "sharpness"))
    assert blurs == sorted(blurs)
    assert blurs[-1] > blurs[0] + 0.2
    assert sharpnesses == sorted(sharpnesses, reverse=True)


def test_the_tone_curve_is_a_power_of_light_that_leaves_a_grey_card() -> None:
    assert (
        photographed(linear(grey(118)), effects(contrast=1.7), 5) == 118
    ).all()  # 0.18 in linear light
    # by hand: code 60 is 0.0452 in linear light; 0.18 (0.0452 / 0.18)^1.7 is 0.0172, code 35
    assert (photographed(linear(grey(60)), effects(contrast=1.7), 5) == 35).all()
    spreads = [
        photographed(linear(picture()), effects(contrast=c), 5).std() for c in (0.5, 1.0, 2.0)
    ]
    assert spreads == sorted(spreads)


def test_the_tone_curve_does_not_make_colours_garish() -> None:
    red = np.tile(np.array([120, 60, 60], dtype=np.uint8), (8, 8, 1))
    before, after = (
        linear(one)[0, 0] for one in (red, photographed(linear(red), effects(contrast=2), 5))
    )
    assert after[0] / after[1] == pytest.approx(before[0] / before[1], rel=0.05)
    assert after[0] < before[0] / 1.5


def test_sharpening_adds_what_a_gaussian_takes_away() -> None:
    shown = picture().astype(np.float64) / 255
    soft = gaussian_filter(shown, (1.0, 1.0, 0), mode="mirror", truncate=4.0)
    expected = np.rint(255 * np.clip(shown + 0.8 * (shown - soft), 0, 1))
    found = photographed(linear(picture()), effects(sharpening=0.8), 5)
    assert np.abs(found.astype(int) - expected).max() <= 1
    assert np.array_equal(photographed(linear(grey(90)), effects(sharpening=2.0), 5), grey(90))


def test_noise_has_the_variance_that_was_planted() -> None:
    for code in (90, 150, 200):
        shown = linear(
            photographed(linear(grey(code)), effects(shot_noise=8e-4, read_noise=0.01), 5)
        )
        planted = 8e-4 * float(linear(grey(code, 1))[0, 0, 0]) + 0.01**2
        assert shown.var() == pytest.approx(planted, rel=0.05)
        assert np.corrcoef(shown[..., 0].ravel(), shown[..., 2].ravel())[0, 1] < 0.02


def test_one_seed_makes_one_noise() -> None:
    shown = [photographed(linear(grey(120)), effects(read_noise=0.02), seed) for seed in (1, 1, 2)]
    assert np.array_equal(shown[0], shown[1])
    assert (shown[0] != shown[2]).mean() > 0.5


def test_a_jpeg_changes_pixels_but_not_size_and_is_the_file_that_is_saved(tmp_path: Path) -> None:
    before = with_post(effects(jpeg_quality=60))
    frame = developed(before, before.scene.post, NOWHERE)
    (tmp_path / "shards").mkdir()
    for name in ("images", "depth", "segmentation"):
        (tmp_path / name).mkdir()
    write_shard(tmp_path, 0, frame, labels_of(frame), JPG)
    assert (tmp_path / "images" / "000000.jpg").read_bytes() == encode_jpeg(picture(), 60)
    assert frame.image.shape == picture().shape
    assert 0.5 < np.abs(frame.image.astype(int) - picture()).mean() < 12


def test_a_png_holds_what_the_jpeg_shows(tmp_path: Path) -> None:
    import cv2  # noqa: PLC0415  # to read what was written, by another way than it was written

    before = with_post(effects(jpeg_quality=60))
    frame = developed(before, before.scene.post, NOWHERE)
    for name in ("images", "depth", "segmentation", "shards"):
        (tmp_path / name).mkdir()
    write_shard(tmp_path, 0, frame, labels_of(frame), PNG)
    shown = cv2.imread(str(tmp_path / "images" / "000000.png"))[..., ::-1]
    file = np.frombuffer(encode_jpeg(picture(), 60), dtype=np.uint8)
    assert np.array_equal(shown, cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1])


def test_a_lower_quality_makes_a_smaller_file() -> None:
    sizes = [len(encode_jpeg(picture(), quality)) for quality in (95, 75, 40)]
    assert sizes == sorted(sizes, reverse=True)


def test_effects_leave_all_but_the_image_alone() -> None:
    before = with_post(effects(exposure_stops=0.5, blur_px=2.0, read_noise=0.05, jpeg_quality=40))
    after = developed(before, before.scene.post, NOWHERE)
    assert (after.image != before.image).mean() > 0.9
    assert np.array_equal(after.instances, before.instances)
    assert np.array_equal(after.depth_m, before.depth_m)
    assert developed(before, before.scene.post, NOWHERE).jpeg == after.jpeg
