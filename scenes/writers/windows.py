"""Compressed RLE decoded within its own box alone: an image is mostly not the object.

The encoding is that of COCO's maskApi.c: counts down the columns, background first, each from the
third on less the count two before it, in groups of five bits as printable characters.
"""

from collections.abc import Mapping
from typing import Any

import numba
import numpy as np

from scenes.files.rle import Mask

_compiled = numba.njit(cache=True, nogil=True)


def is_whole(told: Mapping[str, Any]) -> bool:
    """Return whether an RLE's counts, as text, are those of an image of its size [H, W]."""
    height, width = told["size"]
    try:
        characters = np.frombuffer(told["counts"].encode("ascii"), dtype=np.uint8)
    except UnicodeEncodeError:
        return False
    counts = _counts(characters)
    return bool((counts >= 0).all() and counts.sum() == height * width)


def window(told: Mapping[str, Any]) -> tuple[Mask, int, int]:
    """Return the mask inside its smallest box, and the box's left column and top row.

    An RLE that `is_whole`, with its counts as text; an empty one gives an empty array.
    """
    counts = _counts(np.frombuffer(told["counts"].encode("ascii"), dtype=np.uint8))
    x0, y0, x1, y1 = _box(counts, told["size"][0])
    return _filled(counts, told["size"][0], (x0, y0, x1, y1)), x0, y0


@_compiled
def _counts(characters):  # type: ignore[no-untyped-def]  # numba's types
    """Return the counts; one that is cut off or out of range as -1."""
    counts = np.zeros(len(characters), np.int64)
    number, bits, value = 0, 0, 0
    for character in characters:
        group: Any = np.int64(character) - 48
        if not 0 <= group < 64 or bits > 40:
            counts[number] = -1
            return counts[: number + 1]
        value |= (group & 31) << bits
        bits += 5
        if group & 32:
            continue
        if group & 16:
            value |= -1 << bits
        counts[number] = value + (counts[number - 2] if number > 2 else 0)
        number, bits, value = number + 1, 0, 0
    if bits:
        counts[number] = -1
        number += 1
    return counts[:number]


@_compiled
def _box(counts, height):  # type: ignore[no-untyped-def]  # numba's types
    x0: Any
    y0: Any
    y1: Any
    x0, y0, x1, y1 = np.int64(1 << 40), np.int64(height), np.int64(0), np.int64(0)
    end = 0
    for k in range(len(counts)):
        start, end = end, end + counts[k]
        if k % 2 and end > start:
            first, last = start // height, (end - 1) // height
            x0, x1 = min(x0, first), max(x1, last + 1)
            top, bottom = start % height, (end - 1) % height + 1
            y0 = 0 if last > first else min(y0, top)
            y1 = height if last > first else max(y1, bottom)
    return (x0, y0, x1, y1) if x1 else (0, 0, 0, 0)


@_compiled
def _filled(counts, height, box):  # type: ignore[no-untyped-def]  # numba's types
    x0, y0, x1, y1 = box
    mask = np.zeros((y1 - y0, x1 - x0), np.bool_)
    end = 0
    for k in range(len(counts)):
        start, end = end, end + counts[k]
        while k % 2 and start < end:
            x, y = start // height, start % height
            stop = min(end, (x + 1) * height)
            mask[y - y0 : y - y0 + stop - start, x - x0] = True
            start = stop
    return mask
