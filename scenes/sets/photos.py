"""Photographs on disk: whether they are there and whole, which way up they are, their pixels."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps

from assets.errors import UserError

Size = tuple[int, int]

ABSENT = "photos that are not on disk (pixel attributes missing)"
UNREADABLE = "photos that could not be decoded (pixel attributes missing)"
RESIZED = "photos whose file has another size than the annotations say (boxes scaled to the file)"
RESHAPED = (
    "photos whose file has other proportions than the annotations say (pixel attributes missing)"
)
SAME_PROPORTIONS = 0.01
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
_UPPER = tuple(suffix.upper() for suffix in _SUFFIXES)
_SIDEWAYS = (5, 6, 7, 8)


class PhotoUnreadable(UserError):
    """A photograph that is missing, cut off or not an image."""


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """What was found of one photo. path: None where its pixels are of no use.

    size_px: (W, H) that its boxes refer to, None where neither annotations nor file say it.
    complaint: one of the sentences above, or None.
    """

    path: Path | None
    size_px: Size | None
    complaint: str | None = None


def find_photo(name: str, folders: Iterable[Path]) -> Path | None:
    """Return the first file of that name in these folders, or None.

    A name with folders of its own is looked for with and without them, one without a suffix with
    those of photos.
    """
    told = Path(name.replace("\\", "/"))
    suffixes = ("",) if told.suffix.lower() in _SUFFIXES else ("", *_SUFFIXES, *_UPPER)
    for folder in folders:
        for suffix in suffixes:
            for candidate in (folder / f"{told}{suffix}", folder / f"{told.name}{suffix}"):
                if _is_file(candidate):
                    return candidate
    return None


def inspect_photo(path: Path | None, told_px: Size | None) -> Inspected:
    """Return what is to be had of a photo whose annotations say that its size is `told_px`.

    The annotations' size is kept for the proportions of boxes; a file of another size but the same
    proportions (within 1 %) still gives pixels, one of other proportions does not.
    """
    if path is None:
        return Inspected(path=None, size_px=told_px, complaint=ABSENT)
    try:
        stored, upright = _sizes(path)
    except PhotoUnreadable:
        return Inspected(path=None, size_px=told_px, complaint=UNREADABLE)
    if told_px is None:
        return Inspected(path=path, size_px=upright)
    if told_px in (upright, stored):
        return Inspected(path=path, size_px=told_px)
    if _alike(upright, told_px) or _alike(stored, told_px):
        return Inspected(path=path, size_px=told_px, complaint=RESIZED)
    return Inspected(path=None, size_px=told_px, complaint=RESHAPED)


def read_rgb(path: Path, told_px: Size) -> npt.NDArray[np.uint8]:
    """Return (H, W, 3) uint8 sRGB, in the orientation that the boxes were drawn in.

    Labelling tools differ on the EXIF orientation. A photo is turned upright where that agrees
    with the proportions told by the annotations, else left as stored. Raises PhotoUnreadable.
    """
    image = _decoded(path)
    upright = ImageOps.exif_transpose(image)
    turned = upright if _alike(upright.size, told_px) else image
    if turned.mode.startswith("I"):  # 16-bit grey, which PIL would cut off at 255
        grey = (np.asarray(turned, dtype=np.int64).clip(0, 65535) // 257).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    return np.asarray(turned.convert("RGB"), dtype=np.uint8)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long to be one
        return False


def _sizes(path: Path) -> tuple[Size, Size]:
    image = _decoded(path)
    width, height = image.size
    sideways = image.getexif().get(ExifTags.Base.Orientation, 1) in _SIDEWAYS
    return (width, height), (height, width) if sideways else (width, height)


def _decoded(path: Path) -> Image.Image:
    # PIL rather than OpenCV: it refuses a cut-off JPEG, where OpenCV fills the rest with grey.
    try:
        with Image.open(path) as image:
            image.load()
            return image
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PhotoUnreadable(
            f"photo {path}: {error}; expected a whole JPEG, PNG or other common image; "
            "replace the file or leave it out"
        ) from None


def _alike(one: Size, other: Size) -> bool:
    across, down = one[0] * other[1], one[1] * other[0]
    return abs(across - down) <= SAME_PROPORTIONS * max(across, down)
