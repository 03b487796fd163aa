"""A cut-out as geometry: where it comes from, so that any process can make the same of it."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assets.cards.outline import filled, outline
from assets.errors import UserError
from assets.fragments.fragment import PROC, Fragment, Pixels, read_fragment
from assets.mesh import Finish, Mesh
from assets.meshes.light import linear

KEPT_CARDS = 1024  # in memory, a process
SHOWN_PX = 64  # a side of a cut-out that a preview usually shows
OFF_PX = 0.1  # how far from the edge an outline may be there
SLOT, ROUGHNESS = "paper", 0.7


class ChangedCutOut(UserError):
    """A cut-out that is not what it was when its folder was read."""


@dataclass(frozen=True, kw_only=True)
class Companion:
    """Another cut-out of the same photo that is pasted with one.

    right_px, up_px: of its foot from the other's foot, in pixels of the photo.
    """

    asset_id: str
    right_px: float
    up_px: float


@dataclass(frozen=True, kw_only=True)
class Card:
    """A flat thing in the plane y = 0, standing on z = 0, or lying in z = 0 with its foot at -y.

    folder: of the fragment. sha256: of its proc.png. metre_px: metres a pixel of the photo.
    foot_px: x, y in the crop, y down, of the middle of its lower edge, which is the origin. lying:
    on the ground. along: those that are pasted with it. pitch_deg: how steeply its photo looks down
    at it, None where nobody knows.
    """

    folder: str
    sha256: str
    metre_px: float
    foot_px: tuple[float, float]
    lying: bool
    along: tuple[Companion, ...] = ()
    pitch_deg: float | None = None

    @property
    def fragment(self) -> Fragment:
        """What its folder tells. Raises BadFragments."""
        return read_fragment(Path(self.folder))

    def rgba(self) -> Pixels:
        """Return its picture, read-only (h, w, 4) sRGB and alpha. Raises ChangedCutOut."""
        return _rgba(self.folder, self.sha256)

    def mesh(self) -> Mesh:
        """Return its silhouette as triangles (cached). Raises ChangedCutOut."""
        return _mesh(self)

    def crop_to_object(self) -> npt.NDArray[np.float64]:
        """Return (4, 3): x, y in the crop, pixels, and 1, to homogeneous metres of the object."""
        (x, y), m = self.foot_px, self.metre_px
        across, up = (m, 0.0, -m * x), (0.0, -m, m * y)
        still, one = (0.0, 0.0, 0.0), (0.0, 0.0, 1.0)
        return np.array((across, up, still, one) if self.lying else (across, still, up, one))


def sha256_of(folder: Path) -> str:
    """Return the hash of a fragment's proc.png."""
    return hashlib.sha256((folder / PROC).read_bytes()).hexdigest()


def rings_of(alpha: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.float64], ...]:
    """Return a cut-out's outline as `outline` does, as exact as a preview can show."""
    return outline(alpha, OFF_PX * max(1.0, max(alpha.shape) / SHOWN_PX))


@lru_cache(KEPT_CARDS)
def _rgba(folder: str, sha256: str) -> Pixels:
    path = Path(folder)
    try:
        same = sha256_of(path) == sha256
    except OSError as error:
        raise ChangedCutOut(f"{path / PROC}: {error.strerror}; run again") from None
    if not same:
        raise ChangedCutOut(
            f"{path / PROC}: its bytes changed since its folder was read; run again, without "
            "changing the folder meanwhile"
        )
    return read_fragment(path).rgba()


@lru_cache(KEPT_CARDS)
def _mesh(card: Card) -> Mesh:
    rgba = card.rgba()
    flat, triangles = filled(rings_of(rgba[..., 3]))
    height, width = rgba.shape[:2]
    uv = np.stack([flat[:, 0] / width, 1 - flat[:, 1] / height], axis=1)
    vertices = np.column_stack([flat, np.ones(len(flat))]) @ card.crop_to_object().T
    return Mesh(
        vertices=np.round(vertices[:, :3], 6), triangles=triangles[:, ::-1],
        slots=np.zeros(len(triangles), np.int32), slot_names=(SLOT,),
        finishes=(_finish(card, rgba),), corner_uv=uv[triangles[:, ::-1]].astype(np.float32),
    )  # fmt: skip


def _finish(card: Card, rgba: Pixels) -> Finish:
    """Return the surface that Blender shows; its colour is the mean inside."""
    inside = rgba[rgba[..., 3] > 127][:, :3]
    red, green, blue = linear(inside / 255.0).mean(axis=0).tolist()
    png = (Path(card.folder) / PROC).read_bytes()
    return Finish(color=(red, green, blue), roughness=ROUGHNESS, metallic=0.0, texture=png,
                  wrap="clamp")  # fmt: skip
