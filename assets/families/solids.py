"""Closed solids that furniture is put together from: boxes, sweeps, bodies of revolution."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assets.mesh import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Solid:
    """One closed surface. vertices: (v, 3) metres. triangles: (t, 3), outward counter-clockwise."""

    vertices: FloatArray
    triangles: IntArray

    def at(self, x: float, y: float, z: float) -> "Solid":
        """Return the solid moved by (x, y, z) metres."""
        return Solid(vertices=self.vertices + np.array([x, y, z]), triangles=self.triangles)

    def turned(self, axis: int, angle_deg: float) -> "Solid":
        """Return the solid turned about an axis (0, 1, 2) through the origin, right-handed."""
        cos, sin = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
        turn = np.eye(3)
        b, c = (axis + 1) % 3, (axis + 2) % 3
        turn[[b, b, c, c], [b, c, b, c]] = cos, -sin, sin, cos
        return Solid(vertices=self.vertices @ turn.T, triangles=self.triangles)

    def mirrored(self) -> "Solid":
        """Return the solid on the other side of x = 0, still facing outwards."""
        return Solid(vertices=self.vertices * (-1, 1, 1), triangles=self.triangles[:, ::-1])

    def floored(self) -> "Solid":
        """Return the solid with what lies under z = 0 pressed flat on it, as a leg cut level."""
        return self.mapped(lambda vertices: np.maximum(vertices, (-np.inf, -np.inf, 0.0)))

    def mapped(self, bend: Callable[[FloatArray], FloatArray]) -> "Solid":
        """Return the solid with its (v, 3) vertices moved; `bend` must not turn it inside out."""
        return Solid(vertices=bend(self.vertices), triangles=self.triangles)


def rounded_box(
    size_m: tuple[float, float, float],
    radius_m: float,
    *,
    steps: int = 1,
    flats: tuple[int, int, int] = (1, 1, 1),
) -> Solid:
    """Return a box about the origin with round edges of 2 x `steps` facets.

    `flats` cuts the flat part along x, y, z, for boxes that are bent afterwards. A radius too large
    for the box is made to fit. With steps 1 it has 108 triangles.
    """
    radius_m = min(radius_m, 0.499 * min(size_m))
    lines = [_line(s, radius_m, steps, f) for s, f in zip(size_m, flats, strict=True)]
    counts = tuple(len(line) for line in lines)
    index = np.indices(counts).reshape(3, -1).T
    on = ((index == 0) | (index == np.array(counts) - 1)).any(axis=1)
    number = np.full(len(index), -1, dtype=np.int32)
    number[on] = np.arange(on.sum())
    told = np.stack([lines[a][index[on, a]] for a in range(3)], axis=1)
    normal = told[..., 1] / np.linalg.norm(told[..., 1], axis=1, keepdims=True)
    return Solid(
        vertices=told[..., 0] + radius_m * normal,
        triangles=_lattice_faces(number.reshape(counts)),
    )


def box(
    size_m: tuple[float, float, float], center_m: tuple[float, float, float], bevel_m: float = 0.003
) -> Solid:
    """Return a box with bevelled edges."""
    return rounded_box(size_m, bevel_m).at(*center_m)


def cushion(size_m: tuple[float, float, float], radius_m: float, bulge_m: float) -> Solid:
    """Return a soft box about the origin whose top and bottom bulge (the top by `bulge_m`)."""
    half = np.array(size_m) / 2

    def puff(vertices: FloatArray) -> FloatArray:
        share = np.clip(1 - (vertices / half) ** 2, 0, 1)
        rise = np.sqrt(share[:, 0] * share[:, 1]) * np.clip(vertices[:, 2] / half[2], -0.5, 1)
        return np.asarray(vertices + rise[:, None] * (0, 0, bulge_m))

    return rounded_box(size_m, radius_m, steps=3, flats=(6, 6, 1)).mapped(puff)


def circle(radius_m: float, sides: int = 16) -> FloatArray:
    """Return a (sides, 2) polygon, counter-clockwise."""
    return ellipse(radius_m, radius_m, sides)


def ellipse(half_width_m: float, half_depth_m: float, sides: int = 16) -> FloatArray:
    """Return a (sides, 2) polygon, counter-clockwise."""
    angle = 2 * np.pi * np.arange(sides) / sides
    return np.stack([half_width_m * np.cos(angle), half_depth_m * np.sin(angle)], axis=1)


def rectangle(width_m: float, depth_m: float, bevel_m: float, steps: int = 2) -> FloatArray:
    """Return a (4 x (steps + 1), 2) rectangle with round corners, counter-clockwise."""
    bevel_m = min(bevel_m, 0.499 * min(width_m, depth_m))
    corner = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * (
        width_m / 2 - bevel_m, depth_m / 2 - bevel_m,
    )  # fmt: skip
    angle = np.radians(90) * (np.arange(4)[:, None] + np.linspace(0, 1, steps + 1))
    arc = bevel_m * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return np.asarray((corner[:, None] + arc).reshape(-1, 2))


def sweep(
    path_m: npt.ArrayLike,
    section_m: FloatArray,
    *,
    scale: npt.ArrayLike = 1.0,
    bevel_m: float = 0.0015,
    up: tuple[float, float, float] = (0, 1, 0),
) -> Solid:
    """Return a section swept along a path, its ends closed and bevelled.

    path_m: (k, 3). section_m: (m, 2) counter-clockwise and star-shaped about 0; its first axis
    starts out along `up` (made square to the path) and turns as little as it can. scale: one
    number, (k,) or (k, 2), how large the section is along the path.
    """
    path, scales = _with_bevels(np.asarray(path_m, dtype=np.float64), section_m, scale, bevel_m)
    first, second = _frames(path, np.asarray(up, dtype=np.float64))
    shaped = scales[:, None, :] * section_m
    rings = path[:, None] + shaped[..., :1] * first[:, None] + shaped[..., 1:] * second[:, None]
    ends = np.stack([path[0], path[-1]])
    return Solid(
        vertices=np.concatenate([rings.reshape(-1, 3), ends]),
        triangles=_skin(len(path), len(section_m)),
    )


def ring(center_m: npt.ArrayLike, radius_m: float, tube_m: float, sides: int = 32) -> Solid:
    """Return a level ring of a round tube of radius `tube_m`."""
    return hoop(circle(tube_m, 10) + np.array([radius_m, 0.0]), sides).at(
        *np.asarray(center_m).tolist()
    )


def hoop(section_m: FloatArray, sides: int = 32) -> Solid:
    """Return a closed section revolved about z without touching it.

    section_m: (m, 2) radius and height, counter-clockwise, every radius positive.
    """
    turn = circle(1.0, sides)
    rings = np.empty((sides, len(section_m), 3))
    rings[..., :2] = turn[:, None, :] * section_m[None, :, :1]
    rings[..., 2] = section_m[:, 1]
    around = (np.arange(sides + 1) % sides)[:, None] * len(section_m)
    lattice = around + np.arange(len(section_m) + 1) % len(section_m)
    return Solid(vertices=rings.reshape(-1, 3), triangles=_quads(lattice.T.astype(np.int32)))


def lathe(profile_m: npt.ArrayLike, sides: int = 32) -> Solid:
    """Return a profile revolved about z.

    profile_m: (k, 2) radius and height, from the axis at the bottom round the outside (and back
    down the inside, for a vessel) to the axis again. Radii other than the ends' are positive.
    """
    profile = np.asarray(profile_m, dtype=np.float64)
    inner = profile[1:-1]
    turn = circle(1.0, sides)
    rings = np.empty((len(inner), sides, 3))
    rings[..., :2] = turn[None] * inner[:, None, :1]
    rings[..., 2] = inner[:, 1:]
    ends = [[0, 0, profile[0, 1]], [0, 0, profile[-1, 1]]]
    return Solid(
        vertices=np.concatenate([rings.reshape(-1, 3), np.array(ends)]),
        triangles=_skin(len(inner), sides),
    )


def disc(radius_m: float, thickness_m: float, bevel_m: float, sides: int = 32) -> Solid:
    """Return a flat round slab with round edges, its underside on z = 0."""
    low, high = 0.0, thickness_m
    corners = [(0, low), (radius_m, low), (radius_m, high), (0, high)]
    return lathe(fillet(corners, min(bevel_m, 0.49 * thickness_m), 3), sides)


def fillet(points_m: npt.ArrayLike, radius_m: float, steps: int = 4) -> FloatArray:
    """Return a polyline whose inner corners are rounded by quadratic curves.

    points_m: (k, d). radius_m is how far before and after a corner its curve runs, at most half
    way to the next point.
    """
    points = np.asarray(points_m, dtype=np.float64)
    told = [points[:1]]
    s = np.linspace(0, 1, steps + 1)[:, None]
    for before, corner, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        start, end = _toward(corner, before, radius_m), _toward(corner, after, radius_m)
        told.append((1 - s) ** 2 * start + 2 * s * (1 - s) * corner + s**2 * end)
    return np.concatenate([*told, points[-1:]])


def _toward(corner: FloatArray, other: FloatArray, radius_m: float) -> FloatArray:
    step = other - corner
    length = float(np.linalg.norm(step))
    return np.asarray(corner + step * min(radius_m / length, 0.49))


def _line(size_m: float, radius_m: float, steps: int, flats: int) -> FloatArray:
    """(n, 2): where the rounding's centre lies along one axis, and how far the normal leans."""
    inner = size_m / 2 - radius_m
    lean = np.tan(np.radians(45) * np.linspace(-1, 0, steps + 1))
    between = np.linspace(-inner, inner, flats + 1)[1:-1]
    return np.concatenate([
        np.stack([np.full(steps + 1, -inner), lean], axis=1),
        np.stack([between, np.zeros(flats - 1)], axis=1),
        np.stack([np.full(steps + 1, inner), -lean[::-1]], axis=1),
    ])  # fmt: skip


def _lattice_faces(number: IntArray) -> IntArray:
    faces = []
    for axis in range(3):
        turned = np.moveaxis(number, (axis, (axis + 1) % 3, (axis + 2) % 3), (0, 1, 2))
        faces.append(_quads(turned[-1].T))
        faces.append(_quads(turned[0]))
    return np.concatenate(faces)


def _quads(lattice: IntArray) -> IntArray:
    """Triangles of an (n, m) lattice; outward is (along m) x (along n)."""
    a, b = lattice[:-1, :-1].ravel(), lattice[:-1, 1:].ravel()
    c, d = lattice[1:, 1:].ravel(), lattice[1:, :-1].ravel()
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])


def _skin(rings: int, sides: int) -> IntArray:
    """Triangles of a tube of rings closed by two end vertices, which come last."""
    turn = np.arange(sides + 1) % sides
    wall = _quads((np.arange(rings)[:, None] * sides + turn).astype(np.int32))
    first, last = rings * sides, rings * sides + 1
    here, after = turn[:-1], turn[1:]
    top = (rings - 1) * sides
    start = np.stack([np.full(sides, first), after, here], axis=1)
    end = np.stack([np.full(sides, last), top + here, top + after], axis=1)
    return np.asarray(np.concatenate([wall, start, end]), dtype=np.int32)


def _with_bevels(
    path: FloatArray, section: FloatArray, scale: npt.ArrayLike, bevel_m: float
) -> tuple[FloatArray, FloatArray]:
    told = np.asarray(scale, dtype=np.float64)
    scales = np.broadcast_to(told[:, None] if told.ndim == 1 else told, (len(path), 2))
    if bevel_m <= 0:
        return path, scales
    half = np.abs(section).max(axis=0)
    start, end = _toward(path[0], path[1], bevel_m), _toward(path[-1], path[-2], bevel_m)
    shrunk = [s * np.clip(1 - bevel_m / (s * half), 0.2, 1) for s in (scales[0], scales[-1])]
    path = np.concatenate([path[:1], [start], path[1:-1], [end], path[-1:]])
    return path, np.concatenate([shrunk[:1], scales[:1], scales[1:-1], scales[-1:], shrunk[1:]])


def _frames(path: FloatArray, up: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Two unit vectors square to the path at each point, turning as little as they can."""
    step = np.diff(path, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    tangent = np.concatenate([step[:1], step[:-1] + step[1:], step[-1:]])
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    if abs(up @ tangent[0]) > 0.99 * np.linalg.norm(up):
        up = np.roll(up, 1)
    first = np.empty_like(path)
    for i, t in enumerate(tangent):
        up = up - (up @ t) * t
        up = up / np.linalg.norm(up)
        first[i] = up
    return first, np.cross(tangent, first)
