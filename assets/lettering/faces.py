"""The flat sides of a mesh on which something could be written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from assets.mesh import Mesh

FloatArray = npt.NDArray[np.float64]
LEVEL = 0.999  # least cosine between a triangle's normal and its side's
FLUSH_M = 1e-3  # planes nearer to each other are one
FILLED = 0.95  # of the box of a side, that its triangles cover
SMALLEST_M = 0.02  # side
UPON_M = 0.006  # what lies so little before a side is stuck upon it
# the way that a side looks, and what is up on it, as one reads what is written there
_SIDES = (
    ((0, -1, 0), (0, 0, 1)), ((0, 1, 0), (0, 0, 1)), ((-1, 0, 0), (0, 0, 1)),
    ((1, 0, 0), (0, 0, 1)), ((0, 0, 1), (0, 1, 0)),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Face:
    """A rectangle in an object's own frame, metres.

    middle, right, up: (3,), the latter of length 1, as one reads from outside. size_m: along them.
    slot: of the mesh, whose material it shows.
    """

    middle: FloatArray
    right: FloatArray
    up: FloatArray
    size_m: tuple[float, float]
    slot: int

    @property
    def outwards(self) -> FloatArray:
        """The way that it looks, of length 1."""
        return np.cross(self.right, self.up)


@lru_cache(512)
def flat_faces(mesh: Mesh) -> tuple[Face, ...]:
    """Return the rectangular sides of a mesh along its own axes, but the one it stands on.

    A side counts where triangles of one plane fill their box; what lies before it is not looked at.
    """
    corners = mesh.vertices[mesh.triangles]
    crossed = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    doubled = np.linalg.norm(crossed, axis=1)
    normals = crossed / np.maximum(doubled, 1e-12)[:, None]
    found = []
    for way, up in _SIDES:
        own = normals @ np.array(way, dtype=np.float64) > LEVEL
        offsets = np.rint(corners.mean(axis=1) @ way / FLUSH_M).astype(int)
        for offset in np.unique(offsets[own]):
            flush = own & (offsets == offset)
            face = _face(corners[flush], (way, up), int(np.bincount(mesh.slots[flush]).argmax()))
            if face and doubled[flush].sum() / 2 >= FILLED * face.size_m[0] * face.size_m[1]:
                found.append(face)
    return tuple(_raised(face, found) for face in found)


def _raised(face: Face, others: Sequence[Face]) -> Face:
    """Return a face before all that lies flat upon it, as a label does on a parcel."""
    over = [
        ahead_m for other in others
        if np.array_equal(other.outwards, face.outwards) and _overlap(face, other)
        and 0 < (ahead_m := float((other.middle - face.middle) @ face.outwards)) <= UPON_M
    ]  # fmt: skip
    return replace(face, middle=face.middle + face.outwards * max(over, default=0.0))


def _overlap(one: Face, other: Face) -> bool:
    between = other.middle - one.middle
    apart = abs(float(between @ one.right)), abs(float(between @ one.up))
    return all(a < (m + n) / 2 for a, m, n in zip(apart, one.size_m, other.size_m, strict=True))


def _face(
    corners: FloatArray, ways: tuple[tuple[int, int, int], tuple[int, int, int]], slot: int
) -> Face | None:
    outwards, up = (np.array(way, dtype=np.float64) for way in ways)
    right = np.cross(up, outwards)
    points = corners.reshape(-1, 3)
    across, along = points @ right, points @ up
    size_m = float(np.ptp(across)), float(np.ptp(along))
    if min(size_m) < SMALLEST_M:
        return None
    middle = (
        right * (across.min() + across.max()) / 2 + up * (along.min() + along.max()) / 2
        + outwards * float((points @ outwards).max())
    )  # fmt: skip
    return Face(middle=middle, right=right, up=up, size_m=size_m, slot=slot)
