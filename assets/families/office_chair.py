"""The swivel chair: a five-star base on casters, a gas spring, a padded seat and back."""

from collections.abc import Iterator

import numpy as np

from assets.families.backrest import BACK_TOPS, Backrest
from assets.families.family import Parameters, Part, Shape, both_sides, choice, corners, level, span
from assets.families.solids import (
    box,
    circle,
    cushion,
    fillet,
    lathe,
    rectangle,
    sweep,
)

_COVER = ("fabric", "leather")
_BASE = ("plastic", "metal")
_WHEEL_M = 0.028


def _office(p: Parameters) -> Iterator[Part]:
    yield from _base(p)
    seat, wide, deep = p["seat_height_m"], p["seat_width_m"], p["seat_depth_m"]
    soft = _COVER[int(p["cover"])]
    yield Part("plastic", box((0.7 * wide, 0.7 * deep, 0.05), (0, 0, seat - 0.105), 0.015))
    yield Part("plastic", box((wide - 0.03, deep - 0.03, 0.03), (0, 0, seat - 0.075), 0.012))
    yield Part(
        soft,
        cushion((wide, deep, 0.08), 0.035, 0.015).at(0, 0, seat - 0.035),
        corners("seat"),
        level(0.45),
    )
    yield from _back(p, soft)
    if p["arms"]:
        yield from _arms(p)


def _base(p: Parameters) -> Iterator[Part]:
    kind, radius, hub = _BASE[int(p["base"])], p["base_m"], 2 * _WHEEL_M + 0.035
    yield Part(kind, lathe(fillet([(0, hub - 0.03), (0.045, hub - 0.03), (0.038, hub + 0.04),
                                   (0, hub + 0.04)], 0.01), 24))  # fmt: skip
    under = p["seat_height_m"] - 0.12
    yield Part(
        "plastic", lathe([(0, hub), (0.027, hub), (0.027, 0.62 * under), (0, 0.62 * under)], 20)
    )
    yield Part("metal", lathe([(0, hub), (0.015, hub), (0.015, under), (0, under)], 20))
    for angle in 72 * np.arange(5) + 90 + p["swivel_deg"]:
        path = [(0, 0, hub + 0.01), (0.55 * radius, 0, hub), (radius, 0, 2 * _WHEEL_M + 0.016)]
        arm = sweep(fillet(path, 0.05), rectangle(0.036, 0.052, 0.01), up=(0, 0, 1),
                    scale=np.linspace(1, 0.65, 7), bevel_m=0.006)  # fmt: skip
        yield Part(kind, arm.turned(2, float(angle)))
        for part in _caster(radius - 0.012, float(2 * angle + 20)):
            yield Part(part.kind, part.solid.turned(2, float(angle)))


def _caster(radius: float, swing_deg: float) -> Iterator[Part]:
    stem = sweep([(0, 0, _WHEEL_M), (0, 0, 2 * _WHEEL_M + 0.02)], circle(0.008, 10))
    yield Part("metal", stem.at(radius, 0, 0))
    profile = fillet([(0, -0.009), (_WHEEL_M, -0.009), (_WHEEL_M, 0.009), (0, 0.009)], 0.004, 2)
    for side in (-0.014, 0.014):
        wheel = lathe(profile, 20).turned(1, 90).at(side, 0.012, _WHEEL_M)
        yield Part("plastic", wheel.turned(2, swing_deg).at(radius, 0, 0))
    hood = box((0.016, 0.036, 0.03), (0, 0.008, _WHEEL_M + 0.012), 0.004)
    yield Part("plastic", hood.turned(2, swing_deg).at(radius, 0, 0))


def _back(p: Parameters, soft: str) -> Iterator[Part]:
    seat, deep, top = p["seat_height_m"], p["seat_depth_m"], p["height_m"]
    low = seat + p["gap_m"]
    back = Backrest(half_width_m=p["back_width_m"] / 2, seat_m=seat, top_m=top,
                    y_m=deep / 2 + 0.015, slope=float(np.tan(np.radians(p["rake_deg"]))),
                    hollow_m=p["hollow_m"], kind="plastic")  # fmt: skip
    tall = top - low
    pad = cushion((p["back_width_m"], tall, 0.07), 0.03, 0.012).turned(0, 90)
    yield Part(soft, back.laid(pad, (top + low) / 2), BACK_TOPS)
    middle = low + 0.45 * tall
    bar = fillet([(0, 0.1 * deep, seat - 0.1), (0, deep / 2 + 0.07, seat - 0.1),
                  (0, back.y_at(middle) + p["hollow_m"] + 0.035, middle)], 0.07)  # fmt: skip
    yield Part("plastic", sweep(bar, rectangle(0.07, 0.022, 0.008), up=(1, 0, 0), bevel_m=0.004))


def _arms(p: Parameters) -> Iterator[Part]:
    seat, x = p["seat_height_m"], p["seat_width_m"] / 2 + 0.035
    z = seat + p["arm_m"]
    path = [(0.12, 0.03, seat - 0.085), (x, 0.03, seat - 0.085), (x, 0.03, z - 0.01)]
    post = sweep(fillet(path, 0.05), rectangle(0.05, 0.022, 0.008))
    yield from both_sides("plastic", post)
    yield from both_sides("plastic", box((0.085, 0.25, 0.03), (x, -0.01, z), 0.012))


OFFICE = Shape(
    name="office",
    source="EN 1335-1 and BIFMA G1: seat 0.40 to 0.53 m, base reach 0.28 to 0.34 m, five casters",
    parts=_office,
    ranges={
        "seat_height_m": span(0.42, 0.52), "seat_width_m": span(0.45, 0.52),
        "seat_depth_m": span(0.43, 0.48), "height_m": span(0.88, 1.18), "base_m": span(0.28, 0.34),
        "back_width_m": span(0.38, 0.48), "gap_m": span(0.04, 0.10), "rake_deg": span(4, 12),
        "hollow_m": span(0.02, 0.05), "arm_m": span(0.18, 0.25), "swivel_deg": span(0, 72),
        "arms": choice(1), "cover": choice(1), "base": choice(1),
    },
)  # fmt: skip
