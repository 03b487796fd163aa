"""Arrays as the bytes of picture files, and back."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from assets.errors import UserError

Rgb = npt.NDArray[np.uint8]
PNG_TAKES = "expected (H, W) uint16 or (H, W, 3) uint8"


class BadPhoto(UserError):
    """A photo that is not there or cannot be read."""


def read_photo(path: Path) -> Rgb:
    """Return (H, W, 3) sRGB of a photo's file, unturned. Raises BadPhoto."""
    data = np.fromfile(path, dtype=np.uint8) if path.is_file() else np.zeros(0, dtype=np.uint8)
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    image = cv2.imdecode(data, flags) if data.size else None
    if image is None:
        raise BadPhoto(f"photo {path}: expected a JPEG or PNG that can be read")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def encode_jpeg(image: Rgb, quality: int) -> bytes:
    """Return a baseline JPEG of (H, W, 3) sRGB."""
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    ok, content = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise RuntimeError(f"OpenCV could not encode a {image.shape} {image.dtype} JPEG")
    return bytes(content)


def decode_picture(content: bytes) -> Rgb:
    """Return (H, W, 3) sRGB of a JPEG or PNG that was encoded here."""
    bgr = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def encode_png(array: npt.NDArray[Any]) -> bytes:
    """Return a PNG of (H, W) uint16 or of (H, W, 3) uint8 RGB."""
    if (str(array.dtype), array.ndim) not in (("uint16", 2), ("uint8", 3)):
        raise ValueError(f"array is {array.shape} {array.dtype}; {PNG_TAKES}")
    told = np.ascontiguousarray(array[..., ::-1]) if array.ndim == 3 else array
    ok, content = cv2.imencode(".png", told)
    if not ok:
        raise RuntimeError(f"OpenCV could not encode a {array.shape} {array.dtype} PNG")
    return bytes(content)
