"""Camera maths: world to camera to pixels, and back from a wished view to a pose."""

import math

import numpy as np
import numpy.typing as npt

from scenes.model.scene import Camera

FloatArray = npt.NDArray[np.float64]


def world_to_camera(camera: Camera) -> FloatArray:
    """Return the (4, 4) inverse of camera_to_world, by transposing its rotation."""
    inverse = np.eye(4)
    inverse[:3, :3] = camera.camera_to_world[:3, :3].T
    inverse[:3, 3] = -inverse[:3, :3] @ camera.camera_to_world[:3, 3]
    return inverse


def project(camera: Camera, points_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (n, 2) pixel positions and (n,) planar depths of (n, 3) world points.

    x to the right, y down, the image's top left corner at (0, 0), pixel centres at +0.5. Points
    with depth <= 0 are behind the camera and their pixels mean nothing.
    """
    matrix = world_to_camera(camera)
    seen = points_m @ matrix[:3, :3].T + matrix[:3, 3]
    depth = -seen[:, 2]
    width, height = camera.resolution_px
    with np.errstate(divide="ignore", invalid="ignore"):
        x = width / 2 + camera.focal_px * seen[:, 0] / depth
        y = height / 2 - camera.focal_px * seen[:, 1] / depth
    return np.stack([x, y], axis=1), depth


def horizon_share(camera: Camera) -> float:
    """Return where a camera sees the horizon, as a share of the picture's height from the top.

    In the middle column, and beyond 0 to 1 outside the picture.
    """
    up = camera.camera_to_world[2]  # the world's up in camera axes
    level = max(math.hypot(up[0], up[1]), 1e-9)
    return 0.5 - camera.focal_px * float(up[2]) / level / camera.resolution_px[1]


def pose_aiming_at(
    position_m: FloatArray, focus_m: FloatArray, aim_px: tuple[float, float], roll_rad: float
) -> FloatArray:
    """Return camera_to_world of a camera at a position that sees the focus off its centre.

    aim_px is the focus's offset from the image centre in focal lengths, (right, up). With no roll
    the horizon is level. Solved in closed form: the direction to the focus in camera axes is
    known, so pitch is what lifts it to the focus's elevation and yaw what turns it to its azimuth.
    """
    right, up = _rolled(aim_px, roll_rad)
    ray = np.array([right, up, -1.0]) / math.sqrt(right * right + up * up + 1.0)
    to_focus = focus_m - position_m
    to_focus = to_focus / np.linalg.norm(to_focus)
    pitch = _pitch(ray, float(to_focus[2]))
    # the ray after pitching, in a frame x right, y forward, z up
    forward = -ray[2] * math.cos(pitch) - ray[1] * math.sin(pitch)
    yaw = math.atan2(to_focus[1], to_focus[0]) - math.atan2(forward, ray[0])
    pose = np.eye(4)
    pose[:3, :3] = _turned(yaw, math.pi / 2 + pitch, roll_rad)
    pose[:3, 3] = position_m
    return pose


def elevation_range(
    aim_px: tuple[float, float], roll_rad: float, tilt_rad: float
) -> tuple[float, float]:
    """Return the least and the greatest sine of the elevation at which a camera may see its focus.

    Between them what `pose_aiming_at` returns looks no further than tilt_rad, a quarter turn at
    most, up or down from level.
    """
    right, up = _rolled(aim_px, roll_rad)
    lift, reach = math.atan2(up, 1.0), math.hypot(up, 1.0) / math.hypot(right, up, 1.0)
    low, high = max(lift - tilt_rad, -math.pi / 2), min(lift + tilt_rad, math.pi / 2)
    return reach * math.sin(low), reach * math.sin(high)


def _rolled(aim: tuple[float, float], roll_rad: float) -> tuple[float, float]:
    cos, sin = math.cos(roll_rad), math.sin(roll_rad)
    return cos * aim[0] - sin * aim[1], sin * aim[0] + cos * aim[1]


def _pitch(ray: FloatArray, elevation_sine: float) -> float:
    """Return the pitch p with ray_y cos p - ray_z sin p = elevation_sine, nearest level."""
    reach = math.hypot(ray[1], ray[2])
    return math.asin(max(-1.0, min(1.0, elevation_sine / reach))) - math.atan2(ray[1], -ray[2])


def _turned(yaw: float, tilt: float, roll: float) -> list[list[float]]:
    """Return the rotation about z by roll, then about x by tilt, then about z by yaw.

    Written out, since a matrix product rounds differently from one processor to the next and the
    pose goes into the plan digit by digit.
    """
    cy, sy, ct, st = math.cos(yaw), math.sin(yaw), math.cos(tilt), math.sin(tilt)
    cr, sr = math.cos(roll), math.sin(roll)
    return [
        [cy * cr - sy * ct * sr, -cy * sr - sy * ct * cr, sy * st],
        [sy * cr + cy * ct * sr, -sy * sr + cy * ct * cr, -cy * st],
        [st * sr, st * cr, ct],
    ]
