"""A boolean mask as COCO tells it."""

from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

Mask = npt.NDArray[np.bool_]


def rle(mask: Mask) -> dict[str, Any]:
    """Return an (H, W) mask as compressed RLE: size [H, W] and counts as a str."""
    told = coco_mask.encode(np.asfortranarray(mask, dtype=np.uint8))
    return {"size": [int(n) for n in told["size"]], "counts": told["counts"].decode("ascii")}


def tight_box(mask: Mask) -> tuple[int, int, int, int]:
    """Return x, y, w, h in pixels of the smallest box round a mask. Raises ValueError if empty."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        raise ValueError("an empty mask has no box")
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1
