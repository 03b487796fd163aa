"""STL as parts, by trimesh; what else a file of the kind says is named."""

import io
import logging
from typing import Any

import numpy as np
import trimesh

from assets.meshes.checks import check_triangles
from assets.meshes.part import Content, Part
from assets.meshes.text import unmarked

_HEADER_BYTES = 84
_COLORED = b"COLOR="  # Materialise Magics; VisCAM says nothing in the header
logging.getLogger("trimesh").setLevel(logging.CRITICAL)  # its warnings come back as our reasons


def read_stl(data: bytes) -> Content:
    """Return the triangles of an STL file, of text or binary. Raises what trimesh raises."""
    data = unmarked(data)
    scene: Any = trimesh.load(  # not load_scene, which the trimesh of a real Blender lacks
        io.BytesIO(data), file_type="stl", process=False, force="scene"
    )
    meshes = [m for m in scene.geometry.values() if isinstance(m, trimesh.Trimesh)]
    check_triangles(sum(len(mesh.faces) for mesh in meshes))
    corners = [np.asarray(mesh.vertices, np.float64)[mesh.faces] for mesh in meshes]
    notes = ("leaves out its colours",) if _COLORED in data[:_HEADER_BYTES] else ()
    parts = tuple(Part(corners=held, corner_uv=None, finish=None) for held in corners if len(held))
    return Content(parts=parts, notes=notes)
