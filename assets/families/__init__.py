"""The families of procedural assets, by category."""

from collections.abc import Mapping

from assets.families.chair import CHAIR
from assets.families.family import BadParameter, Family, Shape

FAMILIES: Mapping[str, Family] = {family.category: family for family in (CHAIR,)}

__all__ = ["FAMILIES", "BadParameter", "Family", "Shape"]
