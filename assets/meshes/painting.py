"""Vertex colours as a picture: a renderer that shows pictures then shows them, too."""

import math

import numpy as np
from PIL import Image

from assets.meshes.light import srgb_bytes
from assets.meshes.part import FloatArray

_PLACES = np.array([[0.5, 0.5], [1.5, 0.5], [0.5, 1.5]])  # of three corners, in their 2 x 2 pixels


def painted(colors: FloatArray) -> tuple[Image.Image, FloatArray]:
    """Return a picture of triangles' colours, and where each corner lies in it (t, 3, 2).

    colors: (t, 3, 3), linear RGB in [0, 1] of each corner. A triangle has 2 x 2 pixels of its own
    and its corners lie in the centres of three, so that bilinear sampling stays inside them.
    """
    columns = math.ceil(math.sqrt(len(colors)))
    rows = math.ceil(len(colors) / columns)
    cells = np.zeros((rows * columns, 2, 2, 3))
    a, b, c = colors.swapaxes(0, 1)
    cells[: len(colors)] = np.stack([a, b, c, (b + c) / 2], axis=1).reshape(-1, 2, 2, 3)
    pixels = cells.reshape(rows, columns, 2, 2, 3).swapaxes(1, 2).reshape(2 * rows, 2 * columns, 3)
    number = np.arange(len(colors))
    corner = 2 * np.stack([number % columns, number // columns], axis=1)[:, None] + _PLACES
    uv = corner / [2 * columns, 2 * rows]
    uv[..., 1] = 1 - uv[..., 1]
    return Image.fromarray(srgb_bytes(pixels)), uv
