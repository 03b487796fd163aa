"""Seats without a chair's back: stools, bar stools, benches."""

from collections.abc import Iterator

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
    level,
    span,
    tip,
)
from assets.families.legs import CORNERS, splayed_legs
from assets.families.solids import (
    Solid,
    box,
    circle,
    cushion,
    disc,
    fillet,
    rectangle,
    ring,
    sweep,
)

_FRAME = ("wood", "metal", "paint")


def _stool(p: Parameters) -> Iterator[Part]:
    kind, seat, radius = _FRAME[int(p["frame"])], p["seat_height_m"], p["seat_m"] / 2
    legs, thick = 3 + int(p["fourth_leg"]), p["thickness_m"]
    yield Part(
        "wood" if kind == "metal" else kind,
        disc(radius, thick, 0.01).at(0, 0, seat - thick),
        corners("seat", 0.5),
        level(0.65),
    )
    top, foot = 0.72 * radius, 0.72 * radius + p["splay_m"]
    reach = (foot, top, seat - thick + 0.004)
    yield from splayed_legs(kind, legs, reach, p["leg_m"], 0.75)
    height = p["ring_share"] * seat
    around = foot + (top - foot) * height / (seat - thick)
    yield Part(kind, ring((0, 0, height), around, 0.35 * p["leg_m"]))


def _bar_stool(p: Parameters) -> Iterator[Part]:
    seat, half, spread = p["seat_height_m"], p["seat_m"] / 2, p["spread_m"]
    kind, leg = _FRAME[int(p["frame"])], p["leg_m"]
    soft = ("fabric", "leather", "wood")[int(p["cover"])]
    thick = 0.06 if soft != "wood" else 0.03
    yield Part(
        soft,
        _bar_seat(soft, 2 * half, thick).at(0, 0, seat - thick / 2),
        corners("seat"),
        level(0.5),
    )
    top = half - leg
    yield Part(kind, box((2 * half - 0.02, 2 * half - 0.02, 0.022), (0, 0, seat - thick - 0.008)))
    for turn, corner in zip((0, 90, 180, 270), CORNERS, strict=True):
        path = [(top + spread, top + spread, 0), (top, top, seat - thick)]
        solid = sweep(path, rectangle(leg, leg, 0.2 * leg), scale=[0.8, 1.0])
        yield Part(kind, solid.floored().turned(2, turn), tip(f"leg_{corner}"))
        z = p["foot_rest_m"] if turn % 180 else p["foot_rest_m"] - 0.05
        reach = top + spread * (1 - z / (seat - thick))
        bar = sweep([(-reach, reach, z), (reach, reach, z)], circle(0.3 * leg, 10), up=(0, 0, 1))
        yield Part(kind, bar.turned(2, turn))
    if p["back_m"] > 0.17:
        yield from _low_back(p, kind, soft)


def _bar_seat(kind: str, side: float, thick: float) -> Solid:
    if kind == "wood":
        return box((side, side, thick), (0, 0, 0), 0.01)
    return cushion((side, side, thick), 0.025, 0.012)


def _low_back(p: Parameters, kind: str, soft: str) -> Iterator[Part]:
    seat, half = p["seat_height_m"], p["seat_m"] / 2
    top = seat + p["back_m"]
    back = Backrest(half_width_m=half - 0.03, seat_m=seat, top_m=top, y_m=half - 0.02,
                    slope=0.15, hollow_m=0.03, kind=kind)  # fmt: skip
    x = back.half_width_m - 0.01
    path = fillet([(x, half - 0.03, seat - 0.07), (x, half - 0.005, seat),
                   (x, back.y_at(top - 0.02), top - 0.02)], 0.03)  # fmt: skip
    yield from both_sides(kind, sweep(path, circle(0.011, 12)))
    yield back.panel(soft, top - 0.13, top, 0.028, BACK_TOPS)


def _bench_seat(p: Parameters) -> Iterator[Part]:
    long, seat, deep = p["length_m"], p["seat_height_m"], p["seat_depth_m"]
    kind = _FRAME[int(p["frame"])]
    boards = int(p["boards"])
    pitch = deep / boards
    known: dict[int, tuple[tuple[Mark, ...], Rest | None]] = {
        0: (corners("seat")[:2], Rest((0.04, 0.96), (0.1, boards - 0.1))),
        boards - 1: (corners("seat")[2:], None),
    }
    for i in range(boards):
        board = box((long, pitch - 0.012, 0.03), (0, (i + 0.5) * pitch - deep / 2, seat - 0.015),
                    0.005)  # fmt: skip
        yield Part("wood", board, *known.get(i, ()))
    x, leg = long / 2 - p["inset_m"], p["leg_m"]
    for side in (-1, 1):
        y = side * (deep / 2 - leg / 2)
        post = sweep([(x, y, 0), (x, y, seat - 0.03)], rectangle(leg, leg, 0.15 * leg))
        end = "front" if side < 0 else "back"
        yield from both_sides(kind, post, tip(f"leg_{end}_left"))
    yield from both_sides(kind, box((leg, deep - 0.01, 0.05), (x, 0, seat - 0.052)))
    yield Part(kind, box((2 * x, 0.03, 0.05), (0, 0, seat - 0.052)))
    yield Part(kind, box((2 * x, 0.025, 0.04), (0, 0, 0.3 * seat)))
    yield from both_sides(kind, box((0.025, deep - leg, 0.04), (x, 0, 0.3 * seat)))
    if p["back"]:
        yield from _bench_back(p, kind, x)


def _bench_back(p: Parameters, kind: str, x: float) -> Iterator[Part]:
    seat, top = p["seat_height_m"], p["seat_height_m"] + p["back_m"]
    y, lean = p["seat_depth_m"] / 2 + 0.02, 0.22 * p["back_m"]
    path = fillet([(x, y, 0.0), (x, y, seat), (x, y + lean, top)], 0.1)
    yield from both_sides(kind, sweep(path, rectangle(0.05, 0.04, 0.008)), (BACK_TOP,))
    for share in (0.42, 0.65, 0.88):
        board = box((p["length_m"], 0.022, 0.085), (0, 0, 0), 0.005).turned(0, -12)
        yield Part("wood", board.at(0, y + lean * share - 0.03, seat + share * p["back_m"]))


STOOL = Shape(
    name="stool",
    source="common three- and four-legged stools: seat 0.42 to 0.50 m high, 0.30 to 0.38 m wide",
    parts=_stool,
    ranges={
        "seat_height_m": span(0.42, 0.50), "seat_m": span(0.30, 0.38), "leg_m": span(0.028, 0.04),
        "thickness_m": span(0.024, 0.04), "splay_m": span(0.03, 0.08),
        "ring_share": span(0.28, 0.45), "fourth_leg": choice(1), "frame": choice(2),
    },
)  # fmt: skip
BAR_STOOL = Shape(
    name="bar_stool",
    source="counter and bar stools: seat 0.61 to 0.80 m, foot rest about 0.45 m below the seat",
    parts=_bar_stool,
    ranges={
        "seat_height_m": span(0.64, 0.80), "seat_m": span(0.34, 0.40), "leg_m": span(0.026, 0.036),
        "spread_m": span(0.02, 0.06), "foot_rest_m": span(0.20, 0.30), "back_m": span(0.10, 0.30),
        "cover": choice(2), "frame": choice(2),
    },
)  # fmt: skip
BENCH_SEAT = Shape(
    name="bench_seat",
    source="common benches: seat 0.42 to 0.47 m high, 1.0 to 1.6 m long, 0.32 to 0.42 m deep",
    parts=_bench_seat,
    ranges={
        "seat_height_m": span(0.42, 0.47), "length_m": span(1.00, 1.60),
        "seat_depth_m": span(0.34, 0.42), "leg_m": span(0.05, 0.08), "inset_m": span(0.08, 0.2),
        "boards": choice(5, 3), "back_m": span(0.38, 0.46), "back": choice(1), "frame": choice(2),
    },
)  # fmt: skip
