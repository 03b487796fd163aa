"""What every painter offers."""

from typing import Protocol

from alignment.fragments.masking.view import Mask, Rgb


class Painter(Protocol):
    """A way to fill a place as if nothing had stood there.

    identity: all that changes its pictures, weights included.
    """

    identity: str

    def paint(self, rgb: Rgb, gone: Mask) -> Rgb:
        """Return (h, w, 3) with the pixels of `gone` replaced, and no other."""
