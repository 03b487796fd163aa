"""Where a photo shows a flat surface that could be written on, and how it lies to the camera."""

import math
from collections.abc import Iterable, Iterator

import cv2
import numpy as np
import numpy.typing as npt

from render.pasting.behind import Backdrop

Rgb = npt.NDArray[np.uint8]
Quad = npt.NDArray[np.float64]
Texture = npt.NDArray[np.float64]
SMALLEST, LARGEST = 0.004, 0.35  # of the picture's area
LEAST_SIDE_PX = 16.0
TRIES = 24  # places on the ground, or upright, of which the plainest is taken
PLAIN = 14.0  # mean gradient of 8-bit luma, a pixel: rougher places are no surface to write on
SEEN_FIRST, GROUND_FIRST = 0.6, 0.6  # how often each goes before what follows it, where it is there
INSET = 0.84  # of a quadrilateral that the photo shows
MOST_QUADS = 8
CANNY = 40, 120
CORNERS = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])  # of a sign, clockwise as it is read


def plane_of(rng: np.random.Generator, behind: Backdrop, focal_px: float) -> Quad | None:
    """Return the corners of a place for a sign, (4, 2) pixels, or None where nothing is plain.

    From the upper left on, clockwise as the sign is read. A rectangle on a plane of the photo's
    depth is taken as it lies; where no depth is known, a quadrilateral that the photo shows: a
    board, a page, a side of a box. Either with a plain inside. Else, where the horizon
    is known, a rectangle on the ground, as a camera of focal_px sees it; else an upright one, seen
    a little from aside. Of many such the plainest.
    """
    texture, first = _texture(behind.image), rng.random(2)
    if first[0] < SEEN_FIRST and (
        shown := _on_planes(behind, texture) or _shown(behind.image, texture)
    ):
        return shown[int(rng.integers(len(shown)))]
    height, width = behind.image.shape[:2]
    size = width, height
    if first[1] < GROUND_FIRST and behind.horizon_px is not None:
        return _plainest(_on_ground(rng, size, (behind.horizon_px, focal_px)), texture)
    return _plainest(_upright(rng, size, focal_px), texture)


def _on_planes(behind: Backdrop, texture: Texture) -> list[Quad]:
    """Return the plain rectangles on planes that are wholly in the picture, the largest first."""
    found = sorted(_fitting(behind.surfaces_px, texture), key=lambda quad: -abs(_area(quad)))
    return [quad for quad in found if _roughness(texture, quad) < PLAIN][:MOST_QUADS]


def _texture(image: Rgb) -> Texture:
    """Return sums of gradients, from which the mean of any box is read."""
    luma = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (0, 0), 1.0)
    edges = cv2.morphologyEx(luma, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.integral(edges), dtype=np.float64)


def _roughness(texture: Texture, quad: Quad) -> float:
    """Return the mean gradient in the box of a quadrilateral; of what is in the picture."""
    height, width = texture.shape[0] - 1, texture.shape[1] - 1
    x0, y0 = np.clip(np.floor(quad.min(axis=0)), 0, (width - 1, height - 1)).astype(int)
    x1, y1 = np.clip(np.ceil(quad.max(axis=0)), (x0 + 1, y0 + 1), (width, height)).astype(int)
    whole = texture[y1, x1] - texture[y0, x1] - texture[y1, x0] + texture[y0, x0]
    return float(whole / ((x1 - x0) * (y1 - y0)))


def _shown(image: Rgb, texture: Texture) -> list[Quad]:
    """Return the plain convex quadrilaterals that a photo shows, the largest first, inset."""
    luma = cv2.GaussianBlur(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
    edges = cv2.dilate(cv2.Canny(luma, *CANNY), np.ones((3, 3), np.uint8))
    lines, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    area, found = image.shape[0] * image.shape[1], []
    for line in lines:
        quad = cv2.approxPolyDP(line, 0.03 * cv2.arcLength(line, True), True)[:, 0]
        if len(quad) != 4 or not cv2.isContourConvex(quad):
            continue
        inner = _inset(_as_read(quad.astype(np.float64)))
        share = abs(cv2.contourArea(quad)) / area
        if SMALLEST <= share <= LARGEST and _wide_enough(inner):
            found.append((share, inner))
    found.sort(key=lambda told: (-told[0], told[1].tolist()))
    return [quad for _, quad in found if _roughness(texture, quad) < PLAIN][:MOST_QUADS]


def _as_read(quad: Quad) -> Quad:
    """Return four corners clockwise, from the one that is furthest to the upper left."""
    middle = quad - quad.mean(axis=0)
    turned = quad[np.argsort(np.arctan2(middle[:, 1], middle[:, 0]))]
    return np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0)


def _inset(quad: Quad) -> Quad:
    """Return what is left of a surface without its margin, in its own perspective."""
    matrix = cv2.getPerspectiveTransform(CORNERS.astype(np.float32), quad.astype(np.float32))
    inner = (INSET * CORNERS)[None]
    return np.asarray(cv2.perspectiveTransform(inner, matrix)[0], dtype=np.float64)


def _wide_enough(quad: Quad) -> bool:
    return float(np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1).min()) >= LEAST_SIDE_PX


def _plainest(places: Iterable[Quad], texture: Texture) -> Quad | None:
    within = _fitting(places, texture)
    if not within:
        return None
    best = min(within, key=lambda quad: _roughness(texture, quad))
    return best if _roughness(texture, best) < PLAIN else None


def _fitting(places: Iterable[Quad], texture: Texture) -> list[Quad]:
    """Return those that are wholly in the picture, neither too small nor too large."""
    height, width = texture.shape[0] - 1, texture.shape[1] - 1
    return [
        quad for quad in places
        if (quad >= 0).all() and (quad <= (width, height)).all() and _wide_enough(quad)
        and SMALLEST <= abs(_area(quad)) / (width * height) <= LARGEST
    ]  # fmt: skip


def _area(quad: Quad) -> float:
    x, y = quad.T
    return float(0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def _on_ground(
    rng: np.random.Generator, size: tuple[int, int], camera: tuple[float, float]
) -> Iterator[Quad]:
    """Yield rectangles on the ground below a horizon. camera: its row and the focal length.

    The camera is one unit above the ground and not rolled, so the horizon alone says its pitch.
    """
    (width, height), (horizon, focal) = size, camera
    for x, y, half, share, turn in rng.random((TRIES, 5)).tolist():
        row = horizon + (height - horizon) * (0.25 + 0.7 * y)
        if not horizon + 4 < row <= height:
            continue
        away = _away(row, height, camera)
        long = away * (0.05 + 0.2 * half) * width / focal
        yaw = (turn - 0.5) * math.pi / 2
        local = CORNERS * (long, long * (0.25 + 0.75 * share))
        right = (x - 0.5) * width / focal * away + _turned(local, yaw)[:, 0]
        ahead = away - _turned(local, yaw)[:, 1]
        if ahead.min() > 0.05 * away:
            yield _seen_ground(right, ahead, size, camera)


def _away(row: float, height: int, camera: tuple[float, float]) -> float:
    """Return how far along the ground a row of the middle column is."""
    horizon, focal = camera
    down = math.atan2(height / 2 - horizon, focal) + math.atan2(row - height / 2, focal)
    return 1 / math.tan(down)


def _seen_ground(
    right: Quad, ahead: Quad, size: tuple[int, int], camera: tuple[float, float]
) -> Quad:
    (width, height), (horizon, focal) = size, camera
    pitch = math.atan2(height / 2 - horizon, focal)  # down
    cos, sin = math.cos(pitch), math.sin(pitch)
    depth = ahead * cos + sin
    down = cos - ahead * sin
    return np.stack([width / 2 + focal * right / depth, height / 2 + focal * down / depth], axis=1)


def _upright(rng: np.random.Generator, size: tuple[int, int], focal: float) -> Iterator[Quad]:
    """Yield upright rectangles before the camera, turned a little about each axis."""
    width, height = size
    for x, y, half, share, turn, lean in rng.random((TRIES, 6)).tolist():
        long = (0.05 + 0.13 * half) * width
        local = CORNERS * (long, long * (0.2 + 0.8 * share))
        yaw, pitch = math.radians(70 * (turn - 0.5)), math.radians(20 * (lean - 0.5))
        depth = focal + local[:, 0] * math.sin(yaw) + local[:, 1] * math.sin(pitch)
        seen = local * (math.cos(yaw), math.cos(pitch)) * (focal / depth)[:, None]
        yield np.add(seen, (width * (0.05 + 0.9 * x), height * (0.05 + 0.9 * y)))


def _turned(points: Quad, angle: float) -> Quad:
    cos, sin = math.cos(angle), math.sin(angle)
    return np.asarray(points @ np.array([[cos, sin], [-sin, cos]]), dtype=np.float64)
