from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]
Color = tuple[float, float, float]
Wrap = Literal["repeat", "clamp", "mirror"]
Around = Literal["round", "front", "top"]
Point = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Finish:
    """What a user's file says of a slot's looks.

    color: linear RGB in [0, 1], the texture's mean where there is one. roughness and metallic: in
    [0, 1], or None where the file is silent. texture: a PNG in sRGB, laid by `Mesh.corner_uv`, and
    what lies beyond its edges.
    """

    color: Color
    roughness: float | None
    metallic: float | None
    texture: bytes | None
    wrap: Wrap = "repeat"


@dataclass(frozen=True, kw_only=True)
class Printable:
    """Where a slot may carry a print, and how often it does.

    around: round the z axis of the box, on its sides that face -y and +y, or on what faces up.
    low_m, high_m: corners of the box, in the object's own frame.
    """

    around: Around
    share: float
    low_m: Point
    high_m: Point


@dataclass(frozen=True, kw_only=True, eq=False)
class Mesh:
    """Triangles in the object's own frame: metres, z up, front towards -y, standing on z = 0.

    vertices: (v, 3) float64, metres. triangles: (t, 3) int32, outward faces counter-clockwise.
    slots: (t,) int32, each triangle's material slot. slot_names: the kind of material each slot
    takes (see materials.yaml). finishes: per slot what a user's file says of it, or None; empty
    where no slot has one. printables: per slot where a print may be, or None; empty likewise.
    corner_uv: (t, 3, 2) float32, texture coordinates from the lower left, or None. Arrays are
    read-only.
    """

    vertices: FloatArray
    triangles: IntArray
    slots: IntArray
    slot_names: tuple[str, ...]
    finishes: tuple[Finish | None, ...] = ()
    printables: tuple[Printable | None, ...] = ()
    corner_uv: npt.NDArray[np.float32] | None = None

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
        if len(self.finishes) not in (0, len(self.slot_names)):
            raise ValueError(f"Mesh has {len(self.finishes)} finishes; expected one per slot, or 0")
        if self.corner_uv is not None:
            self._freeze("corner_uv", np.ascontiguousarray(self.corner_uv, dtype=np.float32))
            if self.corner_uv.shape != (len(self.triangles), 3, 2):
                raise ValueError(f"Mesh.corner_uv has shape {self.corner_uv.shape}")

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
