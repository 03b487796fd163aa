"""Words of Hydra's override grammar."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assets.cards.folder import CutOuts
from assets.errors import UserError
from scenes.labels.policy import LabelSettings

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|0|[1-9][0-9]*")
_SAYABLE_KEY = re.compile(r"[A-Za-z0-9_\-./ ,:=+@%*?|()\[\]{}]+")  # in Hydra's OverrideLexer


class Unsayable(UserError):
    """A key that Hydra's override grammar has no words for."""


def words(key: str, value: object) -> tuple[str, ...]:
    """Return the overrides that set a key, those below it where the value is a mapping.

    A mapping with a key that no dotted path can hold goes as a whole. Raises Unsayable.
    """
    if isinstance(value, Mapping) and all(_PLAIN_KEY.fullmatch(str(name)) for name in value):
        return tuple(word for name, item in value.items() for word in words(f"{key}.{name}", item))
    return (f"++{key}={quoted(value)}",)  # ++ also sets what stands in no default


def quoted(value: object) -> str:
    """Return a value as Hydra's override grammar reads it: text in quotes, numbers bare.

    Lists and mappings are followed. Raises Unsayable.
    """
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{','.join(map(quoted, value))}]"
    if isinstance(value, Mapping):
        pairs = (f"{_mapping_key(name)}:{quoted(item)}" for name, item in value.items())
        return f"{{{','.join(pairs)}}}"
    told = re.sub(r"(\\*)\$\{", r"\1\1\\${", str(value))  # else it would be looked up
    told = re.sub(r"(\\*)('|\Z)", lambda end: end[1] * 2 + end[2].replace("'", "\\'"), told)
    return f"'{told}'"


def _mapping_key(name: object) -> str:
    """Return a key of a mapping inside a value, where the grammar knows no quotes."""
    if not _SAYABLE_KEY.fullmatch(str(name)):
        raise Unsayable(
            f"the key {str(name)!r} cannot be passed on to the renderer; expected ASCII letters, "
            "digits, spaces and any of _ - . / , : = + @ % * ? | ( ) [ ] { }; rename it"
        )
    return re.sub(r"([\s,:=()\[\]{}])", r"\\\1", str(name))


def path_words(paths: Mapping[str, Path | None]) -> tuple[str, ...]:
    """Return the words that set the paths that are told, wherever they are read."""
    return tuple(f"{key}={quoted(path.absolute())}" for key, path in paths.items() if path)


def scene_words(variants: int, seed: int, labels: LabelSettings) -> tuple[str, ...]:
    """Return the words by which the render room sees and labels scenes as alignment does."""
    return f"variants={variants}", f"seed={seed}", *words("labels", asdict(labels))


def cut_out_words(told: CutOuts) -> tuple[str, ...]:
    """Return the words by which the render room finds the same cut-outs."""
    return words("fragments", {**asdict(told), "folder": told.folder and told.folder.absolute()})


def quality_words(preset: str, image_format: str, quality: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words that set a preset of quality and all its values."""
    values = (f"quality.{key}={quoted(value)}" for key, value in quality.items())
    return f"quality={preset}", f"image_format={image_format}", *values


def weight_words(weights: Mapping[str, float]) -> tuple[str, ...]:
    """Return the words of `make align OPTIONS=...` that give shapes these weights."""
    return tuple(f"+scene.weights.{_key(shape)}={told:.3g}" for shape, told in weights.items())


def _key(shape: str) -> str:
    # a bare word is a key of Hydra's grammar; anything else has to be quoted
    return shape if shape.replace("_", "").replace("-", "").isalnum() else quoted(shape)
