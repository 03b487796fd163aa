"""Label Studio's brush: runs of bytes in bits, of an RGBA picture whose alpha is the mask.

The stream (of @thi.ng/rle-pack, which Label Studio uses) begins with 32 bits that count the values,
5 bits that tell a value's width less one, and four times 4 bits that tell widths of lengths less
one. Then come runs: a bit that says repeat, two that choose a width of lengths, the length less
one, and one value that repeats or as many values as the length.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from scenes.formats.tools.drawn import pasted_mask

_CHANNELS = 4


class _CutOff(ValueError):
    """A stream that ends too early, or tells another number of values than the picture has."""


def brushed(told: Any, size_px: tuple[int, int] | None) -> dict[str, Any] | None:
    """Return COCO's RLE of a brush's `rle`, None where it is not whole or of another picture.

    told: a list of bytes. size_px: (W, H). What has any alpha is of the mask.
    """
    if size_px is None or not isinstance(told, list) or not told:
        return None
    if any(type(n) is not int or not 0 <= n <= 255 for n in told):
        return None
    width, height = size_px
    try:
        values = _unpacked(told, _CHANNELS * width * height)
    except _CutOff:
        return None
    mask = values.reshape(height, width, _CHANNELS)[..., 3] > 0
    return pasted_mask(mask, 0, 0, size_px) if mask.any() else None


def _unpacked(stream: list[int], count: int) -> npt.NDArray[np.uint8]:
    bits = _Bits(stream)
    if bits.take(32) != count:
        raise _CutOff
    width = bits.take(5) + 1
    lengths = [bits.take(4) + 1 for _ in range(4)]
    values = np.zeros(count, dtype=np.uint8)
    at = 0
    while at < count:
        repeats, length = bits.take(1), lengths[bits.take(2)]
        end = at + bits.take(length) + 1
        if end > count:
            raise _CutOff
        values[at:end] = bits.take(width) & 255 if repeats else bits.many(end - at, width)
        at = end
    return values


class _Bits:
    """Bits of bytes, the highest first."""

    def __init__(self, stream: list[int]) -> None:
        self._bits, self._at = np.unpackbits(np.array(stream, dtype=np.uint8)), 0

    def take(self, count: int) -> int:
        """Return the next number of so many bits."""
        return int("".join(map(str, self._next(count).tolist())), 2)

    def many(self, numbers: int, width: int) -> npt.NDArray[np.uint8]:
        """Return the lowest eight bits of the next numbers."""
        rows = self._next(numbers * width).reshape(numbers, width)[:, -8:]
        return np.asarray(rows @ (1 << np.arange(rows.shape[1])[::-1]), dtype=np.uint8)

    def _next(self, count: int) -> npt.NDArray[np.uint8]:
        if self._at + count > len(self._bits):
            raise _CutOff
        self._at += count
        return self._bits[self._at - count : self._at]
