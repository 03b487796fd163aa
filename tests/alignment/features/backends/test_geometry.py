import numpy as np
import pytest

from alignment.features.backends.backend import Picture
from alignment.features.backends.geometry import Geometry
from scenes.measuring.boxes import box_attributes

BOXES = np.array([[0.0, 10, 20, 10], [50, 20, 50, 30], [30, 5, 10, 40]])
PICTURE = Picture(size_px=(100, 50), rgb=None)


def described(*names):
    values = Geometry().crop_features([PICTURE], [BOXES])
    return np.column_stack(
        [values[:, Geometry.crop_names.index(f"geometry.{name}")] for name in names]
    )


def test_area_place_and_aspect_are_those_of_the_attributes():
    known = box_attributes(BOXES, [(100, 50)] * 3)
    found = described("box.log_area", "box.center_x", "box.center_y", "box.log_aspect").T
    wanted = [np.log(known["bbox_area"]), known["center_x"], known["center_y"],
              np.log(known["aspect"])]  # fmt: skip
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_each_border_is_told_by_a_column_of_its_own():
    sides = [f"border.touches_{side}" for side in ("left", "top", "right", "bottom")]
    assert described(*sides).tolist() == [[1, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]]


def test_boxes_of_several_pictures_follow_each_other():
    both = Geometry().crop_features([PICTURE, PICTURE], [BOXES[:1], BOXES[1:]])
    assert (both == Geometry().crop_features([PICTURE], [BOXES])).all()


def test_a_picture_of_other_size_than_it_says_is_refused():
    with pytest.raises(ValueError, match="expected"):
        Picture(size_px=(4, 3), rgb=np.zeros((4, 3, 3), np.uint8))
