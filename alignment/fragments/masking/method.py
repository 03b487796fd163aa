"""What every masking method offers."""

from typing import Protocol

from alignment.fragments.masking.view import Mask, View


class Masker(Protocol):
    """A way to tell a thing from what is behind it.

    name: as settings and meta.json call it. identity: all that changes its masks, weights included.
    """

    name: str
    identity: str

    def mask(self, view: View) -> Mask | None:
        """Return (h, w) True where the thing is, None where it cannot be told from the rest."""
