"""The configurations that are searched: every combination of the axes declared in conf/grid."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenes.config import SceneConfig
from scenes.settings import BadSetting, from_mapping


@dataclass(frozen=True, kw_only=True)
class GridSettings:
    """conf/grid. axes: dotted path into the scene's settings to the values it takes.

    first_scenes, most_scenes: previewed per configuration, at first and at most. tolerance: the
    standard error of mean and spread that is small enough, as a share of the real spread.
    """

    axes: Mapping[str, tuple[Any, ...]]
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
class GridPoint:
    """One configuration and the values that its axes took."""

    config: SceneConfig
    values: Mapping[str, Any]


def grid_of(scene: Mapping[str, Any], settings: GridSettings) -> tuple[GridPoint, ...]:
    """Return every combination, in the order of the axes. Raises BadSetting for an unknown path.

    scene: the settings of conf/strategy as plain data, with what the real set decides (category,
    category_id, resolutions_px) already in.
    """
    points = []
    for number, values in enumerate(itertools.product(*settings.axes.values())):
        told = dict(zip(settings.axes, values, strict=True))
        changed: Mapping[str, Any] = {**scene, "id": f"grid-{number:04d}"}
        for path, value in told.items():
            changed = _with(changed, path.split("."), value, path)
        points.append(GridPoint(config=from_mapping(SceneConfig, changed, "scene"), values=told))
    return tuple(points)


def _with(told: Mapping[str, Any], path: list[str], value: Any, whole: str) -> dict[str, Any]:
    if path[0] not in told:
        raise BadSetting(f"grid.axes.{whole}: conf/strategy has no such setting")
    inner = value if len(path) == 1 else _with(told[path[0]], path[1:], value, whole)
    return {**told, path[0]: inner}
