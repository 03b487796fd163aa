"""The painters by the names that settings know them by."""

from pathlib import Path
from typing import Literal

from alignment.fragments.painting.network import Network
from alignment.fragments.painting.opencv import Inpainting
from alignment.fragments.painting.painter import Painter
from alignment.fragments.painting.shift_map import ShiftMap

PainterName = Literal["telea", "ns", "shiftmap", "network"]


def painter_of(name: PainterName, weights: Path | None) -> Painter:
    """Return a painter. Raises NoPainter."""
    if name == "network":
        return Network(weights)
    return ShiftMap() if name == "shiftmap" else Inpainting(name)
