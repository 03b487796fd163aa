"""A cut-out as the camera sees it: its pixels, its alpha and its depth, where they lie."""

import math

import numpy as np
import numpy.typing as npt

from assets.cards.card import Card
from scenes.model.scene import Camera, Placement
from scenes.optics.camera import world_to_camera
from scenes.pasting.layer import FloatImage, Layer
from scenes.pasting.warping import corners_of, warped

FloatArray = npt.NDArray[np.float64]


def layer_of(card: Card, placed: Placement, camera: Camera) -> Layer | None:
    """Return a placed cut-out as seen, or None where nothing of it is before the camera.

    Raises ChangedCutOut.
    """
    to_camera = world_to_camera(camera) @ placed.object_to_world @ card.crop_to_object()
    if (-(to_camera[:3] @ corners_of(card))[2]).min() < camera.clip_start_m:
        return None
    homography: FloatArray = _lens(camera) @ to_camera[:3]
    seen = warped(card, homography, camera.resolution_px)
    if seen is None:
        return None
    start_px, color, alpha = seen
    foot, right = (_at(homography, card, aside) for aside in (0.0, 0.5))
    return Layer(
        start_px=start_px, color=color, alpha=alpha,
        depth_m=_depth(homography, start_px, alpha.shape),
        foot_px=foot, wide_px=2 * math.dist(foot, right),
        slope=abs(float(camera.camera_to_world[2, 2])),
    )  # fmt: skip


def _lens(camera: Camera) -> FloatArray:
    """Return (3, 3): camera axes to homogeneous pixels."""
    (width, height), focal = camera.resolution_px, camera.focal_px
    return np.array([[focal, 0, -width / 2], [0, -focal, -height / 2], [0, 0, -1.0]])


def _at(homography: FloatArray, card: Card, aside: float) -> tuple[float, float]:
    """Return where the foot is seen, or a point so many widths beside it."""
    width = card.rgba().shape[1]
    x, y, w = (homography @ (card.foot_px[0] + aside * width, card.foot_px[1], 1.0)).tolist()
    return x / w, y / w


def _depth(homography: FloatArray, start_px: tuple[int, int], shape: tuple[int, ...]) -> FloatImage:
    """Return planar z of a plane over a window.

    z is the third coordinate that the homography gives a point of the crop (x, y, 1), so what takes
    a pixel back gives 1 / z in that place.
    """
    (x0, y0), (high, wide) = start_px, shape
    back = np.linalg.inv(homography)[2]
    x, y = np.arange(x0, x0 + wide) + 0.5, np.arange(y0, y0 + high) + 0.5
    near = back[0] * x[None] + back[1] * y[:, None] + back[2]
    return np.asarray(1.0 / near, dtype=np.float32)
