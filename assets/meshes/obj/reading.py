"""OBJ as parts.

Our own reader: trimesh's divides concave faces over their edges, counts negative numbers from the
file's end, reads one mtllib alone, and multiplies a picture with a black Kd.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from assets.meshes.checks import BrokenMesh, check_triangles
from assets.meshes.light import linear
from assets.meshes.looks import Note, dressed
from assets.meshes.obj.lines import Corner, ObjLines
from assets.meshes.obj.mtl import Laid, read_mtl
from assets.meshes.part import Bare, Content, FloatArray, IntArray, Part
from assets.meshes.polygons import triangulated
from assets.meshes.references import References


def read_obj(data: bytes, references: References) -> Content:
    """Return the triangles of an OBJ file by material. Raises BrokenMesh, ValueError."""
    notes: dict[str, None] = {}
    lines = ObjLines.of(data, notes.setdefault)
    check_triangles(sum(len(face) - 2 for faces in lines.faces.values() for face in faces))
    materials = _materials(lines.libraries, references, notes.setdefault)
    unknown = [name for name in lines.faces if name and name not in materials]
    if unknown and materials:
        notes[f"names the material {unknown[0][:60]!r}, which is nowhere: drawn as plastic"] = None
    parts = tuple(
        _part(lines, faces, materials.get(name), notes.setdefault)
        for name, faces in lines.faces.items()
    )
    return Content(parts=parts, notes=tuple(notes))


def _materials(libraries: Sequence[str], references: References, note: Note) -> Mapping[str, Laid]:
    """Return the materials of all libraries; the first of a name counts."""
    found: dict[str, Laid] = {}
    for told in dict.fromkeys(libraries):
        for name in references.named_in(told):
            try:
                data = references.get(name)
            except FileNotFoundError:  # which the references tell
                continue
            found = {**read_mtl(data, references, note), **found}
    return found


def _part(
    lines: ObjLines, faces: Sequence[Sequence[Corner]], laid: Laid | None, note: Note
) -> Part:
    polygons = [[point for point, _ in face] for face in faces]
    if max(map(max, polygons)) >= len(lines.places):
        raise BrokenMesh("names vertices that are not there; it is truncated")
    places, crossed = triangulated(lines.places, polygons)
    if crossed:
        note(f"{crossed} faces cross themselves: divided from their first corner")
    corners = np.array([corner for face in faces for corner in face], np.int64)[places]
    surface = laid.surface if laid is not None and laid.told else None
    pictured = surface is not None and surface.picture is not None
    bare = Bare(
        corners=lines.places[corners[..., 0]],
        uv=_uv(lines, corners[..., 1], laid, note) if pictured else None,
        colors=_colors(lines, corners[..., 0], note) if not pictured else None,
    )
    if pictured and lines.colored:
        note("has vertex colours beside a picture: the picture alone is taken")
    return dressed(bare, surface, note)


def _uv(lines: ObjLines, places: IntArray, laid: Laid | None, note: Note) -> FloatArray | None:
    """Return (t, 3, 2) texture coordinates as the picture's options move them, or None."""
    there = (places >= 0) & (places < len(lines.uv))
    if laid is None or not there.any():
        return None
    if not there.all():
        note("has faces without texture coordinates: they show the picture's corner")
    uv = np.array(lines.uv, np.float64)
    laid_out: FloatArray = uv[np.where(there, places, 0)] * there[..., None]
    return laid_out * laid.scale + laid.offset if np.isfinite(laid_out).all() else None


def _colors(lines: ObjLines, places: IntArray, note: Note) -> FloatArray | None:
    """Return (t, 3, 3) vertex colours, which are sRGB here, in linear light; or None."""
    if not lines.colored:
        return None
    used = np.unique(places)
    told = [lines.colors[place] for place in used.tolist()]
    if all(color is None for color in told):
        return None
    if any(color is None or len(color) < 3 for color in told):
        note("has vertex colours on some points alone: left out")
        return None
    colors = np.full((len(lines.colors), 3), np.nan)
    colors[used] = np.array(told)
    if not np.isfinite(colors[used]).all():
        note("leaves out its vertex colours, which are damaged")
        return None
    if colors[used].max() > 1:
        note("has vertex colours above 1: taken as 0 to 255")
        colors = colors / 255
    return linear(np.clip(colors, 0, 1))[places]
