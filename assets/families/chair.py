"""Chairs: four legs and a back, and the family of everything that is sat on by one person."""

from collections.abc import Iterator

import numpy as np

from assets.families.backrest import BACK_TOP, BACK_TOPS, Backrest
from assets.families.family import (
    Mark,
    Parameters,
    Part,
    Rest,
    Shape,
    both_sides,
    choice,
    corners,
    family,
    level,
    names,
    span,
    tip,
)
from assets.families.office_chair import OFFICE
from assets.families.shell_chair import SHELL
from assets.families.solids import (
    Solid,
    box,
    circle,
    cushion,
    fillet,
    rectangle,
    rounded_box,
    sweep,
)
from assets.families.stool import BAR_STOOL, BENCH_SEAT, STOOL
from assets.mesh import FloatArray

_FRAME = ("wood", "paint", "wood", "metal")
_SEAT = ("fabric", "leather")
_SITTING = Rest((0.25, 0.75), (0.2, 0.7))


def _dining(p: Parameters) -> Iterator[Part]:
    kind, leg = _FRAME[int(p["frame"])], p["leg_m"]
    yield from _four_legs(p, kind)
    yield from _seat(p, kind)
    back = _back(p, kind)
    yield from back.posts(leg, p["splay_m"])
    low = p["seat_height_m"] + p["gap_m"]
    yield from back.filling(int(p["back"]), int(p["slats"]), low, 0.024)


def _armchair(p: Parameters) -> Iterator[Part]:
    kind, leg, seat = _FRAME[int(p["frame"])], p["leg_m"], p["seat_height_m"]
    soft = _SEAT[int(p["cover"])]
    pad = p["pad_m"]
    low = {**p, "seat_height_m": seat - pad}
    yield from _four_legs(low, kind)
    yield Part(kind, _board(p, seat - pad, 0.03), corners("seat"))
    yield Part(soft, _pad(p, pad + 0.02).at(0, -0.01, seat - pad / 2), rest=_SITTING)
    back = _back(low, kind)
    yield from back.posts(leg, p["splay_m"])
    yield back.rail(p["height_m"] - 0.03, 0.06, 0.025)
    yield back.rail(seat + 0.06, 0.05, 0.025)
    tall = p["height_m"] - seat + 0.03
    wide = p["seat_width_m"] - 2 * leg + 0.01
    rest = cushion((wide, tall, pad), 0.04, 0.03).turned(0, 90)
    yield Part(soft, back.laid(rest, seat + tall / 2 - 0.01, 0.55 * pad))
    yield from _arms(p, kind, back, seat + p["arm_m"])


def _arms(p: Parameters, kind: str, back: Backrest, z: float) -> Iterator[Part]:
    leg = p["leg_m"]
    x, front = back.half_width_m, -p["seat_depth_m"] / 2 + leg / 2
    path = fillet(
        [(x, back.y_at(z), z - 0.01), (x + 0.012, 0, z + 0.012), (x, front - 0.03, z)], 0.15
    )
    yield from both_sides(kind, sweep(path, rectangle(0.026, 0.055, 0.01), up=(0, 0, 1)))
    post = sweep([(x, front, p["seat_height_m"] - p["pad_m"] - 0.03), (x, front, z - 0.004)],
                 rectangle(leg, leg, 0.2 * leg), scale=[1.0, 0.85])  # fmt: skip
    yield from both_sides(kind, post)


def _folding(p: Parameters) -> Iterator[Part]:
    half, radius, seat, top = p["seat_width_m"] / 2, p["tube_m"], p["seat_height_m"], p["height_m"]
    reach, lean = p["reach_m"], p["lean_m"]
    back = Backrest(half_width_m=half, seat_m=seat, top_m=top, y_m=reach * 0.55,
                    slope=lean / (top - seat), hollow_m=0.02, kind="metal")  # fmt: skip
    long = fillet(
        [(half, -reach, radius), (half, back.y_m, seat), (half, back.y_at(top), top)], 0.1
    )
    yield from both_sides(
        "metal", sweep(long, circle(radius, 12), bevel_m=0.004), (BACK_TOP, *tip("leg_front_left"))
    )
    inner = half - 2.1 * radius
    cross = [(inner, reach, radius), (inner, -reach * 0.8, seat - 0.025)]
    yield from both_sides(
        "metal", sweep(cross, circle(radius, 12), bevel_m=0.004), tip("leg_back_left")
    )
    for x, y, z in ((half, -reach * 0.72, 0.18 * seat), (inner, reach * 0.66, 0.17 * seat)):
        y = _along(long if x == half else np.array(cross), z)  # noqa: PLW2901  # on its own legs
        yield Part("metal", sweep([(-x, y, z), (x, y, z)], circle(0.8 * radius, 10), up=(0, 0, 1)))
    yield back.tube(top - radius, radius)
    kind = ("plastic", "fabric", "wood")[int(p["seat"])]
    depth = reach * 1.5
    pan = rounded_box((2 * half - 0.006, depth, 0.028), 0.012, steps=2)
    yield Part(kind, pan.at(0, -0.06, seat - 0.012), corners("seat"), level(0.8))
    yield back.panel(kind, top - p["panel_m"], top - 0.012, 0.02)


def _along(path: FloatArray, z: float) -> float:
    order = np.argsort(path[:, 2])
    return float(np.interp(z, path[order, 2], path[order, 1]))


def _rocking(p: Parameters) -> Iterator[Part]:
    kind, leg, lift = _FRAME[int(p["frame"])], p["leg_m"], p["lift_m"]
    half, depth = p["seat_width_m"] / 2 - leg / 2, p["seat_depth_m"] / 2 - leg / 2
    yield from _rockers(p, kind, half)
    seat = p["seat_height_m"]
    front = sweep([(half, -depth, lift), (half, -depth, seat + p["arm_m"])], circle(leg / 2, 12))
    yield from both_sides(kind, front)
    back = _back(p, kind)
    yield from back.posts(leg, 0.02, foot_m=lift)
    yield Part(kind, _board(p, seat, 0.032), corners("seat"), _SITTING)
    yield from _stretchers(p, kind, (0.55 * lift + 0.45 * seat,))
    yield from back.filling(int(p["back"]), int(p["slats"]), seat + p["gap_m"], 0.024)
    yield from _arm_boards(p, kind, back, seat + p["arm_m"])


def _rockers(p: Parameters, kind: str, half: float) -> tuple[Part, Part]:
    y = np.linspace(-0.5, 0.58, 17) * p["rocker_m"]
    radius = p["rocker_m"] * 1.15
    z = radius - np.sqrt(radius**2 - y**2) + 0.02
    path = np.stack([np.full_like(y, half), y, z], axis=1)
    ends = (Mark("leg_front_left", (0, -1, 0)), Mark("leg_back_left", (0, 1, 0)))
    return both_sides(kind, sweep(path, rectangle(0.045, 0.03, 0.008), up=(0, 0, 1)), ends)


def _arm_boards(p: Parameters, kind: str, back: Backrest, z: float) -> tuple[Part, Part]:
    front, rear = -p["seat_depth_m"] / 2 - 0.03, back.y_at(z)
    board = box((0.07, rear - front, 0.024), (back.half_width_m + 0.012, (front + rear) / 2, z))
    return both_sides(kind, board)


def _four_legs(p: Parameters, kind: str) -> Iterator[Part]:
    leg, under = p["leg_m"], p["seat_height_m"] - 0.02 - (0.02 if p.get("cushion") else 0.0)
    x, y = p["seat_width_m"] / 2 - leg / 2, p["seat_depth_m"] / 2 - leg / 2
    front = sweep([(x, -y, 0), (x, -y, under)], rectangle(leg, leg, 0.2 * leg), scale=[0.7, 1.0])
    yield from both_sides(kind, front, tip("leg_front_left"))
    deep = p["apron_m"]
    z = under - deep / 2 + 0.004
    for side in (-y, y):
        yield Part(kind, box((2 * x, 0.02, deep), (0, side, z)))
    yield from both_sides(kind, box((0.02, 2 * y, deep), (x, 0, z)))
    if p["stretcher"]:
        yield from _stretchers(p, kind, (0.4 * under,))


def _stretchers(p: Parameters, kind: str, heights: tuple[float, ...]) -> Iterator[Part]:
    leg = p["leg_m"]
    x, y = p["seat_width_m"] / 2 - leg / 2, p["seat_depth_m"] / 2 - leg / 2
    for z in heights:
        yield from both_sides(kind, box((0.018, 2 * y, 0.026), (x, 0, z)))
        yield Part(kind, box((2 * x, 0.018, 0.026), (0, -0.2 * y, z), 0.004))


def _seat(p: Parameters, kind: str) -> Iterator[Part]:
    seat = p["seat_height_m"]
    board = _board(p, seat - (0.02 if p["cushion"] else 0.0), 0.024)
    yield Part(kind, board, corners("seat"), None if p["cushion"] else _SITTING)
    if p["cushion"]:
        soft = _SEAT[int(p["cushion"]) - 1]
        yield Part(soft, _pad(p, 0.04).at(0, -0.004, seat - 0.005), rest=_SITTING)


def _board(p: Parameters, top_m: float, thickness_m: float) -> Solid:
    size = (p["seat_width_m"] + 0.02, p["seat_depth_m"] + 0.024, thickness_m)
    return rounded_box(size, 0.008, steps=2).at(0, -0.008, top_m - thickness_m / 2)


def _pad(p: Parameters, thickness_m: float) -> Solid:
    leg = p["leg_m"]
    size = (p["seat_width_m"] - 0.6 * leg, p["seat_depth_m"] - 1.4 * leg, thickness_m)
    return cushion(size, 0.45 * thickness_m, 0.012)


def _back(p: Parameters, kind: str) -> Backrest:
    leg = p["leg_m"]
    return Backrest(
        half_width_m=p["seat_width_m"] / 2 - leg / 2,
        seat_m=p["seat_height_m"],
        top_m=p["height_m"],
        y_m=p["seat_depth_m"] / 2 - leg / 2,
        slope=float(np.tan(np.radians(p["rake_deg"]))),
        hollow_m=p["hollow_m"],
        kind=kind,
    )


DINING = Shape(
    name="dining",
    source="EN 1729-1 sizes 5-7 (seat 0.43 to 0.51 m high); common dining chairs, 0.80 to 1.02 m",
    parts=_dining,
    ranges={
        "seat_height_m": span(0.43, 0.48), "seat_width_m": span(0.40, 0.48),
        "seat_depth_m": span(0.38, 0.44), "height_m": span(0.80, 1.02), "leg_m": span(0.030, 0.042),
        "rake_deg": span(6, 13), "splay_m": span(0.01, 0.06), "hollow_m": span(0.008, 0.035),
        "apron_m": span(0.04, 0.07), "gap_m": span(0.08, 0.16), "slats": choice(5, 2),
        "back": choice(2), "cushion": choice(2), "stretcher": choice(1), "frame": choice(3),
    },
)  # fmt: skip
ARMCHAIR = Shape(
    name="armchair",
    source="EN 12520 domestic seating; lounge chairs, seat 0.40 to 0.45 m, arms 0.18 to 0.24 above",
    parts=_armchair,
    ranges={
        "seat_height_m": span(0.40, 0.46), "seat_width_m": span(0.54, 0.66),
        "seat_depth_m": span(0.50, 0.60), "height_m": span(0.78, 0.98), "leg_m": span(0.036, 0.05),
        "rake_deg": span(12, 20), "splay_m": span(0.03, 0.10), "hollow_m": span(0.005, 0.02),
        "apron_m": span(0.05, 0.08), "arm_m": span(0.16, 0.22), "pad_m": span(0.07, 0.11),
        "cover": choice(1), "stretcher": choice(1), "frame": choice(1),
    },
)  # fmt: skip
FOLDING = Shape(
    name="folding",
    source="common steel folding chairs: seat 0.43 to 0.47 m, 0.76 to 0.86 m high",
    parts=_folding,
    ranges={
        "seat_height_m": span(0.43, 0.47), "seat_width_m": span(0.40, 0.47),
        "height_m": span(0.76, 0.86), "tube_m": span(0.010, 0.0125), "reach_m": span(0.20, 0.25),
        "lean_m": span(0.05, 0.11), "panel_m": span(0.14, 0.22), "seat": choice(2),
    },
)  # fmt: skip
ROCKING = Shape(
    name="rocking",
    source="common rocking chairs: seat 0.40 to 0.45 m, back 1.00 to 1.15 m high",
    parts=_rocking,
    ranges={
        "seat_height_m": span(0.40, 0.45), "seat_width_m": span(0.50, 0.58),
        "seat_depth_m": span(0.44, 0.52), "height_m": span(1.00, 1.15), "leg_m": span(0.032, 0.042),
        "rake_deg": span(13, 19), "hollow_m": span(0.015, 0.04), "gap_m": span(0.08, 0.12),
        "arm_m": span(0.20, 0.25), "slats": choice(6, 4), "back": choice(1),
        "lift_m": span(0.045, 0.055), "rocker_m": span(0.75, 0.90), "frame": choice(1),
    },
)  # fmt: skip
KEYPOINTS = names(corners("seat"), BACK_TOPS, corners("leg"))
CHAIR = family(
    "chair", KEYPOINTS,
    DINING, ARMCHAIR, STOOL, BAR_STOOL, OFFICE, FOLDING, ROCKING, BENCH_SEAT, SHELL,
)  # fmt: skip
