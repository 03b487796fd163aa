"""Places on a photo's planes that could be written on: rectangles, as its camera sees them."""

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from alignment.fragments.surfaces.planes import (
    FloatArray,
    Mask,
    Plane,
    PlaneSettings,
    planes_of,
    points_of,
)
from alignment.real.lens import assumed_focal_px, exif_focal_px
from assets.fragments.background import Corners, PaintedBackground
from scenes.sets.annotated_set import AnnotatedImage
from scenes.sets.depth_maps import depth_of

TRIES = 40  # rectangles, a plane
KEPT = 6  # of those, the largest
WIDE = (0.06, 0.3)  # of the picture's longer side, as if the plane were seen from straight before
HIGH = (0.25, 1.0)  # of that
LEVEL = 0.7  # a plane whose normal points up or down by more is lain on, not hung on
WITHIN = 0.98  # of a rectangle's pixels, on the plane
TURNED_RAD = math.pi / 4  # of one that is lain on; of the others a tenth
SURFACE_STREAM = 0x5F
SQUARE = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])  # clockwise as it is read


def with_surfaces(
    background: PaintedBackground, image: AnnotatedImage, settings: PlaneSettings
) -> PaintedBackground:
    """Return a used background with what its photo's depth map shows; as it is where there is none.

    No surface is where something was painted out. The same photo gives the same. Raises
    BadDepthMap.
    """
    depth_m = depth_of(image) if settings.most and background.used else None
    if depth_m is None:
        return background
    height, width = depth_m.shape
    scale = np.array([width / background.size_px[0], height / background.size_px[1]])
    seen = np.ones(depth_m.shape, dtype=np.bool_)
    for x, y, w, h in background.painted_boxes_px:
        (x0, y0), (x1, y1) = np.floor((x, y) * scale), np.ceil((x + w, y + h) * scale)
        seen[int(y0) : int(y1), int(x0) : int(x1)] = False
    focal_px = image.focal_px or exif_focal_px(image) or assumed_focal_px(image, settings.fov_deg)
    focal_px *= width / image.width_px
    rng = np.random.default_rng([SURFACE_STREAM, height, width])
    planes = planes_of(rng, points_of(depth_m, focal_px), seen, settings)
    found = (quad for plane in planes for quad in rectangles_of(rng, plane, focal_px))
    return replace(background, surfaces_px=tuple(_told(quad / scale) for quad in found))


def rectangles_of(rng: np.random.Generator, plane: Plane, focal_px: float) -> list[FloatArray]:
    """Return (4, 2) pixels of rectangles on a plane, wholly where it is seen, the largest first."""
    places, found = np.argwhere(plane.held), []
    if not len(places):
        return []
    for draws in rng.random((TRIES, 4)).tolist():
        middle = places[int(draws[0] * len(places))][::-1] + 0.5
        quad = _quad(plane, middle, focal_px, draws[1:])
        if quad is not None and _share(plane.held, quad) >= WITHIN:
            found.append((cv2.contourArea(quad.astype(np.float32)), quad))
    found.sort(key=lambda told: -told[0])
    return [quad for _, quad in found[:KEPT]]


def _quad(
    plane: Plane, middle_px: FloatArray, focal_px: float, draws: Sequence[float]
) -> FloatArray | None:
    """Return a rectangle about a pixel as it is seen, None where it reaches behind the camera."""
    height, width = plane.held.shape
    centre = np.array([width, height]) / 2
    way = np.array([*((middle_px - centre) / focal_px), 1.0])
    point = way * (plane.away_m / (plane.normal @ way))
    wide, high, turn = draws
    half = (WIDE[0] * (WIDE[1] / WIDE[0]) ** wide) * max(width, height) / focal_px * point[2] / 2
    right, down = _axes(plane.normal, turn - 0.5)
    sides = half * np.array([1.0, HIGH[0] + high * (HIGH[1] - HIGH[0])])
    corners = point + (SQUARE * sides) @ np.stack([right, down])
    if corners[:, 2].min() < 0.1 * point[2]:
        return None
    return np.asarray(focal_px * corners[:, :2] / corners[:, 2:] + centre, dtype=np.float64)


def _axes(normal: FloatArray, turn: float) -> tuple[FloatArray, FloatArray]:
    """Return which way is right and down on a plane, for who reads it; turn: -0.5 to 0.5."""
    lain = abs(float(normal[1])) > LEVEL
    fall = np.array([0.0, 0.0, -1.0] if lain else [0.0, 1.0, 0.0])
    down = fall - (fall @ normal) * normal
    down /= np.linalg.norm(down)
    right = np.cross(down, -normal)
    angle = 2 * turn * TURNED_RAD * (1.0 if lain else 0.1)
    cos, sin = math.cos(angle), math.sin(angle)
    return cos * right + sin * down, cos * down - sin * right


def _share(held: Mask, quad: FloatArray) -> float:
    """Return how much of a quadrilateral is held; what is outside the picture is not."""
    height, width = held.shape
    if (quad < 0).any() or (quad > (width, height)).any():
        return 0.0
    inside = np.zeros(held.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.floor(quad).astype(np.int32), (1,))
    return float(held[inside > 0].mean()) if inside.any() else 0.0


def _told(quad: npt.NDArray[np.float64]) -> Corners:
    a, b, c, d = ((round(float(x), 2), round(float(y), 2)) for x, y in quad)
    return a, b, c, d
