"""The contact sheet: images with their boxes drawn, small enough to sit inside a page."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from assets.errors import UserError

WIDTH_PX = 360
QUALITIES = (82, 70, 55, 40)
BUDGET_BYTES = 900_000  # of base64, so that the page stays below 1.5 MB
_LINE, _EDGE = (255, 200, 40), (20, 20, 20)


@dataclass(frozen=True, kw_only=True)
class SheetImage:
    """One image of the contact sheet. boxes: (x, y, w, h) in its pixels. caption: said below."""

    path: Path
    boxes: tuple[tuple[float, float, float, float], ...]
    caption: str


class BadSheetImage(UserError):
    """An image of the contact sheet that cannot be read."""


def thumbnails(images: Sequence[SheetImage]) -> tuple[str, ...]:
    """Return one JPEG data URI an image, boxes drawn; together within BUDGET_BYTES if possible.

    Raises BadSheetImage, which names the file.
    """
    drawn = [_drawn(image) for image in images]
    for quality in QUALITIES:
        told = tuple(_data_uri(image, quality) for image in drawn)
        if sum(map(len, told)) <= BUDGET_BYTES:
            break
    return told


def _drawn(sheet: SheetImage) -> Image.Image:
    try:
        with Image.open(sheet.path) as opened:
            image = opened.convert("RGB")
    except OSError as error:
        raise BadSheetImage(
            f"{sheet.path}: {error}; expected an image of the dataset; render it again"
        ) from None
    scale = min(1.0, WIDTH_PX / image.width)
    size = (round(image.width * scale), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.LANCZOS) if scale < 1 else image
    pen = ImageDraw.Draw(small)
    for x, y, w, h in sheet.boxes:
        corners = [round(v * scale) for v in (x, y, x + w - 1, y + h - 1)]
        left, top = corners[:2]
        right, bottom = max(corners[2], left), max(corners[3], top)
        # a dark line round a bright one is seen on any ground
        pen.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline=_EDGE, width=4)
        pen.rectangle((left, top, right, bottom), outline=_LINE, width=2)
    return small


def _data_uri(image: Image.Image, quality: int) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
