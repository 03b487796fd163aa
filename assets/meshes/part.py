"""What every reader makes of a file: triangles of one look, corner by corner."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assets.mesh import Finish

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """Triangles of one look, in the file's units and axes.

    corners: (t, 3, 3), a triangle's three points. corner_uv: (t, 3, 2), texture coordinates from
    the lower left, or None. finish: what the file says of the surface, or None.
    """

    corners: FloatArray
    corner_uv: FloatArray | None
    finish: Finish | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Bare:
    """Triangles before they are dressed: corners as in `Part`, and what colours them.

    colors: (t, 3, 3), linear RGB of every corner, or None where the file says none.
    """

    corners: FloatArray
    uv: FloatArray | None
    colors: FloatArray | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Content:
    """A file's parts, and in words what of it was left out or taken otherwise."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...]
