"""Planes of a depth map, by RANSAC (Fischler and Bolles 1981), one after the other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

STEPS = 80  # along the longer side of a map: as many points are looked at
TRIES = 300  # triples of points, a plane
NEAR = 0.2  # of the longer side: the three points of a triple lie within
REFITS = 3


@dataclass(frozen=True, kw_only=True)
class PlaneSettings:
    """most: planes of a photo. within: of a point's depth, how far from a plane it may be.

    least_share: of the points, that a plane holds at least. fov_deg: of the photo's longer side,
    where its lens is unknown.
    """

    most: int
    within: float
    least_share: float
    fov_deg: float

    def __post_init__(self) -> None:
        if self.most < 0:
            raise ValueError(f"most is {self.most}; expected 0 or more")
        if not (0 < self.within < 1 and 0 < self.least_share < 1):
            raise ValueError(
                f"within is {self.within}, least_share {self.least_share}; expected shares above 0"
            )
        if not 1 < self.fov_deg < 179:
            raise ValueError(f"fov_deg is {self.fov_deg}; expected 1 to 179")


@dataclass(frozen=True, kw_only=True, eq=False)
class Plane:
    """Points p of the camera's axes (x right, y down, z ahead; metres) with normal . p = away_m.

    normal: (3,), of length 1, towards the camera, so that away_m is below 0. held: (H, W) the
    pixels that lie on it.
    """

    normal: FloatArray
    away_m: float
    held: Mask


def points_of(depth_m: npt.NDArray[Any], focal_px: float) -> FloatArray:
    """Return (H, W, 3): where each pixel of planar depth is, by a lens in the middle."""
    height, width = depth_m.shape
    x = (np.arange(width) + 0.5 - width / 2) / focal_px
    y = (np.arange(height) + 0.5 - height / 2) / focal_px
    ways = np.stack([*np.meshgrid(x, y), np.ones(depth_m.shape)], axis=-1)
    return np.asarray(ways * depth_m[..., None], dtype=np.float64)


def planes_of(
    rng: np.random.Generator, points_m: FloatArray, seen: Mask, settings: PlaneSettings
) -> list[Plane]:
    """Return the planes that hold most of the points, the fullest first.

    points_m: (H, W, 3). seen: (H, W), those that may be looked at; what is not finite never is.
    """
    step = max(1, round(max(seen.shape) / STEPS))
    grid = np.zeros_like(seen)
    grid[step // 2 :: step, step // 2 :: step] = True
    free = grid & seen & np.isfinite(points_m).all(axis=-1)
    least = settings.least_share * np.count_nonzero(free)
    found: list[Plane] = []
    while len(found) < settings.most and np.count_nonzero(free) > max(least, 3):
        plane = _fullest(rng, points_m, free, settings.within)
        held = _held(points_m, plane, settings.within) & seen
        if np.count_nonzero(held & free) < least:
            break
        taken = np.any([one.held for one in found], axis=0) if found else np.zeros_like(seen)
        found.append(Plane(normal=plane[:3], away_m=float(plane[3]), held=held & ~taken))
        free &= ~held
    return found


def _fullest(rng: np.random.Generator, points_m: FloatArray, free: Mask, off: float) -> FloatArray:
    """Return (4,), normal and away_m, of the triple whose plane holds most, fitted to all of it."""
    places = np.argwhere(free)
    points = points_m[free]
    near = NEAR * max(free.shape)
    best, most = np.array([0.0, 0.0, -1.0, 0.0]), -1
    for _ in range(TRIES):
        first = places[rng.integers(len(places))]
        close = np.flatnonzero((np.abs(places - first) <= near).all(axis=1))
        plane = _through(points[rng.choice(close, 3)])
        count = 0 if plane is None else int(_on(points, plane, off).sum())
        if plane is not None and count > most:
            best, most = plane, count
    for _ in range(REFITS):
        own = points[_on(points, best, off)]
        if len(own) >= 3:
            best = _fitted(own)
    return best


def _through(three: FloatArray) -> FloatArray | None:
    normal = np.cross(three[1] - three[0], three[2] - three[0])
    length = float(np.linalg.norm(normal))
    return None if length < 1e-9 else _towards(normal / length, three[0])


def _fitted(points: FloatArray) -> FloatArray:
    """Return the plane of least squares, by depth: what is far is less well known."""
    weights = 1 / points[:, 2:3]
    middle = (points * weights).sum(axis=0) / weights.sum()
    normal = np.linalg.svd((points - middle) * weights, full_matrices=False)[2][2]
    return _towards(normal, middle)


def _towards(normal: FloatArray, point: FloatArray) -> FloatArray:
    away = float(normal @ point)
    return np.array([*normal, away]) if away < 0 else -np.array([*normal, away])


def _on(points: FloatArray, plane: FloatArray, off: float) -> Mask:
    return np.asarray(np.abs(points @ plane[:3] - plane[3]) <= off * points[..., 2])


def _held(points_m: FloatArray, plane: FloatArray, off: float) -> Mask:
    with np.errstate(invalid="ignore"):
        return _on(points_m, plane, off)
