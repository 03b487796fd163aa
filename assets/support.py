"""Where one thing can stand on another."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Support:
    """A level rectangle that can be stood on: a table top, a shelf board, a seat.

    z_m is its height, x_m and y_m its (low, high) in the object's own frame. headroom_m is how
    tall a thing may be before it meets what is above; infinite under the open sky. hung: nothing
    stands there; what is worn hangs from it, its top at z_m and its back against y_m's low.
    """

    z_m: float
    x_m: tuple[float, float]
    y_m: tuple[float, float]
    headroom_m: float = math.inf
    hung: bool = False
