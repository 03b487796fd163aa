"""What a box alone says of an object: the definitions that every measuring shares."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

BORDER_PX = 1.0


def box_attributes(boxes_px: npt.ArrayLike, sizes_px: npt.ArrayLike) -> dict[str, FloatArray]:
    """Return bbox_area, center_x, center_y, aspect and truncated, (n,) float64 each.

    boxes_px: (n, 4) x, y, w, h with w > 0 and h > 0. sizes_px: (n, 2) image width and height.
    truncated is 1 where the box comes within 1 px of an image border, else 0.
    """
    x, y, w, h = np.asarray(boxes_px, dtype=np.float64).reshape(-1, 4).T
    width, height = np.asarray(sizes_px, dtype=np.float64).reshape(-1, 2).T
    gap = np.minimum.reduce([x, y, width - (x + w), height - (y + h)])
    return {
        "bbox_area": (w / width) * (h / height),
        "center_x": (x + w / 2) / width,
        "center_y": (y + h / 2) / height,
        "aspect": w / h,
        # a format's cut-off decimals must not decide
        "truncated": (np.round(gap, 2) <= BORDER_PX).astype(np.float64),
    }
