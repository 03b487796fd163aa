"""Arrays as the bytes of picture files, and back."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.uint8]
PNG_TAKES = "expected (H, W) uint16 or (H, W, 3) uint8"


def encode_jpeg(image: Rgb, quality: int) -> bytes:
    """Return a baseline JPEG of (H, W, 3) sRGB."""
    bgr = np.ascontiguousarray(image[..., ::-1])
    ok, content = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise RuntimeError(f"OpenCV could not encode a {image.shape} {image.dtype} JPEG")
    return bytes(content)


def decode_jpeg(jpeg: bytes) -> Rgb:
    """Return (H, W, 3) sRGB of a JPEG."""
    bgr = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(bgr[..., ::-1], dtype=np.uint8)


def encode_png(array: npt.NDArray[Any]) -> bytes:
    """Return a PNG of (H, W) uint16 or of (H, W, 3) uint8 RGB."""
    if (str(array.dtype), array.ndim) not in (("uint16", 2), ("uint8", 3)):
        raise ValueError(f"array is {array.shape} {array.dtype}; {PNG_TAKES}")
    told = np.ascontiguousarray(array[..., ::-1]) if array.ndim == 3 else array
    ok, content = cv2.imencode(".png", told)
    if not ok:
        raise RuntimeError(f"OpenCV could not encode a {array.shape} {array.dtype} PNG")
    return bytes(content)
