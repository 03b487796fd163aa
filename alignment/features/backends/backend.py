"""What turns pictures and boxes into numbers: the interface that every backend offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.uint8]
Boxes = npt.NDArray[np.float64]
Values = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture:
    """One image as a backend sees it: its size, and its pixels where the backend needs them.

    size_px: (W, H). rgb: (H, W, 3) uint8 sRGB, or None for a backend that needs no pixels.
    """

    size_px: tuple[int, int]
    rgb: Rgb | None

    def __post_init__(self) -> None:
        width, height = self.size_px
        if self.rgb is not None and self.rgb.shape != (height, width, 3):
            raise ValueError(f"Picture.rgb is {self.rgb.shape}; expected ({height}, {width}, 3)")

    @property
    def pixels(self) -> Rgb:
        """The pixels. Raises ValueError where none were given."""
        if self.rgb is None:
            raise ValueError("a picture without pixels; this backend needs them")
        return self.rgb

    def crop(self, box: Boxes) -> Rgb:
        """Return the whole pixels that a box (x, y, w, h) touches; at least one pixel."""
        x, y, w, h = box
        width, height = self.size_px
        left, top = min(int(x), width - 1), min(int(y), height - 1)
        right, bottom = max(int(np.ceil(x + w)), left + 1), max(int(np.ceil(y + h)), top + 1)
        return self.pixels[top:bottom, left:right]


class Backend(Protocol):
    """From pictures and boxes to features.

    name: as settings and columns call it. identity: name, version and weights in one string; equal
    identities give equal features of equal pixels, so it is part of the cache's key. needs_pixels:
    False where sizes and boxes do. parallel: True where threads may call it side by side.
    """

    @property
    def name(self) -> str: ...  # noqa: D102  # told above

    @property
    def identity(self) -> str: ...  # noqa: D102

    @property
    def needs_pixels(self) -> bool: ...  # noqa: D102

    @property
    def parallel(self) -> bool: ...  # noqa: D102

    @property
    def crop_names(self) -> tuple[str, ...]:
        """The columns of `crop_features`, as block.number or block.name; see `Features.names`."""

    @property
    def image_names(self) -> tuple[str, ...]:
        """The columns of `image_features`."""

    def crop_features(self, images: Sequence[Picture], boxes: Sequence[Boxes]) -> Values:
        """Return (boxes, d) float32, box after box of the first picture, then of the next.

        boxes: one (k, 4) array a picture: x, y, w, h in its pixels, w > 0 and h > 0.
        """

    def image_features(self, images: Sequence[Picture]) -> Values:
        """Return (images, d) float32."""


def numbered(block: str, count: int) -> tuple[str, ...]:
    """Return the names of a block of `count` columns."""
    return tuple(f"{block}.{number}" for number in range(count))
