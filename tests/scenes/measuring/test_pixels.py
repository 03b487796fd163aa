import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage.color import rgb2gray
from skimage.filters import gaussian
from skimage.measure import blur_effect, shannon_entropy

from scenes.measuring.pixels import (
    background_similarity,
    blur,
    colour_attributes,
    luma,
    pixel_attributes,
)

SIDES = st.integers(min_value=4, max_value=40)


def _noise(seed: int, height: int, width: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return gaussian(rng.random((height, width)), sigma=1).astype(np.float32)


@given(SIDES, SIDES, st.integers(0, 99))
def test_blur_is_that_of_skimage_down_to_the_smallest_box(height, width, seed):
    shown = _noise(seed, height, width)
    assert blur(shown) == pytest.approx(blur_effect(shown.astype(float)), abs=1e-4)


def test_a_blurred_photo_is_blurrier_and_less_sharp():
    shown = _noise(0, 60, 80)
    before = pixel_attributes(shown)
    after = pixel_attributes(gaussian(shown, sigma=3))
    assert after["blur"] > before["blur"]
    assert after["sharpness"] < before["sharpness"]


def test_sharpness_is_the_variance_of_scipys_laplacian():
    shown = _noise(1, 30, 50)
    expected = ndimage.laplace(shown.astype(float), mode="mirror").var()
    assert pixel_attributes(shown)["sharpness"] == pytest.approx(expected, rel=1e-5)


def test_entropy_is_skimages_of_the_256_bin_histogram():
    rgb = np.random.default_rng(2).integers(0, 200, (20, 30, 3), dtype=np.uint8)
    shown = luma(rgb)
    expected = shannon_entropy(np.rint(shown * 255).astype(np.uint8), base=2)
    assert pixel_attributes(shown)["entropy"] == pytest.approx(expected, abs=1e-9)


def test_two_equally_common_greys_hold_one_bit():
    shown = luma(np.repeat(np.uint8([[0, 255], [255, 0]])[..., None], 3, axis=2))
    told = pixel_attributes(shown)
    assert (told["entropy"], told["brightness"], told["contrast"]) == pytest.approx((1, 0.5, 0.5))


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [((255, 0, 0), 0.299), ((0, 255, 0), 0.587), ((0, 0, 255), 0.114), ((255, 255, 255), 1)],
)
def test_luma_is_rec_601_in_zero_to_one(rgb, expected):
    shown = luma(np.full((2, 2, 3), rgb, dtype=np.uint8))
    assert shown == pytest.approx(np.full((2, 2), expected), abs=1e-6)
    assert expected == 1 or not np.allclose(shown, rgb2gray(np.uint8([[rgb]])))  # that is Rec. 709


def test_a_box_of_one_pixel_has_brightness_but_no_gradient():
    told = pixel_attributes(np.full((1, 1), 0.25, dtype=np.float32))
    assert told["brightness"] == 0.25
    assert math.isnan(told["blur"])
    assert math.isnan(told["sharpness"])


def test_a_flat_box_is_all_blur_as_skimage_has_it():
    flat = np.full((20, 20), 0.5, dtype=np.float32)
    assert blur(flat) == blur_effect(flat.astype(float)) == 1.0


def test_an_object_of_its_backgrounds_colour_is_wholly_similar():
    rgb = np.full((9, 9, 3), (10, 20, 30), dtype=np.uint8)
    mask = np.zeros((9, 9), dtype=bool)
    mask[3:6, 3:6] = True
    assert background_similarity(rgb, mask) == pytest.approx(1)


@pytest.mark.parametrize(("ours", "theirs", "cosine"), [
    ((255, 0, 0), (0, 255, 0), 0), ((255, 0, 0), (100, 100, 0), math.sqrt(0.5)),
    ((50, 50, 50), (200, 200, 200), 1)])  # fmt: skip
def test_a_planted_object_has_the_cosine_of_the_two_colours(ours, theirs, cosine):
    mask = np.zeros((12, 15), dtype=bool)
    mask[0:5, 9:15] = True  # touches two borders of the image
    rgb = np.where(mask[..., None], np.uint8(ours), np.uint8(theirs))
    assert background_similarity(rgb, mask) == pytest.approx(cosine, abs=1e-12)


@given(st.integers(0, 200))
def test_similarity_is_that_of_the_pairs_counted_one_by_one(seed):
    rng = np.random.default_rng(seed)
    rgb, mask = rng.integers(0, 256, (7, 6, 3), dtype=np.uint8), rng.random((7, 6)) < 0.4
    pairs = [
        (rgb[y, x].astype(float), rgb[v, u].astype(float))
        for y, x in np.argwhere(mask)
        for v, u in np.argwhere(~mask)
        if max(abs(y - v), abs(x - u)) == 1
    ]
    ours, theirs = (np.concatenate(side) for side in zip(*pairs, strict=True))
    expected = ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs)
    assert background_similarity(rgb, mask) == pytest.approx(expected)


def test_an_object_that_fills_the_image_has_no_background_to_be_like():
    rgb = np.full((4, 4, 3), 7, dtype=np.uint8)
    assert math.isnan(background_similarity(rgb, np.ones((4, 4), dtype=bool)))
    assert math.isnan(background_similarity(rgb, np.zeros((4, 4), dtype=bool)))


@pytest.mark.parametrize(
    ("rgb", "red_green", "blue_yellow"),
    [((255, 0, 0), 80.1, 67.2), ((0, 0, 255), 79.2, -107.9), ((120, 120, 120), 0.0, 0.0)],
)
def test_colours_are_those_that_the_cie_gives_them(rgb, red_green, blue_yellow):
    told = colour_attributes(np.full((3, 4, 3), rgb, dtype=np.uint8))
    assert told["red_green"] == pytest.approx(red_green, abs=0.2)
    assert told["blue_yellow"] == pytest.approx(blue_yellow, abs=0.2)
    assert told["chroma"] == pytest.approx(np.hypot(red_green, blue_yellow), abs=0.2)


def test_red_and_green_beside_each_other_are_colourful_though_their_mean_is_not():
    half = np.zeros((2, 2, 3), dtype=np.uint8)
    half[:, 0], half[:, 1] = (230, 60, 60), (40, 130, 40)
    told = colour_attributes(half)
    assert told["chroma"] > 40 > abs(told["red_green"]) + 20
