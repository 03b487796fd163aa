"""What surfaces are made of, and one draw of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import yaml

from assets.errors import UserError

Color = tuple[float, float, float]
PATTERNS = (
    "wood_grain", "weave", "noise", "plain", "tiles", "planks", "bricks", "stripes", "plaster",
    "canvas", "frosted",
)  # fmt: skip


class UnknownMaterial(UserError):
    """A kind of material that materials.yaml does not hold."""


class BadMaterials(UserError):
    """A row of materials.yaml that cannot be drawn from."""


@dataclass(frozen=True, kw_only=True)
class MaterialKind:
    """One kind of surface.

    colors: ranges (darkest, lightest) of linear RGB in [0, 1]. roughness, transmission: low and
    high.
    pattern: one of PATTERNS, the node set-up that a renderer builds. floor, wall: for those only,
    weight times as often as a kind of weight 1. indoors: under a roof only.
    """

    name: str
    pattern: str
    colors: tuple[tuple[Color, Color], ...]
    roughness: tuple[float, float]
    metallic: float
    transmission: tuple[float, float] = (0.0, 0.0)
    floor: bool = False
    wall: bool = False
    indoors: bool = False
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.pattern not in PATTERNS:
            raise BadMaterials(
                f"material {self.name!r} has pattern {self.pattern!r}; "
                f"expected one of {', '.join(PATTERNS)}"
            )
        ranges = [
            self.roughness,
            self.transmission,
            *(pair for told in self.colors for pair in zip(*told, strict=True)),
        ]
        shares = [*(bound for pair in ranges for bound in pair), self.metallic]
        if any(low > high for low, high in ranges) or not all(0 <= s <= 1 for s in shares):
            raise BadMaterials(
                f"material {self.name!r}: expected every colour, roughness, metallic and "
                "transmission in [0, 1], and low before high"
            )


class DrawnMaterial(NamedTuple):
    """One surface: the fields of a scene's material. color is linear RGB; seed has 32 bits."""

    kind: str
    color: Color
    roughness: float
    metallic: float
    seed: int


@cache
def material_kinds() -> Mapping[str, MaterialKind]:
    """Return every kind by name, in the order of materials.yaml. Raises BadMaterials."""
    told = yaml.safe_load(Path(__file__).with_name("materials.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({name: _kind(name, row) for name, row in told.items()})


def floor_kinds(*, open_air: bool = False) -> tuple[str, ...]:
    """Return the names of the kinds that a floor can be made of, in a room or in open air."""
    floors = {name: kind for name, kind in material_kinds().items() if kind.floor}
    return tuple(name for name, kind in floors.items() if not (open_air and kind.indoors))


def wall_kinds() -> tuple[str, ...]:
    """Return the names of the kinds that a wall can be made of."""
    return tuple(name for name, kind in material_kinds().items() if kind.wall)


def material_kind(name: str) -> MaterialKind:
    """Return one kind. Raises UnknownMaterial."""
    try:
        return material_kinds()[name]
    except KeyError:
        raise UnknownMaterial(
            f"material kind {name!r} is not in materials.yaml; it holds "
            f"{', '.join(material_kinds())}"
        ) from None


def draw_material(rng: np.random.Generator, kind: str) -> DrawnMaterial:
    """Return a surface of one kind. Raises UnknownMaterial.

    The three channels move mostly together, so that a brown stays a brown, lighter or darker.
    """
    told = material_kind(kind)
    darkest, lightest = np.array(told.colors[int(rng.integers(len(told.colors)))])
    share = 0.8 * rng.random() + 0.2 * rng.random(3)
    red, green, blue = (darkest + share * (lightest - darkest)).tolist()
    return DrawnMaterial(
        kind=kind,
        color=(red, green, blue),
        roughness=float(rng.uniform(*told.roughness)),
        metallic=told.metallic,
        seed=int(rng.integers(2**32)),
    )


def _kind(name: str, row: Mapping[str, Any]) -> MaterialKind:
    try:
        colors = tuple((_color(low), _color(high)) for low, high in row["colors"])
        spans = {key: _span(row[key]) for key in ("roughness", "transmission") if key in row}
        return MaterialKind(**{**row, "name": name, "colors": colors, **spans})
    except (KeyError, TypeError) as error:
        raise BadMaterials(
            f"materials.yaml, {name!r}: {error}; expected pattern, roughness, metallic and colors"
        ) from None


def _span(told: float | list[float]) -> tuple[float, float]:
    low, high = told if isinstance(told, list) else (told, told)
    return float(low), float(high)


def _color(told: list[float]) -> Color:
    red, green, blue = told
    return float(red), float(green), float(blue)
