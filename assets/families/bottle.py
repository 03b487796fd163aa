"""Bottles, hollow where they are of glass."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import Parameters, Part, Shape, choice, family, span
from assets.families.solids import Solid, fillet, hoop, lathe, rectangle
from assets.mesh import FloatArray

_WALL_M = 0.0035


def _wine(p: Parameters) -> Iterator[Part]:
    body, neck, tall = p["diameter_m"] / 2, p["neck_m"] / 2, p["height_m"]
    shoulder = p["shoulder"] * tall
    outside = [(body, 0.0), (body, shoulder), (neck, shoulder + p["slope_m"]), (neck, tall)]
    yield Part("glass", _vessel(fillet(outside, 0.03, 6)))
    yield _label(body, 0.30 * shoulder, 0.85 * shoulder)
    cap = "metal" if p["capsule"] else "wood"
    low = tall - (0.05 if p["capsule"] else 0.012)
    radius = neck + (0.0012 if p["capsule"] else -0.0025)
    yield Part(cap, _stopper(radius, low, tall + 0.004))


def _beer(p: Parameters) -> Iterator[Part]:
    body, neck, tall = p["diameter_m"] / 2, p["neck_m"] / 2, p["height_m"]
    shoulder = 0.58 * tall
    outside = [(body, 0.0), (body, shoulder), (1.15 * neck, 0.80 * tall), (neck, tall)]
    yield Part("glass", _vessel(fillet(outside, 0.025, 6)))
    yield _label(body, 0.28 * shoulder, 0.80 * shoulder)
    yield Part("metal", _stopper(neck + 0.0025, tall - 0.006, tall + 0.004))


def _water(p: Parameters) -> Iterator[Part]:
    body, neck, tall = p["diameter_m"] / 2, p["neck_m"] / 2, p["height_m"]
    shoulder, waist = 0.74 * tall, p["waist"] * body
    outside = [
        (body, 0.0), (body, 0.30 * tall), (waist, 0.40 * tall), (waist, 0.46 * tall),
        (body, 0.56 * tall), (body, shoulder), (neck, 0.92 * tall), (neck, tall),
    ]  # fmt: skip
    yield Part(("plastic", "glass", "metal")[int(p["body"])], _vessel(fillet(outside, 0.014, 5)))
    yield _label(body, 0.58 * tall, 0.71 * tall)
    yield Part("plastic", _stopper(neck + 0.003, 0.945 * tall, tall + 0.008))


def _vessel(outside: FloatArray) -> Solid:
    """A hollow body from its outer profile, bottom to lip."""
    edge = np.array([[outside[0, 0] - 0.003, 0.0], [outside[0, 0], 0.003]])
    wall = outside[outside[:, 1] > 0.003]
    inner = np.maximum(wall - np.array([_WALL_M, 0.0]), (0.003, 0.008))[::-1]
    inside = inner[np.append(True, np.diff(inner[:, 1]) < 0)]
    floor = [(inside[-1, 0] - 0.003, 0.006), (0.0, 0.006)]
    return lathe(np.concatenate([[(0.0, 0.0)], edge, wall, inside, floor]), 40)


def _label(radius: float, low: float, high: float) -> Part:
    section = rectangle(0.0036, high - low, 0.0004, 1)
    section += (radius - 0.0013, (low + high) / 2)
    return Part("paper", hoop(section, 40))


def _stopper(radius: float, low: float, high: float) -> Solid:
    corners = [(0, low), (radius, low), (radius, high), (0, high)]
    return lathe(fillet(corners, 0.0015, 3), 28)


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
KEYPOINTS: tuple[str, ...] = ()
BOTTLE = family("bottle", KEYPOINTS, WINE, BEER, WATER)
