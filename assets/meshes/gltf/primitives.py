"""The primitives of a glTF mesh as triangles: points, texture coordinates, colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assets.meshes.checks import BrokenMesh
from assets.meshes.gltf.accessors import indices, shares, values
from assets.meshes.gltf.document import Document
from assets.meshes.gltf.surfaces import Laid, laid_surface
from assets.meshes.part import FloatArray, IntArray

_TRIANGLES, _STRIP, _FAN = 4, 5, 6
_DRACO = "KHR_draco_mesh_compression"


@dataclass(frozen=True, kw_only=True, eq=False)
class Primitive:
    """Triangles of one material in the mesh's own frame.

    points: (v, 3). triangles: (t, 3). uv: (v, 2) from the lower left, or None. colors: (v, 3),
    linear, or None. joints, weights: (v, j), which bones move a point and how much, or None.
    """

    points: FloatArray
    triangles: IntArray
    uv: FloatArray | None
    colors: FloatArray | None
    joints: IntArray | None
    weights: FloatArray | None
    laid: Laid | None


def primitive_of(
    document: Document, told: Mapping[str, Any], morphed: Sequence[float]
) -> Primitive | None:
    """Return a primitive, None where it has no triangles, which is noted. Raises BrokenMesh.

    morphed: how much of each morph target is added.
    """
    mode = told.get("mode", _TRIANGLES)
    if mode not in (_TRIANGLES, _STRIP, _FAN):
        document.note("leaves out its points or lines")
        return None
    _check_uncompressed(document, told)
    named = told["attributes"]
    points = _morphed(document, told, values(document, named["POSITION"]), morphed)
    order = indices(document, told["indices"]) if "indices" in told else np.arange(len(points))
    triangles = _triangles(order, mode)
    if len(triangles) and not 0 <= triangles.min() <= triangles.max() < len(points):
        raise BrokenMesh("names vertices that are not there; it is truncated")
    laid = laid_surface(document, told["material"]) if "material" in told else None
    joints, weights = _bones(document, named)
    return Primitive(
        points=points, triangles=triangles, laid=laid, joints=joints, weights=weights,
        uv=_uv(document, named, laid, len(points)), colors=_colors(document, named, len(points)),
    )  # fmt: skip


def _check_uncompressed(document: Document, told: Mapping[str, Any]) -> None:
    """Raise BrokenMesh where Draco holds what the accessors do not."""
    if _DRACO not in told.get("extensions", {}):
        return
    plain = document.row("accessors", told["attributes"]["POSITION"])
    if "bufferView" not in plain and "sparse" not in plain:
        raise BrokenMesh(f"is compressed ({_DRACO}); export it without compression")


def _triangles(order: IntArray, mode: int) -> IntArray:
    """Return (t, 3) vertices. Source: glTF 2.0, 3.7.2.1, triangle strips and fans."""
    if mode == _TRIANGLES:
        return order[: len(order) // 3 * 3].reshape(-1, 3)
    if len(order) < 3:
        return np.empty((0, 3), np.int64)
    if mode == _FAN:
        return np.column_stack([order[1:-1], order[2:], np.repeat(order[0], len(order) - 2)])
    strip = np.column_stack([order[:-2], order[1:-1], order[2:]])
    strip[1::2] = strip[1::2][:, [0, 2, 1]]
    return strip


def _morphed(
    document: Document, told: Mapping[str, Any], points: FloatArray, morphed: Sequence[float]
) -> FloatArray:
    for target, share in zip(told.get("targets", []), morphed, strict=False):
        if share and "POSITION" in target:
            points = points + float(share) * values(document, target["POSITION"])
    return points


def _uv(
    document: Document, named: Mapping[str, Any], laid: Laid | None, count: int
) -> FloatArray | None:
    """Return the texture coordinates that the picture lies on, or None."""
    if laid is None or laid.surface is None or laid.surface.picture is None:
        return None
    name = f"TEXCOORD_{laid.uv_set}"
    uv = values(document, named[name]) if name in named else None
    if uv is None or uv.shape != (count, 2) or not np.isfinite(uv).all():
        return None
    moved: FloatArray = uv @ laid.to_picture[:, :2].T + laid.to_picture[:, 2]
    moved[:, 1] = 1 - moved[:, 1]
    return moved


def _colors(document: Document, named: Mapping[str, Any], count: int) -> FloatArray | None:
    """Return linear vertex colours without their alpha, or None."""
    if "COLOR_0" not in named:
        return None
    colors = shares(document, named["COLOR_0"])
    if len(colors) != count or colors.shape[1] < 3 or not np.isfinite(colors).all():
        document.note("leaves out its vertex colours, which are damaged")
        return None
    if colors.shape[1] > 3 and (colors[:, 3] < 0.999).any():
        document.note("leaves out its transparency")
    return np.clip(colors[:, :3], 0.0, 1.0)


def _bones(
    document: Document, named: Mapping[str, Any]
) -> tuple[IntArray | None, FloatArray | None]:
    sets = [n for n in range(8) if f"JOINTS_{n}" in named and f"WEIGHTS_{n}" in named]
    if not sets:
        return None, None
    joints = [values(document, named[f"JOINTS_{n}"]).astype(np.int64) for n in sets]
    return np.hstack(joints), np.hstack([shares(document, named[f"WEIGHTS_{n}"]) for n in sets])
