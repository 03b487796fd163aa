"""Furniture along a room's walls and about its middle, where it hides no object."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.spatial import ConvexHull

from assets.catalogue import Asset
from scenes.config.cast import Prop, pick
from scenes.config.scene import RoomConfig
from scenes.model.background import WALLS, FloatArray, Furnishing, Material, Opening, Panel, Room
from scenes.sampling.stock import finished

FROM_WALL_M = 0.03
FROM_CORNER_M = 0.08
FROM_OBJECTS_M = 0.15
FROM_CAMERA_M = 0.7
PERIMETER_M = 18.0  # of the room that the drawn number of pieces is meant for
MOST_TIMES = 3.0  # that number, in the largest halls
TRIES = 6
HALL_M2 = 50.0  # a room with a larger floor has furniture about its middle too
ISLAND_EVERY_M2 = 9.0  # of what is beyond that
MOST_ISLANDS = 24
ISLAND_KINDS = 3  # halls hold many of a few things
ISLANDS_APART_M = 0.6
ISLANDS_FROM_CAMERA_M = 2.0

Rectangle = FloatArray  # (4, 2) corners, metres


def furnished(
    rng: np.random.Generator,
    told: RoomConfig,
    pieces: Prop,
    place: tuple[Room, FloatArray],
) -> tuple[Furnishing, ...]:
    """Return what stands along the walls, backs to them, and in halls elsewhere too.

    place: the room, and the (m, 3) points it holds, the camera's first. No piece is inside another,
    and each is outside the convex hull that camera and objects span on the floor, so no line of
    sight from the camera to an object meets it.
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
    return (*standing, *_islands(rng, room, pieces, taken))


def _islands(
    rng: np.random.Generator, room: Room, pieces: Prop, taken: list[Rectangle]
) -> Iterator[Furnishing]:
    """Yield what stands about the middle of a hall, square to its walls."""
    count = min(MOST_ISLANDS, round((room.floor_m2 - HALL_M2) / ISLAND_EVERY_M2))
    if count <= 0 or not pieces.assets:
        return
    assets = [pick(rng, pieces.assets, pieces.weights) for _ in range(ISLAND_KINDS)]
    kinds = [(asset, finished(rng, asset.mesh())) for asset in assets]
    for _ in range(count):
        asset, painted = kinds[int(rng.integers(len(kinds)))]
        found = _set_down(rng, room, asset, taken)
        if found is not None:
            taken.append(found[0])
            yield _furnishing(asset, found[1], painted)


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


def _set_down(
    rng: np.random.Generator, room: Room, asset: Asset, taken: Sequence[FloatArray]
) -> tuple[Rectangle, tuple[float, float, float]] | None:
    for _ in range(TRIES):
        turned, (u, v) = int(rng.integers(4)), rng.uniform(-0.5, 0.5, 2)
        wide, deep = asset.size_m[:2] if turned % 2 == 0 else asset.size_m[1::-1]
        x = u * (room.size_m[0] - wide - 2 * ISLANDS_APART_M)
        y = v * (room.size_m[1] - deep - 2 * ISLANDS_APART_M)
        ends = [(x - wide / 2, x + wide / 2), (y - deep / 2, y + deep / 2)]
        flat = [(ends[0][i], ends[1][j], 0, 1) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))]
        corners = (np.array(flat) @ room.to_world().T)[:, :2]
        if _clear(corners, taken, ISLANDS_APART_M, ISLANDS_FROM_CAMERA_M):
            middle = corners.mean(axis=0).tolist()
            return corners, (*middle, room.yaw_rad + turned * math.pi / 2)
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


def _clear(
    corners: Rectangle,
    taken: Sequence[FloatArray],
    least_m: float = FROM_OBJECTS_M,
    from_camera_m: float = FROM_CAMERA_M,
) -> bool:
    """The first of `taken` is what the room holds, whose first point is the camera."""
    camera = taken[0][0]
    if np.linalg.norm(_nearest(corners, camera) - camera) < from_camera_m:
        return False
    return all(apart_m(corners, other) > least_m for other in taken)


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
