"""The header of a PLY file: its elements, their properties, its pictures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assets.meshes.checks import BrokenMesh
from assets.meshes.text import decoded

_TYPES = {
    "char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1", "short": "i2", "int16": "i2",
    "ushort": "u2", "uint16": "u2", "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4",
    "int64": "i8", "uint64": "u8", "float16": "f2", "float": "f4", "float32": "f4",
    "double": "f8", "float64": "f8",
}  # fmt: skip
_ORDERS = {"ascii": "", "binary_little_endian": "<", "binary_big_endian": ">"}


@dataclass(frozen=True, kw_only=True)
class Property:
    """A property's name and numpy type; count: the type of a list's length, or None."""

    name: str
    type: str
    count: str | None


@dataclass(kw_only=True)
class Element:
    """An element's name, how many there are, and what each has."""

    name: str
    count: int
    properties: list[Property] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Header:
    """order: "" for text, else < or >. pictures: what TextureFile comments name. size: bytes."""

    order: str
    elements: Sequence[Element]
    pictures: Sequence[str]
    size: int


def read_header(data: bytes) -> Header:
    """Return the header of a PLY file. Raises BrokenMesh."""
    end = re.search(rb"(?m)^[ \t]*end_header[ \t]*(\r\n|\n|\r)", data)
    if end is None:
        raise BrokenMesh("has no PLY header; it is truncated or no PLY")
    elements: list[Element] = []
    pictures: list[str] = []
    order: str | None = None
    for line in decoded(data[: end.start()]).splitlines():
        match line.split():
            case ["format", name, *_]:
                order = _ORDERS.get(name)
            case ["comment", key, *_] if key.lower() == "texturefile":
                pictures.append(line.split(maxsplit=2)[2].strip())
            case ["element", name, count]:
                elements.append(Element(name=name, count=int(count)))
            case ["property", "list", count, kind, name]:
                elements[-1].properties.append(_property(name, kind, count))
            case ["property", kind, name]:
                elements[-1].properties.append(_property(name, kind, None))
    if order is None:
        raise BrokenMesh(f"has no format of PLY; expected one of {', '.join(_ORDERS)}")
    return Header(order=order, elements=elements, pictures=pictures, size=end.end())


def _property(name: str, kind: str, count: str | None) -> Property:
    for told in (kind, count):
        if told is not None and told not in _TYPES:
            raise BrokenMesh(f"has numbers of the unknown type {told[:30]!r}; it is damaged")
    return Property(name=name, type=_TYPES[kind], count=None if count is None else _TYPES[count])
