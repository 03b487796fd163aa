from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt


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
