import cv2
import numpy as np
import pytest
from skimage.color import rgb2lab

from alignment.features.backend import Picture
from alignment.features.classical import Classical


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


def test_a_crop_is_described_as_a_picture_of_just_its_pixels(noise):
    of_box = Classical().crop_features([picture(noise)], [np.array([[10.0, 20, 30, 25]])])
    assert (of_box == Classical().image_features([picture(noise[20:45, 10:40])])).all()


def test_colour_histograms_put_one_colour_where_cie_lab_has_it():
    red = np.full((20, 20, 3), (200, 30, 30), np.uint8)
    lightness, a, b = rgb2lab(red)[0, 0]
    places = [int(lightness * 2.55) // 16, 16 + int(a + 128) // 16, 32 + int(b + 128) // 16]
    assert np.flatnonzero(block(red, "lab")).tolist() == places


def test_squared_histograms_are_shares(noise):
    assert (block(noise, "lab") ** 2).sum() == pytest.approx(3)
    assert (block(noise, "lbp") ** 2).sum() == pytest.approx(2)


def test_shape_is_told_without_regard_to_colour_or_light(noise):
    grey = np.repeat(cv2.cvtColor(noise, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    np.testing.assert_allclose(block(noise, "hog"), block(grey, "hog"), atol=0.02)
    np.testing.assert_allclose(block(grey, "hog"), block(grey // 2 + 60, "hog"), atol=0.05)
    assert np.abs(block(noise, "hog") - block(noise[::-1], "hog")).max() > 0.1


def test_a_box_of_one_pixel_at_the_border_has_features(noise):
    found = Classical().crop_features([picture(noise)], [np.array([[63.5, 63.5, 0.5, 0.5]])])
    assert np.isfinite(found).all()
