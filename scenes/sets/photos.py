"""Photographs on disk: whether they are there and whole, which way up they are, their pixels."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

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
DEEP = "photos of more than 8 bits, none of them above 4095, read as of 12 bits"
FLOATING = "photos of floating-point or 32-bit pixels scaled to 8 bits by their largest value"
SEE_THROUGH = "photos with transparent pixels laid over white"
SAME_PROPORTIONS = 0.01
SUFFIXES = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".gif", ".avif", ".tif", ".tiff",
    ".heic", ".heif", ".mpo", ".ppm", ".pgm",
)  # fmt: skip
_SUFFIXES = SUFFIXES
_UPPER = tuple(suffix.upper() for suffix in _SUFFIXES)
_CEILINGS = (255, 4095, 65535)
_BACK = {5: 5, 6: 8, 7: 7, 8: 6}  # EXIF orientations of photos stored on their side, and back
_SIDEWAYS = tuple(_BACK)
_TURNS: Mapping[int, Callable[[npt.NDArray[Any]], npt.NDArray[Any]]] = {
    5: lambda plane: plane.T, 6: lambda plane: np.rot90(plane, -1),
    7: lambda plane: np.rot90(plane, 2).T, 8: lambda plane: np.rot90(plane, 1),
}  # fmt: skip


class PhotoUnreadable(UserError):
    """A photograph that is missing, cut off or not an image."""


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """What was found of one photo. path: None where its pixels are of no use.

    size_px: (W, H) that its boxes refer to, None where neither annotations nor file say it.
    complaint: one of the sentences above, or None. remarks: what was assumed of its pixels. file,
    file_px: the file and its size upright, also where its pixels are of no use.
    """

    path: Path | None
    size_px: Size | None
    complaint: str | None = None
    remarks: tuple[str, ...] = ()
    file: Path | None = None
    file_px: Size | None = None


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
        image = _decoded(path)
    except PhotoUnreadable:
        return Inspected(path=None, size_px=told_px, complaint=UNREADABLE)
    stored, upright = _sizes(image)
    found = Inspected(
        path=path, size_px=told_px or upright, remarks=_remarks(image), file=path, file_px=upright
    )
    if told_px is None or told_px in (upright, stored):
        return found
    if alike(upright, told_px) or alike(stored, told_px):
        return replace(found, complaint=RESIZED)
    return replace(found, path=None, complaint=RESHAPED)


def read_rgb(path: Path, told_px: Size) -> npt.NDArray[np.uint8]:
    """Return (H, W, 3) uint8 sRGB, in the orientation that the boxes were drawn in.

    Labelling tools differ on the EXIF orientation. A photo is turned upright where that agrees
    with the proportions told by the annotations, else left as stored. Raises PhotoUnreadable.
    """
    image = _decoded(path)
    upright = ImageOps.exif_transpose(image)
    turned = upright if alike(upright.size, told_px) else image
    if turned.mode[0] in "IF":  # grey of more than 8 bits, which PIL would cut off at 255
        return np.repeat(_grey(turned)[..., None], 3, axis=2)
    if turned.has_transparency_data:
        seen = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return np.asarray(turned.convert("RGB"), dtype=np.uint8)


def turns_in_place(path: Path | None) -> bool:
    """Return whether a photo is stored mirrored or upside down, which its sides do not tell."""
    told = _stored(path)
    if told is None:
        return False
    orientation, size_px = told
    return orientation in (2, 3, 4) or (orientation in _SIDEWAYS and alike(size_px, size_px[::-1]))


def sideways_turn(path: Path | None, told_px: Size) -> int | None:
    """Return the EXIF orientation by which what lies the other way is turned as a photo is.

    told_px: what its annotations say, upright or as it is stored: into the latter it is turned
    back. None of photos that are not stored on their side, or not there.
    """
    found = _stored(path)
    if found is None or found[0] not in _SIDEWAYS:
        return None
    told, stored_px = found
    return int(told) if alike(stored_px[::-1], told_px) else _BACK[told]


def _stored(path: Path | None) -> tuple[int, Size] | None:
    """Return a photo's EXIF orientation and its size as it is stored."""
    try:
        with Image.open(path or "") as image:
            return image.getexif().get(ExifTags.Base.Orientation, 1), image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def turned(plane: npt.NDArray[Any], orientation: int) -> npt.NDArray[Any]:
    """Return (H, W) values turned by an EXIF orientation of a photo that is stored on its side."""
    return np.ascontiguousarray(_TURNS[orientation](plane))


def alike(one: Size, other: Size) -> bool:
    """Return True for two sizes of the same proportions, within 1 %."""
    across, down = one[0] * other[1], one[1] * other[0]
    return abs(across - down) <= SAME_PROPORTIONS * max(across, down)


def _grey(image: Image.Image) -> npt.NDArray[np.uint8]:
    values = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=0.0, neginf=0.0)
    shares = values.clip(0, None) / _ceiling(image, float(values.max(initial=0.0)))
    return (shares.clip(0, 1) * 255 + 1e-9).astype(np.uint8)


def _ceiling(image: Image.Image, largest: float) -> float:
    """Return the value that is white."""
    if image.mode == "F" and largest <= 1:
        return 1.0
    if image.mode.startswith("I;16") and largest <= 255:
        return 65535.0  # a black frame, not 8 bits stored as 16
    return next((float(c) for c in _CEILINGS if largest <= c), largest)


def _remarks(image: Image.Image) -> tuple[str, ...]:
    if image.mode in ("F", "I"):
        return (FLOATING,)
    if image.mode.startswith("I"):
        largest = np.asarray(image).max(initial=0)
        return (DEEP,) if 255 < largest <= 4095 else ()
    if image.has_transparency_data:
        alpha = np.asarray(image.convert("RGBA").getchannel("A"))
        return (SEE_THROUGH,) if alpha.min(initial=255) < 255 else ()
    return ()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long to be one
        return False


def _sizes(image: Image.Image) -> tuple[Size, Size]:
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
