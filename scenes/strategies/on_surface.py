"""Objects upright on the floor, turned about z, none inside another; the camera aims at one."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from assets.catalogue import Asset
from scenes.camera import pose_aiming_at
from scenes.cast import Cast, pick, pick_indices
from scenes.config import CameraConfig, SceneConfig
from scenes.scene import Camera
from scenes.strategies.layout import Layout, Standing, distance_to_footprint_m, fits

TRIES = 12  # positions tried for one object before it is left out
CAMERA_CLEARANCE_M = 0.3
LOWEST_CAMERA_M = 0.15
STEEPEST = 0.95  # camera-to-focus drop as a share of their distance
OBJECT_SCALE = 0.04  # how far one object's size strays from its image's, as a share
CLIP_M = (0.05, 500.0)

Position = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class _Kind:
    asset: Asset
    is_target: bool
    scale: float

    def at(self, position: Position, yaw_rad: float) -> Standing:
        return Standing(
            asset=self.asset, is_target=self.is_target, x_m=position[0], y_m=position[1],
            yaw_rad=yaw_rad, scale=self.scale,
        )  # fmt: skip


def lay_out(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Layout:
    """Return one draw. The focus target stands at the origin, the camera on its -y side."""
    targets = _targets(rng, config, cast)
    first = targets[0].at((0.0, 0.0), _turn(rng))
    camera = _camera(rng, config, first)
    floor = _Floor(camera=camera, gap_m=config.objects.gap_m, standing=[first])
    for kind in targets[1:]:
        spread_m = config.objects.spread_m.draw(rng)
        depth_share = config.objects.depth_spread
        floor.add(rng, kind, lambda: _in_ellipse(rng, spread_m, depth_share))  # noqa: B023  # called at once
    _add_clutter(rng, config, cast, floor)
    return Layout(camera=camera, standing=tuple(floor.standing))


@dataclass(frozen=True, kw_only=True)
class _Floor:
    """What stands so far, and the only way to put more there."""

    camera: Camera
    gap_m: float
    standing: list[Standing]

    def add(self, rng: np.random.Generator, kind: _Kind, propose: Callable[[], Position]) -> None:
        """Stand an object at the first proposed place that is free; leave it out after TRIES."""
        for _ in range(TRIES):
            new = kind.at(propose(), _turn(rng))
            if self._clear_of_camera(new) and fits(new, self.standing, self.gap_m):
                self.standing.append(new)
                return

    def _clear_of_camera(self, new: Standing) -> bool:
        x, y, z = self.camera.camera_to_world[:3, 3]
        if z > new.height_m + CAMERA_CLEARANCE_M:
            return True
        return distance_to_footprint_m((x, y), new) > CAMERA_CLEARANCE_M


def _targets(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> list[_Kind]:
    count = max(1, config.objects.count.draw_count(rng))
    scale = config.objects.scale.draw(rng)
    same = rng.random() < config.objects.same_share
    picks = pick_indices(rng, cast.target_weights, count)
    strays = rng.uniform(1 - OBJECT_SCALE, 1 + OBJECT_SCALE, size=count)
    if same:
        picks[:], strays[:] = picks[0], 1.0
    return [
        _Kind(asset=cast.targets[number], is_target=True, scale=scale * float(stray))
        for number, stray in zip(picks, strays, strict=True)
    ]


def _camera(rng: np.random.Generator, config: SceneConfig, first: Standing) -> Camera:
    told = config.camera
    width, height = config.resolutions_px[rng.integers(len(config.resolutions_px))]
    focal_mm = told.focal_mm.draw(rng)
    focus = np.array([0.0, 0.0, told.focus_height.draw(rng) * first.height_m])
    position = _position(rng, told, first, float(focus[2]))
    per_focal = told.sensor_mm / focal_mm / max(width, height)  # pixels to focal lengths
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


def _position(
    rng: np.random.Generator, told: CameraConfig, first: Standing, focus_z_m: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return where the camera stands: the wished distance and height, where both can be had."""
    distance = max(told.distance_m.draw(rng), first.reach_m + CAMERA_CLEARANCE_M)
    height = max(told.height_m.draw(rng), LOWEST_CAMERA_M)
    drop = max(-STEEPEST * distance, min(STEEPEST * distance, height - focus_z_m))
    along = math.sqrt(distance**2 - drop**2)
    if focus_z_m + drop < first.height_m + CAMERA_CLEARANCE_M:
        along = max(along, first.reach_m + CAMERA_CLEARANCE_M)
    return np.array([0.0, -along, max(focus_z_m + drop, LOWEST_CAMERA_M)])


def _add_clutter(rng: np.random.Generator, config: SceneConfig, cast: Cast, floor: _Floor) -> None:
    """Stand occluders on the way from the camera to a target, and bystanders round the group."""
    occluders = config.clutter.occluders.draw_count(rng)
    bystanders = config.clutter.bystanders.draw_count(rng)
    if not cast.clutter:
        return
    targets = len(floor.standing)
    for number in range(occluders + bystanders):
        asset = pick(rng, cast.clutter, cast.clutter_weights)
        kind = _Kind(asset=asset, is_target=False, scale=1.0)
        hidden = floor.standing[int(rng.integers(targets))]
        if number < occluders:
            floor.add(rng, kind, lambda: _between(rng, floor.camera, hidden))  # noqa: B023  # called at once
        else:
            radius_m = 1.0 + 1.5 * config.objects.spread_m.draw(rng)
            floor.add(rng, kind, lambda: _in_ellipse(rng, radius_m, 1.0))  # noqa: B023  # called at once


def _turn(rng: np.random.Generator) -> float:
    return float(rng.uniform(-math.pi, math.pi))


def _in_ellipse(rng: np.random.Generator, radius_m: float, depth_share: float) -> Position:
    angle, share = rng.uniform(-math.pi, math.pi), math.sqrt(rng.random())
    return radius_m * share * math.cos(angle), radius_m * depth_share * share * math.sin(angle)


def _between(rng: np.random.Generator, camera: Camera, target: Standing) -> Position:
    share, aside_m = rng.uniform(0.3, 0.8), rng.uniform(-0.4, 0.4)
    x, y = camera.camera_to_world[:2, 3]
    return target.x_m + share * (x - target.x_m) + aside_m, target.y_m + share * (y - target.y_m)
