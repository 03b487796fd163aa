"""Furniture along a room's walls, where it hides no object from the camera."""

import math
from collections.abc import Sequence

import numpy as np
from scipy.spatial import ConvexHull

from assets.catalogue import Asset
from scenes.cast import Prop, pick
from scenes.config import RoomConfig
from scenes.stock import finished
from scenes.surroundings import WALLS, FloatArray, Furnishing, Material, Opening, Panel, Room

FROM_WALL_M = 0.03
FROM_CORNER_M = 0.08
FROM_OBJECTS_M = 0.15
FROM_CAMERA_M = 0.7
PERIMETER_M = 18.0  # of the room that the drawn number of pieces is meant for
MOST_TIMES = 3.0  # that number, in the largest halls
TRIES = 6

Rectangle = FloatArray  # (4, 2) corners, metres


def furnished(
    rng: np.random.Generator,
    told: RoomConfig,
    pieces: Prop,
    place: tuple[Room, FloatArray],
) -> tuple[Furnishing, ...]:
    """Return what stands along the walls, backs to them, none inside another.

    place: the room, and the (m, 3) points it holds, the camera's first. Every piece is outside the
    convex hull that camera and objects span on the floor, so no line of sight from the camera to
    an object meets it.
    """
    room, points_m = place
    perimeter = 2 * (room.size_m[0] + room.size_m[1])
    wished = told.furniture_count.draw_count(rng) * min(MOST_TIMES, perimeter / PERIMETER_M)
    taken: list[Rectangle] = [points_m[:, :2]]
    standing: list[Furnishing] = []
    for _ in range(round(wished) if pieces.assets else 0):
        asset = pick(rng, pieces.assets, pieces.weights)
        found = _placed(rng, room, asset, taken)
        if found is not None:
            taken.append(found[0])
            painted = finished(rng, asset.mesh())
            standing.append(_furnishing(asset, found[1], painted))
    return tuple(standing)


def _furnishing(
    asset: Asset, pose: tuple[float, float, float], painted: tuple[Material, ...]
) -> Furnishing:
    x, y, yaw = pose
    return Furnishing(
        asset_id=asset.id, x_m=x, y_m=y, yaw_rad=yaw, height_m=asset.size_m[2], materials=painted
    )


def _placed(
    rng: np.random.Generator, room: Room, asset: Asset, taken: Sequence[FloatArray]
) -> tuple[Rectangle, tuple[float, float, float]] | None:
    wide, deep, high = asset.size_m
    for _ in range(TRIES):
        wall, share = int(rng.integers(WALLS)), float(rng.random())
        spare = room.wall_length_m(wall) - wide - 2 * FROM_CORNER_M
        left = FROM_CORNER_M + share * spare
        if spare < 0 or _before_something(room, wall, (left, left + wide), high):
            continue
        corners = _footprint(room, wall, (left, left + wide), deep)
        if _clear(corners, taken):
            x, y = corners.mean(axis=0).tolist()
            inward = room.wall_to_world(wall)[:2, 2]
            yaw = math.atan2(inward[1], inward[0]) + math.pi / 2  # its front, -y, looks inward
            return corners, (x, y, yaw)
    return None


def _footprint(room: Room, wall: int, along_m: tuple[float, float], deep_m: float) -> Rectangle:
    near, far = FROM_WALL_M, FROM_WALL_M + deep_m
    left, right = along_m
    flat = [(left, 0, near, 1), (right, 0, near, 1), (right, 0, far, 1), (left, 0, far, 1)]
    return (np.array(flat) @ room.wall_to_world(wall).T)[:, :2]


def _before_something(room: Room, wall: int, along_m: tuple[float, float], high_m: float) -> bool:
    """Return True where a piece would stand before a door, a picture or a window's glass."""
    parts: tuple[Opening | Panel, ...] = (*room.windows, *room.panels)
    return any(
        part.wall == wall
        and along_m[0] < part.along_m[1]
        and part.along_m[0] < along_m[1]
        and part.up_m[0] < high_m + 0.05
        for part in parts
    )


def _clear(corners: Rectangle, taken: Sequence[FloatArray]) -> bool:
    """The first of `taken` is what the room holds, whose first point is the camera."""
    camera = taken[0][0]
    if np.linalg.norm(_nearest(corners, camera) - camera) < FROM_CAMERA_M:
        return False
    return all(apart_m(corners, other) > FROM_OBJECTS_M for other in taken)


def _nearest(corners: Rectangle, point: FloatArray) -> FloatArray:
    """Return the point of a rectangle nearest to another point."""
    origin, x, y = corners[0], corners[1] - corners[0], corners[3] - corners[0]
    u = np.clip((point - origin) @ x / (x @ x), 0, 1)
    v = np.clip((point - origin) @ y / (y @ y), 0, 1)
    nearest: FloatArray = origin + u * x + v * y
    return nearest


def apart_m(a: FloatArray, b: FloatArray) -> float:
    """Return the widest gap between the convex hulls of two sets of points, (n, 2), along a normal.

    0 or less where they meet. Source: separating axes (Gottschalk 1996, in 2-D).
    """
    normals = np.vstack([_outward(a), _outward(b)])
    gaps = np.maximum(
        (a @ normals.T).min(axis=0) - (b @ normals.T).max(axis=0),
        (b @ normals.T).min(axis=0) - (a @ normals.T).max(axis=0),
    )
    return float(gaps.max())


def _outward(points: FloatArray) -> FloatArray:
    normals: FloatArray = ConvexHull(points).equations[:, :2]
    return normals
