"""An oracle for labels: every pixel centre's ray against every triangle, in plain numpy."""

import numpy as np
import numpy.typing as npt

from assets.catalogue import Catalogue
from scenes.model.scene import Scene

FloatArray = npt.NDArray[np.float64]


def raycast(scene: Scene, catalogue: Catalogue) -> tuple[npt.NDArray[np.int32], FloatArray]:
    """Return (H, W) instances and planar depth, NaN where a ray leaves the scene.

    Moeller and Trumbore 1997, two-sided; the floor is z = 0 inside its square.
    """
    rays = rays_of(scene)
    origin = scene.camera.camera_to_world[:3, 3]
    depth = _floor(scene, origin, rays)
    instances = np.zeros(len(rays), dtype=np.int32)
    for placed in scene.objects:
        mesh = catalogue.get(placed.asset_id).mesh()
        matrix = placed.object_to_world
        corners = (mesh.vertices @ matrix[:3, :3].T + matrix[:3, 3])[mesh.triangles]
        hit = np.concatenate([_nearest(origin, part, corners) for part in np.array_split(rays, 64)])
        nearer = hit < depth
        instances[nearer], depth[nearer] = placed.instance, hit[nearer]
    width, height = scene.camera.resolution_px
    depth[np.isinf(depth)] = np.nan
    return instances.reshape(height, width), depth.reshape(height, width)


def rays_of(scene: Scene) -> FloatArray:
    """Return world directions whose camera z is -1, so that a ray's parameter is planar depth."""
    width, height = scene.camera.resolution_px
    focal_px = scene.camera.focal_mm / scene.camera.sensor_mm * max(width, height)
    y, x = np.mgrid[:height, :width] + 0.5
    seen = np.stack([(x - width / 2) / focal_px, (height / 2 - y) / focal_px, -np.ones_like(x)])
    return (scene.camera.camera_to_world[:3, :3] @ seen.reshape(3, -1)).T


def _floor(scene: Scene, origin: FloatArray, rays: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        depth = -origin[2] / rays[:, 2]
    at = origin + depth[:, None] * rays
    inside = (depth > 0) & (np.abs(at[:, :2]).max(axis=1) <= scene.background.floor_size_m / 2)
    return np.where(inside, depth, np.inf)


def _nearest(origin: FloatArray, rays: FloatArray, corners: FloatArray) -> FloatArray:
    a, ab, ac = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    p = np.cross(rays[:, None], ac[None])
    determinant = (p * ab).sum(axis=2)
    to_origin = origin - a
    q = np.cross(to_origin, ab)
    with np.errstate(divide="ignore", invalid="ignore"):
        u = (p * to_origin).sum(axis=2) / determinant
        v = (rays @ q.T) / determinant
        depth = (q * ac).sum(axis=1) / determinant
        struck = (u >= 0) & (v >= 0) & (u + v <= 1) & (depth > 0)
    return np.where(struck, depth, np.inf).min(axis=1)
