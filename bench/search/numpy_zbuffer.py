"""A z-buffer in plain numpy: the preview's reference for speed, and its oracle in the tests."""

import numpy as np
import numpy.typing as npt

from assets.catalogue import Catalogue
from scenes.model.scene import Scene
from scenes.optics.camera import world_to_camera

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def numpy_zbuffer(
    scene: Scene, catalogue: Catalogue, size_px: tuple[int, int]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Return ids (H, W) and planar depth (H, W) of a scene whose objects all lie before the camera.

    Every pixel of every triangle's bounding box is a candidate; the nearest inside one wins.
    """
    width, height = size_px
    corners, owner = _screen_triangles(scene, catalogue, size_px)
    triangle, x, y = _candidates(corners, size_px)
    hit, depth = _hits(corners, triangle, x + 0.5, y + 0.5)
    pixel = y[hit] * width + x[hit]
    order = np.lexsort((depth, pixel))
    first = order[np.unique(pixel[order], return_index=True)[1]]
    ids = np.zeros(height * width, np.int32)
    depth_m = np.full(height * width, np.inf, np.float32)
    ids[pixel[first]] = owner[triangle[hit[first]]]
    depth_m[pixel[first]] = depth[first]
    return ids.reshape(height, width), depth_m.reshape(height, width)


def _screen_triangles(
    scene: Scene, catalogue: Catalogue, size_px: tuple[int, int]
) -> tuple[FloatArray, IntArray]:
    """Return (t, 3, 3) corners of x px, y px, 1 / depth, and (t,) instances."""
    camera = scene.camera.at_resolution(size_px)
    view = world_to_camera(camera)
    corners, owner = [], []
    for placed in scene.objects:
        mesh = catalogue.get(placed.asset_id).mesh()
        to_camera = view @ placed.object_to_world
        seen = mesh.vertices @ to_camera[:3, :3].T + to_camera[:3, 3]
        inverse = -1.0 / seen[:, 2]
        x = size_px[0] / 2 + camera.focal_px * seen[:, 0] * inverse
        y = size_px[1] / 2 - camera.focal_px * seen[:, 1] * inverse
        corners.append(np.stack([x, y, inverse], axis=1)[mesh.triangles])
        owner.append(np.full(len(mesh.triangles), placed.instance))
    return np.concatenate(corners), np.concatenate(owner)


def _candidates(
    corners: FloatArray, size_px: tuple[int, int]
) -> tuple[IntArray, IntArray, IntArray]:
    """Return every (triangle, x, y) whose pixel centre lies in the triangle's bounding box."""
    limit = np.array(size_px)
    low = np.clip(np.ceil(corners[:, :, :2].min(axis=1) - 0.5), 0, limit).astype(np.int64)
    high = np.clip(np.floor(corners[:, :, :2].max(axis=1) - 0.5) + 1, 0, limit).astype(np.int64)
    extent = np.maximum(high - low, 0)
    count = extent.prod(axis=1)
    triangle = np.repeat(np.arange(len(corners)), count)
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    across = np.maximum(extent[triangle, 0], 1)
    return triangle, low[triangle, 0] + place % across, low[triangle, 1] + place // across


def _hits(
    corners: FloatArray, triangle: IntArray, x: FloatArray, y: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Return which points lie in their triangles, and the planar depth there."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    bx, by, cx, cy = b[:, 0] - a[:, 0], b[:, 1] - a[:, 1], c[:, 0] - a[:, 0], c[:, 1] - a[:, 1]
    area: FloatArray = bx * cy - by * cx
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1.0 / area[triangle]
        right, down = x - a[triangle, 0], y - a[triangle, 1]
        wb = (cy[triangle] * right - cx[triangle] * down) * scale
        wc = (bx[triangle] * down - by[triangle] * right) * scale
        hit = np.flatnonzero((wb >= 0) & (wc >= 0) & (wb + wc <= 1))
    aw, bw, cw = (corners[triangle[hit], k, 2] for k in range(3))
    return hit, 1.0 / (aw + wb[hit] * (bw - aw) + wc[hit] * (cw - aw))
