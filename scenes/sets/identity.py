"""What identifies a record: whole numbers, names or UUIDs; and which names mean one category."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Key = int | str | float

ZERO = "category id 0 is used as {new}"


def key_of(told: Any) -> Key | None:
    """Return what a record's id says, or None where it identifies nothing.

    Exporters write a whole number as 7, 7.0 or "7", which are one; any other text or finite number
    is a name. Truth values, empty text and lists identify nothing.
    """
    if isinstance(told, bool):
        return None
    if isinstance(told, str):
        told = told.strip()
        digits = told.isascii() and told.isdigit() and len(told) < 19
        return int(told) if digits else told or None
    if isinstance(told, float):
        if not math.isfinite(told):
            return None
        return int(told) if told.is_integer() and abs(told) < 2**63 else told
    return told if isinstance(told, int) and abs(told) < 2**63 else None


def is_number(key: Key | None) -> bool:
    """Return True for a key that can serve as an id of ours as it is."""
    return isinstance(key, int) and key >= 0


def numbered(keys: Sequence[Key]) -> dict[Key, int]:
    """Return our id for each key: the key where all are whole numbers, else its place from 1."""
    unique = list(dict.fromkeys(keys))
    if all(is_number(key) for key in unique):
        return {key: int(key) for key in unique}
    return {key: number for number, key in enumerate(unique, 1)}


def spelling(name: str) -> str:
    """Return what the spellings of one name share: no case, blanks, separators or Unicode form."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "", folded) or folded.strip()


def merged_names(
    told: Sequence[tuple[Key, str]],
) -> tuple[dict[Key, int], dict[int, str], tuple[str, ...]]:
    """Return our category id by key, the name by our id, and what was merged or moved, in words.

    told: (key, name), keys unique. Keys whose names are one spelling are one category, under the
    first's name and the first's id that is not 0, because 0 marks unlabelled clutter in our scenes.
    """
    ids = numbered([key for key, _ in told])
    groups: dict[str, list[tuple[int, str]]] = {}
    for key, name in told:
        groups.setdefault(spelling(name), []).append((ids[key], name.strip()))
    free = max(ids.values(), default=0) + 1
    ours, names, notes = {}, {}, []
    for word, members in groups.items():
        own = next((number for number, _ in members if number), free)
        names[own], ours[word] = members[0][1], own
        notes += _said([name for _, name in members])
        if own == free:
            notes.append(ZERO.format(new=own))
    return {key: ours[spelling(name)] for key, name in told}, _by_id(names), tuple(notes)


def joined_names(names: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return for each name the first of its spelling, and what was merged, in words."""
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        groups.setdefault(spelling(name), []).append(name)
    first = {name: members[0] for members in groups.values() for name in members}
    return first, tuple(said for members in groups.values() for said in _said(members))


def _said(names: Sequence[str]) -> list[str]:
    apart = list(dict.fromkeys(names))
    if len(apart) == 1:
        return []
    return [f"categories {', '.join(map(repr, apart))} are read as one: {apart[0]}"]


def _by_id(names: Mapping[int, str]) -> dict[int, str]:
    return {number: names[number] for number in sorted(names)}
