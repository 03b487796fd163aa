"""Things as they are used together: chairs round a table, some under it, bottles and cups on it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from scenes.config.cast import Cast
from scenes.config.scene import SceneConfig
from scenes.layout.camera import draw_camera
from scenes.layout.ground import Ground, add_bystanders
from scenes.layout.in_view import first_in_view
from scenes.layout.kind import Kind, draw_prop, draw_targets, turn
from scenes.layout.perch import perches
from scenes.layout.posing import wants_stacking
from scenes.layout.standing import Layout, Position, Standing, fits
from scenes.layout.touching import touches

TRIES = 12  # places tried for one thing on top
SEAT_GAP_M = 0.1  # between neighbours at one side
DRAW_BACK_M = 0.08  # how much further out a seat is tried that would touch the table
MOST_STEPS = 14
ROUND_BELOW = (
    0.7  # a level rectangle smaller than this share of the footprint is inside a round top
)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Group:
    middle: Standing
    around: list[Standing] = field(default_factory=list)
    on_top: list[Standing] = field(default_factory=list)


def lay_out(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Layout:
    """Return one draw. A target of the group stands at the origin, the camera on its -y side."""
    return first_in_view(lambda: _draw(rng, config, cast))


def _draw(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Layout:
    group = _group(rng, config, cast)
    standing = [group.middle, *group.around, *group.on_top]
    targets = [s for s in standing if s.is_target]
    focus = targets[int(rng.integers(len(targets)))]
    ordered = [focus, *(s for s in standing if s.is_target and s is not focus)]
    ordered += [s for s in standing if not s.is_target]
    middle = next(i for i, s in enumerate(ordered) if s is group.middle)
    supports = [middle if any(s is o for o in group.on_top) else None for s in ordered]
    moved = [replace(s, x_m=s.x_m - focus.x_m, y_m=s.y_m - focus.y_m) for s in ordered]
    ground = Ground(
        camera=draw_camera(rng, config, moved[0], moved), gap_m=config.objects.gap_m,
        standing=moved, supports=supports,
    )  # fmt: skip
    add_bystanders(rng, config, cast, ground, config.clutter.occluders.draw_count(rng))
    return ground.layout()


def _group(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> _Group:
    """Return a group with a target in it: in the middle, on top, or else around."""
    told, own = config.group, cast.targets[0].category
    targets = draw_targets(rng, config, cast)
    middles = [category for category in told.middle if category in cast.props]
    while True:
        if own in told.middle:
            group = _Group(middle=targets[0].at((0.0, 0.0), turn(rng)))
        else:
            category = middles[int(rng.integers(len(middles)))]
            group = _Group(middle=draw_prop(rng, cast, category).at((0.0, 0.0), turn(rng)))
        things = targets if own in told.on_top else _things(rng, config, cast)
        seats = _seats(rng, config, cast) if own in (*told.middle, *told.on_top) else targets
        _seat(rng, config, group, seats)
        _set(rng, config, group, things)
        if any(s.is_target for s in (group.middle, *group.around, *group.on_top)):
            return group


def _things(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> list[Kind]:
    there = [c for c in config.group.on_top if c in cast.props]
    count = config.group.things.draw_count(rng) if there else 0
    return [draw_prop(rng, cast, there[int(rng.integers(len(there)))]) for _ in range(count)]


def _seats(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> list[Kind]:
    """Return what stands round a group whose targets do not: as a rule, a set of one kind."""
    there = [c for c in config.group.around if c in cast.props]
    count = config.group.seats.draw_count(rng) if there else 0
    if not count:
        return []
    same = rng.random() < config.objects.same_share
    seats = [draw_prop(rng, cast, there[int(rng.integers(len(there)))]) for _ in range(count)]
    return [seats[0]] * count if same else seats


def _seat(rng: np.random.Generator, config: SceneConfig, group: _Group, seats: list[Kind]) -> None:
    """Stand seats at places round the middle, each as far under it as it goes; or leave it out."""
    if not seats:
        return
    width_m = max(min(k.asset.size_m[:2]) * k.scale for k in seats) + SEAT_GAP_M
    places = list(_places(rng, group.middle, width_m))
    for kind, index in zip(seats, rng.permutation(len(places)), strict=False):
        stray = math.radians(config.group.turn_deg.draw(rng))
        tuck_m = config.group.tuck_m.draw(rng)
        if kind.asset.category not in config.group.around:
            tuck_m = -abs(tuck_m)
        for step in range(MOST_STEPS):
            new = _at(kind, group.middle, places[index], (stray, tuck_m - step * DRAW_BACK_M))
            if not fits(new, group.around, config.objects.gap_m):
                continue
            if fits(new, (group.middle,), 0.0) or not _touch(new, group.middle):
                group.around.append(new)
                break


def _set(rng: np.random.Generator, config: SceneConfig, group: _Group, things: list[Kind]) -> None:
    """Stand things on top, none beside what already rises there."""
    tops = list(perches(group.middle, config.placement.edge_m))[-1:]  # the highest
    tallest_m = config.placement.tallest_m
    for kind in things if tops else ():
        if _stack(rng, config, group, kind):
            continue
        for _ in range(TRIES if kind.height_m <= tallest_m else 0):
            new = tops[0].stand(rng, kind, turn(rng))
            if new is not None and fits(new, group.on_top + group.around, config.objects.gap_m):
                group.on_top.append(new)
                break


def _stack(rng: np.random.Generator, config: SceneConfig, group: _Group, kind: Kind) -> bool:
    """Put a target into the one before it; or leave it out."""
    if not (kind.is_target and group.on_top and group.on_top[-1].is_target):
        return False
    below = group.on_top[-1]
    if not wants_stacking(rng, config.placement, kind.asset):
        return False
    new = kind.into(below, turn(rng))
    others = [s for s in group.on_top if (s.x_m, s.y_m) != (below.x_m, below.y_m)]
    if new is None or not fits(new, others + group.around, config.objects.gap_m):
        return False
    group.on_top.append(new)
    return True


def _places(
    rng: np.random.Generator, middle: Standing, width_m: float
) -> Iterator[tuple[Position, float]]:
    """Yield points of the middle's outline, in its own axes, with the direction outwards."""
    half_x, half_y = middle.half_extent_m
    if _is_round(middle):
        count = max(2, int(2 * math.pi * (half_x + width_m / 4) / width_m))
        first = float(rng.uniform(0, 2 * math.pi))
        for number in range(count):
            angle = first + 2 * math.pi * number / count
            yield (half_x * math.cos(angle), half_y * math.sin(angle)), angle
        return
    for outwards, half_m, side_m in (
        (-math.pi / 2, half_x, half_y), (math.pi / 2, half_x, half_y),
        (0.0, half_y, half_x), (math.pi, half_y, half_x),
    ):  # fmt: skip
        count = max(1, int(2 * half_m / width_m))
        for number in range(count):
            along = half_m * ((2 * number + 1) / count - 1)
            cos, sin = math.cos(outwards), math.sin(outwards)
            yield (side_m * cos - along * sin, side_m * sin + along * cos), outwards


def _is_round(middle: Standing) -> bool:
    top = middle.asset.supports[-1:]
    area = sum((s.x_m[1] - s.x_m[0]) * (s.y_m[1] - s.y_m[0]) for s in top)
    return area < ROUND_BELOW * middle.asset.size_m[0] * middle.asset.size_m[1]


def _at(
    kind: Kind, middle: Standing, place: tuple[Position, float], stray: tuple[float, float]
) -> Standing:
    """Return a seat at a place, its front, -y, towards the middle. stray: turn, tuck in metres."""
    (x, y), outwards = place
    back_m = kind.at((0.0, 0.0), 0.0).half_extent_m[1] - stray[1]
    x, y = x + back_m * math.cos(outwards), y + back_m * math.sin(outwards)
    cos, sin = math.cos(middle.yaw_rad), math.sin(middle.yaw_rad)
    position = (middle.x_m + cos * x - sin * y, middle.y_m + sin * x + cos * y)
    return kind.at(position, middle.yaw_rad + outwards - math.pi / 2 + stray[0])


def _touch(new: Standing, middle: Standing) -> bool:
    there, here = middle.object_to_world(), new.object_to_world()
    to_middle = np.eye(4)
    to_middle[:3] = there[:3, :3].T @ here[:3] / middle.scale**2  # scaled rotations invert so
    to_middle[:3, 3] -= there[:3, :3].T @ there[:3, 3] / middle.scale**2
    return touches(new.asset.mesh(), to_middle, middle.asset.mesh())
