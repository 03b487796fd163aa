"""How large things of a category are that nobody tells: by the ground that photos show."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from assets.fragments.set_ground import SetGround


@dataclass(frozen=True, kw_only=True)
class Supposed:
    """What is taken where photos tell proportions alone.

    camera_m: how high above the ground they were taken, None where nobody supposes so. height_m:
    of things.
    """

    camera_m: float | None
    height_m: float


@dataclass(frozen=True, kw_only=True)
class ByGround:
    """Metres by category. guessed: whose size is nothing but a guess; camera_m: if it is known."""

    height_m: Mapping[str, float]
    guessed: frozenset[str]
    camera_m: float | None


def by_ground(
    ground: SetGround | None, wanted: frozenset[str], known_m: Mapping[str, float], by: Supposed
) -> ByGround:
    """Return how high things of the wanted categories are.

    known_m: how high boxes of categories are whose size is told. The ground has all heights in one
    unit. What it is in metres, those that are known tell, in the median; else, where it is the
    camera's height, `by.camera_m` is; else the wanted are `by.height_m` high in the geometric mean.
    Categories of which the ground knows nothing are `by.height_m` high.
    """
    height = {} if ground is None else {c: ground.height[c] for c in wanted if c in ground.height}
    away = ground is not None and ground.horizon is not None
    unit_m = None if ground is None else _unit_m(ground, known_m, by.camera_m if away else None)
    sure = frozenset(height) if unit_m is not None else frozenset()
    if unit_m is None and height:
        unit_m = by.height_m / statistics.geometric_mean(height.values())
    scaled = {c: share * (unit_m or math.nan) for c, share in height.items()}
    return ByGround(
        height_m={c: scaled.get(c, by.height_m) for c in sorted(wanted)}, guessed=wanted - sure,
        camera_m=unit_m if away else None,
    )  # fmt: skip


def _unit_m(
    ground: SetGround, known_m: Mapping[str, float], supposed_m: float | None
) -> float | None:
    told = [metres / ground.height[c] for c, metres in known_m.items() if c in ground.height]
    return statistics.median(told) if told else supposed_m
