"""Where a box is and how large: numbers alone, so that sets without photos have features too."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from alignment.features.backends.backend import Boxes, Picture, Values
from scenes.measuring.boxes import BORDER_PX

_CROP = ("log_area", "log_width", "log_height", "center_x", "center_y", "bottom", "log_aspect")
_SIDES = ("touches_left", "touches_top", "touches_right", "touches_bottom")


class Geometry:
    """Box area, position, aspect and which borders of the image it touches."""

    name = "geometry"
    identity = "geometry-1"
    needs_pixels = False
    parallel = True
    crop_names = (
        *(f"geometry.box.{name}" for name in _CROP),
        *(f"geometry.border.{name}" for name in _SIDES),
    )
    image_names = ("geometry.image.log_aspect",)

    def crop_features(self, images: Sequence[Picture], boxes: Sequence[Boxes]) -> Values:
        """Return (boxes, 11): logs of shares of the image, centre, bottom, log w / h, 0/1 a side.

        log_area, log_width and log_height are of shares of the image's; log_aspect is of pixels. A
        side is touched where the box comes within 1 px of it, as for the attribute `truncated`.
        """
        rows = [_of_boxes(image.size_px, own) for image, own in zip(images, boxes, strict=True)]
        return np.vstack([np.empty((0, len(self.crop_names)), np.float32), *rows])

    def image_features(self, images: Sequence[Picture]) -> Values:
        """Return (images, 1): log W / H."""
        sizes = np.array([image.size_px for image in images], dtype=np.float64).reshape(-1, 2)
        return np.log(sizes[:, :1] / sizes[:, 1:]).astype(np.float32)


def _of_boxes(size_px: tuple[int, int], boxes: Boxes) -> Values:
    size = np.array(size_px, dtype=np.float64)
    corner, extent = boxes[:, :2], boxes[:, 2:]
    share, centre = extent / size, (corner + extent / 2) / size
    gaps = np.round(np.hstack([corner, size - corner - extent]), 2)
    columns: list[npt.ArrayLike] = [
        np.log(share.prod(axis=1)), *np.log(share).T, *centre.T,
        (corner[:, 1] + extent[:, 1]) / size[1], np.log(extent[:, 0] / extent[:, 1]),
        *(gaps <= BORDER_PX).T,
    ]  # fmt: skip
    return np.column_stack(columns).astype(np.float32)
