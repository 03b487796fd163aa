"""All boxes of all sets as columns of numbers that a browser takes as they are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.exploration.members import NO_COMPONENT, Member
from scenes.measuring.table import ATTRIBUTES
from scenes.sets.annotated_set import AnnotatedImage

Numbers = npt.NDArray[np.float32]
Codes = npt.NDArray[np.uint32]
NAMES = ("set", "category", "source", "shape", "component", "config", "truncation", "outcome")
NOTHING = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Named:
    """A column of names. values: each once; codes: (n,) places in them."""

    values: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(cls, told: Sequence[str]) -> "Named":
        """Return a column of these names, in their order."""
        values, codes = np.unique(np.array(told, dtype=object).astype(str), return_inverse=True)
        return cls(values=tuple(map(str, values)), codes=codes.astype(np.uint32))


@dataclass(frozen=True, kw_only=True, eq=False)
class Columns:
    """n boxes. places: (n,) of their images among all sets'. boxes: (n, 4) x, y, w, h in pixels.

    numbers, names: by attribute, each (n,). spaces: (n, k) by name, in which boxes near each other
    are alike; NaN where a box has no place there.
    """

    places: Codes
    boxes: Numbers
    numbers: Mapping[str, Numbers]
    names: Mapping[str, Named]
    spaces: Mapping[str, Numbers]

    def __len__(self) -> int:
        return len(self.places)

    def header(self) -> dict[str, Any]:
        """Return what says where each column lies in `body`, in its order."""
        return {
            "rows": len(self),
            "numbers": [_attribute(name) for name in self.numbers],
            "names": [{"name": n, "values": list(c.values)} for n, c in self.names.items()],
            "spaces": [{"name": n, "axes": v.shape[1]} for n, v in self.spaces.items()],
        }

    def body(self) -> bytes:
        """Return 4 bytes a value, column after column, little-endian.

        Places, then x, y, w and h, then numbers, names and the axes of spaces: uint32 for places
        and names, float32 for the rest.
        """
        columns: list[npt.NDArray[Any]] = [self.places.astype("<u4")]
        columns += [column.astype("<f4") for column in (*self.boxes.T, *self.numbers.values())]
        columns += [column.codes.astype("<u4") for column in self.names.values()]
        columns += [axis.astype("<f4") for space in self.spaces.values() for axis in space.T]
        return b"".join(column.tobytes() for column in columns)


def columns_of(members: Sequence[Member]) -> Columns:
    """Return the rows of all sets, one after the other, without spaces."""
    held = [n for n in ATTRIBUTES if any(n in m.table.attributes for m in members)]
    boxes = [[by_id[key] for key in _keys(m)] for m in members if (by_id := _boxes(m)) is not None]
    return Columns(
        places=np.array(_each(members, _places), dtype=np.uint32),
        boxes=np.array([box for own in boxes for box in own], np.float32).reshape(-1, 4),
        numbers={n: np.concatenate([_number(m, n) for m in members]) for n in held},
        names=_names(members),
        spaces={},
    )


def images_of(members: Sequence[Member]) -> tuple[AnnotatedImage, ...]:
    """Return the images of all sets, by the places that columns tell."""
    return tuple(image for member in members for image in member.annotated.images)


def _attribute(name: str) -> dict[str, Any]:
    known = ATTRIBUTES.get(name)
    unit = known.unit if known else "distance to the real boxes"
    return {"name": name, "log": bool(known and known.log), "unit": unit}


def _keys(member: Member) -> list[int]:
    return list(map(int, member.table.table["annotation_id"].to_pylist()))


def _boxes(member: Member) -> dict[int, tuple[float, float, float, float]]:
    return {a.id: a.bbox for a in member.annotated.annotations}


def _each(members: Sequence[Member], told: Callable[[Member, int], Iterable[int]]) -> list[int]:
    found: list[int] = []
    first = 0
    for member in members:
        found += told(member, first)
        first += len(member.annotated.images)
    return found


def _places(member: Member, first: int) -> list[int]:
    place = {image.id: first + n for n, image in enumerate(member.annotated.images)}
    return [place[key] for key in member.table.image_ids.tolist()]


def _number(member: Member, name: str) -> Numbers:
    if name not in member.table.attributes:
        return np.full(len(member.table), np.nan, np.float32)
    return member.table.column(name).astype(np.float32)


def _names(members: Sequence[Member]) -> dict[str, Named]:
    columns = {name: [w for m in members for w in _words(m, name)] for name in NAMES}
    columns["set"] = [f"{n}" for n, m in enumerate(members) for _ in range(len(m.table))]
    told = {name: Named.of(words) for name, words in columns.items()}
    told["set"] = Named(
        values=tuple(member.annotated.name for member in members),
        codes=np.array(columns["set"], dtype=np.uint32),
    )
    return {n: c for n, c in told.items() if n == "set" or c.values not in ((), (NOTHING,))}


def _words(member: Member, name: str) -> list[str]:
    count = len(member.table)
    if name == "outcome":
        return list(member.outcomes or [NOTHING] * count)
    if name == "source":
        return ["rendered" if member.beside.is_rendered else "real"] * count
    if name == "truncation":
        return _truncation(member)
    if name == "component":
        return _components(member)
    held = member.table.table
    column = "config_id" if name == "config" else name
    if column not in held.column_names:
        return [NOTHING] * count
    return [word or NOTHING for word in held[column].to_pylist()]


def _truncation(member: Member) -> list[str]:
    if "truncated" not in member.table.attributes:
        return [NOTHING] * len(member.table)
    words = {0.0: "whole", 1.0: "cut"}
    return [words.get(told, NOTHING) for told in member.table.column("truncated").tolist()]


def _components(member: Member) -> list[str]:
    told = {i.id: member.beside.components.get(i.told_id or i.id) for i in member.annotated.images}
    components = [told.get(key) for key in member.table.image_ids.tolist()]
    return [NOTHING if c in (None, NO_COMPONENT) else str(c) for c in components]
