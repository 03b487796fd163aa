"""Things in the way: each occluder hides a drawn share of a target's width from the camera."""

import math

import numpy as np

from scenes.config.cast import FLOOR, Cast, pick
from scenes.config.scene import SceneConfig
from scenes.layout.ground import Ground, add_bystanders
from scenes.layout.in_view import first_in_view
from scenes.layout.kind import Kind
from scenes.layout.standing import Layout, Position, Standing
from scenes.strategies.on_surface import place_targets

NEAREST, FURTHEST = 0.35, 0.85  # where occluders stand, as shares of the way to the target
TRIES = 4  # assets tried for one occluder, some of which have no place there
ON_TOP_M = 0.4  # how far before the target, on the same table


def lay_out(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Layout:
    """Return one draw: targets as `on_surface` places them, then what hides them."""
    return first_in_view(lambda: _draw(rng, config, cast))


def _draw(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Layout:
    ground = place_targets(rng, config, cast)
    targets = [standing for standing in ground.standing if standing.is_target]
    for _ in range(config.clutter.occluders.draw_count(rng) if cast.clutter else 0):
        hidden = targets[int(rng.integers(len(targets)))]
        for _ in range(TRIES):
            asset = pick(rng, cast.clutter, cast.clutter_weights)
            kind = Kind(asset=asset, is_target=False, scale=1.0)
            if _hide(rng, config, ground, (kind, hidden)):
                break
    add_bystanders(rng, config, cast, ground, 0)
    return ground.layout()


def _hide(
    rng: np.random.Generator, config: SceneConfig, ground: Ground, pair: tuple[Kind, Standing]
) -> bool:
    """Stand an occluder beside the target on its table, or else on the floor before it."""
    kind, hidden = pair
    cover, perch, placement = config.clutter.cover.draw(rng), ground.perch, config.placement
    distance = _distance_m(ground, hidden)
    low = kind.asset.size_m[2] <= placement.tallest_m
    if perch and low and placement.allows(kind.asset.category, perch.owner.asset.category):
        near_m = kind.at((0.0, 0.0), 0.0).reach_m + hidden.reach_m
        shares = (max(1 - (near_m + ON_TOP_M) / distance, 0.1), max(1 - near_m / distance, 0.2))
        return ground.add_before(
            rng, kind, perch, lambda: _before(rng, ground, pair, (cover, shares))
        )
    if placement.allows(kind.asset.category, FLOOR):
        shares = (NEAREST, FURTHEST)
        return ground.add(rng, kind, lambda: _before(rng, ground, pair, (cover, shares)))
    return False


def _before(
    rng: np.random.Generator,
    ground: Ground,
    pair: tuple[Kind, Standing],
    wish: tuple[float, tuple[float, float]],
) -> Position:
    """Return where an occluder hides a share of the target's width, from the left or the right.

    wish: that share, and how much of the way to the target it may be, from and to. Both are taken
    for as wide as the geometric mean of their sides, whatever way they are turned.
    """
    (kind, hidden), (cover, shares) = pair, wish
    eye = ground.camera.camera_to_world[:2, 3]
    across, along = hidden.x_m - float(eye[0]), hidden.y_m - float(eye[1])
    distance, share = math.hypot(across, along), float(rng.uniform(*shares))
    half_hidden = math.sqrt(math.prod(hidden.half_extent_m)) / distance
    half_occluder = math.sqrt(math.prod(kind.at((0.0, 0.0), 0.0).half_extent_m)) / (
        share * distance
    )
    aside = half_occluder + half_hidden * (1 - 2 * cover)
    aside *= 1 if rng.random() < 0.5 else -1
    return (
        float(eye[0]) + share * (across - aside * along),
        float(eye[1]) + share * (along + aside * across),
    )


def _distance_m(ground: Ground, hidden: Standing) -> float:
    eye = ground.camera.camera_to_world[:2, 3]
    return math.hypot(hidden.x_m - float(eye[0]), hidden.y_m - float(eye[1]))
