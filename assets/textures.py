"""Texture sets in a folder of the user's, as ambientCG and Poly Haven lay them out."""

import re
from dataclasses import dataclass
from pathlib import Path

from assets.errors import UserError

IMAGES = (".jpg", ".jpeg", ".png", ".exr")
_MAPS = {
    "color": r"(_|^)(color|diff|diffuse|albedo|basecolor|col)(_|\.|$)",
    "roughness": r"(_|^)(roughness|rough)(_|\.|$)",
    "normal": r"(_|^)(normalgl|nor_gl)(_|\.|$)",
}


class NoTextures(UserError):
    """A folder without a single texture set."""


@dataclass(frozen=True, kw_only=True)
class TextureSet:
    """Image maps of one surface. normal: tangent space, y up (OpenGL)."""

    color: Path
    roughness: Path | None
    normal: Path | None


def texture_folders(root: Path) -> tuple[Path, ...]:
    """Return the folders at most two below `root` that hold a texture set, in order of name.

    Raises NoTextures.
    """
    inside = [root, *root.glob("*/"), *root.glob("*/*/")] if root.is_dir() else []
    found = tuple(sorted(p.resolve() for p in inside if p.is_dir() and _found(p)["color"]))
    if not found:
        raise NoTextures(
            f"background.textures={root}: no folder there holds a *_Color or *_diff image; "
            "expected one subfolder a texture, as ambientCG and Poly Haven pack them"
        )
    return found


def texture_set(folder: Path) -> TextureSet:
    """Return the maps of one folder. Raises NoTextures."""
    maps = _found(folder)
    if maps["color"] is None:
        raise NoTextures(f"texture folder {folder}: holds no *_Color or *_diff image")
    return TextureSet(color=maps["color"], roughness=maps["roughness"], normal=maps["normal"])


def _found(folder: Path) -> dict[str, Path | None]:
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in IMAGES and p.is_file())
    return {
        name: next((p for p in files if re.search(pattern, p.stem.lower())), None)
        for name, pattern in _MAPS.items()
    }
