"""Plain mappings into frozen dataclasses, strictly: every default lives in conf/, none in code."""

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from assets.errors import UserError

T = TypeVar("T")


class BadSetting(UserError):
    """A setting that is unknown, missing or of the wrong type."""


def from_mapping(cls: type[T], told: Mapping[str, Any], where: str = "") -> T:
    """Return the dataclass `cls` made from a mapping with exactly its fields as keys.

    Nested dataclasses, tuples, mappings, Literal, Path and unions with None are followed. `where`
    is the dotted path of the mapping, for messages. Raises BadSetting, which names the key.
    """
    if not isinstance(told, Mapping):
        raise BadSetting(f"{where or 'settings'}: found {told!r}; expected a mapping of settings")
    hints = get_type_hints(cls)
    names = [f.name for f in fields(cls)]  # type: ignore[arg-type]  # T is always a dataclass here
    _check_keys(names, told, where)
    made = {n: from_hint(hints[n], told[n], f"{where}.{n}" if where else n) for n in names}
    try:
        return cls(**made)
    except ValueError as error:
        if isinstance(error, BadSetting):
            raise
        raise BadSetting(f"{where or 'settings'}: {error}") from None


def _check_keys(names: list[str], told: Mapping[str, Any], where: str) -> None:
    prefix = f"{where}." if where else ""
    for key in told:
        if key not in names:
            raise BadSetting(
                f"{prefix}{key}: no such setting; expected one of {', '.join(sorted(names))}"
            )
    for name in names:
        if name not in told:
            raise BadSetting(
                f"{prefix}{name}: missing; give it in conf/ or as {prefix}{name}=VALUE"
            )


def from_hint(hint: Any, told: Any, where: str) -> Any:
    """Return one value as its type hint wants it. Raises BadSetting, which names `where`."""
    origin = get_origin(hint)
    if is_dataclass(hint):
        return from_mapping(hint, told, where)  # type: ignore[arg-type]  # a class, not an instance
    if origin in (Union, types.UnionType):
        return _optional(hint, told, where)
    if origin is tuple:
        return _tuple(get_args(hint), told, where)
    if origin is Literal:
        return _one_of(get_args(hint), told, where)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(get_args(hint)[1], told, where)
    return _scalar(hint, told, where)


def _optional(hint: Any, told: Any, where: str) -> Any:
    inner = [a for a in get_args(hint) if a is not type(None)]
    if told is None and len(inner) < len(get_args(hint)):
        return None
    for choice in inner[:-1]:
        try:
            return from_hint(choice, told, where)
        except BadSetting:
            continue
    return from_hint(inner[-1], told, where)


def _tuple(args: tuple[Any, ...], told: Any, where: str) -> tuple[Any, ...]:
    if isinstance(told, str) or not isinstance(told, list | tuple):
        raise BadSetting(f"{where}: found {told!r}; expected a list")
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(from_hint(args[0], item, f"{where}[{i}]") for i, item in enumerate(told))
    if len(told) != len(args):
        raise BadSetting(f"{where}: found {len(told)} values; expected {len(args)}")
    return tuple(from_hint(a, t, f"{where}[{i}]") for i, (a, t) in enumerate(zip(args, told)))  # noqa: B905  # lengths compared above


def _one_of(choices: tuple[Any, ...], told: Any, where: str) -> Any:
    if told not in choices:
        raise BadSetting(f"{where}: found {told!r}; expected one of {', '.join(map(str, choices))}")
    return told


def _mapping(hint: Any, told: Any, where: str) -> dict[str, Any]:
    if not isinstance(told, Mapping):
        raise BadSetting(f"{where}: found {told!r}; expected a mapping")
    return {str(key): from_hint(hint, item, f"{where}.{key}") for key, item in told.items()}


def _scalar(hint: Any, told: Any, where: str) -> Any:
    if hint is Path and isinstance(told, str | Path) and str(told):
        return Path(told).expanduser()
    if hint is float and isinstance(told, int | float) and not isinstance(told, bool):
        if not math.isfinite(told):
            raise BadSetting(f"{where}: found {told}; expected a finite number")
        return float(told)
    if hint is int and isinstance(told, int) and not isinstance(told, bool):
        return told
    if hint is bool and isinstance(told, bool):
        return told
    if hint is str and isinstance(told, str | int | float) and not isinstance(told, bool):
        return str(told)  # a name that looks like a number is still a name
    if hint is Any:
        return told
    raise BadSetting(f"{where}: found {told!r}; expected {getattr(hint, '__name__', hint)}")
