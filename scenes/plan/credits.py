"""Whose environments, photos and textures a plan's pictures are made of."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from assets.environments import LICENCE, SHIPPED
from scenes.model.background import Background
from scenes.plan.plan import Plan

UNKNOWN_LICENCE = "unknown: the user's own"
Credit = Mapping[str, str]


def background_credits(plan: Plan) -> Mapping[str, list[Credit]]:
    """Return name, licence and source or SHA-256 of every file behind, by kind, without its path.

    A texture is told by its folder's name alone, a file that is gone without its SHA-256.
    """
    named: dict[str, set[str]] = {"environments": set(), "photos": set(), "textures": set()}
    for line in plan.scenes:
        behind = line.scene.background
        named["environments"].add(behind.environment)
        named["photos"].add(behind.photo or "")
        named["textures"].update(_textures(behind))
    return {kind: _credits(names) for kind, names in named.items()}


def _textures(background: Background) -> Iterable[str]:
    room = background.room
    surfaces = (background.floor, *((room.wall, room.ceiling, room.trim) if room else ()))
    return (s.texture.folder for s in surfaces if s.texture is not None)


def _credits(names: Iterable[str]) -> list[Credit]:
    told = {tuple(sorted(_credit(name).items())) for name in names if name}
    return [dict(items) for items in sorted(told)]


def _credit(name: str) -> Credit:
    if name in SHIPPED:
        return {"name": name, "licence": LICENCE, "source": SHIPPED[name]}
    path = Path(name).expanduser()
    told = {"name": path.name, "licence": UNKNOWN_LICENCE}
    if path.is_file():
        with path.open("rb") as handle:
            told["sha256"] = hashlib.file_digest(handle, "sha256").hexdigest()
    return told
