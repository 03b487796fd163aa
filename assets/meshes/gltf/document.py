"""A glTF document: its JSON, and the bytes that its buffers and pictures lie in."""

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from assets.meshes.checks import COMPRESSED, BrokenMesh, gltf_json
from assets.meshes.references import References

_BINARY_CHUNK = 0x004E4942


@dataclass(frozen=True, kw_only=True, eq=False)
class Document:
    """What a file says (told), its binary chunk, and what it may read beside itself.

    notes: what is left out, each once. surfaces: of the materials that were asked for.
    """

    told: Mapping[str, Any]
    binary: bytes | None
    references: References
    notes: dict[str, None] = field(default_factory=dict)
    surfaces: dict[int, Any] = field(default_factory=dict)
    _buffers: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes, suffix: str, references: References) -> "Document":
        """Return a .glb's or .gltf's document. Raises BrokenMesh."""
        binary = _binary_of(data) if suffix == ".glb" else None
        return cls(told=gltf_json(data, suffix), binary=binary, references=references)

    def row(self, kind: str, index: Any) -> Mapping[str, Any]:
        """Return one of the document's accessors, nodes, ... Raises BrokenMesh if not there."""
        rows = self.told.get(kind, [])
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(rows):
            raise BrokenMesh(f"names {kind}[{str(index)[:20]}], which is not there; it is damaged")
        row: Mapping[str, Any] = rows[index]
        return row

    def note(self, said: str) -> None:
        """Remember, once, what is left out or taken otherwise."""
        self.notes[said] = None

    def view(self, index: Any) -> bytes:
        """Return the bytes of a bufferView. Raises BrokenMesh."""
        view = self.row("bufferViews", index)
        for name in COMPRESSED:
            if name in view.get("extensions", {}) and not self._has_fallback(view["buffer"]):
                raise BrokenMesh(f"is compressed ({name}); export it without compression")
        whole = self._buffer(view["buffer"])
        start, length = int(view.get("byteOffset", 0)), int(view["byteLength"])
        if start < 0 or length < 0 or start + length > len(whole):
            raise BrokenMesh(
                f"names bytes {start} to {start + length} of a buffer of {len(whole)}; "
                "it is truncated"
            )
        return whole[start : start + length]

    def uri(self, uri: str) -> bytes:
        """Return what a URI names: data in itself, or a file inside the folder of meshes."""
        if not uri.startswith("data:"):
            return self.references.get(uri)
        head, _, body = uri.partition(",")
        if head.endswith(";base64"):
            return base64.b64decode(body)
        return unquote_to_bytes(body)

    def _has_fallback(self, index: Any) -> bool:
        return "uri" in self.row("buffers", index) or (index == 0 and self.binary is not None)

    def _buffer(self, index: Any) -> bytes:
        if index not in self._buffers:
            told = self.row("buffers", index)
            if "uri" in told:
                self._buffers[index] = self.uri(str(told["uri"]))
            elif index == 0 and self.binary is not None:
                self._buffers[index] = self.binary
            else:
                raise BrokenMesh(f"has no bytes for buffers[{index}]; it is truncated")
        return self._buffers[index]


def _binary_of(data: bytes) -> bytes | None:
    place, end = 12, min(struct.unpack("<I", data[8:12])[0], len(data))
    while place + 8 <= end:
        length, kind = struct.unpack("<II", data[place : place + 8])
        if kind == _BINARY_CHUNK:
            return data[place + 8 : min(place + 8 + length, end)]
        place += 8 + length + -length % 4
    return None
