"""Objects upright on floor, table or shelf, turned about z, none inside another; one aimed at."""

import math
from dataclasses import replace

import numpy as np

from scenes.config.cast import Cast
from scenes.config.scene import SceneConfig
from scenes.layout.camera import draw_camera
from scenes.layout.ground import Ground, add_bystanders, in_ellipse
from scenes.layout.in_view import first_in_view
from scenes.layout.kind import Kind, draw_prop, draw_targets, turn
from scenes.layout.perch import Perch, perches
from scenes.layout.posing import wants_stacking
from scenes.layout.standing import Layout, Position, Standing

TRIES = 12  # pieces of furniture tried, before the floor must do
TOGETHER_RAD = math.radians(50)  # how far those who go together are turned from one another
SHELF_TURN_RAD = math.radians(40)  # how far what is open to one side is turned from the camera


def lay_out(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Layout:
    """Return one draw. The focus target stands at the origin, the camera on its -y side."""
    return first_in_view(lambda: _draw(rng, config, cast))


def _draw(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Layout:
    ground = place_targets(rng, config, cast)
    add_bystanders(rng, config, cast, ground, config.clutter.occluders.draw_count(rng))
    return ground.layout()


def place_targets(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Ground:
    """Return the targets, on what they stand on, before a camera."""
    targets = draw_targets(rng, config, cast)
    perch = _perch(rng, config, cast, targets[0])
    if perch is None:
        return _on_floor(rng, config, targets)
    return _on(rng, config, cast, targets, perch)


def _on_floor(rng: np.random.Generator, config: SceneConfig, targets: list[Kind]) -> Ground:
    first = targets[0].at((0.0, 0.0), turn(rng))
    camera = draw_camera(rng, config, first, ())
    ground = Ground(camera=camera, gap_m=config.objects.gap_m, standing=[first], supports=[None])
    for kind in targets[1:]:
        spread_m = config.objects.spread_m.draw(rng)
        depth_share = config.objects.depth_spread
        if wants_stacking(rng, config.placement, kind.asset) and ground.add_into(rng, kind):
            continue
        ground.add(rng, kind, lambda: in_ellipse(rng, spread_m, depth_share))  # noqa: B023  # called at once
    return ground


def _on(
    rng: np.random.Generator, config: SceneConfig, cast: Cast, targets: list[Kind], perch: Perch
) -> Ground:
    """Stand the targets on a support, moved so that the first is in the middle of the world."""
    for _ in range(TRIES):
        first = perch.stand(rng, targets[0], turn(rng))
        if first is None:
            continue
        owner = _moved(perch.owner, first)
        first, moved = _moved(first, first), replace(perch, owner=owner)
        camera = draw_camera(rng, config, first, (owner,))
        if not moved.lets_see(camera, first):
            continue
        ground = Ground(
            camera=camera,
            gap_m=config.objects.gap_m,
            standing=[first, owner],
            supports=[1, None],
            perch=moved,
        )
        for kind in targets[1:]:
            if perch.support.hung:
                _add_beside(rng, config, cast, ground, kind)
                continue
            if wants_stacking(rng, config.placement, kind.asset) and ground.add_into(rng, kind):
                continue
            ground.add_on(rng, kind, moved)
        return ground
    return _on_floor(rng, config, targets)


def _perch(rng: np.random.Generator, config: SceneConfig, cast: Cast, first: Kind) -> Perch | None:
    """Return what the first target is to stand on; None is the floor."""
    told = config.placement
    options = told.places_of(first.asset.category, first.asset.shape)
    where = options[int(rng.integers(len(options)))] if len(options) > 1 else options[0]
    tall = first.height_m > told.tallest_m
    if where not in cast.props or (tall and not _is_worn_by(cast, where)):
        return None  # the floor, or furniture that the weights leave out
    for _ in range(TRIES):
        prop = draw_prop(rng, cast, where)
        there = [
            p
            for p in perches(prop.at((0.0, 0.0), 0.0), told.edge_m)
            if p.may_hold(first) and (p.support.hung or not tall)
        ]
        if there:
            chosen = there[int(rng.integers(len(there)))]
            yaw = _turn(rng, config, chosen)
            return replace(chosen, owner=replace(chosen.owner, yaw_rad=yaw))
    return None


def _is_worn_by(cast: Cast, where: str) -> bool:
    return any(support.hung for asset in cast.props[where].assets for support in asset.supports)


def _turn(rng: np.random.Generator, config: SceneConfig, perch: Perch) -> float:
    """Return how what a target is on is turned: where it matters, so that the camera may see it."""
    if perch.support.hung:
        most = math.radians(config.placement.turned_away_deg)
        return math.pi + float(rng.uniform(-most, most))
    if math.isinf(perch.support.headroom_m):
        return turn(rng)
    return float(rng.uniform(-SHELF_TURN_RAD, SHELF_TURN_RAD))


def _add_beside(
    rng: np.random.Generator, config: SceneConfig, cast: Cast, ground: Ground, kind: Kind
) -> None:
    """Have somebody else wear a target who goes nearly the same way; or stand it on the floor."""
    first, spread_m = ground.standing[1], config.objects.spread_m.draw(rng)

    def place() -> Position:
        return in_ellipse(rng, spread_m, config.objects.depth_spread)

    def wearer() -> Standing:
        stray = float(rng.uniform(-TOGETHER_RAD, TOGETHER_RAD))
        return draw_prop(rng, cast, by).at(place(), first.yaw_rad + stray)

    by = first.asset.category
    if by in config.placement.places_of(kind.asset.category, kind.asset.shape):
        ground.add_worn(rng, kind, wearer)
    else:
        ground.add(rng, kind, place)


def _moved(standing: Standing, to_origin: Standing) -> Standing:
    return replace(standing, x_m=standing.x_m - to_origin.x_m, y_m=standing.y_m - to_origin.y_m)
