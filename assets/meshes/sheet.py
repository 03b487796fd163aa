"""meshes.yaml: what a user says of the files of a folder, where their subfolders do not."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

import yaml

from assets.errors import UserError
from assets.meshes.repair import UNITS_M, Range

NAME = "meshes.yaml"
_MOST_BYTES = 2**20
_MOST_WEIGHT = 1e6
_FORM = (
    'expected files: {"path or glob": category, or {category, shape, up, unit, weight, licence, '
    "source}} and categories: {name: {height_m: [low, high]}}"
)


class BadSheet(UserError):
    """A meshes.yaml that cannot be read, or says what has no meaning."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is said of the files that match; None where nothing is."""

    category: str | None = None
    shape: str | None = None
    up: Literal["y", "z"] | None = None
    unit: str | None = None
    weight: float | None = None
    licence: str | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A meshes.yaml. files: path or glob to entry. heights_m: category to plausible range."""

    files: Mapping[str, Entry]
    heights_m: Mapping[str, Range]

    def entry(self, path: str) -> Entry:
        """Return what is said of a file, named relative to the folder; later lines go before."""
        told: dict[str, Any] = {}
        for pattern, entry in self.files.items():
            if path == pattern or fnmatchcase(path, pattern):
                told |= {key: said for key, said in vars(entry).items() if said is not None}
        return Entry(**told)


def read_sheet(folder: Path) -> Sheet:
    """Return the folder's meshes.yaml, empty where there is none. Raises BadSheet."""
    path = folder / NAME
    if not path.exists():
        return Sheet(files={}, heights_m={})
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        raise BadSheet(f"{path}: is no ordinary file inside the folder; expected one")
    told = _mapping(_safe(path), ("files", "categories"), f"{path}")
    files, categories = told.get("files") or {}, told.get("categories") or {}
    return Sheet(
        files={
            key: _entry(said, f"{path}, files, {key!r}")
            for key, said in _mapping(files, None, f"{path}, files").items()
        },
        heights_m={
            key: _height(said, f"{path}, categories, {key!r}")
            for key, said in _mapping(categories, None, f"{path}, categories").items()
        },
    )


def _safe(path: Path) -> Any:
    """Return plain data: no tags that make Python objects, and no aliases, which can explode."""
    if path.stat().st_size > _MOST_BYTES:
        raise BadSheet(f"{path}: has more than {_MOST_BYTES} bytes; {_FORM}")
    try:
        text = path.read_text(encoding="utf-8")
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise BadSheet(f"{path}: uses an alias (*{event.anchor}); write it out")
        return yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, BadSheet):
            raise
        raise BadSheet(f"{path}: {' '.join(str(error).split())[:300]}; {_FORM}") from None


def _entry(told: Any, where: str) -> Entry:
    if isinstance(told, str):
        return Entry(category=_name(told, f"{where}"))
    said = _mapping(told, tuple(f.name for f in fields(Entry)), where)
    unit, up = said.get("unit"), said.get("up")
    if unit is not None and unit not in UNITS_M:
        raise BadSheet(f"{where}, unit: found {unit!r}; expected one of {', '.join(UNITS_M)}")
    if up not in (None, "y", "z"):
        raise BadSheet(f"{where}, up: found {str(up)[:40]!r}; expected y or z")
    texts = {
        key: _name(value, f"{where}, {key}")
        for key, value in said.items()
        if key not in ("unit", "up", "weight")
    }
    return Entry(**texts, unit=unit, up=up, weight=_weight(said.get("weight"), where))


def _weight(told: Any, where: str) -> float | None:
    if told is None:
        return None
    number = isinstance(told, int | float) and not isinstance(told, bool)
    if not number or not 0 <= told <= _MOST_WEIGHT:
        raise BadSheet(
            f"{where}, weight: found {str(told)[:60]}; expected a number, 0 to {_MOST_WEIGHT:g}"
        )
    return float(told)


def _height(told: Any, where: str) -> Range:
    said = _mapping(told, ("height_m",), where).get("height_m")
    if (
        not isinstance(said, list)
        or len(said) != 2
        or not all(isinstance(n, int | float) and 0 < n < 1e4 for n in said)
        or said[0] > said[1]
    ):
        raise BadSheet(f"{where}, height_m: found {str(said)[:60]}; expected [low, high] in metres")
    return float(said[0]), float(said[1])


def _mapping(told: Any, keys: tuple[str, ...] | None, where: str) -> Mapping[str, Any]:
    if not isinstance(told, dict) or not all(isinstance(key, str) for key in told):
        raise BadSheet(f"{where}: found {type(told).__name__}; {_FORM}")
    for key in told:
        if keys is not None and key not in keys:
            raise BadSheet(f"{where}: {key[:60]!r} means nothing; expected {', '.join(keys)}")
    return told


def _name(told: Any, where: str) -> str:
    if not isinstance(told, str) or not told.strip() or not told.isprintable() or len(told) > 200:
        raise BadSheet(f"{where}: found {str(told)[:60]!r}; expected a short text")
    return told.strip()
