"""Tables and desks."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import (
    Mark,
    Parameters,
    Part,
    Shape,
    both_sides,
    choice,
    corners,
    family,
    level,
    names,
    rim,
    span,
    tip,
)
from assets.families.legs import splayed_legs
from assets.families.solids import (
    box,
    circle,
    disc,
    fillet,
    lathe,
    rectangle,
    rounded_box,
    sweep,
)

_FRAME = ("wood", "metal", "paint")
_TOP = ("wood", "wood", "paint")
_LEG = ("leg_front_left", "leg_back_left")


def _rectangular(p: Parameters) -> Iterator[Part]:
    kind, leg, thick = _FRAME[int(p["frame"])], p["leg_m"], p["thickness_m"]
    long, deep, under = p["length_m"], p["depth_m"], p["height_m"] - p["thickness_m"]
    yield _board(p)
    x, y = long / 2 - leg / 2 - p["overhang_m"], deep / 2 - leg / 2 - p["overhang_m"]
    for side in (-y, y):
        post = sweep([(x, side, 0), (x, side, under + 0.2 * thick)],
                     rectangle(leg, leg, 0.12 * leg), scale=[p["taper"], 1.0])  # fmt: skip
        yield from both_sides(kind, post, tip(_LEG[side > 0]))
        yield Part(kind, box((2 * x, 0.022, p["apron_m"]), (0, side, under - p["apron_m"] / 2)))
    yield from both_sides(kind, box((0.022, 2 * y, p["apron_m"]), (x, 0, under - p["apron_m"] / 2)))


def _board(p: Parameters) -> Part:
    size = (p["length_m"], p["depth_m"], p["thickness_m"])
    top = rounded_box(size, 0.2 * p["thickness_m"], steps=2)
    return Part(
        _TOP[int(p["top"])], top.at(0, 0, p["height_m"] - p["thickness_m"] / 2),
        corners("top"), level(0.96),
    )  # fmt: skip


def _round(p: Parameters) -> Iterator[Part]:
    kind, radius, thick = _FRAME[int(p["frame"])], p["diameter_m"] / 2, p["thickness_m"]
    under = p["height_m"] - thick
    yield Part(
        _TOP[int(p["top"])],
        disc(radius, thick, 0.3 * thick, 64).at(0, 0, under),
        rim("top"),
        level(0.69),
    )
    if p["pedestal"]:
        yield from _pedestal(p, kind, under)
        return
    reach = 0.62 * radius
    legs = (reach + 0.06, reach, under + 0.002)
    yield from splayed_legs(kind, 4, legs, p["leg_m"], 0.65)
    yield Part(kind, disc(reach + 0.03, 0.04, 0.008, 48).at(0, 0, under - 0.038))


def _pedestal(p: Parameters, kind: str, under: float) -> Iterator[Part]:
    post, foot = 0.6 * p["leg_m"], 0.6 * p["diameter_m"] / 2
    profile = fillet([(0, 0), (foot, 0), (foot, 0.02), (1.5 * post, 0.05), (post, 0.18),
                      (post, under - 0.12), (2.6 * post, under), (0, under)], 0.04, 5)  # fmt: skip
    yield Part(kind, lathe(profile, 40), corners("leg", -0.2))
    for turn in (0, 90):
        bar = box((1.3 * p["diameter_m"] / 2, 0.06, 0.03), (0, 0, under - 0.013))
        yield Part(kind, bar.turned(2, turn))


def _trestle(p: Parameters) -> Iterator[Part]:
    kind, leg = _FRAME[int(p["frame"])], p["leg_m"]
    under, x = p["height_m"] - p["thickness_m"], p["length_m"] / 2 - p["inset_m"]
    yield _board(p)
    top, foot = 0.06, 0.42 * p["depth_m"]
    yield from both_sides(kind, box((leg, 0.8 * p["depth_m"], 0.05), (x, 0, under - 0.022)))
    for side in (-1, 1):
        path = [(x, side * foot, 0), (x, side * top, under - 0.03)]
        bar = sweep(path, rectangle(leg, leg, 0.1 * leg), up=(0, 1, 0)).floored()
        yield from both_sides(kind, bar, tip(_LEG[side > 0]))
    z = 0.3 * under
    across = foot + (top - foot) * z / under
    yield from both_sides(kind, box((0.8 * leg, 2 * across, 0.045), (x, 0, z)))
    yield Part(kind, box((2 * x, 0.03, 0.07), (0, 0, z + 0.03)))


def _desk(p: Parameters) -> Iterator[Part]:
    kind, leg = _FRAME[int(p["frame"])], p["leg_m"]
    under, x = p["height_m"] - p["thickness_m"], p["length_m"] / 2 - 0.03
    yield _board(p)
    deep = p["depth_m"] - 0.06
    if kind == "metal":
        yield from _frame(x - leg / 2, deep / 2, under, leg)
    else:
        side = box((0.022, deep, under + 0.004), (x - 0.011, 0, under / 2))
        yield from both_sides(kind, side, (Mark(_LEG[0], (0, -1, -1)), Mark(_LEG[1], (0, 1, -1))))
    yield Part(kind, box((2 * x - 0.03, 0.018, 0.3), (0, deep / 2 - 0.03, under - 0.148)))
    if p["drawers"] > 1:
        yield from _drawers(p, _TOP[int(p["top"])], x - 0.03, under)


def _frame(x: float, y: float, under: float, leg: float) -> Iterator[Part]:
    side = rectangle(leg, leg, 0.1 * leg)
    for at in (-y, y):
        post = sweep([(x, at, 0), (x, at, under + 0.003)], side)
        yield from both_sides("metal", post, tip(_LEG[at > 0]))
    yield from both_sides("metal", box((leg, 2 * y, leg), (x, 0, under - leg / 2)))
    for at in (-y, y):
        yield Part("metal", box((2 * x, 0.8 * leg, leg), (0, at, under - leg / 2)))


def _drawers(p: Parameters, kind: str, right: float, under: float) -> Iterator[Part]:
    wide, count, deep = 0.40, int(p["drawers"]), p["depth_m"] - 0.12
    tall = min(0.56, under - 0.06)
    x, low = right - wide / 2, under - tall
    yield Part(kind, box((wide, deep, tall), (x, 0.02, low + tall / 2)))
    each = tall / count
    for z in low + each * (np.arange(count) + 0.5):
        front = 0.02 - deep / 2
        yield Part(kind, box((wide - 0.01, 0.022, each - 0.008), (x, front - 0.008, float(z))))
        handle = [(x - 0.07, front - 0.012, z), (x - 0.07, front - 0.045, z),
                  (x + 0.07, front - 0.045, z), (x + 0.07, front - 0.012, z)]  # fmt: skip
        yield Part("metal", sweep(fillet(handle, 0.015), circle(0.005, 10), up=(0, 0, 1)))


def _side_table(p: Parameters) -> Iterator[Part]:
    kind, radius, thick = _FRAME[int(p["frame"])], p["diameter_m"] / 2, p["thickness_m"]
    under, count = p["height_m"] - thick, 3 + int(p["fourth_leg"])
    yield Part(
        _TOP[int(p["top"])],
        disc(radius, thick, 0.3 * thick, 48).at(0, 0, under),
        rim("top"),
        level(0.69),
    )
    top, foot = 0.62 * radius, 0.62 * radius + p["splay_m"]
    yield from splayed_legs(kind, count, (foot, top, under + 0.003), p["leg_m"], 0.6)
    if p["shelf"]:
        z = 0.38 * under
        reach = foot + (top - foot) * z / under
        yield Part(
            _TOP[int(p["top"])],
            disc(reach + 0.01, 0.016, 0.005, 40).at(0, 0, z),
            rest=level(0.5, under - z - 0.03),
        )
    else:
        yield Part(kind, disc(top + 0.02, 0.025, 0.005, 40).at(0, 0, under - 0.024))


RECTANGULAR = Shape(
    name="rectangular",
    source="EN 12521 domestic tables; dining tables 0.72 to 0.77 m high, 0.75 to 1.00 m deep",
    parts=_rectangular,
    ranges={
        "length_m": span(1.10, 2.00), "depth_m": span(0.75, 0.98), "height_m": span(0.72, 0.77),
        "thickness_m": span(0.022, 0.042), "leg_m": span(0.05, 0.085), "taper": span(0.55, 1.0),
        "overhang_m": span(0.01, 0.08), "apron_m": span(0.06, 0.10), "top": choice(2),
        "frame": choice(2),
    },
)  # fmt: skip
ROUND = Shape(
    name="round",
    source="EN 12521 domestic tables; round dining tables 0.80 to 1.35 m across",
    parts=_round,
    ranges={
        "diameter_m": span(0.80, 1.35), "height_m": span(0.72, 0.77),
        "thickness_m": span(0.022, 0.038), "leg_m": span(0.05, 0.085), "pedestal": choice(1),
        "top": choice(2), "frame": choice(2),
    },
)  # fmt: skip
TRESTLE = Shape(
    name="trestle",
    source="common trestle tables: 0.72 to 0.77 m high, 1.40 to 2.20 m long",
    parts=_trestle,
    ranges={
        "length_m": span(1.40, 2.20), "depth_m": span(0.72, 0.95), "height_m": span(0.72, 0.77),
        "thickness_m": span(0.025, 0.045), "leg_m": span(0.045, 0.07), "inset_m": span(0.22, 0.36),
        "top": choice(1), "frame": choice(2),
    },
)  # fmt: skip
DESK = Shape(
    name="desk",
    source="EN 527-1 work tables: 0.72 to 0.76 m high, 0.60 to 0.80 m deep, 1.20 m or more long",
    parts=_desk,
    ranges={
        "length_m": span(1.20, 1.70), "depth_m": span(0.60, 0.80), "height_m": span(0.72, 0.76),
        "thickness_m": span(0.022, 0.032), "leg_m": span(0.035, 0.055), "drawers": choice(4, 1),
        "top": choice(2), "frame": choice(2),
    },
)  # fmt: skip
SIDE_TABLE = Shape(
    name="side_table",
    source="common side tables: 0.42 to 0.62 m high, 0.38 to 0.60 m across",
    parts=_side_table,
    ranges={
        "diameter_m": span(0.38, 0.60), "height_m": span(0.42, 0.62),
        "thickness_m": span(0.018, 0.03), "leg_m": span(0.022, 0.036), "splay_m": span(0.0, 0.07),
        "fourth_leg": choice(1), "shelf": choice(1), "top": choice(2), "frame": choice(2),
    },
)  # fmt: skip
KEYPOINTS = names(corners("top"), rim("top"), corners("leg"))
TABLE = family("table", KEYPOINTS, RECTANGULAR, ROUND, TRESTLE, DESK, SIDE_TABLE)
