"""Where the camera stands: outside everything, above the floor, aimed at a target."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scenes.config.scene import CameraConfig, SceneConfig
from scenes.layout.standing import Standing, distance_to_footprint_m
from scenes.model.scene import Camera
from scenes.optics.camera import elevation_range, pose_aiming_at

CLEARANCE_M = 0.3
OVER_FURNITURE_M = 0.1  # a camera may look along a table top from nearer than it may meet a chair
LOWEST_M = 0.15
OVER_SUPPORT_M = 0.1  # a table top seen from below hides what stands on it
EYE_LEVEL_M = 1.5  # nobody climbs to see what is higher
STEP_BACK_M = 0.1
STEEPEST = 0.95  # camera-to-focus drop as a share of their distance, unless it may look steeper
STRAIGHT_DOWN = 0.9995  # which leaves a side that is up in the picture
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
    wish = _wish(rng, told, focus_on, min(width, height) * per_focal)
    aim = (
        (told.aim_x.draw(rng) - 0.5) * width * per_focal,
        (0.5 - told.aim_y.draw(rng)) * height * per_focal,
    )
    roll_rad = math.radians(told.roll_deg.draw(rng))
    low, high = elevation_range(aim, roll_rad, math.radians(told.tilt_deg))
    most = min(STRAIGHT_DOWN, max(STEEPEST, math.sin(math.radians(told.tilt_deg))))
    view = (float(focus[2]), (max(low, -most), min(high, most)))
    position = _position(wish, focus_on, view)
    while not all(is_clear(position, obstacle) for obstacle in obstacles):
        position[1] -= STEP_BACK_M
    return Camera(
        camera_to_world=pose_aiming_at(position, focus, aim, roll_rad),
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


def _wish(
    rng: np.random.Generator, told: CameraConfig, first: Standing, short_side: float
) -> tuple[float, float]:
    """Return the wished distance from the focus and height above the floor, metres.

    short_side: of the picture, in focal lengths.
    """
    distance = told.distance_m.draw(rng)
    if told.fill is not None:
        distance = max(first.asset.size_m) * first.scale / (short_side * told.fill.draw(rng))
    return max(distance, first.reach_m + CLEARANCE_M), told.height_m.draw(rng)


def _position(
    wish: tuple[float, float], first: Standing, view: tuple[float, tuple[float, float]]
) -> npt.NDArray[np.float64]:
    """Return where the camera stands: as wished, where it can be; else the height gives way.

    view: height of the focus, metres, and the range of the sine of its elevation from the camera.
    """
    (distance, height), (focus_z_m, (low, high)) = wish, view
    wished = (max(height, _lowest_m(first)) - focus_z_m) / distance
    drop = distance * max(-high, min(-low, wished))
    along = math.sqrt(distance**2 - drop**2)
    if focus_z_m + drop < first.top_m + CLEARANCE_M:
        along = max(along, first.reach_m + CLEARANCE_M)
    return np.array([0.0, -along, max(focus_z_m + drop, LOWEST_M)])


def _lowest_m(first: Standing) -> float:
    if first.tumbled is not None or first.z_m <= 0:
        return LOWEST_M
    return min(first.z_m + OVER_SUPPORT_M, EYE_LEVEL_M)
