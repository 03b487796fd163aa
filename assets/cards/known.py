"""What the catalogue calls the categories of a set."""

from collections.abc import Mapping
from dataclasses import replace

from assets.catalogue import load_catalogue
from assets.fragments.background import PaintedBackground


def as_known(photo: PaintedBackground) -> PaintedBackground:
    """Return a background whose ground tells of categories by the catalogue's names for them."""
    ground = photo.ground
    if ground is None:
        return photo
    by_row, fixed, spread = map(_known, (ground.height_px_per_row, ground.height_px, ground.spread))
    return replace(
        photo, ground=replace(ground, height_px_per_row=by_row, height_px=fixed, spread=spread)
    )  # fmt: skip


def known_as(category: str) -> str:
    """Return the procedural category that a name means ("Cups" is cup), else the name."""
    return load_catalogue(1).serving(category) or category


def _known(told: Mapping[str, float]) -> dict[str, float]:
    return {known_as(name): value for name, value in told.items()}
