from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from assets.lettering.sign import Sign


@dataclass(frozen=True, kw_only=True, eq=False)
class Lettering:
    """A word or a logo that a picture shows.

    said: the word, or the logo's name. quad_px: (4, 2) corners, clockwise as it is read from the
    upper left on; they may lie outside of the picture. visible_fraction: of what is in it, that
    nothing hides.
    """

    kind: Literal["word", "logo"]
    said: str
    quad_px: npt.NDArray[np.float64]
    visible_fraction: float


@dataclass(frozen=True, kw_only=True, eq=False)
class PlacedSign:
    """A sign stuck on something. instance: whose; 0 for furniture. size_m: width and height.

    sign_to_world: (4, 4), metres: x to the right as one reads, y up, z out of it, from its middle.
    """

    instance: int
    sign_to_world: npt.NDArray[np.float64]
    size_m: tuple[float, float]
    sign: Sign
