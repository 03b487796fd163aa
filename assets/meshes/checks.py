"""What a file claims about itself, checked before a loader believes it and reserves memory."""

import json
import re
import struct
from collections import Counter
from collections.abc import Mapping
from typing import Any

from assets.meshes.text import unmarked

MOST_TRIANGLES = 200_000
_MOST_ITEMS = 20_000_000  # values of all glTF accessors together
_MOST_NODES = 20_000
_HEADER_BYTES = 65_536
_GLB_MAGIC = b"glTF"
COMPRESSED = (
    "KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_meshopt_compression",
)  # fmt: skip


class BrokenMesh(ValueError):
    """A file that gives no usable mesh; the message says what was found and what to do.

    It stays inside the import, which names the file and goes on with the next.
    """


def check_claims(data: bytes, suffix: str) -> None:
    """Raise BrokenMesh where a file claims more than it can hold, or what we cannot read."""
    if not data:
        raise BrokenMesh("is empty (0 bytes)")
    if suffix == ".ply":
        _check_ply(unmarked(data))
    elif suffix in (".glb", ".gltf"):
        _check_gltf(gltf_json(data, suffix))


def check_triangles(count: int) -> None:
    """Raise BrokenMesh where there are more triangles than a scene can bear."""
    if count > MOST_TRIANGLES:
        raise BrokenMesh(
            f"has {count} triangles; expected at most {MOST_TRIANGLES}: simplify it, for instance "
            "with Blender's Decimate"
        )


def _check_ply(data: bytes) -> None:
    head, end, body = data[:_HEADER_BYTES].partition(b"end_header")
    if not data.startswith(b"ply") or not end:
        raise BrokenMesh("has no PLY header; it is truncated or no PLY")
    counts = re.findall(rb"^\s*element\s+\S+\s+(\S+)", head, re.MULTILINE)
    claimed = sum(_count(count) for count in counts)
    if claimed > len(body) + max(0, len(data) - _HEADER_BYTES):
        raise BrokenMesh(
            f"claims {claimed} vertices and faces in {len(data)} bytes; it is truncated"
        )

    if b"format ascii" in head and claimed > body.count(b"\n") + data[_HEADER_BYTES:].count(b"\n"):
        raise BrokenMesh(f"claims {claimed} lines and has fewer; it is truncated")


def _count(told: bytes) -> int:
    if not re.fullmatch(rb"[0-9]{1,18}", told):
        raise BrokenMesh(f"claims {told[:40]!r} elements; expected a number")
    return int(told)


def gltf_json(data: bytes, suffix: str) -> Mapping[str, Any]:
    """Return what a .glb or .gltf says, with or without a byte order mark. Raises BrokenMesh."""
    if suffix == ".glb":
        if len(data) < 20 or data[:4] != _GLB_MAGIC:
            raise BrokenMesh("has no glTF header; it is truncated or no GLB")
        _, version, length, json_length, _ = struct.unpack("<4sIIII", data[:20])
        if length > len(data):
            raise BrokenMesh(f"holds {len(data)} bytes of the {length} it claims; it is truncated")
        if version != 2:
            raise BrokenMesh(f"is glTF {version}; expected glTF 2: export it again")
        data = data[20 : 20 + json_length]
    try:
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BrokenMesh(f"holds no glTF JSON ({_brief(error)})") from None
    if not isinstance(told, dict):
        raise BrokenMesh("holds no glTF JSON object")
    return told


def _check_gltf(told: Mapping[str, Any]) -> None:
    try:
        used = [str(name) for name in told.get("extensionsRequired", [])]
        items = sum(int(accessor["count"]) for accessor in told.get("accessors", []))
        least = min((int(accessor["count"]) for accessor in told.get("accessors", [])), default=0)
        nodes = told.get("nodes", [])
        parents = Counter(int(child) for node in nodes for child in node.get("children", []))
        roots = [int(root) for scene in told.get("scenes", []) for root in scene.get("nodes", [])]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise BrokenMesh(f"holds glTF of a wrong form ({_brief(error)})") from None
    for name in COMPRESSED:
        if name in used:
            raise BrokenMesh(f"is compressed ({name}); export it without compression")
    if items > _MOST_ITEMS or least < 0:
        raise BrokenMesh(f"claims {items} values; expected at most {_MOST_ITEMS}")
    if len(nodes) > _MOST_NODES:
        raise BrokenMesh(f"has {len(nodes)} nodes; expected at most {_MOST_NODES}")
    if any(count > 1 for count in parents.values()) or any(root in parents for root in roots):
        raise BrokenMesh("has a node with two parents; glTF nodes are a tree: export it again")


def _brief(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:120]
