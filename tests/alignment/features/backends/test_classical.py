from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from skimage.color import rgb2lab

from alignment.features.backends.backend import Picture
from alignment.features.backends.classical import Classical


def picture(rgb):
    return Picture(size_px=(rgb.shape[1], rgb.shape[0]), rgb=rgb)


def block(rgb, name):
    values = Classical().image_features([picture(rgb)])[0]
    return values[[n.startswith(f"classical.{name}.") for n in Classical.image_names]]


@pytest.fixture
def noise():
    coarse = np.random.default_rng(1).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return cv2.resize(coarse, (64, 64), interpolation=cv2.INTER_CUBIC)


def test_there_is_a_column_for_every_name(noise):
    assert Classical().image_features([picture(noise)]).shape == (1, len(Classical.image_names))
    assert len(set(Classical.image_names)) == len(Classical.image_names)


def test_but_for_its_outline_a_crop_is_described_as_a_picture_of_just_its_pixels(noise):
    of_box = Classical().crop_features([picture(noise)], [np.array([[10.0, 20, 30, 25]])])
    alone = Classical().image_features([picture(noise[20:45, 10:40])])
    inside = [".outline." not in name for name in Classical.crop_names]
    assert (of_box == alone)[0, inside].all()


def test_colour_histograms_put_one_colour_where_cie_lab_has_it():
    red = np.full((20, 20, 3), (200, 30, 30), np.uint8)
    lightness, a, b = rgb2lab(red)[0, 0]
    places = [int(lightness * 2.55) // 16, 16 + int(a + 128) // 16, 32 + int(b + 128) // 16]
    assert np.flatnonzero(block(red, "lab")).tolist() == places


def test_squared_histograms_are_shares(noise):
    assert (block(noise, "lab") ** 2).sum() == pytest.approx(3)
    assert (block(noise, "lbp") ** 2).sum() == pytest.approx(3)


def test_the_outline_is_where_the_object_is_and_the_proportions_are_its_own():
    rgb = np.full((60, 90, 3), (40, 90, 160), np.uint8)
    rgb[10:50, 30:50] = rgb[34:50, 30:70] = (220, 200, 60)  # an L, wider than high
    rgb += np.random.default_rng(0).integers(0, 9, rgb.shape, dtype=np.uint8)
    (found,) = Classical().crop_features([picture(rgb)], [np.array([[30.0, 10, 40, 40]])])
    told = dict(zip(Classical.crop_names, found, strict=True))
    cells = np.array([told[f"classical.outline.{n}"] for n in range(64)]).reshape(8, 8)
    assert cells[:4, 4:].max() < 0.1
    assert min(cells[:, :4].min(), cells[5:].min()) > 0.9
    assert told["classical.proportions.log_aspect"] == 0


def test_threads_that_cut_out_side_by_side_find_the_same_outlines(noise):
    boxes = np.array([[5.0, 5, 40, 50], [20, 10, 30, 30], [0, 0, 64, 64]])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(
            lambda _: Classical().crop_features([picture(noise)], [boxes]), range(12)
        ))  # fmt: skip
    assert all((one == found[0]).all() for one in found)


def test_shape_is_told_without_regard_to_colour_or_light(noise):
    grey = np.repeat(cv2.cvtColor(noise, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    np.testing.assert_allclose(block(noise, "hog"), block(grey, "hog"), atol=0.02)
    np.testing.assert_allclose(block(grey, "hog"), block(grey // 2 + 60, "hog"), atol=0.05)
    assert np.abs(block(noise, "hog") - block(noise[::-1], "hog")).max() > 0.1


def test_a_box_of_one_pixel_at_the_border_has_features(noise):
    found = Classical().crop_features([picture(noise)], [np.array([[63.5, 63.5, 0.5, 0.5]])])
    assert np.isfinite(found).all()
