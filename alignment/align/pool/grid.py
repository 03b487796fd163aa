"""The configurations that are searched: every combination of the axes declared in conf/grid."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, get_type_hints

from scenes.config.from_mapping import BadSetting, from_hint
from scenes.config.scene import SceneConfig


@dataclass(frozen=True, kw_only=True)
class Rounds:
    """How many scenes of a configuration are previewed: at first, and at most.

    tolerance: the standard error of mean and spread that is small enough, as a share of the real
    spread.
    """

    first_scenes: int
    most_scenes: int
    tolerance: float

    def __post_init__(self) -> None:
        if not 1 <= self.first_scenes <= self.most_scenes:
            raise ValueError(
                f"first_scenes is {self.first_scenes}, most_scenes {self.most_scenes}; "
                "expected 1 <= first_scenes <= most_scenes"
            )
        if self.tolerance <= 0:
            raise ValueError(f"tolerance is {self.tolerance}; expected a share above 0")


@dataclass(frozen=True, kw_only=True)
class GridSettings(Rounds):
    """conf/grid. axes: dotted path into the scene's settings to the values it takes."""

    axes: Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True)
class GridPoint:
    """One configuration and the values that its axes took."""

    config: SceneConfig
    values: Mapping[str, Any]


def grid_of(bases: Sequence[SceneConfig], settings: GridSettings) -> tuple[GridPoint, ...]:
    """Return every combination of each base, in the order of the axes.

    bases: one a category. Raises BadSetting for an unknown path.
    """
    every = itertools.product(bases, itertools.product(*settings.axes.values()))
    return tuple(
        point_of(
            base, f"grid-{number:04d}", dict(zip(settings.axes, values, strict=True)), "grid.axes"
        )
        for number, (base, values) in enumerate(every)
    )


def check_axes(base: SceneConfig, settings: GridSettings) -> None:
    """Raise BadSetting for a path or a value that no configuration can have."""
    for path, values in settings.axes.items():
        for value in values:
            point_of(base, "grid", {path: value}, "grid.axes")


def point_of(base: SceneConfig, name: str, values: Mapping[str, Any], where: str) -> GridPoint:
    """Return `base` with these values by dotted path. Raises BadSetting, naming `where`."""
    config = replace(base, id=name)
    for path, value in values.items():
        config = _with(config, path.split("."), value, f"{where}.{path}")
    return GridPoint(config=config, values=values)


def _with(config: Any, path: list[str], value: Any, where: str) -> Any:
    if not is_dataclass(config) or path[0] not in {f.name for f in fields(config)}:
        raise BadSetting(f"{where}: conf/strategy has no such setting")
    if len(path) == 1:
        inner = from_hint(_hints(config.__class__)[path[0]], value, where)
    else:
        inner = _with(getattr(config, path[0]), path[1:], value, where)
    try:
        return replace(config, **{path[0]: inner})  # type: ignore[type-var]  # an instance
    except ValueError as error:
        raise BadSetting(f"{where}: {error}") from None


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)
