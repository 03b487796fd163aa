"""The focal length of a photo: told, read from EXIF, or assumed."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from scenes.sets.annotated_set import AnnotatedImage

FULL_FRAME_DIAGONAL_MM = math.hypot(36, 24)
_MM_A_UNIT = {2: 25.4, 3: 10.0, 4: 1.0}  # FocalPlaneResolutionUnit, Exif 2.3, table 7


def exif_focal_px(image: AnnotatedImage) -> float | None:
    """Return the focal length in pixels of the annotations' frame, from EXIF, or None.

    From the 35 mm equivalent over the image's diagonal, else from focal length and the sensor's
    resolution. A photo that was cropped after it was taken tells a wrong one.
    Source: Exif 2.3, 4.6.5 (FocalLengthIn35mmFilm, FocalPlaneXResolution); CIPA DCG-001, diagonal.
    """
    exif = _exif(image.path) if image.path is not None else {}
    equivalent_mm = _positive(exif.get(ExifTags.Base.FocalLengthIn35mmFilm))
    if equivalent_mm is not None:
        diagonal_px = math.hypot(image.width_px, image.height_px)
        return equivalent_mm / FULL_FRAME_DIAGONAL_MM * diagonal_px
    return _from_sensor(exif, max(image.width_px, image.height_px))


def assumed_focal_px(image: AnnotatedImage, field_of_view_deg: float) -> float:
    """Return the focal length in pixels if the longer side spans this angle."""
    half = math.radians(field_of_view_deg) / 2
    return max(image.width_px, image.height_px) / 2 / math.tan(half)


def _from_sensor(exif: Mapping[int, Any], longer_px: int) -> float | None:
    focal_mm = _positive(exif.get(ExifTags.Base.FocalLength))
    dots_a_unit = _positive(exif.get(ExifTags.Base.FocalPlaneXResolution))
    mm_a_unit = _MM_A_UNIT.get(exif.get(ExifTags.Base.FocalPlaneResolutionUnit, 2))
    sides = [_positive(exif.get(tag)) for tag in (ExifTags.Base.ExifImageWidth,
                                                  ExifTags.Base.ExifImageHeight)]  # fmt: skip
    taken_px = max((side for side in sides if side is not None), default=None)
    if focal_mm is None or dots_a_unit is None or mm_a_unit is None or taken_px is None:
        return None
    return focal_mm * dots_a_unit / mm_a_unit * longer_px / taken_px


def _exif(path: Path) -> Mapping[int, Any]:
    try:
        with Image.open(path) as photo:
            return dict(photo.getexif().get_ifd(ExifTags.IFD.Exif))
    except (OSError, ValueError, SyntaxError):
        return {}


def _positive(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) and number > 0 else None
