"""Depth maps beside the images of a set: found by name, read into metres."""

import math
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

os.environ.setdefault("OPENCV_IO_ENABLE_OPENEXR", "1")  # read by OpenCV at its first use

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from assets.errors import UserError
from scenes.files.exr import exr_size_px
from scenes.files.rle import window_of
from scenes.sets.annotated_set import AnnotatedImage
from scenes.sets.belonging import Shelf, Sought, parts_of, suffix_of
from scenes.sets.masks import Mask, sampled
from scenes.sets.photos import SUFFIXES, Size, alike, sideways_turn, turned, turns_in_place

DepthMap = npt.NDArray[np.float32]

FOLDER = "depth"
UNKNOWN = "depth maps of no known encoding left out"
UNUSED = "files of depth/ to which no image's name leads, not read"
IN_PLACE = "depth maps of photos that EXIF turns within their sides, taken as they lie"
RESHAPED = "depth maps of other proportions than their image left out"
FARTHEST_M = 1e6  # beyond it a renderer says "nothing there", not a distance


class BadDepthMap(UserError):
    """A depth map that is not one of the encodings we know."""


def with_depth_maps(
    root: Path, images: Sequence[AnnotatedImage]
) -> tuple[tuple[AnnotatedImage, ...], Counter[str]]:
    """Return the images with the depth maps that are theirs, and what was left out, counted.

    Looked for in depth/ under the set's root, beside the image and beside its folder, as EXR, NPY
    or PNG of the image's name. Only headers are read. Maps of no known encoding or of other
    proportions than their image are left out. Raises BadDepthMap where that leaves none.
    """
    shelf = Shelf("depth maps", tuple(_READERS), apart=False)
    paths, repairs = shelf.matched([_sought(root, image) for image in images])
    repairs[UNUSED] += 0 if paths or repairs else _files_in(root / FOLDER)
    kept, first_bad = [], None
    for image in images:
        path, complaint = paths.get(image.id), None
        if path is not None:
            try:
                complaint = _complaint(path, image)
            except BadDepthMap as error:
                first_bad, complaint = first_bad or error, UNKNOWN
        repairs.update(filter(None, (complaint,)))
        repairs[IN_PLACE] += path is not None and complaint is None and turns_in_place(image.path)
        kept.append(replace(image, depth_path=path if complaint is None else None))
    if first_bad is not None and not any(image.depth_path for image in kept):
        raise first_bad
    return tuple(kept), repairs


def depth_of(image: AnnotatedImage) -> DepthMap | None:
    """Return an image's depth map as its boxes lie, or None. Raises BadDepthMap.

    A map that was stored as the photo was, on its side, is turned as the photo is.
    """
    if image.depth_path is None:
        return None
    depth_m = read_depth_map(image.depth_path)
    size_px = (depth_m.shape[1], depth_m.shape[0])
    if alike(size_px, (image.width_px, image.height_px)) or image.size_assumed:
        return depth_m
    turn = _turn(image)
    return depth_m if turn is None else turned(depth_m, turn)


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
    at_map = sampled(mask, (depth_m.shape[0], depth_m.shape[1]))
    window = window_of(at_map)
    if window is None:
        return math.nan
    seen = depth_m[window][at_map[window]]
    seen = seen[seen < FARTHEST_M]  # which nothing is that was not measured
    return float(np.median(seen)) if len(seen) else math.nan


def _sought(root: Path, image: AnnotatedImage) -> Sought:
    told = "/".join(part for part in parts_of(image.file_name) if part != "..")  # only a name
    name, folder = _bare(told), root / FOLDER
    names: tuple[str, ...] = (name,)
    if name != told and suffix_of(told) not in _READERS:
        names += (told,)  # a.jpg.npy
    beside: tuple[Path, ...] = ()
    if image.path is not None:
        own = _bare(image.path.name)
        names += () if name.replace("\\", "/").rpartition("/")[2] == own else (own,)
        homes = (image.path.parent, image.path.parent.parent)
        beside = tuple(home / FOLDER / own for home in homes if home / FOLDER != folder)
    return Sought(key=image.id, names=names, folders=(folder,), beside=beside)


def _files_in(folder: Path) -> int:
    return sum(file.is_file() for file in folder.iterdir()) if folder.is_dir() else 0


def _bare(name: str) -> str:
    suffix = suffix_of(name)
    return name[: -len(suffix)] if suffix in SUFFIXES else name


def _complaint(path: Path, image: AnnotatedImage) -> str | None:
    header = _HEADERS.get(path.suffix.lower())
    if header is None:
        return UNKNOWN
    size_px = header(path)
    told_px = (image.width_px, image.height_px)
    if image.size_assumed or alike(size_px, told_px):
        return None
    if alike(size_px[::-1], told_px) and _turn(image) is not None:
        return None
    return RESHAPED


def _turn(image: AnnotatedImage) -> int | None:
    return sideways_turn(image.path, (image.width_px, image.height_px))


def _exr_px(path: Path) -> Size:
    size_px = exr_size_px(path)
    if size_px is None:
        raise BadDepthMap(
            f"depth map {path}: not a readable EXR; expected one channel of floats, metres"
        )
    return size_px


def _npy_px(path: Path) -> Size:
    shape = _npy(path, mmap_mode="r").shape
    return shape[1], shape[0]


def _png_px(path: Path) -> Size:
    try:
        with Image.open(path) as image:
            found, size_px = f"{image.format} {image.mode}", image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        found = "no readable image"
    if found not in ("PNG I;16", "PNG I;16B", "PNG I"):
        raise BadDepthMap(
            f"depth map {path}: found {found}; expected one channel of 16 bit, millimetres"
        )
    return size_px


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


def _npy(path: Path, mmap_mode: Literal["r"] | None = None) -> npt.NDArray[Any]:
    try:
        read = np.load(path, allow_pickle=False, mmap_mode=mmap_mode)
    except (OSError, ValueError, EOFError) as error:
        raise BadDepthMap(f"depth map {path}: {error}; expected an NPY of (H, W) metres") from None
    if not isinstance(read, np.ndarray) or read.ndim != 2 or read.dtype.kind not in "fiu":
        found = f"{getattr(read, 'dtype', type(read).__name__)} {getattr(read, 'shape', '')}"
        raise BadDepthMap(f"depth map {path}: found {found}; expected (H, W) numbers in metres")
    return read


def _metres(path: Path) -> DepthMap:
    return _npy(path).astype(np.float32)


def _png(path: Path) -> DepthMap:
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if read is None or read.ndim != 2 or read.dtype != np.uint16:
        found = "no readable image" if read is None else f"{read.dtype} {read.shape}"
        raise BadDepthMap(
            f"depth map {path}: found {found}; expected one channel of 16 bit, millimetres"
        )
    return read.astype(np.float32) / np.float32(1000)


_READERS: dict[str, Callable[[Path], DepthMap]] = {".exr": _exr, ".npy": _metres, ".png": _png}
_HEADERS: dict[str, Callable[[Path], Size]] = {".exr": _exr_px, ".npy": _npy_px, ".png": _png_px}
