import numpy as np
import pytest

from alignment.features.backends.backend import Picture
from alignment.features.backends.surroundings import Surroundings


def scene():
    """A grey picture with a bright square on dark ground, and noise so that nothing is flat."""
    rgb = np.full((60, 80, 3), 60, np.uint8)
    rgb[20:40, 30:50] = 200
    rgb += np.random.default_rng(0).integers(0, 9, rgb.shape, dtype=np.uint8)
    return Picture(size_px=(80, 60), rgb=rgb)


def told(boxes, picture=None):
    found = Surroundings().crop_features([picture or scene()], [np.array(boxes, float)])
    return [dict(zip(Surroundings.crop_names, row, strict=True)) for row in found]


def test_the_cut_out_of_a_box_twice_as_large_is_a_quarter_of_it():
    (found,) = told([[20, 10, 40, 40]])
    assert found["surroundings.cut.share"] == pytest.approx(0.25, abs=0.05)
    assert found["surroundings.cut.rim"] == 0


def test_a_bright_square_differs_from_what_lies_around_it_and_plain_ground_does_not():
    bright, plain = told([[30, 20, 20, 20], [0, 0, 20, 15]])
    sides = [f"surroundings.ring.{side}_apart" for side in ("left", "top", "right", "bottom")]
    assert min(bright[side] for side in sides) > 0.3
    assert max(plain[side] for side in sides) < 0.02


def test_what_other_boxes_cover_is_told_apart_by_which_ends_lower():
    behind, before, away = told([[10, 10, 20, 20], [20, 20, 20, 20], [60, 0, 10, 10]])
    assert behind["surroundings.others.nearer"] == pytest.approx(0.25)
    assert before["surroundings.others.farther"] == pytest.approx(0.25)
    assert behind["surroundings.others.farther"] == before["surroundings.others.nearer"] == 0
    assert [one["surroundings.others.count"] for one in (behind, before, away)] == [2, 2, 2]


def test_a_flat_colour_and_a_box_as_large_as_the_picture_have_features():
    flat = Picture(size_px=(80, 60), rgb=np.full((60, 80, 3), 90, np.uint8))
    for row in (*told([[0, 0, 80, 60], [5, 5, 1, 1]]), *told([[0, 0, 80, 60]], flat)):
        assert np.isfinite(list(row.values())).all()
