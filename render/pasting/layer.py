"""A cut-out as the camera sees it: its pixels, its alpha and its depth, where they lie."""

import math
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from assets.cards.card import Card
from scenes.model.scene import Camera, Placement
from scenes.optics.camera import world_to_camera
from scenes.pasting.layer import FloatImage, Layer, Rgb

KEPT_LEVELS = 2048  # shrunk cut-outs in memory
STEPS = 4  # levels an octave
MARGIN_PX = 8  # round what is seen: room for blur, feather and shadow
FloatArray = npt.NDArray[np.float64]
CENTRE = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])  # OpenCV's pixels begin at 0


def layer_of(card: Card, placed: Placement, camera: Camera) -> Layer | None:
    """Return a placed cut-out as seen, or None where nothing of it is before the camera.

    Raises ChangedCutOut.
    """
    place = _place(card)
    to_camera = world_to_camera(camera) @ placed.object_to_world @ card.crop_to_object()
    corners = to_camera[:3] @ _corners(place)
    if (-corners[2]).min() < camera.clip_start_m:
        return None
    homography: FloatArray = _lens(camera) @ to_camera[:3]
    seen = homography @ _corners(place)
    seen = seen[:2] / seen[2]
    window = _window(seen, camera.resolution_px)
    if window is None:
        return None
    color, alpha = _warped(card, homography, (seen, place), window)
    x0, y0, _, _ = window
    foot, right = (_at(homography, card, aside) for aside in (0.0, 0.5))
    return Layer(
        start_px=(x0, y0), color=color, alpha=alpha, depth_m=_depth(homography, window),
        foot_px=foot, wide_px=2 * math.dist(foot, right),
        slope=abs(float(camera.camera_to_world[2, 2])),
    )  # fmt: skip


def _lens(camera: Camera) -> FloatArray:
    """Return (3, 3): camera axes to homogeneous pixels."""
    (width, height), focal = camera.resolution_px, camera.focal_px
    return np.array([[focal, 0, -width / 2], [0, -focal, -height / 2], [0, 0, -1.0]])


@lru_cache(KEPT_LEVELS)
def _place(card: Card) -> tuple[int, int, int, int]:
    """Return x0, y0, x1, y1 of what shows anything at all of a crop."""
    alpha = card.rgba()[..., 3]
    rows, columns = (np.flatnonzero(alpha.any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _corners(place: tuple[int, int, int, int]) -> FloatArray:
    x0, y0, x1, y1 = place
    return np.array([[x0, x1, x1, x0], [y0, y0, y1, y1], [1, 1, 1, 1]], dtype=np.float64)


def _at(homography: FloatArray, card: Card, aside: float) -> tuple[float, float]:
    """Return where the foot is seen, or a point so many widths beside it."""
    width = card.rgba().shape[1]
    x, y, w = (homography @ (card.foot_px[0] + aside * width, card.foot_px[1], 1.0)).tolist()
    return x / w, y / w


def _window(seen: FloatArray, size_px: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Return x0, y0, x1, y1 of what to draw, or None outside the picture."""
    low = np.floor(seen.min(axis=1)).astype(int) - MARGIN_PX
    high = np.ceil(seen.max(axis=1)).astype(int) + MARGIN_PX
    x0, y0 = max(0, int(low[0])), max(0, int(low[1]))
    x1, y1 = min(size_px[0], int(high[0])), min(size_px[1], int(high[1]))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _warped(
    card: Card, homography: FloatArray, seen: tuple[FloatArray, tuple[int, int, int, int]],
    window: tuple[int, int, int, int],
) -> tuple[Rgb, FloatImage]:  # fmt: skip
    """Return colour and alpha inside a window. Shrunk by areas first, so that nothing aliases."""
    corners, place = seen
    across = math.dist(corners[:, 0], corners[:, 1]) / (place[2] - place[0])
    down = math.dist(corners[:, 0], corners[:, 3]) / (place[3] - place[1])
    level = max(0, math.floor(-STEPS * math.log2(max(across, down, 1e-6))))
    shrunk = _shrunk(card, level)
    (high, wide), (whole_high, whole_wide) = shrunk.shape[:2], card.rgba().shape[:2]
    x0, y0, x1, y1 = window
    to_crop = np.diag([whole_wide / wide, whole_high / high, 1.0])
    shift = np.array([[1.0, 0.0, -x0], [0.0, 1.0, -y0], [0.0, 0.0, 1.0]])
    matrix = np.linalg.inv(CENTRE) @ shift @ homography @ to_crop @ CENTRE
    drawn = cv2.warpPerspective(
        shrunk, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    alpha = np.ascontiguousarray(drawn[..., 3])
    gain = 1 / np.maximum(alpha, 1 / 255)
    color = cv2.convertScaleAbs(drawn[..., :3] * gain[..., None])
    return np.asarray(color, dtype=np.uint8), alpha


@lru_cache(KEPT_LEVELS)
def _shrunk(card: Card, level: int) -> FloatImage:
    """Return a cut-out at a share 2^(-level / STEPS) of its size, colours multiplied by alpha."""
    rgba = card.rgba().astype(np.float32)
    alpha = rgba[..., 3:] / 255
    held: FloatImage = np.concatenate([rgba[..., :3] * alpha, alpha], axis=2)
    if level == 0:
        return held
    high, wide = held.shape[:2]
    share = 2.0 ** (-level / STEPS)
    size = max(1, round(wide * share)), max(1, round(high * share))
    return np.asarray(cv2.resize(held, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _depth(homography: FloatArray, window: tuple[int, int, int, int]) -> FloatImage:
    """Return planar z of a plane over a window.

    z is the third coordinate that the homography gives a point of the crop (x, y, 1), so what takes
    a pixel back gives 1 / z in that place.
    """
    x0, y0, x1, y1 = window
    back = np.linalg.inv(homography)[2]
    x, y = np.arange(x0, x1) + 0.5, np.arange(y0, y1) + 0.5
    near = back[0] * x[None] + back[1] * y[:, None] + back[2]
    return np.asarray(1.0 / near, dtype=np.float32)
