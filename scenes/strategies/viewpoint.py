"""Where the camera stands: outside everything, above the floor, aimed at a target."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scenes.camera import pose_aiming_at
from scenes.config import CameraConfig, SceneConfig
from scenes.scene import Camera
from scenes.strategies.layout import Standing, distance_to_footprint_m

CLEARANCE_M = 0.3
OVER_FURNITURE_M = 0.1  # a camera may look along a table top from nearer than it may meet a chair
LOWEST_M = 0.15
OVER_SUPPORT_M = 0.1  # a table top seen from below hides what stands on it
EYE_LEVEL_M = 1.5  # nobody climbs to see what is higher
STEP_BACK_M = 0.1
STEEPEST = 0.95  # camera-to-focus drop as a share of their distance
CLIP_M = (0.05, 500.0)


def draw_camera(
    rng: np.random.Generator,
    config: SceneConfig,
    focus_on: Standing,
    obstacles: Sequence[Standing],
) -> Camera:
    """Return a camera on the -y side of a target in the middle of the world.

    It steps back until it is clear of all obstacles, the furniture under the target among them.
    """
    told = config.camera
    width, height = config.resolutions_px[rng.integers(len(config.resolutions_px))]
    focal_mm = told.focal_mm.draw(rng)
    per_focal = told.sensor_mm / focal_mm / max(width, height)  # pixels to focal lengths
    focus = np.array([0.0, 0.0, _focus_m(rng, told, focus_on)])
    position = _position(rng, told, focus_on, (float(focus[2]), min(width, height) * per_focal))
    while not all(is_clear(position, obstacle) for obstacle in obstacles):
        position[1] -= STEP_BACK_M
    aim = (
        (told.aim_x.draw(rng) - 0.5) * width * per_focal,
        (0.5 - told.aim_y.draw(rng)) * height * per_focal,
    )
    return Camera(
        camera_to_world=pose_aiming_at(position, focus, aim, math.radians(told.roll_deg.draw(rng))),
        focal_mm=focal_mm,
        sensor_mm=told.sensor_mm,
        resolution_px=(width, height),
        clip_start_m=CLIP_M[0],
        clip_end_m=CLIP_M[1],
    )


def is_clear(position_m: npt.NDArray[np.float64], standing: Standing) -> bool:
    """Return True where a camera is well above an object or beside it."""
    x, y, z = position_m
    over_m = OVER_FURNITURE_M if standing.asset.supports else CLEARANCE_M
    if z > standing.top_m + over_m:
        return True
    return distance_to_footprint_m((x, y), standing) > CLEARANCE_M


def _focus_m(rng: np.random.Generator, told: CameraConfig, focus_on: Standing) -> float:
    share = told.focus_height.draw(rng)
    if focus_on.tumbled is not None:
        return float(focus_on.middle_m[2])
    return focus_on.z_m + share * focus_on.height_m


def _position(
    rng: np.random.Generator, told: CameraConfig, first: Standing, view: tuple[float, float]
) -> npt.NDArray[np.float64]:
    """Return where the camera stands: the wished distance and height, where both can be had.

    view: height of the focus, metres, and the picture's shorter side in focal lengths.
    """
    focus_z_m, short_side = view
    distance = told.distance_m.draw(rng)
    if told.fill is not None:
        distance = max(first.asset.size_m) * first.scale / (short_side * told.fill.draw(rng))
    distance = max(distance, first.reach_m + CLEARANCE_M)
    height = max(told.height_m.draw(rng), _lowest_m(first))
    drop = max(-STEEPEST * distance, min(STEEPEST * distance, height - focus_z_m))
    along = math.sqrt(distance**2 - drop**2)
    if focus_z_m + drop < first.top_m + CLEARANCE_M:
        along = max(along, first.reach_m + CLEARANCE_M)
    return np.array([0.0, -along, max(focus_z_m + drop, LOWEST_M)])


def _lowest_m(first: Standing) -> float:
    if first.tumbled is not None or first.z_m <= 0:
        return LOWEST_M
    return min(first.z_m + OVER_SUPPORT_M, EYE_LEVEL_M)
