"""What a family of assets is: shapes with parameter ranges, each built from closed parts."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assets.errors import UserError
from assets.families.solids import Solid
from assets.mesh import Around, Mesh, Point, Printable
from assets.support import Support

Parameters = Mapping[str, float]
TIE_M = 1e-5  # vertices this much less far along a direction are as far


class BadParameter(UserError):
    """A shape's parameter that is missing, unknown or out of its range."""


class Mark(NamedTuple):
    """A keypoint of a part: the middle of those of its vertices that lie furthest `toward`.

    left and right are the object's own, as in COCO's persons: it faces -y, so left is at +x.
    """

    name: str
    toward: tuple[float, float, float]


class Rest(NamedTuple):
    """A part's top as something to stand on: shares of the part's extent along x and y.

    0 and 1 are the part's own ends; a share beyond them reaches over parts of the same height.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    headroom_m: float = math.inf


class Hang(NamedTuple):
    """A part's rear as a place to wear something: from a share of its height, so wide a share."""

    height: float
    width: float


class Label(NamedTuple):
    """Where a part may carry a print: between two shares of its height, so often; see Printable."""

    around: Around
    share: float
    low: float = 0.0
    high: float = 1.0


class Part(NamedTuple):
    """A closed solid, the kind of material it is made of, and what is known about its places."""

    kind: str
    solid: Solid
    marks: tuple[Mark, ...] = ()
    rest: Rest | None = None
    label: Label | None = None
    hang: Hang | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """What a shape makes of its parameters, all in one frame.

    keypoints: name to (x, y, z) on the surface, metres. supports: lowest first.
    """

    mesh: Mesh
    keypoints: Mapping[str, Point]
    supports: tuple[Support, ...]


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

    def build(self, parameters: Parameters) -> Model:
        """Return the model, standing on z = 0 and centred in x and y. Raises BadParameter."""
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
    """All shapes of one category, by name; the keypoints that any of them may have, in order."""

    category: str
    shapes: Mapping[str, Shape]
    keypoints: tuple[str, ...]


def span(low: float, high: float) -> Range:
    """Return a continuous range."""
    return Range(low=low, high=high)


def choice(high: int, low: int = 0) -> Range:
    """Return whole numbers from `low` to `high`."""
    return Range(low=low, high=high, whole=True)


def family(category: str, keypoints: tuple[str, ...], *shapes: Shape) -> Family:
    """Return a family of these shapes."""
    named = {shape.name: shape for shape in shapes}
    return Family(category=category, shapes=named, keypoints=keypoints)


def both_sides(kind: str, solid: Solid, marks: tuple[Mark, ...] = ()) -> tuple[Part, Part]:
    """Return a part and its mirror image across x = 0, whose left is right."""
    mirrored = tuple(Mark(name.replace("left", "right"), (-x, y, z)) for name, (x, y, z) in marks)
    return Part(kind, solid, marks), Part(kind, solid.mirrored(), mirrored)


def corners(prefix: str, z: float = 1.0) -> tuple[Mark, ...]:
    """Return marks for the four corners of a slab's top (z 1) or underside (z -1)."""
    return tuple(
        Mark(f"{prefix}_{end}_{side}", (x, y, z))
        for end, y in (("front", -1.0), ("back", 1.0))
        for side, x in (("left", 1.0), ("right", -1.0))
    )


def rim(prefix: str, z: float = 0.0) -> tuple[Mark, ...]:
    """Return marks for the four outermost points of something round; z draws them up or down."""
    return (
        Mark(f"{prefix}_front", (0, -1, z)), Mark(f"{prefix}_back", (0, 1, z)),
        Mark(f"{prefix}_left", (1, 0, z)), Mark(f"{prefix}_right", (-1, 0, z)),
    )  # fmt: skip


def tip(name: str) -> tuple[Mark, ...]:
    """Return the mark of a leg's end on the floor."""
    return (Mark(name, (0, 0, -1)),)


def names(*groups: tuple[Mark, ...]) -> tuple[str, ...]:
    """Return the names of marks: a family's list of keypoints."""
    return tuple(mark.name for marks in groups for mark in marks)


def level(share: float = 1.0, headroom_m: float = math.inf) -> Rest:
    """Return the middle `share` of a part's top, along x and y, as something to stand on."""
    inside = (0.5 - share / 2, 0.5 + share / 2)
    return Rest(inside, inside, headroom_m)


def assembled(parts: tuple[Part, ...]) -> Model:
    """Return one model of all parts, a slot per kind, standing on z = 0 and centred in x and y.

    Vertices are rounded to a micrometre, so that the last bit of a sine does not make two machines'
    meshes differ.
    """
    vertices = np.concatenate([part.solid.vertices for part in parts])
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    origin = (low + high) / 2 * (1, 1, 0) + low * (0, 0, 1)
    parts = tuple(part._replace(solid=part.solid.at(*-origin)) for part in parts)
    marked = {mark.name: _place(mark, part.solid) for part in parts for mark in part.marks}
    rests = [_support(part.rest, part.solid) for part in parts if part.rest]
    rests += [_hung(part.hang, part.solid) for part in parts if part.hang]
    return Model(
        mesh=_joined(parts),
        keypoints=marked,
        supports=tuple(sorted(rests, key=lambda support: support.z_m)),
    )


def _joined(parts: tuple[Part, ...]) -> Mesh:
    kinds = tuple(dict.fromkeys(part.kind for part in parts))
    starts = np.cumsum([0, *(len(part.solid.vertices) for part in parts[:-1])])
    triangles = [part.solid.triangles + start for part, start in zip(parts, starts, strict=True)]
    slots = [np.full(len(part.solid.triangles), kinds.index(part.kind)) for part in parts]
    labelled = {part.kind: _printable(part.label, part.solid) for part in parts if part.label}
    return Mesh(
        vertices=np.round(np.concatenate([part.solid.vertices for part in parts]), 6),
        triangles=np.concatenate(triangles),
        slots=np.concatenate(slots),
        slot_names=kinds,
        printables=tuple(map(labelled.get, kinds)) if labelled else (),
    )


def _printable(label: Label, solid: Solid) -> Printable:
    low, high = solid.vertices.min(axis=0), solid.vertices.max(axis=0)
    tall = high[2] - low[2]
    ends = (low[2] + label.low * tall, low[2] + label.high * tall)
    (x0, y0), (x1, y1) = low[:2].tolist(), high[:2].tolist()
    return Printable(
        around=label.around, share=label.share,
        low_m=(_micrometres(x0), _micrometres(y0), _micrometres(ends[0])),
        high_m=(_micrometres(x1), _micrometres(y1), _micrometres(ends[1])),
    )  # fmt: skip


def _place(mark: Mark, solid: Solid) -> Point:
    along = solid.vertices @ np.array(mark.toward, dtype=np.float64)
    x, y, z = solid.vertices[along > along.max() - TIE_M].mean(axis=0)
    return _micrometres(x), _micrometres(y), _micrometres(z)


def _support(rest: Rest, solid: Solid) -> Support:
    low, high = solid.vertices.min(axis=0), solid.vertices.max(axis=0)
    (x0, x1), (y0, y1) = (
        tuple(_micrometres(low[a] + share * (high[a] - low[a])) for share in told)
        for a, told in enumerate((rest.x, rest.y))
    )
    return Support(
        z_m=_micrometres(high[2]), x_m=(x0, x1), y_m=(y0, y1),
        headroom_m=_micrometres(rest.headroom_m),
    )  # fmt: skip


def _hung(hang: Hang, solid: Solid) -> Support:
    low, high = solid.vertices.min(axis=0), solid.vertices.max(axis=0)
    middle, reach = (low[0] + high[0]) / 2, hang.width * (high[0] - low[0]) / 2
    return Support(
        z_m=_micrometres(low[2] + hang.height * (high[2] - low[2])),
        x_m=(_micrometres(middle - reach), _micrometres(middle + reach)),
        y_m=(_micrometres(high[1]), _micrometres(high[1] + reach)),
        hung=True,
    )


def _micrometres(value_m: float) -> float:
    return round(float(value_m), 6) + 0.0  # adding 0 turns -0.0 into 0.0
