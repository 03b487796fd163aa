"""PLY as parts.

Our own reader: trimesh's refuses binary files of triangles and quads together, divides concave
faces over their edges, and leaves out strips and a face's texture coordinates.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from assets.meshes.light import linear
from assets.meshes.looks import NOTHING_SAID, Note, dressed, opened
from assets.meshes.part import Bare, Content, FloatArray, IntArray
from assets.meshes.ply.body import Table, read_body
from assets.meshes.ply.faces import Faces
from assets.meshes.ply.header import Header, read_header
from assets.meshes.references import References
from assets.meshes.text import unmarked

_UV = (("s", "t"), ("u", "v"), ("texture_u", "texture_v"), ("texture_s", "texture_t"))
_COLORS = (("red", "green", "blue"), ("r", "g", "b"),
           ("diffuse_red", "diffuse_green", "diffuse_blue"))  # fmt: skip
_MOST = {"i2": 65535.0, "u2": 65535.0}
_FACE_UV = "texcoord"


def read_ply(data: bytes, references: References) -> Content:
    """Return the triangles of a PLY file. Raises BrokenMesh, ValueError."""
    notes: dict[str, None] = {}
    note: Note = notes.setdefault
    data = unmarked(data)
    header = read_header(data)
    tables = read_body(data, header)
    faces = Faces.of(tables, note)
    if "vertex" not in tables or not faces.polygons:
        return Content(parts=(), notes=())
    points = np.column_stack([tables["vertex"].columns[axis] for axis in "xyz"]).astype(np.float64)
    corners = faces.divided(points, note)
    picture = _picture(header, references, note)
    uv = _uv(tables, faces, corners) if picture is not None else None
    colors = _colors(tables, faces, corners)
    if picture is not None and colors is not None:
        note("has colours beside a picture: the picture alone is taken")
        colors = None
    surface = NOTHING_SAID.showing(picture, NOTHING_SAID.wrap) if picture is not None else None
    bare = Bare(corners=points[faces.vertices[corners]], uv=uv, colors=colors)
    return Content(parts=(dressed(bare, surface, note),), notes=tuple(notes))


def _picture(header: Header, references: References, note: Note) -> Image.Image | None:
    if not header.pictures:
        return None
    if len(header.pictures) > 1:
        note(f"names {len(header.pictures)} pictures: the first is taken for all faces")
    try:
        picture = opened(references.get(header.pictures[0]))
    except FileNotFoundError:  # which the references tell
        return None
    if picture is None:
        note("its picture cannot be read: left out; save it as PNG or JPEG")
    return picture


def _uv(tables: Mapping[str, Table], faces: Faces, corners: IntArray) -> FloatArray | None:
    """Return (t, 3, 2) texture coordinates, of the faces where they have some, or None."""
    of_faces = tables["face"].lists.get(_FACE_UV) if "face" in tables else None
    if of_faces is not None and (faces.rows >= 0).all():
        rows = [of_faces[row] for row in faces.rows.tolist()]
        sizes = [len(polygon) for polygon in faces.polygons]
        if [len(row) for row in rows] == [2 * size for size in sizes]:
            return _finite(np.concatenate(rows).astype(np.float64).reshape(-1, 2)[corners])
    columns = _first(tables["vertex"], _UV)
    if columns is None:
        return None
    return _finite(np.column_stack(columns).astype(np.float64)[faces.vertices[corners]])


def _colors(tables: Mapping[str, Table], faces: Faces, corners: IntArray) -> FloatArray | None:
    """Return (t, 3, 3) colours, which are sRGB here, in linear light: vertices', else faces'."""
    of_vertices = _first(tables["vertex"], _COLORS)
    if of_vertices is not None:
        light: FloatArray = linear(_shares(of_vertices))[faces.vertices[corners]]
        return light
    of_faces = _first(tables["face"], _COLORS) if "face" in tables else None
    if of_faces is None or (faces.rows < 0).any():
        return None
    of_rows: FloatArray = linear(_shares(of_faces))[faces.row_of_corner[corners]]
    return of_rows


def _shares(columns: tuple[npt.NDArray[Any], ...]) -> FloatArray:
    """Return (n, 3) in [0, 1]: whole numbers are of 255, 16-bit ones of 65535."""
    kind = columns[0].dtype
    most = _MOST.get(kind.str[1:], 255.0) if kind.kind in "iu" else 1.0
    values: FloatArray = np.column_stack(columns).astype(np.float64) / most
    return np.clip(np.nan_to_num(values), 0, 1)


def _first(table: Table, names: tuple[tuple[str, ...], ...]) -> tuple[npt.NDArray[Any], ...] | None:
    """Return the columns of the first of several spellings that a table has."""
    for wanted in names:
        if all(name in table.columns for name in wanted):
            return tuple(table.columns[name] for name in wanted)
    return None


def _finite(uv: FloatArray) -> FloatArray | None:
    return uv if np.isfinite(uv).all() else None
