"""Whether the camera sees what a scene is about."""

from collections.abc import Callable

import numba
import numpy as np

from scenes.layout.standing import FloatArray, Layout
from scenes.optics.camera import project

REDRAWS = 8  # of a layout that shows no target, before the last one is taken as it is
ENOUGH = 2  # of the nine points below
_POINTS = np.array(
    [(0, 0, 1)] + [(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (0, 2)], dtype=np.float64
)
"""The middle and the corners of a box, in halves of its size."""


def first_in_view(draw: Callable[[], Layout]) -> Layout:
    """Return the first of at most REDRAWS drawn layouts in which a target is seen."""
    layout = draw()
    for _ in range(REDRAWS - 1):
        if shows_a_target(layout):
            break
        layout = draw()
    return layout


def shows_a_target(layout: Layout) -> bool:
    """Return True where middle and corners of a target's box are in the picture, ENOUGH of them.

    What lies behind the box of another object does not count; what it stands on hides nothing.
    """
    eye, (width, height) = layout.camera.camera_to_world[:3, 3], layout.camera.resolution_px
    sizes = np.array([standing.asset.size_m for standing in layout.standing])
    poses = np.stack([standing.object_to_world() for standing in layout.standing])
    for index, target in enumerate(layout.standing):
        if not target.is_target:
            continue
        points = (_POINTS * (sizes[index] / 2)) @ poses[index, :3, :3].T + poses[index, :3, 3]
        pixels, depth = project(layout.camera, points)
        inside = (pixels >= 0).all(axis=1) & (pixels <= (width, height)).all(axis=1)
        inside &= depth > layout.camera.clip_start_m
        if inside.sum() < ENOUGH:
            continue
        owner = layout.supports[index]
        own = (index, index if owner is None else owner)
        if _unhidden(points[inside], eye, (poses, sizes), own) >= ENOUGH:
            return True
    return False


def _unhidden(
    points: FloatArray, eye: FloatArray, boxes: tuple[FloatArray, FloatArray], own: tuple[int, int]
) -> int:
    return int(_count_unhidden(points, np.ascontiguousarray(eye), boxes, own))


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _count_unhidden(points, eye, boxes, own):  # type: ignore[no-untyped-def]  # numba's types
    poses, sizes = boxes
    seen = 0
    for p in range(len(points)):
        hidden = False
        for i in range(len(poses)):
            if i in own:
                continue
            if _meets(points[p] - eye, eye, poses[i], sizes[i]):
                hidden = True
                break
        seen += not hidden
    return seen


@numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _meets(way, eye, pose, size):  # type: ignore[no-untyped-def]
    """Slabs (Kay and Kajiya 1986), in the box's own axes, which are scaled but not sheared."""
    first, last = 0.0, 1.0
    scale2 = pose[0, 2] ** 2 + pose[1, 2] ** 2 + pose[2, 2] ** 2
    for axis in range(3):
        start, step = 0.0, 0.0
        for k in range(3):
            start += pose[k, axis] * (eye[k] - pose[k, 3]) / scale2
            step += pose[k, axis] * way[k] / scale2
        low = 0.0 if axis == 2 else -size[axis] / 2
        a, b = (low - start) / step, (low + size[axis] - start) / step
        first, last = max(first, min(a, b)), min(last, max(a, b))
    return first < last
