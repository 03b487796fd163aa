"""Objects upright on floor, table or shelf, turned about z, none inside another; one aimed at."""

import math
from dataclasses import replace

import numpy as np

from scenes.config.cast import FLOOR, Cast
from scenes.config.scene import SceneConfig
from scenes.layout.camera import draw_camera
from scenes.layout.ground import Ground, add_bystanders, in_ellipse
from scenes.layout.in_view import first_in_view
from scenes.layout.kind import Kind, draw_prop, draw_targets, turn
from scenes.layout.perch import Perch, perches
from scenes.layout.posing import wants_stacking
from scenes.layout.standing import Layout, Standing

TRIES = 12  # pieces of furniture tried, before the floor must do
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
    return _on(rng, config, targets, perch)


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


def _on(rng: np.random.Generator, config: SceneConfig, targets: list[Kind], perch: Perch) -> Ground:
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
            if wants_stacking(rng, config.placement, kind.asset) and ground.add_into(rng, kind):
                continue
            ground.add_on(rng, kind, moved)
        return ground
    return _on_floor(rng, config, targets)


def _perch(rng: np.random.Generator, config: SceneConfig, cast: Cast, first: Kind) -> Perch | None:
    """Return what the first target is to stand on; None is the floor."""
    told = config.placement
    options = told.stands_on.get(first.asset.category, (FLOOR,))
    where = options[int(rng.integers(len(options)))] if len(options) > 1 else options[0]
    tall = first.height_m > told.tallest_m
    if tall or where not in cast.props:  # the floor, or furniture that the weights leave out
        return None
    for _ in range(TRIES):
        prop = draw_prop(rng, cast, where)
        there = [p for p in perches(prop.at((0.0, 0.0), 0.0), told.edge_m) if _may_hold(p, first)]
        if there:
            chosen = there[int(rng.integers(len(there)))]
            open_above = math.isinf(chosen.support.headroom_m)
            yaw = turn(rng) if open_above else float(rng.uniform(-SHELF_TURN_RAD, SHELF_TURN_RAD))
            return replace(chosen, owner=replace(chosen.owner, yaw_rad=yaw))
    return None


def _may_hold(perch: Perch, kind: Kind) -> bool:
    """Return True where the kind, square to the support, would find room on it."""
    middle = tuple(sum(end) / 2 for end in (perch.support.x_m, perch.support.y_m))
    return perch.holds(kind.at((middle[0], middle[1]), 0.0, perch.z_m))


def _moved(standing: Standing, to_origin: Standing) -> Standing:
    return replace(standing, x_m=standing.x_m - to_origin.x_m, y_m=standing.y_m - to_origin.y_m)
