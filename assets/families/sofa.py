"""Upholstered sofas, one seat to a corner."""

from collections.abc import Callable, Iterator

import numpy as np

from assets.families.family import Parameters, Part, Shape, both_sides, choice, family, span
from assets.families.solids import Solid, circle, cushion, rounded_box, sweep

_COVER = ("fabric", "leather", "fabric")
_FOOT = ("wood", "metal")


def _sofa(seats: int) -> Callable[[Parameters], Iterator[Part]]:
    def parts(p: Parameters) -> Iterator[Part]:
        inside = seats * p["seat_m"]
        yield from _carcass(p, inside)
        for x in p["seat_m"] * (np.arange(seats) - (seats - 1) / 2):
            yield from _place(p, float(x), p["depth_m"])
        yield from _feet(p, inside / 2 + p["arm_width_m"] - 0.07, p["depth_m"] / 2 - 0.07)

    return parts


def _corner(p: Parameters) -> Iterator[Part]:
    """Three places, the one at +x drawn out to the front as a chaise."""
    inside = 3 * p["seat_m"]
    yield from _carcass(p, inside)
    for x in (-p["seat_m"], 0.0):
        yield from _place(p, x, p["depth_m"])
    long = p["depth_m"] + p["chaise_m"]
    yield from _place(p, p["seat_m"], long)
    front = -p["depth_m"] / 2
    low, high = p["foot_m"], p["seat_height_m"] - _pad(p)
    wide = p["seat_m"] + p["arm_width_m"]
    base = rounded_box((wide, p["chaise_m"] + 0.1, high - low), 0.02, steps=2)
    x = inside / 2 + p["arm_width_m"] - wide / 2
    yield Part(_soft(p), base.at(x, front - p["chaise_m"] / 2 + 0.05, (low + high) / 2))
    yield from _feet(p, inside / 2 + p["arm_width_m"] - 0.07, p["depth_m"] / 2 - 0.07)
    for at in (x - wide / 2 + 0.07, x + wide / 2 - 0.07):
        yield Part(_FOOT[int(p["foot"])], _foot(p).at(at, front - p["chaise_m"] + 0.07, 0))


def _carcass(p: Parameters, inside: float) -> Iterator[Part]:
    """Base, back and arms."""
    soft, deep, arm, low = _soft(p), p["depth_m"], p["arm_width_m"], p["foot_m"]
    high = p["seat_height_m"] - _pad(p)
    base = rounded_box((inside + 0.04, deep - 0.02, high - low), 0.02, steps=2)
    yield Part(soft, base.at(0, 0, (low + high) / 2))
    tall = p["height_m"] - low
    back = rounded_box((inside + 0.06, p["back_m"], tall), 0.05, steps=3)
    yield Part(soft, back.at(0, deep / 2 - p["back_m"] / 2, low + tall / 2))
    rise = p["seat_height_m"] + p["arm_m"] - low
    side = rounded_box((arm, deep, rise), min(0.05, 0.4 * arm), steps=3)
    yield from both_sides(soft, side.at(inside / 2 + arm / 2, 0, low + rise / 2))


def _place(p: Parameters, x: float, depth_m: float) -> Iterator[Part]:
    """One seat cushion and the back cushion behind it."""
    soft, pad = _soft(p), _pad(p)
    rear = p["depth_m"] / 2 - p["back_m"] + 0.01
    front = p["depth_m"] / 2 - depth_m - 0.015
    seat = cushion((p["seat_m"] - 0.006, rear - front, pad + 0.01), 0.045, 0.02)
    yield Part(soft, seat.at(x, (rear + front) / 2, p["seat_height_m"] - pad / 2))
    tall = p["height_m"] - p["seat_height_m"] + 0.05
    rest = cushion((p["seat_m"] - 0.012, tall, 0.17), 0.06, 0.035).turned(0, 90 - 10)
    y = rear - 0.06
    yield Part(soft, rest.at(x, y, p["seat_height_m"] + tall / 2 - 0.01))


def _feet(p: Parameters, x: float, y: float) -> Iterator[Part]:
    for side in (-y, y):
        yield from both_sides(_FOOT[int(p["foot"])], _foot(p).at(x, side, 0))


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
KEYPOINTS: tuple[str, ...] = ()
SOFA = family("sofa", KEYPOINTS, ONE_SEAT, TWO_SEAT, THREE_SEAT, CORNER)
