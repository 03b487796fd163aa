"""A mesh file as triangles, before anything is repaired: glb, gltf, obj, ply, stl, by trimesh."""

import hashlib
import io
import json
import logging
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import trimesh
from PIL import Image

from assets.mesh import Finish
from assets.meshes.checks import MOST_TRIANGLES, BrokenMesh, check_claims
from assets.meshes.converted import converted
from assets.meshes.looks import finish_of
from assets.meshes.references import MOST_BYTES, References

FORMATS = (".fbx", ".glb", ".gltf", ".obj", ".ply", ".stl")
# A stranger's bytes can make a parser fail in any of these ways; none of them is ours to mend.
_PARSER_ERRORS = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, ImportError,
    LookupError, MemoryError, NameError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
    struct.error, Image.DecompressionBombError,
)  # fmt: skip
logging.getLogger("trimesh").setLevel(logging.CRITICAL)  # its warnings come back as our reasons


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """Triangles of one look: vertices (v, 3), triangles (t, 3), texture coordinates (v, 2)."""

    vertices: npt.NDArray[np.float64]
    triangles: npt.NDArray[np.int64]
    uv: npt.NDArray[np.float32] | None
    finish: Finish | None


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
    suffix = file.suffix.lower()
    if suffix == ".fbx":
        found = converted(hashlib.sha256(data).hexdigest())
        references, suffix, loadable = References(root, file), ".npz", found
    else:
        check_claims(data, suffix)
        references, loadable = References(root, file), data
    parts = _npz_parts(loadable) if suffix == ".npz" else _parts(loadable, suffix, references)
    if not parts:
        raise BrokenMesh("holds no triangles; it is truncated, or holds points or curves alone")
    return RawMesh(parts=parts, sha256=_digest(data, references), notes=_notes(references))


def _bytes(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise BrokenMesh(f"has {size >> 20} MiB; expected at most {MOST_BYTES >> 20}")
        return file.read_bytes()
    except OSError as error:
        raise BrokenMesh(f"cannot be read: {error.strerror}") from None


def _parts(data: bytes, suffix: str, references: References) -> tuple[Part, ...]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scene = trimesh.load(  # not load_scene, which the trimesh of a real Blender lacks
                io.BytesIO(data), file_type=suffix[1:], resolver=references, process=False,
                force="scene",
            )  # fmt: skip
            return _of_scene(scene)
    except BrokenMesh:
        raise
    except _PARSER_ERRORS as error:
        lost = "; ".join(f"{name!r} {why}" for name, why in references.refused.items())
        told = f"it names {lost}" if lost else f"{type(error).__name__}: {str(error)[:120]}"
        raise BrokenMesh(
            f"cannot be read as {suffix[1:]}; it is truncated or damaged ({told})"
        ) from None


def _of_scene(scene: Any) -> tuple[Part, ...]:
    shown = [scene.graph[node] for node in sorted(scene.graph.nodes_geometry, key=str)]
    meshes = [
        (transform, scene.geometry[name])
        for transform, name in shown
        if isinstance(scene.geometry[name], trimesh.Trimesh)
    ]
    count = sum(len(mesh.faces) for _, mesh in meshes)
    if count > MOST_TRIANGLES:
        raise BrokenMesh(
            f"has {count} triangles; expected at most {MOST_TRIANGLES}: simplify it, for instance "
            "with Blender's Decimate"
        )
    looks = {name: finish_of(mesh.visual) for name, mesh in scene.geometry.items()
             if isinstance(mesh, trimesh.Trimesh)}  # fmt: skip
    named = [name for _, name in shown if name in looks]
    return tuple(
        _part(np.asarray(transform, np.float64), mesh, looks[name])
        for (transform, mesh), name in zip(meshes, named, strict=True)
        if len(mesh.faces)
    )


def _part(to_world: npt.NDArray[np.float64], mesh: Any, finish: Finish | None) -> Part:
    vertices = np.asarray(mesh.vertices, np.float64) @ to_world[:3, :3].T + to_world[:3, 3]
    triangles = np.asarray(mesh.faces, np.int64)
    if triangles.min() < 0 or triangles.max() >= len(vertices):
        raise BrokenMesh("names vertices that are not there; it is truncated")
    if not np.isfinite(vertices[triangles]).all():
        raise BrokenMesh("has vertices that are not finite numbers (NaN or infinity)")
    if np.linalg.det(to_world[:3, :3]) < 0:
        triangles = triangles[:, ::-1]  # a mirror turns faces inside out
    uv = getattr(mesh.visual, "uv", None)
    usable = uv is not None and np.shape(uv) == (len(vertices), 2) and np.isfinite(uv).all()
    return Part(
        vertices=vertices, triangles=triangles, finish=finish,
        uv=np.asarray(uv, np.float32) if usable else None,
    )  # fmt: skip


def _npz_parts(data: bytes) -> tuple[Part, ...]:
    """Return what `converted` keeps of a file that Blender read: arrays and JSON, no pickle."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        vertices, triangles, slots = held["vertices"], held["triangles"], held["slots"]
        looks = json.loads(bytes(held["looks"]).decode())
    if len(triangles) > MOST_TRIANGLES:
        raise BrokenMesh(f"has {len(triangles)} triangles; expected at most {MOST_TRIANGLES}")
    if len(triangles) == 0:
        return ()
    if not np.isfinite(vertices).all():
        raise BrokenMesh("has vertices that are not finite numbers (NaN or infinity)")
    finishes = [look and Finish(texture=None, **{**look, "color": tuple(look["color"])})
                for look in looks]  # fmt: skip
    return tuple(
        Part(
            vertices=vertices.astype(np.float64), triangles=triangles[slots == slot].astype(int),
            uv=None, finish=finishes[slot],
        )
        for slot in np.unique(slots).tolist()
    )  # fmt: skip


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
