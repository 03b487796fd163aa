"""Upholstered sofas, one seat to a corner."""

from collections.abc import Callable, Iterator

import numpy as np

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
    names,
    span,
    tip,
)
from assets.families.solids import Solid, circle, cushion, disc, rounded_box, sweep

_COVER = ("fabric", "leather", "fabric")
_FOOT = ("wood", "metal")
_LEFT_END = (Mark("seat_front_left", (1, -1, 1)),)
_RIGHT_END = (Mark("seat_front_right", (-1, -1, 1)),)
_BACK = (Mark("back_top_left", (1, 0, 1)), Mark("back_top_right", (-1, 0, 1)))
_ARM = (Mark("arm_front_left", (0, -1, 1)),)


def _sofa(seats: int) -> Callable[[Parameters], Iterator[Part]]:
    def parts(p: Parameters) -> Iterator[Part]:
        inside = seats * p["seat_m"]
        yield from _carcass(p, inside)
        for number, x in enumerate(p["seat_m"] * (np.arange(seats) - (seats - 1) / 2)):
            ends = (number == 0) * _RIGHT_END + (number == seats - 1) * _LEFT_END
            yield from _place(p, float(x), p["depth_m"], ends)
        yield from _feet(p, inside / 2 + p["arm_width_m"] - 0.07, p["depth_m"] / 2 - 0.07)

    return parts


def _corner(p: Parameters) -> Iterator[Part]:
    """Three places, the one at +x drawn out to the front as a chaise."""
    inside = 3 * p["seat_m"]
    yield from _carcass(p, inside)
    for x, ends in ((-p["seat_m"], _RIGHT_END), (0.0, ())):
        yield from _place(p, x, p["depth_m"], ends)
    long = p["depth_m"] + p["chaise_m"]
    yield from _place(p, p["seat_m"], long, _LEFT_END)
    front = -p["depth_m"] / 2
    low, high = p["foot_m"], p["seat_height_m"] - _pad(p)
    wide = p["seat_m"] + p["arm_width_m"]
    base = rounded_box((wide, p["chaise_m"] + 0.1, high - low), 0.02, steps=2)
    x = inside / 2 + p["arm_width_m"] - wide / 2
    yield Part(_soft(p), base.at(x, front - p["chaise_m"] / 2 + 0.05, (low + high) / 2))
    yield from _feet(p, inside / 2 + p["arm_width_m"] - 0.07, p["depth_m"] / 2 - 0.07)
    for at, marks in ((x - wide / 2 + 0.07, ()), (x + wide / 2 - 0.07, tip("leg_front_left"))):
        foot = _foot(p).at(at, front - p["chaise_m"] + 0.07, 0)
        yield Part(_FOOT[int(p["foot"])], foot, marks)


def _rolled(p: Parameters) -> Iterator[Part]:
    """Two places between rolled arms, the back drawn tight and rolled over too."""
    soft, inside, deep, low = _soft(p), 2 * p["seat_m"], p["depth_m"], p["foot_m"]
    high, roll = p["seat_height_m"] - _pad(p), 0.5 * p["arm_width_m"]
    base = rounded_box((inside + 0.04, deep - 0.02, high - low), 0.02, steps=2)
    yield Part(soft, base.at(0, 0, (low + high) / 2))
    arm_top, x = p["seat_height_m"] + p["arm_m"], inside / 2 + roll
    tall = arm_top - roll - low
    arm = rounded_box((1.5 * roll, deep - 0.03, tall), 0.03, steps=3)
    yield from both_sides(soft, arm.at(x - 0.25 * roll, 0, low + tall / 2))
    end = disc(roll, deep, 0.02, 28).turned(0, 90).at(x, deep / 2, arm_top - roll)
    yield from both_sides(soft, end, _ARM)
    rise, back = p["height_m"] - 0.8 * roll - low, deep / 2 - p["back_m"] / 2
    pad = rounded_box((inside + 0.02, p["back_m"], rise), 0.04, steps=3)
    yield Part(soft, pad.at(0, back, low + rise / 2))
    top = disc(0.8 * roll, inside + 2 * roll, 0.02, 28).turned(1, 90)
    yield Part(soft, top.at(-inside / 2 - roll, back + 0.01, p["height_m"] - 0.8 * roll), _BACK)
    for at, marks in ((-p["seat_m"] / 2, _RIGHT_END), (p["seat_m"] / 2, _LEFT_END)):
        rear, front = deep / 2 - p["back_m"] + 0.01, -deep / 2 - 0.015
        place = cushion((p["seat_m"] - 0.006, rear - front, _pad(p) + 0.01), 0.045, 0.02)
        yield Part(soft, place.at(at, (rear + front) / 2, p["seat_height_m"] - _pad(p) / 2), marks,
                   Rest((0.28, 0.72), (0.3, 0.7)))  # fmt: skip
    yield from _feet(p, inside / 2 + roll - 0.05, deep / 2 - 0.07)


def _carcass(p: Parameters, inside: float) -> Iterator[Part]:
    """Base, back and arms."""
    soft, deep, arm, low = _soft(p), p["depth_m"], p["arm_width_m"], p["foot_m"]
    high = p["seat_height_m"] - _pad(p)
    base = rounded_box((inside + 0.04, deep - 0.02, high - low), 0.02, steps=2)
    yield Part(soft, base.at(0, 0, (low + high) / 2))
    tall = p["height_m"] - low
    back = rounded_box((inside + 0.06, p["back_m"], tall), 0.05, steps=3)
    yield Part(soft, back.at(0, deep / 2 - p["back_m"] / 2, low + tall / 2), _BACK)
    rise = p["seat_height_m"] + p["arm_m"] - low
    side = rounded_box((arm, deep, rise), min(0.05, 0.4 * arm), steps=3)
    yield from both_sides(soft, side.at(inside / 2 + arm / 2, 0, low + rise / 2), _ARM)


def _place(p: Parameters, x: float, depth_m: float, ends: tuple[Mark, ...] = ()) -> Iterator[Part]:
    """One seat cushion and the back cushion behind it."""
    soft, pad = _soft(p), _pad(p)
    rear = p["depth_m"] / 2 - p["back_m"] + 0.01
    front = p["depth_m"] / 2 - depth_m - 0.015
    seat = cushion((p["seat_m"] - 0.006, rear - front, pad + 0.01), 0.045, 0.02)
    place = seat.at(x, (rear + front) / 2, p["seat_height_m"] - pad / 2)
    yield Part(soft, place, ends, Rest((0.28, 0.72), (0.3, 0.65)))
    tall = p["height_m"] - p["seat_height_m"] + 0.05
    rest = cushion((p["seat_m"] - 0.012, tall, 0.17), 0.06, 0.035).turned(0, 90 - 10)
    y = rear - 0.06
    yield Part(soft, rest.at(x, y, p["seat_height_m"] + tall / 2 - 0.01))


def _feet(p: Parameters, x: float, y: float) -> Iterator[Part]:
    for side in (-y, y):
        end = tip("leg_front_left" if side < 0 else "leg_back_left")
        yield from both_sides(_FOOT[int(p["foot"])], _foot(p).at(x, side, 0), end)


def _foot(p: Parameters) -> Solid:
    return sweep([(0, 0, 0), (0, 0, p["foot_m"] + 0.02)], circle(0.024, 14), scale=[0.65, 1.0])


def _soft(p: Parameters) -> str:
    return _COVER[int(p["cover"])]


def _pad(p: Parameters) -> float:
    return 0.36 * p["seat_height_m"]


_RANGES = {
    "seat_m": span(0.56, 0.72), "depth_m": span(0.82, 0.98), "height_m": span(0.72, 0.92),
    "seat_height_m": span(0.40, 0.47), "arm_width_m": span(0.12, 0.24), "arm_m": span(0.13, 0.22),
    "back_m": span(0.16, 0.22), "foot_m": span(0.05, 0.13), "cover": choice(2), "foot": choice(1),
}  # fmt: skip
_SOURCE = (
    "EN 12520 domestic seating; common sofas: seat 0.40 to 0.47 m high, 0.56 to 0.72 m a place"
)
ONE_SEAT = Shape(name="one_seat", source=_SOURCE, parts=_sofa(1), ranges=_RANGES)
TWO_SEAT = Shape(name="two_seat", source=_SOURCE, parts=_sofa(2), ranges=_RANGES)
THREE_SEAT = Shape(name="three_seat", source=_SOURCE, parts=_sofa(3), ranges=_RANGES)
CORNER = Shape(
    name="corner",
    source=_SOURCE,
    parts=_corner,
    ranges={**_RANGES, "chaise_m": span(0.50, 0.75)},
)
ROLLED_ARM = Shape(
    name="rolled_arm",
    source=_SOURCE,
    parts=_rolled,
    ranges={**_RANGES, "arm_width_m": span(0.17, 0.24)},
)
KEYPOINTS = names(
    _LEFT_END, _RIGHT_END, _BACK, _ARM, (Mark("arm_front_right", (0, -1, 1)),), corners("leg")
)
SOFA = family("sofa", KEYPOINTS, ONE_SEAT, TWO_SEAT, THREE_SEAT, CORNER, ROLLED_ARM)
