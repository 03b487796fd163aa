"""A box and what is around it, as a masking method looks at it."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Corners = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """rgb: (h, w, 3) sRGB. box: x0, y0, x1, y1 in its pixels. others: (h, w), other boxes."""

    rgb: Rgb
    box: Corners
    others: Mask

    def __post_init__(self) -> None:
        height, width = self.rgb.shape[:2]
        x0, y0, x1, y1 = self.box
        if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
            raise ValueError(f"box {self.box} is not inside a view of {width} x {height}")

    @property
    def inside(self) -> Mask:
        """(h, w) True within the box."""
        inside = np.zeros(self.rgb.shape[:2], dtype=np.bool_)
        x0, y0, x1, y1 = self.box
        inside[y0:y1, x0:x1] = True
        return inside

    @property
    def radius(self) -> npt.NDArray[np.float64]:
        """(h, w) distance from the box's centre, 1 on the ellipse that touches its sides."""
        x0, y0, x1, y1 = self.box
        height, width = self.rgb.shape[:2]
        across = (np.arange(width) + 0.5 - (x0 + x1) / 2) / ((x1 - x0) / 2)
        down = (np.arange(height) + 0.5 - (y0 + y1) / 2) / ((y1 - y0) / 2)
        return np.asarray(np.hypot(across[None, :], down[:, None]))

    @property
    def without_others(self) -> Rgb:
        """The picture with other boxes, outside the own one, in the colours around them."""
        known = ~(self.others & ~self.inside)
        return self.rgb if known.all() else spread(self.rgb, known)

    def scaled(self, long_side_px: int) -> "View":
        """Return the same with the longer side at most this, by averaging areas."""
        height, width = self.rgb.shape[:2]
        share = long_side_px / max(height, width)
        if share >= 1:
            return self
        size = max(4, round(width * share)), max(4, round(height * share))
        across, down = size[0] / width, size[1] / height
        x0, x1 = _side(self.box[0] * across, self.box[2] * across, size[0])
        y0, y1 = _side(self.box[1] * down, self.box[3] * down, size[1])
        others = cv2.resize(self.others.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
        rgb = cv2.resize(self.rgb, size, interpolation=cv2.INTER_AREA)
        return View(
            rgb=np.asarray(rgb, np.uint8), box=(x0, y0, x1, y1), others=np.asarray(others, np.bool_)
        )


def spread(rgb: Rgb, known: Mask) -> Rgb:
    """Return a picture whose unknown pixels have the colour of the nearest known one."""
    if not known.any():
        return rgb
    _, nearest = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    places = np.zeros(int(nearest.max()) + 1, dtype=np.intp)
    places[nearest[known]] = np.flatnonzero(known)
    colours = rgb.reshape(-1, 3)[places[nearest]]
    return np.asarray(colours, dtype=np.uint8)


def _side(low: float, high: float, most: int) -> tuple[int, int]:
    first = min(max(round(low), 0), most - 1)
    return first, min(max(round(high), first + 1), most)
