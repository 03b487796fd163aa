"""Where a mesh asset's triangles come from, so that any process can load them again."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assets.errors import UserError
from assets.mesh import Mesh
from assets.meshes.checks import BrokenMesh
from assets.meshes.repair import Fit, Up, upright

KEPT_MESHES = 256  # in memory, a process


class ChangedMesh(UserError):
    """A mesh file that is not what it was when its folder was read."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A file inside the folder `root`, the hash of its bytes, and how it becomes metres, z up."""

    root: str
    path: str
    sha256: str
    scale: float
    up: Up

    def mesh(self) -> Mesh:
        """Return the repaired triangles (cached). Raises ChangedMesh."""
        return _mesh(self)


@lru_cache(KEPT_MESHES)
def _mesh(told: Imported) -> Mesh:
    from assets.meshes.raw import read_raw  # noqa: PLC0415  # trimesh: a third of a second

    try:
        raw = read_raw(Path(told.path), Path(told.root))
        same = raw.sha256 == told.sha256
        mesh, _ = upright(raw.parts, Fit(scale=told.scale, up=told.up, words=()))
    except BrokenMesh as error:
        raise ChangedMesh(f"{told.path}: {error}; it could be read before: run again") from None
    if not same:
        raise ChangedMesh(
            f"{told.path}: its bytes changed since its folder was read; run again, without "
            "changing the folder meanwhile"
        )
    return mesh
