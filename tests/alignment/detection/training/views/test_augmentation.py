import numpy as np
import pytest

from alignment.detection.training.views.augmentation import drawn
from alignment.detection.training.views.photometry import PhotometrySettings, developed
from alignment.detection.training.views.warp import composed, fitted, seen_through
from tests.alignment.detection.training.views.made import (
    STILL,
    augment,
    block,
    box_of_bright,
    ellipse,
)

SIDE_PX = 160
EVERY = {
    "flip": {"flip": 1.0},
    "larger": {"scale": (1.6, 1.6)},
    "smaller": {"scale": (0.5, 0.5)},
    "stretch": {"stretch": 0.6},
    "turn": {"turn_deg": 20.0},
    "all": {"flip": 0.5, "scale": (0.6, 1.7), "stretch": 0.4, "turn_deg": 15.0},
}


def views(shown, how, count=25):
    for seed in range(count):
        yield drawn(np.random.default_rng(seed), lambda: shown, SIDE_PX, how)


@pytest.mark.parametrize("told", EVERY.values(), ids=EVERY)
def test_the_box_of_the_moved_mask_is_the_moved_box(told):
    seen = 0
    for view in views(ellipse((60, 40, 130, 110)), augment(least_visible=0.97, **told)):
        if len(view.boxes):
            seen += 1
            np.testing.assert_allclose(view.boxes[0], box_of_bright(view.picture), atol=1.5)
    assert seen >= 5


@pytest.mark.parametrize("told", [{"scale": (2.2, 2.2)}, {"scale": (1.9, 1.9), "flip": 1.0}])
def test_a_box_that_is_cut_ends_where_its_mask_does(told):
    cut = 0
    for view in views(block((50, 30, 150, 120)), augment(**told)):
        if len(view.boxes):
            cut += bool((view.boxes[0] == 0).any() or (view.boxes[0] == SIDE_PX).any())
            np.testing.assert_allclose(view.boxes[0], box_of_bright(view.picture), atol=1.5)
    assert cut >= 5


def test_every_mask_of_a_mosaic_has_its_box():
    shown = block((80, 55, 120, 95))
    for view in views(shown, augment(mosaic=1.0, least_visible=0.01)):
        mask = np.zeros((SIDE_PX, SIDE_PX), dtype=bool)
        for left, top, right, bottom in np.rint(view.boxes).astype(int):
            assert (view.picture[top + 2 : bottom - 2, left + 2 : right - 2] > 191).all()
            mask[max(top - 2, 0) : bottom + 2, max(left - 2, 0) : right + 2] = True
        assert len(view.boxes) <= 4
        assert not (view.picture[..., 0] > 191)[~mask].any()


def test_a_mirrored_view_is_the_mirror_image_to_the_pixel():
    shown = block((20, 30, 60, 90), width=160, height=160)
    plain, mirrored = (next(views(shown, augment(flip=flip), count=1)) for flip in (0.0, 1.0))
    np.testing.assert_array_equal(mirrored.picture, plain.picture[:, ::-1])
    np.testing.assert_allclose(mirrored.boxes, [[100, 30, 140, 90]])


def test_what_little_is_left_of_a_box_is_neither_asked_for_nor_denied():
    shown = block((0, 0, 40, 40), width=160, height=160)
    matrix = composed(scales=(1, 1), flipped=False, angle_rad=0, size_px=(160, 160))
    warp = fitted((160, 160), 160)
    for shift, asked, unsure in ((0, 1, 0), (-20, 1, 0), (-30, 0, 1), (-39, 0, 0), (-50, 0, 0)):
        moved = matrix.copy()
        moved[0, 2] += shift
        told = seen_through(
            type(warp)(matrix=moved, view_px=(160, 160)), shown.picture,
            (shown.edges, shown.labels), least_visible=0.3,
        )  # fmt: skip
        assert (len(told.boxes), len(told.unsure)) == (asked, unsure)


def test_a_photo_much_larger_than_its_view_keeps_its_mean_and_loses_its_grain():
    grain = np.indices((1200, 1600)).sum(axis=0) % 2 * 255
    picture = np.repeat(grain[..., None], 3, axis=2).astype(np.uint8)
    view = fitted((1600, 1200), SIDE_PX).picture(picture)[:118]
    assert abs(view.mean() - 127.5) < 1
    assert view.std() < 5


def test_the_same_generator_draws_the_same_view_and_another_another():
    how = augment(**EVERY["all"], mosaic=0.5)
    one, again, other = (
        drawn(np.random.default_rng(seed), lambda: ellipse((60, 40, 130, 110)), SIDE_PX, how)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.picture, again.picture)
    assert (one.picture != other.picture).any()


def test_pixels_stay_as_they_are_where_nothing_is_to_be_changed():
    picture = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    np.testing.assert_array_equal(developed(np.random.default_rng(1), picture, STILL), picture)


@pytest.mark.parametrize(
    "told", [{"brightness": 0.3}, {"hue_deg": 40.0}, {"saturation": 1.0}, {"gamma": 0.8},
             {"grey": 1.0}, {"blur": 1.0, "blur_px": 3.0}, {"noise": 1.0, "noise_levels": 20.0},
             {"jpeg": 1.0, "jpeg_quality": 10}],
)  # fmt: skip
def test_each_change_of_pixels_changes_pixels_and_no_more_than_pixels(told):
    picture = np.random.default_rng(0).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    how = PhotometrySettings(**{**vars(STILL), "colour": 1.0, **told})
    changed = developed(np.random.default_rng(1), picture, how)
    assert changed.shape == picture.shape
    assert changed.dtype == np.uint8
    assert (changed != picture).any()


def test_a_turned_hue_leaves_grey_alone_and_takes_red_to_its_neighbours():
    how = PhotometrySettings(**{**vars(STILL), "colour": 1.0, "hue_deg": 40.0})
    grey, red = np.full((4, 4, 3), 90, np.uint8), np.full((4, 4, 3), (200, 0, 0), np.uint8)
    np.testing.assert_array_equal(developed(np.random.default_rng(0), grey, how), grey)
    for seed in range(10):
        pixel = developed(np.random.default_rng(seed), red, how)[0, 0]
        assert pixel[0] == 200
        assert min(pixel[1:]) <= 2
