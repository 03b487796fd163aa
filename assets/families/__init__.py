"""The families of procedural assets, by category."""

from collections.abc import Mapping

from assets.families.bag import BAG
from assets.families.body import BODY
from assets.families.book import BOOK
from assets.families.bottle import BOTTLE
from assets.families.box import BOX
from assets.families.chair import CHAIR
from assets.families.cup import CUP
from assets.families.family import BadParameter, Family, Model, Shape
from assets.families.lamp import LAMP
from assets.families.plant import PLANT
from assets.families.shelf import SHELF
from assets.families.sofa import SOFA
from assets.families.table import TABLE
from assets.families.vase import VASE

FAMILIES: Mapping[str, Family] = {
    family.category: family
    for family in (
        CHAIR,
        TABLE,
        SOFA,
        PLANT,
        BOX,
        BOTTLE,
        BAG,
        CUP,
        VASE,
        LAMP,
        SHELF,
        BOOK,
        BODY,
    )
}

__all__ = ["FAMILIES", "BadParameter", "Family", "Model", "Shape"]
