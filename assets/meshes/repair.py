"""A stranger's triangles made an asset's: metres, z up, standing in the middle of z = 0."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from assets.mesh import Finish, Mesh
from assets.meshes.checks import BrokenMesh
from assets.meshes.part import Part

Up = Literal["y", "z"]
Range = tuple[float, float]
UNITS_M = {"m": 1.0, "cm": 0.01, "mm": 0.001, "inch": 0.0254, "feet": 0.3048}
UP_OF_FORMAT: dict[str, Up] = {".glb": "y", ".gltf": "y", ".obj": "y"}  # the others: z
_CREDIBLE = math.log(1.25)  # how far outside the range a size may be before it is not believed
_SANE_M = (0.002, 50.0)  # largest extent of a thing whose category nobody knows
_MOST_UNITS = 1e9  # beyond it coordinates are damaged, not large
_NOUGHT = 1e-9  # of the size: nothing is thinner

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Plausible:
    """Ranges in metres: of the height, and of the longer side of the footprint where known."""

    height_m: Range
    length_m: Range | None


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How a file's coordinates become metres, z up; words: what was no matter of course."""

    scale: float
    up: Up
    words: tuple[str, ...]


def extents_of(parts: tuple[Part, ...]) -> FloatArray:
    """Return the (3,) extents of what the triangles use, in the file's units. Raises BrokenMesh."""
    used = np.concatenate([part.corners.reshape(-1, 3) for part in parts])
    extents: FloatArray = np.ptp(used, axis=0)
    if not extents.max() < _MOST_UNITS:
        raise BrokenMesh(f"measures {extents.max():.3g} of its units; expected a thing of a room")
    if extents.max() <= 0 or extents.min() < _NOUGHT * extents.max():
        told = " x ".join(f"{extent:.3g}" for extent in extents)
        raise BrokenMesh(f"has no volume: it measures {told} in its units; expected a solid thing")
    return extents


def fitted(
    extents: FloatArray, convention: Up, told: tuple[str | None, Up | None], size: Plausible | None
) -> Fit:
    """Return the unit and the up-axis that make a size plausible. Raises BrokenMesh.

    told: unit and up-axis from meshes.yaml, each taken as it is where given. Of several plausible
    readings the first counts: the convention's axis before the other, metres before cm, mm, inch
    and feet. Where none is plausible, the height is scaled to the middle of the plausible range.
    """
    unit, up = told
    if size is None:
        return _unknown(extents, up or convention, unit)
    axes: tuple[Up, ...] = (up,) if up else (convention, "z" if convention == "y" else "y")
    readings = [
        (_strangeness(_standing(extents, u) * UNITS_M[n], size), n, u)
        for u in axes
        for n in ([unit] if unit else UNITS_M)
    ]
    strangeness, name, axis = min(readings, key=lambda reading: reading[0])
    words: list[str] = []
    if axis != (up or convention):
        words.append(f"taken with {axis} up, not {convention}: so it stands as its category does")
    if strangeness <= _CREDIBLE or unit:
        if name != (unit or "m"):
            words.append(f"taken in {name}: {_measured(extents, axis, UNITS_M[name])}")
        if strangeness > _CREDIBLE:
            words.append(
                f"is {_measured(extents, axis, UNITS_M[name])}, as told; {_expected(size)}"
            )
        return Fit(scale=UNITS_M[name], up=axis, words=tuple(words))
    axis = up or convention
    height_m = math.sqrt(size.height_m[0] * size.height_m[1])
    scale = height_m / float(_standing(extents, axis)[2])
    words = [f"implausible in every unit ({_expected(size)}): scaled to {height_m:.2f} m high"]
    return Fit(scale=scale, up=axis, words=tuple(words))


def upright(parts: tuple[Part, ...], fit: Fit) -> tuple[Mesh, tuple[str, ...]]:
    """Return the mesh in metres, and in words what was mended. Raises BrokenMesh.

    Vertices at one place become one; triangles without area go; closed parts that are inside out
    are turned, since a preview skips faces turned away.
    """
    looks = tuple(dict.fromkeys(part.finish for part in parts))
    count = [len(part.corners) for part in parts]
    corners = np.concatenate([part.corners for part in parts])
    slots = np.repeat([looks.index(part.finish) for part in parts], count)
    uv = _corner_uv(parts, looks)
    corners = _z_up(corners, fit.up) * fit.scale
    kept, words = _with_area(corners)
    corners, slots = corners[kept], slots[kept]
    vertices, triangles = _welded(corners)
    triangles, uv, turned = _outward(vertices, triangles, uv[kept] if uv is not None else None)
    mesh = Mesh(
        vertices=_on_the_floor(vertices), triangles=triangles.astype(np.int32),
        slots=slots.astype(np.int32), slot_names=tuple(map(_kind, looks)),
        finishes=looks if any(looks) else (), corner_uv=uv,
    )  # fmt: skip
    return mesh, (*words, *turned, *_open(mesh))


def _unknown(extents: FloatArray, up: Up, unit: str | None) -> Fit:
    scale = UNITS_M[unit or "m"]
    told = _measured(extents, up, scale)
    if not _SANE_M[0] <= float(extents.max()) * scale <= _SANE_M[1]:
        raise BrokenMesh(
            f"would be {told}, and no plausible size of its category is known; give its unit, or "
            "height_m: [low, high] of the category, in meshes.yaml"
        )
    why = f"taken in {unit or 'm'}, {told}: no plausible size of its category is known"
    return Fit(scale=scale, up=up, words=() if unit else (why,))


def _strangeness(extents_m: FloatArray, size: Plausible) -> float:
    """Return the sum of log factors by which height and length lie outside their ranges."""
    pairs = [(float(extents_m[2]), size.height_m)]
    if size.length_m is not None:
        pairs.append((float(max(extents_m[:2])), size.length_m))
    return sum(max(0.0, math.log(low / at), math.log(at / high)) for at, (low, high) in pairs)


def _standing(extents: FloatArray, up: Up) -> FloatArray:
    return extents if up == "z" else extents[[0, 2, 1]]


def _measured(extents: FloatArray, up: Up, scale: float) -> str:
    x, y, z = _standing(extents, up) * scale
    return f"{x:.3g} x {y:.3g} m, {z:.3g} m high"


def _expected(size: Plausible) -> str:
    return f"{size.height_m[0]:.3g} to {size.height_m[1]:.3g} m of height are plausible"


def _z_up(points: FloatArray, up: Up) -> FloatArray:
    """Turn y up into z up; what faced +z then faces -y, as assets do."""
    return points if up == "z" else points[..., [0, 2, 1]] * np.array([1.0, -1.0, 1.0])


def _with_area(corners: FloatArray) -> tuple[npt.NDArray[np.bool_], tuple[str, ...]]:
    sides = corners[:, 1:] - corners[:, :1]
    area = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1)
    kept = area > (_NOUGHT * np.ptp(corners.reshape(-1, 3), axis=0).max()) ** 2
    gone = int(np.count_nonzero(~kept))
    if not kept.any():
        raise BrokenMesh("has no triangle with an area; it measures nothing")
    return kept, (f"{gone} triangles without area removed",) if gone else ()


def _welded(corners: FloatArray) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    vertices, index = np.unique(corners.reshape(-1, 3), axis=0, return_inverse=True)
    return vertices, index.reshape(-1, 3).astype(np.int64)


def _outward(
    vertices: FloatArray, triangles: npt.NDArray[np.int64], uv: npt.NDArray[np.float32] | None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32] | None, tuple[str, ...]]:
    """Turn the parts whose signed volume (divergence theorem) is negative."""
    a, b, c = triangles.T
    edges = coo_matrix(
        (np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, c])), shape=(len(vertices),) * 2
    )
    body = connected_components(edges, directed=False)[1][a]
    middle = vertices[triangles].mean(axis=(0, 1))
    va, vb, vc = vertices[a] - middle, vertices[b] - middle, vertices[c] - middle
    volume = np.bincount(body, np.einsum("ij,ij->i", va, np.cross(vb, vc)))
    inside_out = volume[body] < 0
    if not inside_out.any():
        return triangles, uv, ()
    triangles = np.where(inside_out[:, None], triangles[:, ::-1], triangles)
    if uv is not None:
        uv = np.where(inside_out[:, None, None], uv[:, ::-1], uv)
    return triangles, uv, (f"{int(inside_out.sum())} faces that looked inwards turned",)


def _on_the_floor(vertices: FloatArray) -> FloatArray:
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    standing: FloatArray = vertices - np.array(
        [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]]
    )
    return standing


def _corner_uv(
    parts: tuple[Part, ...], looks: tuple[Finish | None, ...]
) -> npt.NDArray[np.float32] | None:
    if not any(look is not None and look.texture is not None for look in looks):
        return None
    laid = [
        np.zeros((len(part.corners), 3, 2)) if part.corner_uv is None else part.corner_uv
        for part in parts
    ]
    return np.concatenate(laid).astype(np.float32)


def _kind(look: Finish | None) -> str:
    return "metal" if look is not None and (look.metallic or 0.0) >= 0.5 else "plastic"


def _open(mesh: Mesh) -> tuple[str, ...]:
    if mesh.closed:
        return ()
    return ("not closed (edges with other than two faces): used as it is, seen from both sides",)
