"""What a rendered picture shows of the signs in its scene: where words lie, how much is seen."""

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from scenes.model.frame import Frame
from scenes.model.lettering import Lettering, PlacedSign
from scenes.model.scene import Camera
from scenes.optics.camera import project, world_to_camera

FloatArray = npt.NDArray[np.float64]
NEAR_M, NEAR = 0.004, 0.01  # off a sign's plane, metres and share: what is seen there is its bearer


def label_signs(signs: Iterable[PlacedSign], frame: Frame, camera: Camera) -> tuple[Lettering, ...]:
    """Return the words and logos of signs as the camera sees them, what is outside left out.

    A pixel shows a word where its instance is the bearer's and its depth that of the sign.
    """
    return tuple(told for sign in signs for told in _of(sign, frame, camera))


def _of(sign: PlacedSign, frame: Frame, camera: Camera) -> list[Lettering]:
    high, wide = sign.sign.rgba.shape[:2]
    seen = _bearer(sign, frame, camera)
    found = []
    for mark in sign.sign.marks:
        shares = mark.quad / (wide, high) * (1, -1) + (-0.5, 0.5)
        local = np.column_stack([shares * sign.size_m, np.zeros(4), np.ones(4)])
        quad, depth = project(camera, (local @ sign.sign_to_world.T)[:, :3])
        if depth.min() <= camera.clip_start_m:
            continue
        own = np.zeros(seen.shape, np.uint8)
        cv2.fillConvexPoly(own, np.rint(np.clip(quad, -32000, 32000)).astype(np.int32), (1,))
        if own.any():
            share = float(np.count_nonzero(seen & (own > 0)) / np.count_nonzero(own))
            found.append(Lettering(kind=mark.kind, said=mark.said, quad_px=quad,
                                   visible_fraction=share))  # fmt: skip
    return found


def _bearer(sign: PlacedSign, frame: Frame, camera: Camera) -> npt.NDArray[np.bool_]:
    """Return the pixels that show the plane of a sign on the one that bears it."""
    to_camera = world_to_camera(camera) @ sign.sign_to_world
    normal, middle = to_camera[:3, 2], to_camera[:3, 3]
    height, width = frame.instances.shape
    x = (np.arange(width) + 0.5 - width / 2)[None] / camera.focal_px
    y = (height / 2 - np.arange(height) - 0.5)[:, None] / camera.focal_px
    along = normal[0] * x + normal[1] * y - normal[2]
    with np.errstate(divide="ignore"):
        plane_m = (normal @ middle) / along
    off = np.abs(frame.depth_m - plane_m)
    own = frame.instances == sign.instance
    return np.asarray(own & (off < NEAR_M + NEAR * np.abs(plane_m)), dtype=np.bool_)
