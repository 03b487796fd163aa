"""What backgrounds are drawn from: what the configuration names, and the user's folders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.materials import draw_material, material_kind
from assets.mesh import Finish, Mesh, Printable
from assets.textures import texture_folders
from scenes.config.background import Backdrop
from scenes.config.cast import Prop, prop_of
from scenes.config.scene import BackgroundConfig, SceneConfig
from scenes.model.background import Material, Print, Texture

ENVIRONMENTS = (".hdr", ".exr")
PHOTOS = (".jpg", ".jpeg", ".png")
PRINT_STREAM = 1  # of a material's seed, whose own stream is the node set-up's
LEAST_LAMP_M = 1.0  # lower ones belong on a table, not along a wall


class NoBackgrounds(UserError):
    """A folder of backgrounds that is not there or holds none of the kind that is drawn."""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """Environments of open air and outside a room's windows, photos, textures, furniture."""

    environments: tuple[str, ...]
    outside: tuple[str, ...]
    photos: tuple[Backdrop, ...]
    textures: tuple[str, ...]
    furniture: Prop

    @classmethod
    def of(cls, config: SceneConfig, catalogue: Catalogue) -> "Stock":
        """Return what is there, by name. Raises NoBackgrounds, NoTextures, UnknownAsset."""
        told = config.background
        own = _files(told.folder, ENVIRONMENTS)
        photos = told.photos or tuple(
            Backdrop(path=path, horizon=None, camera_m=None) for path in _files(told.folder, PHOTOS)
        )
        _check(told, own, photos)
        textures = texture_folders(told.textures) if told.textures else ()
        return cls(
            environments=own or told.environment.names,
            outside=own or told.room.outside,
            photos=photos,
            textures=tuple(str(folder) for folder in textures),
            furniture=_furniture(config, catalogue),
        )

    def surface(
        self, rng: np.random.Generator, kinds: Sequence[str], config: BackgroundConfig
    ) -> Material:
        """Return a floor or wall of one of the kinds, or of one of the user's textures."""
        weights = np.array([material_kind(kind).weight for kind in kinds])
        painted = material(rng, kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))])
        share, pick = rng.random(), rng.random()
        if not self.textures or share >= config.texture_share:
            return painted
        folder = self.textures[int(pick * len(self.textures))]
        texture = Texture(folder=folder, size_m=config.texture_size_m)
        return Material(
            kind=painted.kind, color=painted.color, roughness=painted.roughness,
            metallic=painted.metallic, seed=painted.seed, texture=texture,
        )  # fmt: skip


def material(rng: np.random.Generator, kind: str) -> Material:
    """Return a surface of one kind. Raises UnknownMaterial."""
    drawn = draw_material(rng, kind)
    return Material(
        kind=drawn.kind, color=drawn.color, roughness=drawn.roughness,
        metallic=drawn.metallic, seed=drawn.seed,
    )  # fmt: skip


def finished(rng: np.random.Generator, mesh: Mesh) -> tuple[Material, ...]:
    """Return a mesh's materials, slot by slot: drawn, but as its file says where it is a user's."""
    drawn = tuple(material(rng, kind) for kind in mesh.slot_names)
    if mesh.printables:
        return tuple(map(_printed, drawn, mesh.printables))
    if not mesh.finishes:
        return drawn
    return tuple(map(_as_told, drawn, mesh.finishes))


def _printed(drawn: Material, told: Printable | None) -> Material:
    """Whether there is a print, and which, by the material's own seed: nothing else is drawn."""
    rng = np.random.default_rng([PRINT_STREAM, drawn.seed])
    if told is None or rng.random() >= told.share:
        return drawn
    shown = Print(
        seed=int(rng.integers(2**32)), around=told.around, low_m=told.low_m, high_m=told.high_m
    )
    return replace(drawn, print=shown)


def _as_told(drawn: Material, told: Finish | None) -> Material:
    if told is None:
        return drawn
    rough, metal = told.roughness, told.metallic
    return replace(
        drawn, color=told.color,
        roughness=drawn.roughness if rough is None else rough,
        metallic=drawn.metallic if metal is None else metal,
    )  # fmt: skip


def _files(folder: Path | None, endings: tuple[str, ...]) -> tuple[str, ...]:
    if folder is None:
        return ()
    if not folder.is_dir():
        raise NoBackgrounds(f"background.folder={folder}: expected a folder that is there")
    files = (p for p in folder.rglob("*") if p.suffix.lower() in endings and p.is_file())
    return tuple(sorted(str(p.resolve()) for p in files))


def _check(told: BackgroundConfig, own: tuple[str, ...], photos: tuple[Backdrop, ...]) -> None:
    if told.weights.photo > 0 and not photos:
        raise NoBackgrounds(
            f"background.folder={told.folder}: no {', '.join(PHOTOS)} in it; photo backdrops "
            "expect a folder of photos, background.folder=PATH"
        )
    if told.folder and not own and not photos:
        raise NoBackgrounds(
            f"background.folder={told.folder}: expected {', '.join(ENVIRONMENTS + PHOTOS)} in it"
        )


def _furniture(config: SceneConfig, catalogue: Catalogue) -> Prop:
    target = catalogue.of_category(config.category)[0].category
    usable = [
        asset
        for name in config.background.room.furniture
        for asset in catalogue.of_category(name)
        if asset.category != target
        and (asset.category != "lamp" or asset.size_m[2] >= LEAST_LAMP_M)
    ]
    return prop_of(usable, config.weights)
