"""One asset by itself on a plain floor, as a catalogue would show it."""

import math

import numpy as np

from assets.catalogue import Asset
from scenes.model.scene import Background, Camera, Light, Material, Placement, Scene
from scenes.optics.camera import pose_aiming_at
from scenes.optics.lamps import shining
from scenes.sampling.stock import finished

TURN_DEG = 28.0  # of the asset's front away from the camera
PITCH_DEG = 20.0
FOCAL_MM, SENSOR_MM = 60.0, 36.0
MARGIN = 1.12
_FLOOR = Material(kind="wall_paint", color=(0.55, 0.55, 0.55), roughness=0.8, metallic=0.0, seed=0)


def showcase(asset: Asset, resolution_px: tuple[int, int], seed: int) -> Scene:
    """Return the scene of one asset that fills the picture, in finishes of this seed."""
    return Scene(
        seed=seed, config_id="showcase", objects=(_placed(asset, seed),),
        camera=_camera(asset.size_m, resolution_px), lights=(_sun(),),
        background=Background(
            environment="studio.exr", strength=0.9, rotation_deg=0.0, floor=_FLOOR,
            floor_size_m=200.0 * max(asset.size_m),
        ),
    )  # fmt: skip


def _placed(asset: Asset, seed: int) -> Placement:
    turn = math.radians(TURN_DEG)
    pose = np.eye(4)
    pose[:2, :2] = [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    return Placement(
        instance=1, asset_id=asset.id, category=asset.category, category_id=1,
        object_to_world=pose, materials=finished(np.random.default_rng(seed), asset.mesh()),
    )  # fmt: skip


def _camera(size_m: tuple[float, float, float], resolution_px: tuple[int, int]) -> Camera:
    """A camera in front, so far away that the asset's bounding sphere fits the shorter side."""
    radius = MARGIN * float(np.linalg.norm(size_m)) / 2
    shorter_mm = SENSOR_MM * min(resolution_px) / max(resolution_px)
    distance = radius / math.sin(math.atan(shorter_mm / 2 / FOCAL_MM))
    focus = np.array([0.0, 0.0, size_m[2] / 2])
    pitch = math.radians(PITCH_DEG)
    position = focus + distance * np.array([0.0, -math.cos(pitch), math.sin(pitch)])
    return Camera(
        camera_to_world=pose_aiming_at(position, focus, (0.0, 0.0), 0.0),
        focal_mm=FOCAL_MM, sensor_mm=SENSOR_MM, resolution_px=resolution_px,
        clip_start_m=distance / 100, clip_end_m=1000.0 * distance,
    )  # fmt: skip


def _sun() -> Light:
    return Light(
        kind="sun", light_to_world=shining(math.radians(60), math.radians(50), (0.0, 0.0, 10.0)),
        energy=2.0, size_m=0.05, color=(1.0, 0.97, 0.92),
    )  # fmt: skip
