import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenes.model.scene import Camera
from scenes.optics.camera import elevation_range, pose_aiming_at, project, world_to_camera


def camera(
    pose: np.ndarray, size_px: tuple[int, int] = (320, 240), focal_mm: float = 35.0
) -> Camera:
    return Camera(
        camera_to_world=pose,
        focal_mm=focal_mm,
        sensor_mm=36.0,
        resolution_px=size_px,
        clip_start_m=0.1,
        clip_end_m=100.0,
    )


@given(
    x=st.floats(-5, 5),
    y=st.floats(-9, -1),
    z=st.floats(0.2, 3),
    aim_x=st.floats(0.1, 0.9),
    aim_y=st.floats(0.1, 0.9),
    roll=st.floats(-0.2, 0.2),
)
def test_a_pose_shows_its_focus_where_it_was_aimed(
    x: float, y: float, z: float, aim_x: float, aim_y: float, roll: float
) -> None:
    focus = np.array([0.0, 0.0, 0.5])
    focal_px = camera(np.eye(4)).focal_px
    aim = ((aim_x - 0.5) * 320 / focal_px, (0.5 - aim_y) * 240 / focal_px)
    seen, depth = project(
        camera(pose_aiming_at(np.array([x, y, z]), focus, aim, roll)), focus[None]
    )
    np.testing.assert_allclose(seen[0], [aim_x * 320, aim_y * 240], atol=1e-6)
    assert depth[0] > 0


@given(
    right=st.floats(-1, 1),
    up=st.floats(-1, 1),
    roll=st.floats(-0.2, 0.2),
    tilt_deg=st.floats(5, 89),
    share=st.floats(0, 1),
)
def test_a_focus_within_its_range_of_elevation_tilts_the_camera_no_further(
    right: float, up: float, roll: float, tilt_deg: float, share: float
) -> None:
    low, high = elevation_range((right, up), roll, math.radians(tilt_deg))
    sine = low + share * (high - low)
    focus = np.array([0.0, math.sqrt(1 - sine**2), sine])
    pose = pose_aiming_at(np.zeros(3), focus, (right, up), roll)
    assert abs(math.degrees(math.asin(pose[2, 2]))) <= tilt_deg + 1e-6


def test_the_range_of_elevation_is_no_narrower_than_the_tilt() -> None:
    low, high = elevation_range((0.3, 0.1), 0.0, math.radians(40))
    for sine, tilt_deg in ((low, -40), (high, 40)):
        focus = np.array([0.0, math.sqrt(1 - sine**2), sine])
        pose = pose_aiming_at(np.zeros(3), focus, (0.3, 0.1), 0.0)
        assert math.isclose(math.degrees(math.asin(-pose[2, 2])), tilt_deg, abs_tol=1e-6)


def test_without_roll_the_horizon_is_level_and_the_camera_upright() -> None:
    pose = pose_aiming_at(np.array([1.0, -4.0, 1.5]), np.array([0.0, 0.0, 0.4]), (0.1, -0.2), 0.0)
    right, up = pose[:3, 0], pose[:3, 1]
    assert abs(right[2]) < 1e-12
    assert up[2] > 0.5
    np.testing.assert_allclose(pose[:3, :3] @ pose[:3, :3].T, np.eye(3), atol=1e-12)


def test_the_sensor_belongs_to_the_longer_side() -> None:
    assert camera(np.eye(4), (320, 240)).focal_px == camera(np.eye(4), (240, 320)).focal_px
    assert math.isclose(camera(np.eye(4), (320, 240)).focal_px, 35 / 36 * 320)


def test_world_to_camera_undoes_the_pose() -> None:
    pose = pose_aiming_at(np.array([1.0, -2.0, 1.0]), np.zeros(3), (0.0, 0.0), 0.1)
    np.testing.assert_allclose(world_to_camera(camera(pose)) @ pose, np.eye(4), atol=1e-12)
