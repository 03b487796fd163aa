"""OpenEXR of float32: what depth and normals need, to the bit, with nothing but zlib.

OpenCV reads EXR only where an environment variable was set before its first use, tells a full disk
as nothing at all, and fails through imageio in version 5; this is a page and always works.
Source of the format: "OpenEXR File Layout" and ImfZip of the OpenEXR project.
"""

import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

_MAGIC_VERSION = struct.pack("<ii", 20000630, 2)
_FLOAT, _ZIP = 2, 3
_LINES_A_BLOCK = 16
_HEAD_BYTES = 65_536
_LEVEL = 4


def encode_exr(values: npt.NDArray[np.float32]) -> bytes:
    """Return a scanline EXR, ZIP-compressed without loss.

    values: float32, (H, W) as channel "Y", or (H, W, 3) as "R", "G", "B".
    """
    fits = values.ndim == 2 or (values.ndim == 3 and values.shape[2] == 3)
    if not fits or values.dtype != np.float32 or values.size == 0:
        raise ValueError(f"array is {values.shape} {values.dtype}; expected (H, W[, 3]) float32")
    height, width = values.shape[:2]
    # a line holds its channels one after another, by their names' alphabet
    names, lines = ("Y", values) if values.ndim == 2 else ("BGR", _planar(values))
    header = _MAGIC_VERSION + _header(names, height, width)
    starts = range(0, height, _LINES_A_BLOCK)
    blocks = [_block(y, lines[y : y + _LINES_A_BLOCK]) for y in starts]
    sizes = np.array([len(block) for block in blocks], dtype="<u8")
    offsets = len(header) + 8 * len(blocks) + np.cumsum(sizes, dtype="<u8") - sizes
    return b"".join((header, offsets.astype("<u8").tobytes(), *blocks))


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


def _planar(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.ascontiguousarray(values[..., ::-1].transpose(0, 2, 1))


def _header(names: str, height: int, width: int) -> bytes:
    window = struct.pack("<iiii", 0, 0, width - 1, height - 1)
    told = (name.encode() + b"\0" + struct.pack("<iBxxxii", _FLOAT, 0, 1, 1) for name in names)
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


def _block(y: int, lines: npt.NDArray[np.float32]) -> bytes:
    raw = np.frombuffer(lines.astype("<f4").tobytes(), dtype=np.uint8)
    split = np.concatenate((raw[0::2], raw[1::2]))
    split[1:] = split[1:] - split[:-1] + np.uint8(128)  # wraps, as the format wants
    packed = zlib.compress(split.tobytes(), _LEVEL)
    # readers take a block as uncompressed exactly when it is as long as its pixels
    content = packed if len(packed) < len(raw) else raw.tobytes()
    return struct.pack("<ii", y, len(content)) + content
