"""How large things of a category really are."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from assets.catalogue import load_catalogue
from assets.meshes.repair import Plausible, Range
from assets.naming import plain_singular

_VARIANTS = 4  # draws of each shape that a family's range is read from


def plausible_size(category: str, told: Mapping[str, Range]) -> Plausible | None:
    """Return the plausible size of a category, or None where nobody knows.

    `told` (the user's own heights) goes before the procedural families, and they before
    plausible.yaml.
    """
    if category in told:
        return Plausible(height_m=told[category], length_m=None)
    sizes = _family_sizes().get(category)
    if sizes is not None:
        return sizes
    height = _table().get(plain_singular(category))
    return Plausible(height_m=height, length_m=None) if height else None


@cache
def _family_sizes() -> Mapping[str, Plausible]:
    catalogue = load_catalogue(_VARIANTS)
    found: dict[str, Plausible] = {}
    for category in catalogue.categories:
        sizes = [asset.size_m for asset in catalogue.of_category(category)]
        heights, lengths = [z for _, _, z in sizes], [max(x, y) for x, y, _ in sizes]
        found[category] = Plausible(
            height_m=(min(heights), max(heights)), length_m=(min(lengths), max(lengths))
        )
    return found


@cache
def _table() -> Mapping[str, Range]:
    told = yaml.safe_load(Path(__file__).with_name("plausible.yaml").read_text(encoding="utf-8"))
    return {plain_singular(name): (float(low), float(high)) for name, (low, high) in told.items()}
