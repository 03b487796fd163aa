"""The numbers of a PLY file: text or binary, lists of any length, of any element."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assets.meshes.checks import BrokenMesh
from assets.meshes.ply.header import Element, Header, Property

Column = npt.NDArray[Any] | Sequence[npt.NDArray[Any]]  # a list property's rows differ in length


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """An element's columns by name. lists: rows of numbers, of as many as each has."""

    count: int
    columns: Mapping[str, npt.NDArray[Any]]
    lists: Mapping[str, Column]


def read_body(data: bytes, header: Header) -> Mapping[str, Table]:
    """Return the elements of a PLY file by name. Raises BrokenMesh, ValueError."""
    body = data[header.size :]
    if not header.order:
        return _of_text(body.split(), header.elements)
    tables, place = {}, 0
    for element in header.elements:
        tables[element.name], place = _binary(body, place, element, header.order)
    return tables


def _of_text(words: Sequence[bytes], elements: Sequence[Element]) -> Mapping[str, Table]:
    numbers = np.array(words, "S").astype(np.float64)
    tables, place = {}, 0
    for element in elements:
        if any(told.count for told in element.properties):
            tables[element.name], place = _text_rows(numbers, place, element)
            continue
        width = len(element.properties)
        end = place + width * element.count
        if end > len(numbers):
            raise _short(element)
        rows = numbers[place:end].reshape(element.count, width)
        columns = {told.name: _typed(rows[:, i], told) for i, told in enumerate(element.properties)}
        tables[element.name], place = Table(count=element.count, columns=columns, lists={}), end
    return tables


def _typed(column: npt.NDArray[np.float64], told: Property) -> npt.NDArray[Any]:
    return column.astype(told.type)


def _text_rows(numbers: npt.NDArray[np.float64], place: int, element: Element) -> tuple[Table, int]:
    """Read rows that have lists, number by number."""
    held: dict[str, list[Any]] = {told.name: [] for told in element.properties}
    for _ in range(element.count):
        for told in element.properties:
            count = 1
            if told.count is not None:
                count, place = _length(numbers[place : place + 1], element), place + 1
            if place + count > len(numbers):
                raise _short(element)
            held[told.name].append(numbers[place : place + count].astype(told.type))
            place += count
    return _table(element, held), place


def _binary(body: bytes, place: int, element: Element, order: str) -> tuple[Table, int]:
    """Read an element: at once where all its rows are as long as the first, else row by row."""
    lengths = _lengths(body, place, element, order) if element.count else {}
    form = np.dtype([(f"{kind}{i}", order + type_, shape) for i, told in
                     enumerate(element.properties)
                     for kind, type_, shape in _fields(told, lengths.get(i, 0))])  # fmt: skip
    end = place + form.itemsize * element.count
    even = end <= len(body)
    if even:
        rows = np.frombuffer(body, form, element.count, place)
        even = all((rows[f"n{i}"] == length).all() for i, length in lengths.items())
    if not even:
        return _binary_rows(body, place, element, order)
    names = [told.name for told in element.properties]
    lists = {names[i]: rows[f"v{i}"] for i in lengths}
    columns = {name: rows[f"v{i}"] for i, name in enumerate(names) if i not in lengths}
    return Table(count=element.count, columns=columns, lists=lists), end


def _fields(told: Property, length: int) -> list[tuple[str, str, tuple[int, ...]]]:
    if told.count is None:
        return [("v", told.type, ())]
    return [("n", told.count, ()), ("v", told.type, (length,))]


def _lengths(body: bytes, place: int, element: Element, order: str) -> dict[int, int]:
    """Return the lengths of the first row's lists, by number of property."""
    found: dict[int, int] = {}
    for i, told in enumerate(element.properties):
        count = 1
        if told.count is not None:
            found[i] = count = _length(_one(body, place, order + told.count, element), element)
            place += np.dtype(told.count).itemsize
        place += count * np.dtype(told.type).itemsize
    return found


def _binary_rows(body: bytes, place: int, element: Element, order: str) -> tuple[Table, int]:
    held: dict[str, list[Any]] = {told.name: [] for told in element.properties}
    for _ in range(element.count):
        for told in element.properties:
            count = 1
            if told.count is not None:
                count = _length(_one(body, place, order + told.count, element), element)
                place += np.dtype(told.count).itemsize
            kind = np.dtype(order + told.type)
            if place + count * kind.itemsize > len(body):
                raise _short(element)
            held[told.name].append(np.frombuffer(body, kind, count, place))
            place += count * kind.itemsize
    return _table(element, held), place


def _one(body: bytes, place: int, kind: str, element: Element) -> npt.NDArray[Any]:
    if place + np.dtype(kind).itemsize > len(body):
        raise _short(element)
    return np.frombuffer(body, kind, 1, place)


def _length(told: npt.NDArray[Any], element: Element) -> int:
    if not len(told):
        raise _short(element)
    if not 0 <= told[0] < 2**31:
        raise BrokenMesh(f"has a list of {told[0]} numbers; it is truncated or damaged")
    return int(told[0])


def _table(element: Element, held: Mapping[str, list[Any]]) -> Table:
    lists = {told.name: held[told.name] for told in element.properties if told.count is not None}
    columns = {
        told.name: np.concatenate(held[told.name]) if held[told.name] else np.empty(0)
        for told in element.properties if told.count is None
    }  # fmt: skip
    return Table(count=element.count, columns=columns, lists=lists)


def _short(element: Element) -> BrokenMesh:
    return BrokenMesh(f"claims {element.count} of {element.name} and has fewer; it is truncated")
