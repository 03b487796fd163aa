"""Depth maps beside the images of a set: found by stem, read into metres."""

import math
import os
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENCV_IO_ENABLE_OPENEXR", "1")  # read by OpenCV at its first use

import cv2
import numpy as np
import numpy.typing as npt

from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedImage
from scenes.sets.masks import Mask, sampled

DepthMap = npt.NDArray[np.float32]

FOLDER = "depth"
FARTHEST_M = 1e6  # beyond it a renderer says "nothing there", not a distance


class BadDepthMap(UserError):
    """A depth map that is not one of the encodings we know."""


def find_depth_map(root: Path, image: AnnotatedImage) -> Path | None:
    """Return the depth map of an image by its stem, or None.

    Looked for in depth/ under the set's root and beside the image's folder, as EXR, NPY or PNG.
    """
    told = Path(image.file_name.replace("\\", "/"))
    bases = [root / FOLDER]
    if image.path is not None:
        bases += [image.path.parent.parent / FOLDER, image.path.parent / FOLDER]
    names = [told.with_suffix(suffix) for suffix in _READERS]
    candidates = (base / part for base in bases for name in names for part in (name, name.name))
    return next((path for path in candidates if path.is_file()), None)


def read_depth_map(path: Path) -> DepthMap:
    """Return (H, W) float32 planar depth in metres, NaN where nothing was measured.

    EXR and NPY hold metres, PNG 16-bit millimetres; 0, negative, infinite and farther than 1000 km
    mean nothing. Raises BadDepthMap.
    """
    depth_m = _READERS[path.suffix.lower()](path)
    usable = np.isfinite(depth_m) & (depth_m > 0) & (depth_m < FARTHEST_M)
    return np.where(usable, depth_m, np.float32(np.nan))


def median_depth_m(depth_m: DepthMap, mask: Mask) -> float:
    """Return the median of an object's measured depths, NaN where it has none.

    A mask of another size than the map is sampled at the map's pixels.
    """
    seen = depth_m[sampled(mask, (depth_m.shape[0], depth_m.shape[1]))]
    seen = seen[np.isfinite(seen)]
    return float(np.median(seen)) if len(seen) else math.nan


def _exr(path: Path) -> DepthMap:
    try:
        read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise BadDepthMap(
            f"depth map {path}: OpenCV cannot read it ({error.err}); expected an EXR of one "
            "channel, metres; or save the map as NPY"
        ) from None
    if read is None or read.dtype != np.float32:  # OpenCV goes by content, whatever the suffix
        raise BadDepthMap(
            f"depth map {path}: not a readable EXR; expected one channel of floats, metres"
        )
    plane = read if read.ndim == 2 else read[..., 0]
    return np.asarray(plane, dtype=np.float32)


def _npy(path: Path) -> DepthMap:
    try:
        read = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise BadDepthMap(f"depth map {path}: {error}; expected an NPY of (H, W) metres") from None
    if not isinstance(read, np.ndarray) or read.ndim != 2 or read.dtype.kind not in "fiu":
        found = f"{getattr(read, 'dtype', type(read).__name__)} {getattr(read, 'shape', '')}"
        raise BadDepthMap(f"depth map {path}: found {found}; expected (H, W) numbers in metres")
    return read.astype(np.float32)


def _png(path: Path) -> DepthMap:
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if read is None or read.ndim != 2 or read.dtype != np.uint16:
        found = "no readable image" if read is None else f"{read.dtype} {read.shape}"
        raise BadDepthMap(
            f"depth map {path}: found {found}; expected one channel of 16 bit, millimetres"
        )
    return read.astype(np.float32) / np.float32(1000)


_READERS: dict[str, Callable[[Path], DepthMap]] = {".exr": _exr, ".npy": _npy, ".png": _png}
