"""The painters by the names that settings know them by."""

from pathlib import Path
from typing import Literal

from alignment.fragments.painting.network import Network
from alignment.fragments.painting.opencv import Inpainting
from alignment.fragments.painting.painter import Painter

PainterName = Literal["telea", "ns", "network"]


def painter_of(name: PainterName, weights: Path | None) -> Painter:
    """Return a painter. Raises NoPainter."""
    return Network(weights) if name == "network" else Inpainting(name)
