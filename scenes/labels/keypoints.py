"""An asset's named points as COCO keypoints of one frame."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assets.catalogue import CATEGORY_KEYPOINTS, Asset
from scenes.model.frame import Frame
from scenes.model.scene import Camera, Placement
from scenes.optics.camera import project

UNKNOWN, HIDDEN, VISIBLE = 0, 1, 2
TOLERANCE_M = 0.02  # corners are rounded, and a point lies in the middle of an edge's vertices
TOLERANCE_PX = 2.0  # a pixel's neighbour lies so much farther on a surface at 45 degrees
DECIMALS = 3
_BETWEEN = {
    frozenset(("left", "right")): ("front", "back"),
    frozenset(("front", "back")): ("left", "right"),
}

Bits = npt.NDArray[np.bool_]


def keypoint_names(asset: Asset) -> tuple[str, ...]:
    """Return the names of the asset's category, in the order in which they are written."""
    return CATEGORY_KEYPOINTS.get(asset.category, ())


def keypoints(frame: Frame, camera: Camera, placed: Placement, asset: Asset) -> tuple[float, ...]:
    """Return x, y, v for every name of the asset's category, flat, as COCO tells them.

    x, y in pixels, pixel centres at +0.5. v is 0 (and x, y are 0) for a point outside the image or
    one that this shape does not have; 2 where one of the nine pixels round it shows the object at
    the point's own depth, give or take 2 cm and two pixels' width there; else 1.
    """
    names = keypoint_names(asset)
    told = np.zeros((len(names), 3))
    here = np.array([name in asset.keypoints for name in names], dtype=np.bool_)
    if here.any():
        points_m = np.array([asset.keypoints[name] for name in names if name in asset.keypoints])
        matrix = placed.object_to_world
        points_m = points_m @ matrix[:3, :3].T + matrix[:3, 3]
        told[here] = _told(frame, camera, placed.instance, points_m)
    return tuple(round(float(n), DECIMALS) for n in told.ravel())


def skeleton(names: Sequence[str]) -> list[list[int]]:
    """Return the pairs of points to be joined, 1-based: those whose names differ in one word.

    But not across something round: rim_left and rim_right meet by way of rim_front.
    """
    return [
        [i + 1, j + 1] for j in range(len(names)) for i in range(j) if _joined(i, j, tuple(names))
    ]


def _joined(i: int, j: int, names: tuple[str, ...]) -> bool:
    one, other = names[i].split("_"), names[j].split("_")
    if len(one) != len(other):
        return False
    differing = [k for k, pair in enumerate(zip(one, other, strict=True)) if len(set(pair)) > 1]
    if len(differing) != 1:
        return False
    between = _BETWEEN.get(frozenset((one[differing[0]], other[differing[0]])), ())
    ways = ("_".join([*one[: differing[0]], word, *one[differing[0] + 1 :]]) for word in between)
    return not any(way in names for way in ways)


def _told(
    frame: Frame, camera: Camera, instance: int, points_m: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    at_px, depth_m = project(camera, points_m)
    inside = (depth_m > camera.clip_start_m) & (at_px >= 0).all(axis=1)
    inside &= (at_px < camera.resolution_px).all(axis=1)
    told = np.zeros((len(points_m), 3))
    for i in np.flatnonzero(inside):
        far_m = float(depth_m[i])
        tolerance_m = TOLERANCE_M + TOLERANCE_PX * far_m / camera.focal_px
        seen = _seen(frame, instance, at_px[i], (far_m, tolerance_m))
        told[i] = (*at_px[i], VISIBLE if seen else HIDDEN)
    return told


def _seen(
    frame: Frame, instance: int, at_px: npt.NDArray[np.float64], within_m: tuple[float, float]
) -> bool:
    """Return True where the object shows round a place. within_m: depth and tolerance."""
    x, y = (int(n) for n in at_px)
    window = slice(max(0, y - 1), y + 2), slice(max(0, x - 1), x + 2)
    depth_m, tolerance_m = within_m
    off_m = np.abs(frame.depth_m[window] - depth_m)
    return bool(((frame.instances[window] == instance) & (off_m <= tolerance_m)).any())
