from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Mesh:
    """Triangles in the object's own frame: metres, z up, front towards -y, standing on z = 0.

    vertices: (v, 3) float64, metres. triangles: (t, 3) int32, outward faces counter-clockwise.
    slots: (t,) int32, each triangle's material slot. slot_names: the kind of material each slot
    takes (see materials.yaml). Arrays are read-only.
    """

    vertices: FloatArray
    triangles: IntArray
    slots: IntArray
    slot_names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name, dtype, width in (("vertices", np.float64, 3), ("triangles", np.int32, 3)):
            array = np.ascontiguousarray(getattr(self, name), dtype=dtype)
            if array.ndim != 2 or array.shape[1] != width or len(array) == 0:
                raise ValueError(
                    f"Mesh.{name} has shape {array.shape}; expected (n, {width}), n > 0"
                )
            self._freeze(name, array)
        self._freeze("slots", np.ascontiguousarray(self.slots, dtype=np.int32))
        if self.slots.shape != (len(self.triangles),):
            raise ValueError(f"Mesh.slots has shape {self.slots.shape}; expected one per triangle")
        if self.triangles.min() < 0 or self.triangles.max() >= len(self.vertices):
            raise ValueError("Mesh.triangles names a vertex that is not there")
        if self.slots.min() < 0 or self.slots.max() >= len(self.slot_names):
            raise ValueError("Mesh.slots names a slot that is not there")
        if not np.isfinite(self.vertices).all():
            raise ValueError("Mesh.vertices holds NaN or infinity")

    def _freeze(self, name: str, array: npt.NDArray[np.generic]) -> None:
        array.flags.writeable = False
        object.__setattr__(self, name, array)

    @cached_property
    def closed(self) -> bool:
        """True where every edge is shared by two faces that run along it in opposite directions."""
        t = self.triangles.astype(np.int64)
        start, end = t.ravel(), np.roll(t, -1, axis=1).ravel()
        count = len(self.vertices)
        ahead, back = np.sort(start * count + end), np.sort(end * count + start)
        return bool((np.diff(ahead) > 0).all() and (ahead == back).all())

    @property
    def size_m(self) -> tuple[float, float, float]:
        """Extent along x, y, z in metres."""
        x, y, z = np.ptp(self.vertices, axis=0)
        return float(x), float(y), float(z)
