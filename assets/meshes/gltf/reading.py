"""glTF 2.0 as parts.

Our own reader, since trimesh's passes in silence over what it does not read: normalised integers,
texture transforms, fans, instances, skins, second texture coordinates.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from assets.meshes.checks import check_triangles
from assets.meshes.gltf.document import Document
from assets.meshes.gltf.extensions import check_extensions
from assets.meshes.gltf.nodes import instances, posed, poses
from assets.meshes.gltf.primitives import Primitive, primitive_of
from assets.meshes.looks import dressed
from assets.meshes.part import Bare, Content, FloatArray, Part
from assets.meshes.references import References

Mask = npt.NDArray[np.bool_]


def read_gltf(data: bytes, suffix: str, references: References) -> Content:
    """Return the scene that a .glb or .gltf opens with, y up. Raises BrokenMesh.

    Beside it also what is no matter of this reader: IndexError, KeyError, TypeError and the like,
    where the document is damaged.
    """
    document = Document.of(data, suffix, references)
    check_extensions(document)
    world = poses(document)
    parts: list[Part] = []
    count = 0
    for index in world:
        for primitive, corners, mirrored in _shown(document, index, world):
            count += corners.shape[0] * corners.shape[1]
            check_triangles(count)
            surface = None if primitive.laid is None else primitive.laid.surface
            parts.append(dressed(_bare(primitive, corners, mirrored), surface, document.note))
    return Content(parts=tuple(parts), notes=tuple(document.notes))


def _shown(
    document: Document, index: int, world: Mapping[int, FloatArray]
) -> Iterator[tuple[Primitive, FloatArray, Mask]]:
    """Yield primitives, their (n, t, 3, 3) corners in the world, n instances, and which mirror."""
    node = document.row("nodes", index)
    if "mesh" not in node:
        return
    mesh = document.row("meshes", node["mesh"])
    morphed = node.get("weights", mesh.get("weights", []))
    for told in mesh["primitives"]:
        primitive = primitive_of(document, told, morphed)
        if primitive is None or not len(primitive.triangles):
            continue
        if "skin" in node and primitive.joints is not None:
            points = posed(document, node["skin"], primitive, world)
            yield primitive, points[primitive.triangles][None], np.zeros(1, np.bool_)
            continue
        placed = world[index] @ instances(document, node)
        check_triangles(len(primitive.triangles) * len(placed))
        corners = np.einsum(
            "nij,tcj->ntci", placed[:, :3, :3], primitive.points[primitive.triangles]
        )
        mirrored = np.linalg.det(placed[:, :3, :3]) < 0
        yield primitive, corners + placed[:, None, None, :3, 3], mirrored


def _bare(primitive: Primitive, corners: FloatArray, mirrored: Mask) -> Bare:
    """Return corners with their texture coordinates and colours, those of mirrored ones turned."""

    def of_all(held: FloatArray | None) -> FloatArray | None:
        if held is None:
            return None
        return _turned(np.tile(held[primitive.triangles], (len(corners), 1, 1, 1)), mirrored)

    return Bare(
        corners=_turned(corners, mirrored), uv=of_all(primitive.uv), colors=of_all(primitive.colors)
    )


def _turned(held: FloatArray, mirrored: Mask) -> FloatArray:
    """Return (n t, 3, w); a mirror turns faces inside out, so theirs run the other way."""
    held[mirrored] = held[mirrored][:, :, ::-1]
    return held.reshape(-1, 3, held.shape[-1])
