"""Bottles, hollow where they are of glass."""

from collections.abc import Iterator

from assets.families.family import (
    Label,
    Mark,
    Parameters,
    Part,
    Shape,
    choice,
    family,
    names,
    rim,
    span,
)
from assets.families.solids import circle, fillet, hoop, lathe, rectangle, sweep
from assets.families.vessel import plug, vessel

_WALL_M = 0.0035
_CAP = (Mark("top", (0, 0, 1)),)
_BASE = rim("base", -1)


def _wine(p: Parameters) -> Iterator[Part]:
    body, neck, tall = p["diameter_m"] / 2, p["neck_m"] / 2, p["height_m"]
    shoulder = p["shoulder"] * tall
    outside = [(body, 0.0), (body, shoulder), (neck, shoulder + p["slope_m"]), (neck, tall)]
    yield Part("glass", vessel(fillet(outside, 0.03, 6), _WALL_M), _BASE)
    yield _label(body, 0.30 * shoulder, 0.85 * shoulder)
    cap = "metal" if p["capsule"] else "wood"
    low = tall - (0.05 if p["capsule"] else 0.012)
    radius = neck + (0.0012 if p["capsule"] else -0.0025)
    yield Part(cap, plug(radius, low, tall + 0.004), _CAP)


def _beer(p: Parameters) -> Iterator[Part]:
    body, neck, tall = p["diameter_m"] / 2, p["neck_m"] / 2, p["height_m"]
    shoulder = 0.58 * tall
    outside = [(body, 0.0), (body, shoulder), (1.15 * neck, 0.80 * tall), (neck, tall)]
    yield Part("glass", vessel(fillet(outside, 0.025, 6), _WALL_M), _BASE)
    yield _label(body, 0.28 * shoulder, 0.80 * shoulder)
    yield Part("metal", plug(neck + 0.0025, tall - 0.006, tall + 0.004), _CAP)


def _water(p: Parameters) -> Iterator[Part]:
    body, neck, tall = p["diameter_m"] / 2, p["neck_m"] / 2, p["height_m"]
    shoulder, waist = 0.74 * tall, p["waist"] * body
    outside = [
        (body, 0.0), (body, 0.30 * tall), (waist, 0.40 * tall), (waist, 0.46 * tall),
        (body, 0.56 * tall), (body, shoulder), (neck, 0.92 * tall), (neck, tall),
    ]  # fmt: skip
    yield Part(
        ("plastic", "glass", "metal")[int(p["body"])],
        vessel(fillet(outside, 0.014, 5), _WALL_M),
        _BASE,
    )
    yield _label(body, 0.58 * tall, 0.71 * tall)
    yield Part("plastic", plug(neck + 0.003, 0.945 * tall, tall + 0.008), _CAP)


def _label(radius: float, low: float, high: float) -> Part:
    section = rectangle(0.0036, high - low, 0.0004, 1)
    section += (radius - 0.0013, (low + high) / 2)
    return Part("paper", hoop(section, 40), label=Label("round", 0.8))


def _pump(p: Parameters) -> Iterator[Part]:
    """A dispenser: a straight body, a collar, and a nozzle that is pressed."""
    body, tall, head = p["diameter_m"] / 2, p["height_m"], p["head_m"]
    outside = fillet(
        [(body, 0.0), (body, 0.93 * tall), (0.016, tall), (0.016, tall + 0.004)], 0.02, 6
    )
    yield Part(("plastic", "glass", "ceramic")[int(p["body"])], vessel(outside, _WALL_M), _BASE)
    if p["label"]:
        yield _label(body, 0.25 * tall, 0.70 * tall)
    kind = ("plastic", "metal")[int(p["fitting"])]
    yield Part(kind, plug(0.019, tall - 0.002, tall + 0.016))
    yield Part(kind, plug(0.006, tall + 0.012, tall + head))
    yield Part(kind, plug(0.014, tall + head - 0.002, tall + head + 0.012, 0.004), _CAP)
    spout = [(0, 0, tall + head + 0.005), (0, -0.040, tall + head + 0.005),
             (0, -0.048, tall + head - 0.008)]  # fmt: skip
    yield Part(kind, sweep(fillet(spout, 0.012), circle(0.0045, 10)))


def _thermos(p: Parameters) -> Iterator[Part]:
    """A vacuum flask under its cup."""
    body, tall = p["diameter_m"] / 2, p["height_m"]
    split = 0.76 * tall
    outside = fillet([(body, 0.0), (body, split - 0.02), (0.86 * body, split)], 0.015, 5)
    yield Part(("metal", "paint")[int(p["body"])], vessel(outside, _WALL_M), _BASE)
    yield Part("plastic", plug(body + 0.0008, 0.0, 0.018, 0.003))
    cup = fillet([(0, split - 0.01), (0.9 * body, split - 0.01), (0.84 * body, tall), (0, tall)],
                 0.008, 5)  # fmt: skip
    yield Part(("metal", "plastic")[int(p["cup"])], lathe(cup, 40), _CAP)
    if p["grip"]:
        x, low, high = 0.9 * body, 0.30 * tall, 0.62 * tall
        path = [(x, 0, high), (x + 0.04, 0, high), (x + 0.04, 0, low), (x, 0, low)]
        yield Part("plastic", sweep(fillet(path, 0.02, 5), rectangle(0.022, 0.009, 0.003)))


WINE = Shape(
    name="wine",
    source="0.75 l wine bottles: 0.29 to 0.33 m high, 73 to 85 mm across",
    parts=_wine,
    ranges={
        "height_m": span(0.29, 0.33), "diameter_m": span(0.073, 0.085),
        "neck_m": span(0.028, 0.031),
        "shoulder": span(0.52, 0.62), "slope_m": span(0.03, 0.08), "capsule": choice(1),
    },
)  # fmt: skip
BEER = Shape(
    name="beer",
    source="0.33 and 0.5 l long-neck bottles: 0.22 to 0.27 m high, 60 to 68 mm across",
    parts=_beer,
    ranges={
        "height_m": span(0.22, 0.27), "diameter_m": span(0.060, 0.068),
        "neck_m": span(0.026, 0.029),
    },
)  # fmt: skip
WATER = Shape(
    name="water",
    source="0.5 to 1.5 l drinking bottles: 0.20 to 0.32 m high, 65 to 88 mm across",
    parts=_water,
    ranges={
        "height_m": span(0.20, 0.32), "diameter_m": span(0.065, 0.088),
        "neck_m": span(0.026, 0.034), "waist": span(0.82, 0.97), "body": choice(2),
    },
)  # fmt: skip
PUMP = Shape(
    name="pump_bottle",
    source="soap and lotion dispensers of 0.25 to 0.5 l: 0.16 to 0.22 m high, 60 to 75 mm across",
    parts=_pump,
    ranges={
        "height_m": span(0.115, 0.15), "diameter_m": span(0.060, 0.075),
        "head_m": span(0.035, 0.055), "body": choice(2), "fitting": choice(1), "label": choice(1),
    },
)  # fmt: skip
THERMOS = Shape(
    name="vacuum_flask",
    source="vacuum flasks of 0.5 to 1 l: 0.24 to 0.32 m high, 70 to 95 mm across",
    parts=_thermos,
    ranges={
        "height_m": span(0.24, 0.32), "diameter_m": span(0.070, 0.095), "body": choice(1),
        "cup": choice(1), "grip": choice(1),
    },
)  # fmt: skip
KEYPOINTS = names(_CAP, _BASE)
BOTTLE = family("bottle", KEYPOINTS, WINE, BEER, WATER, PUMP, THERMOS)
