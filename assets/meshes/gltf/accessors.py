"""Numbers of a glTF document, as its accessors say them: strided, normalised, sparse."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from assets.meshes.checks import BrokenMesh
from assets.meshes.gltf.document import Document
from assets.meshes.part import FloatArray, IntArray

_TYPES = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5124: "<i4", 5125: "<u4",
          5126: "<f4", 5130: "<f8"}  # fmt: skip
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


def values(document: Document, index: Any) -> FloatArray:
    """Return an accessor as (n, width) floats; normalised integers become [0, 1] or [-1, 1].

    Source: glTF 2.0, 3.6.2.2 and 3.11 (f = max(c / 127, -1) of a signed byte). Raises BrokenMesh.
    """
    told = document.row("accessors", index)
    stored = _stored(document, told)
    return _shares(stored) if told.get("normalized") else stored.astype(np.float64)


def shares(document: Document, index: Any) -> FloatArray:
    """Return colours or weights: as `values`, and integers that forget to say so normalised."""
    stored = _stored(document, document.row("accessors", index))
    return _shares(stored) if stored.dtype.kind in "iu" else stored.astype(np.float64)


def indices(document: Document, index: Any) -> IntArray:
    """Return an accessor of whole numbers as (n,). Raises BrokenMesh."""
    return _stored(document, document.row("accessors", index)).astype(np.int64).ravel()


def _shares(stored: npt.NDArray[Any]) -> FloatArray:
    if stored.dtype.kind not in "iu":
        return stored.astype(np.float64)
    return np.maximum(stored / np.iinfo(stored.dtype).max, -1.0)


def _stored(document: Document, told: Mapping[str, Any]) -> npt.NDArray[Any]:
    dtype, width = _form(told)
    count = int(told["count"])
    if "bufferView" in told:
        stride = document.row("bufferViews", told["bufferView"]).get("byteStride")
        data = document.view(told["bufferView"])
        start = int(told.get("byteOffset", 0))
        found = _strided(data, (count, width), dtype, (start, stride))
    elif "sparse" in told:
        found = np.zeros((count, width), dtype)
    else:
        raise BrokenMesh("has values without bytes; it is truncated or compressed")
    return _replaced(document, told["sparse"], found) if "sparse" in told else found


def _form(told: Mapping[str, Any]) -> tuple[np.dtype[Any], int]:
    kind, width = _TYPES.get(told["componentType"]), _WIDTHS.get(told["type"])
    if kind is None or width is None:
        named = f"{told['type']} of {told['componentType']}"
        raise BrokenMesh(f"holds values of the unknown form {named[:40]!r}; it is damaged")
    return np.dtype(kind), width


def _strided(
    data: bytes, shape: tuple[int, int], dtype: np.dtype[Any], place: tuple[int, int | None]
) -> npt.NDArray[Any]:
    """Return a copy of rows that lie `stride` bytes apart, from the byte `start` on."""
    (count, width), (start, stride) = shape, place
    row = width * dtype.itemsize
    step = row if stride is None else int(stride)
    if count == 0:
        return np.zeros(shape, dtype)
    if start < 0 or step < row or start + step * (count - 1) + row > len(data):
        raise BrokenMesh(f"has {len(data)} bytes for {count} values; it is truncated")
    lying: npt.NDArray[Any] = np.ndarray(shape, dtype, data, start, (step, dtype.itemsize))
    return lying.copy()


def _replaced(
    document: Document, sparse: Mapping[str, Any], found: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """Return the values with those that a sparse accessor gives instead."""
    count, where, new = int(sparse["count"]), sparse["indices"], sparse["values"]
    rows = _strided(
        document.view(where["bufferView"]), (count, 1), np.dtype(_TYPES[where["componentType"]]),
        (int(where.get("byteOffset", 0)), None),
    ).ravel()  # fmt: skip
    if count and rows.max() >= len(found):
        raise BrokenMesh("replaces values that are not there; it is damaged")
    found[rows] = _strided(
        document.view(new["bufferView"]), (count, found.shape[1]), found.dtype,
        (int(new.get("byteOffset", 0)), None),
    )  # fmt: skip
    return found
