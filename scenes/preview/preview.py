"""Look before you render: ids, planar depth and amodal counts of a Scene in about a millisecond."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assets.catalogue import Catalogue
from scenes.model.scene import Camera, Placement, Scene
from scenes.optics.camera import world_to_camera
from scenes.preview.rasterizer import NOTHING, count_visible, draw

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Amodal:
    """What each object would cover alone, inside the image.

    px: (n,) pixels; box: (n, 4) inclusive x0, y0, x1, y1. Row i is instance i + 1; an object
    outside the image has px 0.
    """

    px: IntArray
    box: IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Preview:
    """A rasterized Scene.

    instances: (H, W) int32, 0 where no object is. depth_m: (H, W) float32, infinite there.
    """

    instances: npt.NDArray[np.int32]
    depth_m: npt.NDArray[np.float32]
    amodal: Amodal


@dataclass(frozen=True, kw_only=True, eq=False)
class VisibleObjects:
    """What is seen of each object in an id map: pixels, inclusive box, median and least depth."""

    px: IntArray
    box: IntArray
    depth_m: npt.NDArray[np.float64]
    depth_min_m: npt.NDArray[np.float64]


def preview(scene: Scene, catalogue: Catalogue, resolution_px: tuple[int, int]) -> Preview:
    """Rasterize a scene's objects (not its floor) at a resolution (W, H) of its proportions."""
    camera = scene.camera.at_resolution(resolution_px)
    width, height = resolution_px
    ids = np.zeros((height, width), np.int32)
    stamp = np.zeros((height, width), np.int32)
    depth_m = np.full((height, width), NOTHING, np.float32)
    amodal = np.zeros((len(scene.objects), 5), np.int64)
    amodal[:, 1:] = (width, height, -1, -1)
    view = world_to_camera(camera)
    buffers = (ids, depth_m, stamp)
    for placed in scene.objects:
        to_camera = view @ placed.object_to_world
        asset = catalogue.get(placed.asset_id)
        if not _may_be_seen(to_camera, asset.size_m, camera):
            continue
        mesh = asset.mesh()
        row = amodal[placed.instance - 1]
        draw(
            (mesh.vertices, mesh.triangles, mesh.closed),
            (to_camera, camera.focal_px, camera.clip_start_m),
            placed.instance,
            buffers,
            row,
        )
    return Preview(
        instances=ids, depth_m=depth_m, amodal=Amodal(px=amodal[:, 0], box=amodal[:, 1:])
    )


def alone(camera: Camera, placed: Placement, catalogue: Catalogue) -> npt.NDArray[np.bool_]:
    """Return the (H, W) mask of what an object would cover if nothing stood before it."""
    width, height = camera.resolution_px
    ids = np.zeros((height, width), np.int32)
    depth_m = np.full((height, width), NOTHING, np.float32)
    mesh = catalogue.get(placed.asset_id).mesh()
    draw(
        (mesh.vertices, mesh.triangles, mesh.closed),
        (world_to_camera(camera) @ placed.object_to_world, camera.focal_px, camera.clip_start_m),
        placed.instance,
        (ids, depth_m, np.zeros((height, width), np.int32)),
        np.array([0, width, height, -1, -1]),
    )
    return ids > 0


def visible_objects(
    instances: npt.NDArray[np.int32], depth_m: npt.NDArray[np.float32], count: int
) -> VisibleObjects:
    """Count what an id map shows of instances 1..count. Both arrays are (H, W)."""
    visible, depths = count_visible(instances, depth_m, count)
    return VisibleObjects(
        px=visible[:, 0], box=visible[:, 1:], depth_m=depths[:, 0], depth_min_m=depths[:, 1]
    )


def preview_size(camera: Camera, long_side_px: int) -> tuple[int, int]:
    """Return (W, H) with this longer side and the camera's proportions, never above its own."""
    width, height = camera.resolution_px
    share = min(1.0, long_side_px / max(width, height))
    return max(1, round(width * share)), max(1, round(height * share))


def _may_be_seen(
    to_camera: npt.NDArray[np.float64], size_m: tuple[float, float, float], camera: Camera
) -> bool:
    """Return False where the object's bounding sphere lies wholly outside the view."""
    middle = to_camera[:3, :3] @ (0.0, 0.0, size_m[2] / 2) + to_camera[:3, 3]
    radius = 0.5 * float(np.linalg.norm(size_m)) * float(np.linalg.norm(to_camera[:3, 0]))
    depth = -middle[2]
    if depth + radius < camera.clip_start_m:
        return False
    width, height = camera.resolution_px
    for offset, half_px in ((middle[0], width / 2), (middle[1], height / 2)):
        slope = half_px / camera.focal_px
        if abs(offset) > slope * depth + radius * np.sqrt(1 + slope * slope):
            return False
    return True
