"""What a family of assets is: shapes with parameter ranges, each built from closed parts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assets.errors import UserError
from assets.families.solids import Solid
from assets.mesh import Mesh

Parameters = Mapping[str, float]


class BadParameter(UserError):
    """A shape's parameter that is missing, unknown or out of its range."""


class Part(NamedTuple):
    """A closed solid and the kind of material it is made of."""

    kind: str
    solid: Solid


@dataclass(frozen=True, kw_only=True)
class Range:
    """Where a parameter may lie, both ends included; `whole` for counts and choices."""

    low: float
    high: float
    whole: bool = False

    def draw(self, rng: np.random.Generator) -> float:
        """Return a uniform draw, to 0.1 mm, so that it reads back from text unchanged."""
        if self.whole:
            return float(rng.integers(int(self.low), int(self.high), endpoint=True))
        return round(float(rng.uniform(self.low, self.high)), 4)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One recognisable form. source: where its real-world proportions come from."""

    name: str
    source: str
    ranges: Mapping[str, Range]
    parts: Callable[[Parameters], Iterable[Part]]

    def draw(self, rng: np.random.Generator) -> dict[str, float]:
        """Return parameters within the ranges, drawn in their order."""
        return {name: told.draw(rng) for name, told in self.ranges.items()}

    def build(self, parameters: Parameters) -> Mesh:
        """Return the mesh, standing on z = 0 and centred in x and y. Raises BadParameter."""
        self._check(parameters)
        return assembled(tuple(self.parts(parameters)))

    def _check(self, parameters: Parameters) -> None:
        if set(parameters) != set(self.ranges):
            raise BadParameter(
                f"shape {self.name!r} was given {sorted(parameters)}; "
                f"expected exactly {sorted(self.ranges)}"
            )
        for name, told in self.ranges.items():
            if not told.low <= parameters[name] <= told.high:
                raise BadParameter(
                    f"shape {self.name!r}: {name} is {parameters[name]}; "
                    f"expected {told.low} to {told.high}"
                )


@dataclass(frozen=True, kw_only=True)
class Family:
    """All shapes of one category, by name."""

    category: str
    shapes: Mapping[str, Shape]


def span(low: float, high: float) -> Range:
    """Return a continuous range."""
    return Range(low=low, high=high)


def choice(high: int, low: int = 0) -> Range:
    """Return whole numbers from `low` to `high`."""
    return Range(low=low, high=high, whole=True)


def family(category: str, *shapes: Shape) -> Family:
    """Return a family of these shapes."""
    return Family(category=category, shapes={shape.name: shape for shape in shapes})


def both_sides(kind: str, solid: Solid) -> tuple[Part, Part]:
    """Return a part and its mirror image across x = 0."""
    return Part(kind, solid), Part(kind, solid.mirrored())


def assembled(parts: tuple[Part, ...]) -> Mesh:
    """Return one mesh of all parts, a slot per kind, standing on z = 0 and centred in x and y.

    Vertices are rounded to a micrometre, so that the last bit of a sine does not make two machines'
    meshes differ.
    """
    kinds = tuple(dict.fromkeys(part.kind for part in parts))
    starts = np.cumsum([0, *(len(part.solid.vertices) for part in parts[:-1])])
    vertices = np.concatenate([part.solid.vertices for part in parts])
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    vertices = np.round(vertices - ((low + high) / 2 * (1, 1, 0) + low * (0, 0, 1)), 6)
    triangles = [part.solid.triangles + start for part, start in zip(parts, starts, strict=True)]
    slots = [np.full(len(part.solid.triangles), kinds.index(part.kind)) for part in parts]
    return Mesh(
        vertices=vertices,
        triangles=np.concatenate(triangles),
        slots=np.concatenate(slots),
        slot_names=kinds,
    )
