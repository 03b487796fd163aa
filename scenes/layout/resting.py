"""How a thing rests that is not upright: on its side, on its back, upside down."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.spatial import ConvexHull

from assets.mesh import FloatArray, Mesh

WAYS = 8  # directions round a thing that it may lie on
LEAST_SIDEWAYS = 0.7  # of the normal of what it lies on; less is its top or its base
DECIMALS = 6  # micrometres, so that the last bit of a sine does not make two machines' plans differ


@dataclass(frozen=True, kw_only=True, eq=False)
class Resting:
    """A thing turned so that it rests on z = 0, the middle of its footprint at x = y = 0.

    to_rest: (3, 4) rotation and translation, metres, from the object's own frame; read-only.
    size_m: its extents. Both of the asset as it is, unscaled.
    """

    to_rest: FloatArray
    size_m: tuple[float, float, float]

    def __post_init__(self) -> None:
        self.to_rest.flags.writeable = False


@cache
def on_side(mesh: Mesh, way: int) -> Resting | None:
    """Return a mesh tipped over towards one of WAYS directions, the first +x, then against the sun.

    It rests on the edge of its outline, seen from the side, that its centre of mass lies over; so
    what tapers slants. None where there is no such edge: it would roll back onto its base.
    """
    angle = 2 * math.pi * way / WAYS
    toward = np.array([round(math.cos(angle), 12), round(math.sin(angle), 12)])
    found = _edge(_seen(mesh.vertices, toward), _seen(_centre_of_mass(mesh), toward))
    if found is None:
        return None
    out, up = found
    down = np.array([out * toward[0], out * toward[1], up])
    level = np.array([toward[1], -toward[0], 0.0])
    return _rested(mesh, np.stack([level, np.cross(-down, level), -down]))


@cache
def upturned(mesh: Mesh) -> Resting:
    """Return a mesh turned upside down about its x axis."""
    return _rested(mesh, np.diag([1.0, -1.0, -1.0]))


def _rested(mesh: Mesh, turn: FloatArray) -> Resting:
    turned = mesh.vertices @ turn.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    middle = (low + high) / 2 * (1, 1, 0) + low * (0, 0, 1)
    x, y, z = np.round(high - low, DECIMALS).tolist()
    origin_m = np.round(-middle, DECIMALS)
    to_rest = np.column_stack([np.round(turn, 12), origin_m]) + 0.0  # no zero is negative
    return Resting(to_rest=to_rest, size_m=(x, y, z))


def _seen(points: FloatArray, toward: FloatArray) -> FloatArray:
    """Return (n, 3) points as seen from the side, (n, 2): along a level direction, and up."""
    along = points[:, 0] * toward[0] + points[:, 1] * toward[1]
    return np.stack([along, points[:, 2]], axis=1)


def _edge(outline: FloatArray, centre: FloatArray) -> tuple[float, float] | None:
    """Return the outward normal of the edge to rest on: the most sideways one under the centre."""
    hull = outline[ConvexHull(outline).vertices]  # counter-clockwise
    step = np.roll(hull, -1, axis=0) - hull
    length = np.hypot(step[:, 0], step[:, 1])
    normal = np.stack([step[:, 1], -step[:, 0]], axis=1) / length[:, None]
    along = ((centre - hull) * step).sum(axis=1) / length**2
    under = (along >= 0) & (along <= 1) & (normal[:, 0] >= LEAST_SIDEWAYS)
    if not under.any():
        return None
    best = int(np.argmax(np.where(under, normal[:, 0], -1.0)))
    return float(normal[best, 0]), float(normal[best, 1])


def _centre_of_mass(mesh: Mesh) -> FloatArray:
    """Return that of a closed mesh, (1, 3), by the tetrahedra below its faces; else its middle."""
    corners = mesh.vertices[mesh.triangles]
    volume = (np.cross(corners[:, 0], corners[:, 1]) * corners[:, 2]).sum(axis=1)
    if not mesh.closed or volume.sum() <= 0:
        return np.asarray(np.array([[0.0, 0.0, mesh.size_m[2] / 2]]))
    middle: FloatArray = (corners.sum(axis=1) * volume[:, None]).sum(axis=0) / (4 * volume.sum())
    return middle[None]
