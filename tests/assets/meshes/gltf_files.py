"""glTF for tests, number by number: a document grows by accessors and is saved as it is."""

import base64
import io
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

_CODES = {"b": 5120, "B": 5121, "h": 5122, "H": 5123, "I": 5125, "f": 5126}
_TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


class Gltf:
    """A document with one scene of one node, to which a test adds and which it changes."""

    def __init__(self) -> None:
        self.bytes = b""
        self.told: dict[str, Any] = {
            "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}], "meshes": [{"primitives": []}], "accessors": [],
            "bufferViews": [], "buffers": [{}],
        }  # fmt: skip

    def view(self, data: bytes, **more: Any) -> int:
        self.bytes += b"\0" * (-len(self.bytes) % 4)
        told = {"buffer": 0, "byteOffset": len(self.bytes), "byteLength": len(data), **more}
        self.bytes += data
        return self._add("bufferViews", told)

    def accessor(self, values: npt.NDArray[Any], **more: Any) -> int:
        """Store rows as they are typed."""
        rows = np.ascontiguousarray(values.reshape(len(values), -1))
        told = {
            "bufferView": self.view(rows.tobytes()), "count": len(rows),
            "componentType": _CODES[rows.dtype.char], "type": _TYPES[rows.shape[1]],
        }  # fmt: skip
        if rows.shape[1] == 3:
            told |= {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
        return self._add("accessors", told | more)

    def material(self, **told: Any) -> int:
        return self._add("materials", told)

    def picture(self, image: Image.Image, **sampler: Any) -> int:
        out = io.BytesIO()
        image.save(out, "PNG")
        self._add("images", {"bufferView": self.view(out.getvalue()), "mimeType": "image/png"})
        self._add("samplers", sampler)
        last = len(self.told["images"]) - 1
        return self._add("textures", {"source": last, "sampler": last})

    def primitive(self, **told: Any) -> None:
        self.told["meshes"][0]["primitives"].append(told)

    def needs(self, *extensions: str) -> None:
        self.told["extensionsUsed"] = self.told["extensionsRequired"] = list(extensions)

    def save(self, path: Path, more_buffers: Sequence[Any] = ()) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        told = dict(self.told)
        if path.suffix == ".gltf":
            uri = "data:application/octet-stream;base64," + base64.b64encode(self.bytes).decode()
            told["buffers"] = [{"uri": uri, "byteLength": len(self.bytes)}]
            path.write_text(json.dumps(told))
            return
        told["buffers"] = [{"byteLength": len(self.bytes)}, *more_buffers]
        head = json.dumps(told).encode()
        head += b" " * (-len(head) % 4)
        body = self.bytes + b"\0" * (-len(self.bytes) % 4)
        path.write_bytes(
            struct.pack("<4sII", b"glTF", 2, 28 + len(head) + len(body))
            + struct.pack("<II", len(head), 0x4E4F534A) + head
            + struct.pack("<II", len(body), 0x004E4942) + body
        )  # fmt: skip

    def _add(self, kind: str, told: dict[str, Any]) -> int:
        self.told.setdefault(kind, []).append(told)
        return len(self.told[kind]) - 1
