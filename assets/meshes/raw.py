"""A mesh file as triangles, before anything is repaired: glb, gltf, obj, ply, stl, fbx."""

import hashlib
import io
import json
import struct
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from assets.mesh import Finish
from assets.meshes.checks import BrokenMesh, check_claims, check_triangles
from assets.meshes.converted import converted
from assets.meshes.files import MOST_BYTES
from assets.meshes.gltf.reading import read_gltf
from assets.meshes.obj.reading import read_obj
from assets.meshes.part import Content, Part
from assets.meshes.ply.reading import read_ply
from assets.meshes.references import References
from assets.meshes.stl import read_stl

# A stranger's bytes can make a parser fail in any of these ways; none of them is ours to mend.
_PARSER_ERRORS = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, ImportError,
    LookupError, MemoryError, NameError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
    struct.error, Image.DecompressionBombError,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class RawMesh:
    """What a file holds, in its own units and axes.

    sha256: of its bytes, and of those it refers to. notes: what was left out, in words.
    """

    parts: tuple[Part, ...]
    sha256: str
    notes: tuple[str, ...]


def read_raw(file: Path, root: Path) -> RawMesh:
    """Return a file's triangles; it may refer to files inside `root`. Raises BrokenMesh.

    Nothing is fetched, unpickled or run, and no memory is reserved on a header's word.
    """
    data = _bytes(file)
    references = References(root, file)
    content = _content(data, file.suffix.lower(), references)
    if not content.parts:
        raise BrokenMesh("holds no triangles; it is truncated, or holds points or curves alone")
    if not all(np.isfinite(part.corners).all() for part in content.parts):
        raise BrokenMesh("has vertices that are not finite numbers (NaN or infinity)")
    notes = (*content.notes, *_notes(references))
    return RawMesh(parts=content.parts, sha256=_digest(data, references), notes=notes)


def _bytes(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise BrokenMesh(f"has {size >> 20} MiB; expected at most {MOST_BYTES >> 20}")
        return file.read_bytes()
    except OSError as error:
        raise BrokenMesh(f"cannot be read: {error.strerror}") from None


def _content(data: bytes, suffix: str, references: References) -> Content:
    if suffix == ".fbx":
        return _npz_content(converted(hashlib.sha256(data).hexdigest()))
    check_claims(data, suffix)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # of damaged numbers, which are looked at afterwards
            return _READERS[suffix](data, suffix, references)
    except BrokenMesh:
        raise
    except _PARSER_ERRORS as error:
        lost = "; ".join(f"{name!r} {why}" for name, why in references.refused.items())
        told = f"it names {lost}" if lost else f"{type(error).__name__}: {str(error)[:120]}"
        raise BrokenMesh(
            f"cannot be read as {suffix[1:]}; it is truncated or damaged ({told})"
        ) from None


_READERS: Mapping[str, Callable[[bytes, str, References], Content]] = {
    ".glb": read_gltf,
    ".gltf": read_gltf,
    ".obj": lambda data, _, references: read_obj(data, references),
    ".ply": lambda data, _, references: read_ply(data, references),
    ".stl": lambda data, _suffix, _references: read_stl(data),
}


def _npz_content(data: bytes) -> Content:
    """Return what `converted` keeps of a file that Blender read: arrays and JSON, no pickle."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        vertices, triangles, slots = held["vertices"], held["triangles"], held["slots"]
        looks, notes = (json.loads(bytes(held[name]).decode()) for name in ("looks", "notes"))
    check_triangles(len(triangles))
    finishes = [look and Finish(texture=None, **{**look, "color": tuple(look["color"])})
                for look in looks]  # fmt: skip
    corners = vertices.astype(np.float64)[triangles]
    parts = tuple(
        Part(corners=corners[slots == slot], corner_uv=None, finish=finishes[slot])
        for slot in np.unique(slots).tolist()
    )
    return Content(parts=parts, notes=tuple(notes))


def _digest(data: bytes, references: References) -> str:
    told = hashlib.sha256(data)
    for name in sorted(references.read):
        told.update(name.encode("utf-8", "replace") + b"\0" + references.read[name])
    return told.hexdigest()


def _notes(references: References) -> tuple[str, ...]:
    return tuple(
        f"{name[:120]!r}, which it names, {why}: used without it"
        for name, why in references.refused.items()
    )
