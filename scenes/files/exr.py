"""OpenEXR of floats and halves: what depth and light need, to the bit, with nothing but zlib.

OpenCV reads EXR only where an environment variable was set before its first use, tells a full disk
as nothing at all, and fails through imageio in version 5; this is a page and always works.
Source of the format: "OpenEXR File Layout" and ImfZip of the OpenEXR project.
"""

import struct
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assets.errors import UserError

_MAGIC_VERSION = struct.pack("<ii", 20000630, 2)
_TYPES = {"float16": 1, "float32": 2}  # HALF and FLOAT
_ZIP = 3
_LINES_A_BLOCK = 16
_HEAD_BYTES = 65_536
_LEVEL = 1  # depth is 2 to 6 % larger than by 4, for two thirds of the time


class BadPicture(UserError):
    """An EXR that is not one of those written here, or not whole."""


def encode_exr(values: npt.NDArray[Any]) -> bytes:
    """Return a scanline EXR, ZIP-compressed without loss.

    values: float32 or float16, (H, W) as channel "Y", or (H, W, 3) as "R", "G", "B".
    """
    fits = values.ndim == 2 or (values.ndim == 3 and values.shape[2] == 3)
    if not fits or str(values.dtype) not in _TYPES or values.size == 0:
        raise ValueError(
            f"array is {values.shape} {values.dtype}; expected (H, W[, 3]) float32 or float16"
        )
    height, width = values.shape[:2]
    # a line holds its channels one after another, by their names' alphabet
    names, lines = ("Y", values) if values.ndim == 2 else ("BGR", _planar(values))
    header = _MAGIC_VERSION + _header(names, _TYPES[str(values.dtype)], (height, width))
    starts = range(0, height, _LINES_A_BLOCK)
    blocks = [_block(y, lines[y : y + _LINES_A_BLOCK]) for y in starts]
    sizes = np.array([len(block) for block in blocks], dtype="<u8")
    offsets = len(header) + 8 * len(blocks) + np.cumsum(sizes, dtype="<u8") - sizes
    return b"".join((header, offsets.astype("<u8").tobytes(), *blocks))


def read_half_rgb(path: Path) -> npt.NDArray[np.float16]:
    """Return (H, W, 3) of an EXR that `encode_exr` wrote of float16. Raises BadPicture."""
    try:
        return _half_rgb(path)
    except (OSError, struct.error, zlib.error, ValueError) as error:
        raise BadPicture(
            f"{path}: {error}; expected the EXR of half floats that a render left there whole"
        ) from None


def exr_size_px(path: Path) -> tuple[int, int] | None:
    """Return (W, H) of an EXR's data, from its header alone, or None where there is none."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return None
    at = head.find(b"dataWindow\0box2i\0")
    if head[:4] != _MAGIC_VERSION[:4] or at < 0 or len(head) < at + 37:
        return None
    left, top, right, bottom = struct.unpack_from("<iiii", head, at + 21)
    size_px = (right - left + 1, bottom - top + 1)
    return size_px if min(size_px) > 0 else None


def _half_rgb(path: Path) -> npt.NDArray[np.float16]:
    content, size_px = path.read_bytes(), exr_size_px(path)
    if size_px is None:
        raise ValueError("no EXR")
    width, height = size_px
    header = _MAGIC_VERSION + _header("BGR", _TYPES["float16"], (height, width))
    if not content.startswith(header):
        raise ValueError("another kind of EXR")
    lines = np.empty((height, 3, width), dtype="<f2")
    count = -(-height // _LINES_A_BLOCK)
    for at in struct.unpack_from(f"<{count}Q", content, len(header)):
        y, size = struct.unpack_from("<ii", content, at)
        own = lines[y : y + _LINES_A_BLOCK]
        own[:] = _unpacked(content[at + 8 : at + 8 + size], own.nbytes).reshape(own.shape)
    return np.ascontiguousarray(lines.transpose(0, 2, 1)[..., ::-1])


def _unpacked(block: bytes, size: int) -> npt.NDArray[np.float16]:
    if len(block) == size:
        return np.frombuffer(block, dtype="<f2")
    split = np.frombuffer(zlib.decompress(block), dtype=np.uint8).copy()
    split[1:] -= np.uint8(128)
    split = np.cumsum(split, dtype=np.uint8)  # wraps, as the format wants
    half = size // 2
    pairs = np.stack((split[:half], split[half:]), axis=1)
    return np.frombuffer(pairs.tobytes(), dtype="<f2")


def _planar(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.ascontiguousarray(values[..., ::-1].transpose(0, 2, 1))


def _header(names: str, kind: int, size: tuple[int, int]) -> bytes:
    height, width = size
    window = struct.pack("<iiii", 0, 0, width - 1, height - 1)
    told = (name.encode() + b"\0" + struct.pack("<iBxxxii", kind, 0, 1, 1) for name in names)
    channel = b"".join(told) + b"\0"
    attributes = (
        ("channels", "chlist", channel),
        ("compression", "compression", bytes([_ZIP])),
        ("dataWindow", "box2i", window),
        ("displayWindow", "box2i", window),
        ("lineOrder", "lineOrder", b"\0"),
        ("pixelAspectRatio", "float", struct.pack("<f", 1)),
        ("screenWindowCenter", "v2f", struct.pack("<ff", 0, 0)),
        ("screenWindowWidth", "float", struct.pack("<f", 1)),
    )
    return b"".join(_attribute(*told) for told in attributes) + b"\0"


def _attribute(name: str, kind: str, value: bytes) -> bytes:
    return name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(value)) + value


def _block(y: int, lines: npt.NDArray[Any]) -> bytes:
    told = lines.astype(lines.dtype.newbyteorder("<")).tobytes()
    first = told[: lines.itemsize]
    even = told == first * lines.size  # sky, or what lies beyond all that was pasted
    content = _even(first, lines.size) if even else _packed(told)
    return struct.pack("<ii", y, len(content)) + content


@lru_cache(64)
def _even(value: bytes, count: int) -> bytes:
    return _packed(value * count)


def _packed(told: bytes) -> bytes:
    raw = np.frombuffer(told, dtype=np.uint8)
    split = np.concatenate((raw[0::2], raw[1::2]))
    split[1:] = split[1:] - split[:-1] + np.uint8(128)  # wraps, as the format wants
    packed = zlib.compress(split.tobytes(), _LEVEL)
    # readers take a block as uncompressed exactly when it is as long as its pixels
    return packed if len(packed) < len(told) else told
