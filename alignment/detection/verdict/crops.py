"""Small pictures of boxes with what is around them, for a page that holds all it shows."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from scenes.sets.photos import read_rgb

SIDE_PX = 150
MARGIN = 0.6  # of the box's longer side, on each side of it
QUALITY = 72
LEAST_PX = 24  # of a picture's own pixels, that a crop shows at least
WANTED, FOUND, OTHER = (255, 200, 40), (255, 84, 60), (90, 190, 255)
_EDGE = (20, 20, 20)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Outlined:
    """One box of a picture, to be shown with what is around it. size_px: that it refers to.

    wanted: a box that was to be found; found: one that was predicted; else a neighbour.
    """

    path: Path
    size_px: tuple[int, int]
    box: Box
    kind: str


def crop(outlined: Outlined) -> str:
    """Return a JPEG of at most SIDE_PX as a data URI, the box drawn. Raises PhotoUnreadable."""
    image = Image.fromarray(read_rgb(outlined.path, outlined.size_px))
    scale = image.width / outlined.size_px[0], image.height / outlined.size_px[1]
    x, y, w, h = (v * s for v, s in zip(outlined.box, (*scale, *scale), strict=True))
    side = max(max(w, h) * (1 + 2 * MARGIN), LEAST_PX)
    left, right = _stretch(x + w / 2, side, image.width)
    top, bottom = _stretch(y + h / 2, side, image.height)
    zoom = SIDE_PX / max(right - left, bottom - top)
    size = max(1, round((right - left) * zoom)), max(1, round((bottom - top) * zoom))
    small = image.resize(size, Image.Resampling.BICUBIC, (left, top, right, bottom))
    _outline(small, ((x - left) * zoom, (y - top) * zoom, w * zoom, h * zoom), outlined.kind)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _stretch(middle: float, length: float, most: int) -> tuple[float, float]:
    """Return the ends of a stretch about a middle, moved and cut so that it is inside."""
    length = min(length, most)
    start = min(max(middle - length / 2, 0.0), most - length)
    return start, start + length


def _outline(picture: Image.Image, box: Box, kind: str) -> None:
    x, y, w, h = box
    left, top = round(x), round(y)
    right, bottom = max(round(x + w), left), max(round(y + h), top)
    pen = ImageDraw.Draw(picture)
    # a dark line round a bright one is seen on any ground
    pen.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline=_EDGE, width=4)
    pen.rectangle((left, top, right, bottom), outline=_colour(kind), width=2)


def _colour(kind: str) -> tuple[int, int, int]:
    return {"wanted": WANTED, "found": FOUND}.get(kind, OTHER)
