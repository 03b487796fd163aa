"""What a network is shown of an example: a picture of a fixed size and its boxes in it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alignment.detection.detector import FloatArray, IntArray

Rgb = npt.NDArray[np.uint8]
FILL = 127  # grey, which is zero to the network: what lies outside of a picture


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """A picture and what is to be found on it.

    picture: (h, w, 3) RGB. boxes: (n, 4) left, top, right, bottom in its pixels. labels: (n,).
    unsure: (m, 4) boxes of which too little is left to ask for them, and too much to deny them.
    """

    picture: Rgb
    boxes: FloatArray
    labels: IntArray
    unsure: FloatArray


def edges_of(boxes: FloatArray) -> FloatArray:
    """Return (n, 4) left, top, right, bottom of (n, 4) x, y, w, h."""
    told = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    return np.hstack([told[:, :2], told[:, :2] + told[:, 2:]])


def sized_of(edges: FloatArray) -> FloatArray:
    """Return (n, 4) x, y, w, h of (n, 4) left, top, right, bottom."""
    return np.hstack([edges[:, :2], edges[:, 2:] - edges[:, :2]])
