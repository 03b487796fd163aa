"""A boolean mask as COCO tells it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

_MOST_GROUPS = 8  # of five bits, in a run
Mask = npt.NDArray[np.bool_]


def rle(mask: Mask) -> dict[str, Any]:
    """Return an (H, W) mask as compressed RLE: size [H, W] and counts as a str."""
    return as_text(coco_mask.encode(np.asfortranarray(mask, dtype=np.uint8)))


def as_text(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return compressed RLE with its counts as a str, as JSON has them and writers expect."""
    counts = told["counts"]
    text = counts.decode("ascii") if isinstance(counts, bytes) else counts
    return {"size": [int(n) for n in told["size"]], "counts": text}


def told_pixels(counts: str | bytes) -> int | None:
    """Return how many pixels compressed counts tell, on and off, None where they are cut off.

    pycocotools leaves the pixels that too short counts do not tell as its memory was.
    """
    text = counts if isinstance(counts, bytes) else counts.encode("ascii", "replace")
    codes = np.frombuffer(text, dtype=np.uint8).astype(np.int64) - 48
    if not len(codes) or codes.min() < 0 or codes.max() > 63 or codes[-1] & 32:
        return None
    ends = np.flatnonzero(codes & 32 == 0)
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    if lengths.max() > _MOST_GROUPS:
        return None
    places = np.arange(len(codes)) - np.repeat(starts, lengths)
    runs = np.add.reduceat((codes & 31) << (5 * places), starts)
    runs -= np.where(codes[ends] & 16, np.int64(1) << (5 * lengths), 0)
    for first in (
        1,
        2,
    ):  # from the fourth on, a run is told by how it differs from the last but one
        runs[first::2] = np.cumsum(runs[first::2])
    return int(runs.sum()) if runs.min() >= 0 else None


def window_of(mask: Mask) -> tuple[slice, slice] | None:
    """Return the rows and columns that an (H, W) mask reaches, None where it is empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def tight_box(mask: Mask) -> tuple[int, int, int, int]:
    """Return x, y, w, h in pixels of the smallest box round a mask. Raises ValueError if empty."""
    window = window_of(mask)
    if window is None:
        raise ValueError("an empty mask has no box")
    rows, columns = window
    return columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start
