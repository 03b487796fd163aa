"""Mesh files for tests, written here: good ones, odd ones and hostile ones."""

import json
import struct
from pathlib import Path

import numpy as np
import trimesh

TRIANGLE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)


def chair(height_m: float = 0.9) -> trimesh.Trimesh:
    """A chair of boxes, z up, front towards -y: a seat on a block, and a back."""
    parts = [((0.45, 0.45, 0.45), (0, 0, 0.225)), ((0.40, 0.05, 0.45), (0, 0.19, 0.675))]
    boxes = [trimesh.creation.box(extents=size) for size, _ in parts]
    for box, (_, at) in zip(boxes, parts, strict=True):
        box.apply_translation(at)
    made = trimesh.util.concatenate(boxes)
    made.apply_scale(height_m / 0.9)
    return made


def y_up(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """The same with y up and the front towards +z, as glTF and OBJ have it."""
    turned = mesh.copy()
    turned.vertices = mesh.vertices[:, [0, 2, 1]] * (1, 1, -1)
    return turned


def export(mesh: trimesh.Trimesh, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    mesh.export(path)
    return path


def mixed_folder(folder: Path) -> Path:
    """Four that can be used and two that cannot."""
    good, chairs = chair(), folder / "chairs"
    export(y_up(good), chairs / "good.glb")
    centimetres = y_up(good)
    centimetres.apply_scale(100)
    export(centimetres, chairs / "centimetres.obj")
    export(y_up(good), chairs / "y_up.obj")
    holed = trimesh.Trimesh(good.vertices, good.faces[2:], process=False)
    export(holed, chairs / "holed.stl")
    whole = (chairs / "good.glb").read_bytes()
    (chairs / "truncated.glb").write_bytes(whole[: len(whole) // 2])
    (chairs / "empty.ply").write_bytes(b"")
    return folder


def gltf(uri: str, **changes: object) -> str:
    """One triangle whose buffer is named by `uri`."""
    told = {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "bufferViews": [{"buffer": 0, "byteOffset": 0, "byteLength": 36}],
        "buffers": [{"uri": uri, "byteLength": 36}],
        **changes,
    }  # fmt: skip
    return json.dumps(told)


def glb_claiming(length: int) -> bytes:
    return struct.pack("<4sIIII", b"glTF", 2, length, 2, 0x4E4F534A) + b"{}"


def tetrahedron_gltf(folder: Path, uri: str) -> Path:
    """A solid whose .bin lies at `uri` beside the file."""
    solid = np.array([[0, 0, 0], [0.4, 0, 0], [0, 0.9, 0], [0, 0, 0.4]], np.float32)
    corners = solid[[0, 1, 2, 0, 2, 3, 0, 3, 1, 1, 3, 2]]
    path, beside = folder / "solid.gltf", folder / uri
    path.parent.mkdir(parents=True, exist_ok=True)
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.write_bytes(corners.tobytes())
    size = corners.nbytes
    path.write_text(
        gltf(
            uri,
            accessors=[{"bufferView": 0, "componentType": 5126, "count": 12, "type": "VEC3"}],
            bufferViews=[{"buffer": 0, "byteOffset": 0, "byteLength": size}],
            buffers=[{"uri": uri, "byteLength": size}],
        )
    )
    return path
