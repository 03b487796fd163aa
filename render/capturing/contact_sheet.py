"""Pictures side by side, each with its name, in one JPEG of limited size."""

import io
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from assets.errors import UserError

Tile = tuple[str, npt.NDArray[np.uint8]]
Box = tuple[int, int, int, int]
QUALITIES = (88, 80, 72, 64, 56, 48, 40, 30)
GAP_PX, CAPTION_PX = 4, 14
_PAPER, _INK, _FRAME = (250, 250, 250), (30, 30, 30), (255, 176, 0)


class SheetTooLarge(UserError):
    """A sheet of so many or such large pictures that no quality brings it below its limit."""


def contact_sheet(tiles: Sequence[Tile], columns: int, limit_bytes: int) -> bytes:
    """Return a JPEG of at most limit_bytes, as good as that allows. Raises SheetTooLarge.

    tiles: names with (H, W, 3) uint8 sRGB, all of one size.
    """
    sheet = _laid_out(tiles, min(columns, len(tiles)))
    for quality in QUALITIES:
        buffer = io.BytesIO()
        sheet.save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() <= limit_bytes:
            return buffer.getvalue()
    raise SheetTooLarge(
        f"a sheet of {len(tiles)} pictures takes {buffer.tell()} bytes at quality "
        f"{QUALITIES[-1]}; expected {limit_bytes}: show fewer or smaller ones, or raise limit_kb"
    )


def framed(picture: npt.NDArray[np.uint8], boxes: Sequence[Box]) -> npt.NDArray[np.uint8]:
    """Return a copy of a picture, (H, W, 3), with boxes (x, y, w, h) drawn in it, 1 px wide."""
    shown = Image.fromarray(picture)
    pen = ImageDraw.Draw(shown)
    for x, y, w, h in boxes:
        pen.rectangle((x, y, x + w - 1, y + h - 1), outline=_FRAME)
    return np.asarray(shown)


def _laid_out(tiles: Sequence[Tile], columns: int) -> Image.Image:
    height, width = tiles[0][1].shape[:2]
    across, down = width + GAP_PX, height + CAPTION_PX + GAP_PX
    rows = math.ceil(len(tiles) / columns)
    sheet = Image.new("RGB", (columns * across + GAP_PX, rows * down + GAP_PX), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, (name, picture) in enumerate(tiles):
        row, column = divmod(number, columns)
        left, top = GAP_PX + column * across, GAP_PX + row * down
        sheet.paste(Image.fromarray(picture), (left, top))
        pen.text((left + 1, top + height + 1), name, fill=_INK)
    return sheet
