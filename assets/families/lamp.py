"""Lamps that stand on a floor or a table."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import Mark, Parameters, Part, Shape, choice, family, names, rim, span
from assets.families.legs import splayed_legs
from assets.families.solids import circle, disc, fillet, hoop, lathe, rectangle, ring, sweep
from assets.families.vessel import plug

_STAND = ("metal", "wood", "paint")
_BODY = ("ceramic", "ceramic", "glass", "wood")
_WALL_M = 0.004
_BASE = rim("base", -1)


def _floor_lamp(p: Parameters) -> Iterator[Part]:
    kind, low = _STAND[int(p["stand"])], p["height_m"] - p["shade_height_m"]
    yield Part(kind, disc(p["base_m"] / 2, 0.025, 0.008, 48), _BASE)
    top = low + 0.75 * p["shade_height_m"]
    yield Part(kind, plug(0.0125, 0.02, top))
    yield from _shade(p, low)


def _tripod_lamp(p: Parameters) -> Iterator[Part]:
    kind, low = _STAND[int(p["stand"])], p["height_m"] - p["shade_height_m"]
    yield from splayed_legs(kind, 3, (p["reach_m"], 0.035, low - 0.05), 0.03, 0.75)
    yield Part("metal", plug(0.055, low - 0.07, low - 0.045, 0.004))
    middle = 0.45 * low
    around = p["reach_m"] + (0.035 - p["reach_m"]) * middle / (low - 0.05)
    yield Part("metal", ring((0, 0, middle), around, 0.006))
    yield Part("metal", plug(0.012, low - 0.05, low + 0.75 * p["shade_height_m"]))
    yield from _shade(p, low)


def _table_lamp(p: Parameters) -> Iterator[Part]:
    body, foot = p["body_m"] / 2, 0.75 * p["body_m"] / 2
    low = p["height_m"] - p["shade_height_m"]
    neck = 0.78 * low
    profile = [(0, 0), (foot, 0), (1.3 * body, p["widest"] * neck), (0.02, neck), (0, neck)]
    outline = fillet(profile, 0.35 * neck, 10)
    solid = lathe(outline, 40)
    yield Part(_BODY[int(p["body"])], solid, rim("base", -6))
    yield Part("metal", plug(0.009, neck - 0.02, low + 0.75 * p["shade_height_m"]))
    yield from _shade(p, low)


def _shade(p: Parameters, low: float) -> Iterator[Part]:
    """A hollow drum or cone, held by three spokes, round a bulb."""
    wide, tall = p["shade_m"] / 2, p["shade_height_m"]
    upper = p["shade_top"] * wide
    section = np.array([(wide - _WALL_M, low), (wide, low), (upper, low + tall),
                        (upper - _WALL_M, low + tall)])  # fmt: skip
    yield Part("fabric", hoop(section, 48), (*rim("shade", -4), *rim("shade_top", 4)))
    z = low + 0.72 * tall
    reach = wide + (upper - wide) * 0.72 - 0.5 * _WALL_M
    spoke = sweep([(0, 0, z), (reach, 0, z)], circle(0.0036, 8), up=(0, 0, 1))
    for turn in (90, 210, 330):
        yield Part("metal", spoke.turned(2, turn))
    bulb = [(0, 0), (0.014, 0.0), (0.014, 0.02), (0.034, 0.06), (0.028, 0.09), (0, 0.10)]
    yield Part("glass", lathe(fillet(bulb, 0.02, 4), 20).at(0.0, 0, z - 0.09))


def _desk_lamp(p: Parameters) -> Iterator[Part]:
    """Two arms from a round foot, a joint between, and a metal hood that looks down."""
    kind = ("metal", "paint")[int(p["stand"])]
    yield Part(kind, disc(p["base_m"] / 2, 0.022, 0.007, 40), _BASE)
    back, elbow = 0.0, p["lower_m"]
    lean, reach = np.radians(p["lean_deg"]), np.radians(p["reach_deg"])
    joint = (back + elbow * float(np.sin(lean)), 0.02 + elbow * float(np.cos(lean)))
    tip = (joint[0] - p["upper_m"] * float(np.cos(reach)),
           joint[1] + p["upper_m"] * float(np.sin(reach)))  # fmt: skip
    yield Part(kind, plug(0.016, 0.018, 0.05, 0.003).at(0, back, 0))
    for start, end in (((back, 0.02), joint), (joint, tip)):
        bar = [(0, *start), (0, *end)]
        yield Part(kind, sweep(bar, rectangle(0.014, 0.014, 0.004), up=(1, 0, 0)))
    for y, z in (joint, tip):
        yield Part("plastic", plug(0.014, -0.014, 0.014, 0.003).turned(1, 90).at(0, y, z))
    wide, tall = p["hood_m"] / 2, 0.8 * p["hood_m"]
    hood = [(0, 0.0), (0.024, 0.0), (0.03, -0.05), (wide, -tall), (wide - 0.004, -tall),
            (0.026, -0.052), (0.0, -0.052)]  # fmt: skip
    upright = lathe(np.array(hood)[::-1], 36)
    sides = (Mark("shade_left", (1, 0, 0)), Mark("shade_right", (-1, 0, 0)))
    turned = upright.turned(0, -p["tilt_deg"]).at(0, tip[0], tip[1] + 0.012)
    yield Part(kind, turned, sides)
    bulb = lathe(fillet([(0, -0.10), (0.026, -0.09), (0.022, -0.06), (0, -0.045)], 0.012, 3), 16)
    yield Part("glass", bulb.turned(0, -p["tilt_deg"]).at(0, tip[0], tip[1] + 0.012))


FLOOR_LAMP = Shape(
    name="floor_lamp",
    source="common floor lamps: 1.40 to 1.70 m high, shades of 0.35 to 0.50 m",
    parts=_floor_lamp,
    ranges={
        "height_m": span(1.40, 1.70), "base_m": span(0.25, 0.32), "shade_m": span(0.35, 0.50),
        "shade_height_m": span(0.22, 0.32), "shade_top": span(0.55, 1.0), "stand": choice(2),
    },
)  # fmt: skip
TRIPOD_LAMP = Shape(
    name="tripod_lamp",
    source="common tripod lamps: 1.35 to 1.60 m high, feet 0.45 to 0.60 m apart",
    parts=_tripod_lamp,
    ranges={
        "height_m": span(1.35, 1.60), "reach_m": span(0.25, 0.33), "shade_m": span(0.38, 0.50),
        "shade_height_m": span(0.22, 0.30), "shade_top": span(0.7, 1.0), "stand": choice(2),
    },
)  # fmt: skip
TABLE_LAMP = Shape(
    name="table_lamp",
    source="common table lamps: 0.40 to 0.65 m high, shades of 0.24 to 0.38 m",
    parts=_table_lamp,
    ranges={
        "height_m": span(0.40, 0.65), "body_m": span(0.12, 0.18), "widest": span(0.3, 0.6),
        "shade_m": span(0.24, 0.38), "shade_height_m": span(0.16, 0.22),
        "shade_top": span(0.55, 1.0), "body": choice(3),
    },
)  # fmt: skip
DESK_LAMP = Shape(
    name="desk_lamp",
    source="common jointed desk lamps: arms of 0.25 to 0.38 m, hoods of 0.13 to 0.18 m",
    parts=_desk_lamp,
    ranges={
        "base_m": span(0.16, 0.21), "lower_m": span(0.26, 0.38), "upper_m": span(0.24, 0.34),
        "lean_deg": span(8, 28), "reach_deg": span(-5, 35), "hood_m": span(0.13, 0.18),
        "tilt_deg": span(5, 35), "stand": choice(1),
    },
)  # fmt: skip
KEYPOINTS = names(rim("shade"), rim("shade_top"), _BASE)
LAMP = family("lamp", KEYPOINTS, FLOOR_LAMP, TRIPOD_LAMP, TABLE_LAMP, DESK_LAMP)
