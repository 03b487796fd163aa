"""Vertex colours as a picture: a renderer that shows pictures then shows them, too."""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from assets.meshes.light import srgb_bytes
from assets.meshes.part import FloatArray

_PIXELS = 2**20  # of all triangles together, while each has at least 2 x 2
_SIDE_PX = (2, 16)  # of one triangle's square


def painted(colors: FloatArray) -> tuple[Image.Image, FloatArray]:
    """Return a picture of triangles' colours, and where each corner lies in it (t, 3, 2).

    colors: (t, 3, 3), linear RGB in [0, 1] of each corner. A triangle has a square of its own and
    its corners lie in the centres of three of that square's corner pixels, so that bilinear
    sampling stays inside. Between corners colours are mixed in linear light, as a renderer does;
    large squares are there because it mixes the pixels of a picture in sRGB.
    """
    side = int(np.clip(math.isqrt(_PIXELS // len(colors)), *_SIDE_PX))
    columns = math.ceil(math.sqrt(len(colors)))
    rows = math.ceil(len(colors) / columns)
    cells = np.zeros((rows * columns, side, side, 3), np.uint8)
    cells[: len(colors)] = _squares(colors, side)
    pixels = cells.reshape(rows, columns, side, side, 3).swapaxes(1, 2)
    picture = Image.fromarray(pixels.reshape(rows * side, columns * side, 3))
    return picture, _places(len(colors), (columns, rows), side)


def _squares(colors: FloatArray, side: int) -> npt.NDArray[np.uint8]:
    """Return (t, side, side, 3): the first corner, the second along a row, the third down."""
    a, b, c = (colors[:, None, None, i] for i in range(3))
    down, along = np.meshgrid(*[np.linspace(0, 1, side)] * 2, indexing="ij")
    mixed = a + (b - a) * along[..., None] + (c - a) * down[..., None]
    return srgb_bytes(np.clip(mixed, 0, 1))


def _places(count: int, cells: tuple[int, int], side: int) -> FloatArray:
    """Return (t, 3, 2) texture coordinates of every triangle's corners, from the lower left."""
    number = np.arange(count)
    first = np.stack([number % cells[0], number // cells[0]], axis=1)[:, None] * side + 0.5
    corners = first + np.array([[0, 0], [side - 1, 0], [0, side - 1]])
    uv: FloatArray = corners / (np.array(cells) * side)
    uv[..., 1] = 1 - uv[..., 1]
    return uv
