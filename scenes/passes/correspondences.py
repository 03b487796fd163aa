"""Where each pixel of one view lies in another view of the same scene."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scenes.model.background import WALLS
from scenes.model.frame import FAR_M, Frame, View
from scenes.model.scene import Camera, Scene
from scenes.optics.camera import project, world_to_camera
from scenes.passes.second_view import intrinsics

FloatArray = npt.NDArray[np.float64]
SAME_DEPTH = 0.005  # share of it by which two views of one point may differ
BACK_PX = 1.0
_FLIP = np.diag([1.0, -1.0, -1.0])  # Blender's camera axes to x right, y down, z ahead


@dataclass(frozen=True, kw_only=True, eq=False)
class Correspondences:
    """second_px: (H, W, 2) float32, x and y in the second image of what a pixel of the first shows.

    Pixel centres lie at +0.5; NaN where the first view shows no surface. valid: (H, W), True where
    the second view shows that very place.
    """

    second_px: npt.NDArray[np.float32]
    valid: npt.NDArray[np.bool_]


def correspondences(first: View, second: View) -> Correspondences:
    """Return where each pixel of the first view lies in the second, of the same scene.

    Each pixel's centre goes along its depth into the world and into the second image. It is valid
    where that is inside the image, the four pixels round it show the same instance, the depth
    between them (its inverse is linear on a plane) is the point's within 0.5 %, and that place
    comes back to within 1 px of where it started. What only looks like a surface (the ground under
    a photo, the fading rim of a floor) is never valid.
    """
    height, width = first.frame.depth_m.shape
    points_m = _points_m(first)
    at_px, depth_m = project(second.scene.camera, points_m)
    seen_m = _between(second.frame, at_px, first.frame.instances.ravel())
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = np.abs(seen_m / depth_m - 1) <= SAME_DEPTH
    alike &= depth_m > second.scene.camera.clip_start_m
    back_px, _ = project(first.scene.camera, _lifted(second.scene.camera, at_px, seen_m))
    with np.errstate(invalid="ignore"):
        alike &= np.abs(back_px - _centres(first.scene.camera)).max(axis=1) <= BACK_PX
    there = np.isfinite(points_m).all(axis=1)
    valid = alike & there & _is_solid(first, points_m)
    shown = np.where((there & (depth_m > 0))[:, None], at_px, np.nan)
    return Correspondences(
        second_px=shown.reshape(height, width, 2).astype(np.float32),
        valid=valid.reshape(height, width),
    )


def plane_homography(first: Camera, second: Camera, plane: tuple[FloatArray, float]) -> FloatArray:
    """Return the (3, 3) H that takes pixels of a plane in the first image to the second.

    plane: (n, d) with n x = d for its world points x, metres. Scaled so that H[2, 2] is 1. H = K2
    (R + t n'/d') K1^-1. Source: Hartley and Zisserman 2004, Multiple View Geometry, eq. 13.2.
    Raises ValueError for a plane through the first camera.
    """
    normal, offset = np.asarray(plane[0], dtype=np.float64), float(plane[1])
    one, two = (_extrinsics(camera) for camera in (first, second))
    turn = two[:3, :3] @ one[:3, :3].T
    shift = two[:3, 3] - turn @ one[:3, 3]
    own_normal = one[:3, :3] @ normal
    distance = offset - normal @ first.camera_to_world[:3, 3]
    if abs(distance) < 1e-9:
        raise ValueError("the plane goes through the first camera; it is seen from its edge")
    moved = turn + np.outer(shift, own_normal) / distance
    homography = intrinsics(second) @ moved @ np.linalg.inv(intrinsics(first))
    scaled: FloatArray = homography / homography[2, 2]
    return scaled


def planes(scene: Scene) -> dict[str, tuple[FloatArray, float]]:
    """Return a scene's large planes by name: the floor and, of a room, its walls and ceiling."""
    up = np.array([0.0, 0.0, 1.0])
    found: dict[str, tuple[FloatArray, float]] = {"floor": (up, 0.0)}
    room = scene.background.room
    if room is None:
        return found
    found["ceiling"] = (up, room.size_m[2])
    for wall in range(WALLS):
        pose = room.wall_to_world(wall)
        found[f"wall_{wall}"] = (pose[:3, 2], float(pose[:3, 2] @ pose[:3, 3]))
    return found


def encode_pair(first: View, second: View) -> bytes:
    """Return the .npz of a pair: its correspondences, cameras and homographies.

    second_px, valid: see `Correspondences`. intrinsics (2, 3, 3); camera_to_world (2, 4, 4), as in
    `Scene`. plane_names (k,), homographies (k, 3, 3), and plane (H, W) uint8: 1-based number of the
    plane that a pixel of the first image shows, 0 for none of them. Equal views, equal bytes.
    """
    matched = correspondences(first, second)
    cameras = first.scene.camera, second.scene.camera
    named = planes(first.scene)
    told: dict[str, npt.NDArray[Any]] = {
        "second_px": matched.second_px, "valid": matched.valid,
        "intrinsics": np.stack([intrinsics(c) for c in cameras]),
        "camera_to_world": np.stack([c.camera_to_world for c in cameras]),
        "plane_names": np.array(list(named)),
        "homographies": np.stack([plane_homography(*cameras, plane) for plane in named.values()]),
        "plane": _shown_plane(first, list(named.values())),
    }  # fmt: skip
    file = io.BytesIO()
    np.savez_compressed(file, **told)
    return file.getvalue()


def _shown_plane(view: View, named: list[tuple[FloatArray, float]]) -> npt.NDArray[np.uint8]:
    """Return which plane a pixel shows: a surface that is no object's, within 2 mm of it."""
    points_m = _points_m(view)
    free = (view.frame.instances.ravel() == 0) & _is_solid(view, points_m)
    shown = np.zeros(len(points_m), np.uint8)
    for number, (normal, offset) in enumerate(named, 1):
        with np.errstate(invalid="ignore"):
            shown[free & (np.abs(points_m @ normal - offset) < 0.002)] = number
    return shown.reshape(view.frame.depth_m.shape)


def _is_solid(view: View, points_m: FloatArray) -> npt.NDArray[np.bool_]:
    """Return False for background whose picture does not move as its depth says."""
    background, is_object = view.scene.background, view.frame.instances.ravel() > 0
    if background.kind in ("photo", "white"):
        return is_object
    if background.floor_fade_m <= 0:
        return np.ones(len(points_m), dtype=np.bool_)
    radius_m = background.floor_size_m / 2 - background.floor_fade_m
    with np.errstate(invalid="ignore"):
        solid: npt.NDArray[np.bool_] = np.linalg.norm(points_m[:, :2], axis=1) < radius_m
    return is_object | solid


def _centres(camera: Camera) -> FloatArray:
    width, height = camera.resolution_px
    y, x = np.mgrid[:height, :width] + 0.5
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _points_m(view: View) -> FloatArray:
    """Return (H W, 3) world points of the pixels' centres, NaN where nothing was hit."""
    depth_m = view.frame.depth_m.ravel().astype(np.float64)
    depth_m[depth_m >= FAR_M / 2] = np.nan
    return _lifted(view.scene.camera, _centres(view.scene.camera), depth_m)


def _lifted(camera: Camera, at_px: FloatArray, depth_m: FloatArray) -> FloatArray:
    """Return the (n, 3) world points that lie at these pixels and planar depths."""
    width, height = camera.resolution_px
    right = (at_px[:, 0] - width / 2) / camera.focal_px
    up = (height / 2 - at_px[:, 1]) / camera.focal_px
    own = np.stack([right, up, -np.ones_like(right)], axis=1) * depth_m[:, None]
    pose = camera.camera_to_world
    lifted: FloatArray = own @ pose[:3, :3].T + pose[:3, 3]
    return lifted


def _between(frame: Frame, at_px: FloatArray, instances: npt.NDArray[np.int32]) -> FloatArray:
    """Return (n,) depths between the four pixels round each place, where all show its instance.

    NaN elsewhere, outside the image and where nothing was hit.
    """
    height, width = frame.depth_m.shape
    with np.errstate(invalid="ignore"):
        low = np.floor(at_px - 0.5)
        inside = ((at_px >= 0.5) & (at_px <= np.array([width, height]) - 0.5)).all(axis=1)
    x0, y0 = np.where(inside[:, None], low, 0).astype(np.int64).T
    x1, y1 = np.minimum(x0 + 1, width - 1), np.minimum(y0 + 1, height - 1)
    right, down = np.where(inside[:, None], at_px - 0.5 - low, 0).T
    inverse = np.zeros(len(at_px))
    for x, y, weight in ((x0, y0, (1 - right) * (1 - down)), (x1, y0, right * (1 - down)),
                         (x0, y1, (1 - right) * down), (x1, y1, right * down)):  # fmt: skip
        depth_m = frame.depth_m[y, x].astype(np.float64)
        inside &= (frame.instances[y, x] == instances) & (depth_m < FAR_M / 2)
        inverse += weight / depth_m
    return np.where(inside, 1 / np.where(inverse > 0, inverse, 1), np.nan)


def _extrinsics(camera: Camera) -> FloatArray:
    """Return (4, 4) world to camera with x right, y down, z ahead."""
    matrix = world_to_camera(camera)
    matrix[:3] = _FLIP @ matrix[:3]
    return matrix
