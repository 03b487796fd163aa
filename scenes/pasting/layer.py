"""A cut-out as it lies on a picture: colour, alpha, depth, and where it stands."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scenes.files.rle import tight_box

HALF = 0.5  # of alpha: from here on a pixel is the thing's
Mask = npt.NDArray[np.bool_]
Rgb = npt.NDArray[np.uint8]
FloatImage = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """One cut-out on the picture. start_px: x, y of its upper left corner.

    color: (h, w, 3) sRGB, not multiplied by alpha. alpha: (h, w) float32 in [0, 1].
    depth_m: (h, w) float32 planar z of the card's plane. foot_px: where it stands, in the picture.
    wide_px: how wide it is there. slope: sine of how steeply the camera looks down on the ground.
    """

    start_px: tuple[int, int]
    color: Rgb
    alpha: FloatImage
    depth_m: FloatImage
    foot_px: tuple[float, float]
    wide_px: float
    slope: float

    @property
    def window(self) -> tuple[slice, slice]:
        """Where it lies in the picture: rows and columns."""
        (x, y), (h, w) = self.start_px, self.alpha.shape
        return slice(y, y + h), slice(x, x + w)

    @property
    def inside(self) -> Mask:
        """The pixels that are the thing's own."""
        return np.asarray(self.alpha >= HALF)

    @property
    def box_px(self) -> tuple[int, int, int, int] | None:
        """The box of these pixels in the picture, x, y, w, h, or None where there are none."""
        own = self.inside
        if not own.any():
            return None
        (left, top), (x, y, w, h) = self.start_px, tight_box(own)
        return left + x, top + y, w, h
