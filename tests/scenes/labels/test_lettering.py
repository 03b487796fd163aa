"""Words on signs: projected as any point is, hidden as their bearer is."""

import numpy as np
import pytest

from assets.lettering.sign import Mark, Sign
from scenes.labels.lettering import label_signs
from scenes.model.frame import FAR_M, Frame
from scenes.model.lettering import PlacedSign
from scenes.model.scene import Camera
from scenes.model.shot import Shot

SIZE, FOCAL_PX, AWAY_M = (120, 80), 100.0, 2.0
CORNERS = np.array([[0, 0], [40, 0], [40, 20], [0, 20]], float)


def sign() -> PlacedSign:
    """One word that fills a sign of 0.8 x 0.4 m, AWAY_M before a camera that looks along -z."""
    pose = np.eye(4)
    pose[2, 3] = -AWAY_M
    word = Mark(kind="word", said="SALE", quad=CORNERS)
    drawn = Sign(rgba=np.zeros((20, 40, 4), np.uint8), marks=(word,))
    return PlacedSign(instance=3, sign_to_world=pose, size_m=(0.8, 0.4), sign=drawn)


def camera() -> Camera:
    return Camera(camera_to_world=np.eye(4), focal_mm=FOCAL_PX * 36 / 120, sensor_mm=36.0,
                  resolution_px=SIZE, clip_start_m=0.05, clip_end_m=100.0)  # fmt: skip


def frame(hidden_columns: int = 0, depth_m: float = AWAY_M) -> Frame:
    ids = np.full(SIZE[::-1], 3, np.int32)
    ids[:, :hidden_columns] = 7
    shot = Shot(resolution_px=SIZE, focal_px=FOCAL_PX, seed=0, config_id="", digest="")
    return Frame(shot=shot, image=np.zeros((*SIZE[::-1], 3), np.uint8), instances=ids,
                 depth_m=np.full(SIZE[::-1], depth_m, np.float32))  # fmt: skip


def test_a_words_corners_are_where_the_camera_sees_them() -> None:
    (told,) = label_signs([sign()], frame(), camera())
    assert told.quad_px == pytest.approx(np.array([[40, 30], [80, 30], [80, 50], [40, 50]]))
    assert (told.said, told.visible_fraction) == ("SALE", 1.0)


def test_what_stands_before_its_bearer_hides_a_word() -> None:
    (told,) = label_signs([sign()], frame(hidden_columns=60), camera())
    assert told.visible_fraction == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("depth_m", [1.5, float(FAR_M)])
def test_a_part_of_the_bearer_that_is_not_the_signs_plane_hides_it_too(depth_m: float) -> None:
    (told,) = label_signs([sign()], frame(depth_m=depth_m), camera())
    assert told.visible_fraction == 0.0
