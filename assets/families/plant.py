"""Plants in pots."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import Parameters, Part, Shape, choice, family, names, rim, span
from assets.families.solids import Solid, circle, disc, ellipse, fillet, lathe, sweep
from assets.mesh import FloatArray

_POT = ("ceramic", "ceramic", "plastic")
_GOLDEN_DEG = 137.508  # leaves that follow one another by this angle never line up


def _leafy(p: Parameters) -> Iterator[Part]:
    """Broad leaves on arching stalks out of the soil."""
    yield from _pot(p)
    soil, count = _soil(p), int(p["leaves"])
    for i in range(count):
        share = (i + 0.5) / count
        angle = _GOLDEN_DEG * i + p["turn_deg"]
        reach, rise = p["reach_m"] * (0.35 + 0.65 * share), p["rise_m"] * (1.05 - 0.6 * share)
        stalk = _arch(0.12 * p["pot_m"], reach, rise, 0.05, 7)
        yield _laid("leaf", sweep(stalk, circle(0.004, 6), bevel_m=0), angle, soil - 0.01)
        blade = _blade(p["leaf_m"] * (0.8 + 0.3 * share), p["leaf_width_m"], 0.35 + 0.5 * share)
        start = stalk[-2]
        yield _laid("leaf", blade.at(start[0], 0, start[2]), angle, soil - 0.01)


def _upright(p: Parameters) -> Iterator[Part]:
    """Stiff tall blades, as of a snake plant."""
    yield from _pot(p)
    count = int(p["leaves"])
    for i in range(count):
        share = (i + 0.5) / count
        tall = p["rise_m"] * (1.0 - 0.45 * share)
        out = 0.36 * p["pot_m"] * np.sqrt(share)
        s = np.linspace(0, 1, 12)
        path = np.stack([out + p["lean_m"] * share * s**1.6, 0 * s, tall * s], axis=1)
        width = np.clip(0.55 + 1.1 * s - 1.6 * s**2.6, 0.06, 1)
        blade = sweep(path, ellipse(p["leaf_width_m"] / 2, 0.004, 10),
                      scale=np.stack([width, 0.7 + 0.3 * (1 - s)], axis=1), bevel_m=0)  # fmt: skip
        twisted = blade.at(-out, 0, 0).turned(2, 70 * i).at(out, 0, 0)
        yield _laid("leaf", twisted, _GOLDEN_DEG * i + p["turn_deg"], _soil(p) - 0.01)


def _tree(p: Parameters) -> Iterator[Part]:
    """A thin trunk with a crown of leaves along its upper part, as of a rubber tree."""
    yield from _pot(p)
    soil, count, tall = _soil(p), int(p["leaves"]), p["rise_m"]
    bend = [
        (0, 0, soil - 0.02),
        (p["lean_m"], 0, soil + 0.5 * tall),
        (0.4 * p["lean_m"], 0, soil + tall),
    ]
    trunk = fillet(bend, 0.3, 8)
    yield Part("wood", sweep(trunk, circle(0.011, 10), scale=np.linspace(1, 0.4, len(trunk))))
    for i in range(count):
        share = i / (count - 1)
        z = soil + tall * (0.30 + 0.69 * share)
        x = float(np.interp(z, trunk[:, 2], trunk[:, 0]))
        long = p["leaf_m"] * (1.1 - 0.45 * share)
        blade = _blade(long, p["leaf_width_m"] * (1.1 - 0.4 * share), 0.9 - 1.0 * share)
        angle = _GOLDEN_DEG * i + p["turn_deg"]
        yield Part("leaf", blade.turned(2, angle).at(x, 0, z))


def _pot(p: Parameters) -> Iterator[Part]:
    top, tall, base = p["pot_m"] / 2, p["pot_height_m"], p["pot_base"] * p["pot_m"] / 2
    wall, floor = 0.009, 0.012
    profile = [(0, 0), (base, 0), (top, tall), (top - wall, tall), (base - wall, floor), (0, floor)]
    yield Part(
        _POT[int(p["pot"])],
        lathe(fillet(profile, 0.006, 3), 40),
        (*rim("rim", 1), *rim("base", -2)),
    )
    inside = base + (top - base) * (_soil(p) - 0.02) / tall - wall
    yield Part("soil", disc(inside + 0.004, 0.02, 0.004, 36).at(0, 0, _soil(p) - 0.02))


def _soil(p: Parameters) -> float:
    return 0.90 * p["pot_height_m"]


def _arch(start: float, reach: float, rise: float, droop: float, steps: int) -> FloatArray:
    s = np.linspace(0, 1, steps)
    z = rise * (1 - (1 - s) ** 1.7) - droop * s**3
    return np.stack([start + reach * s**1.25, 0 * s, z], axis=1)


def _blade(long: float, wide: float, droop: float) -> Solid:
    """A pointed leaf from the origin outwards along x, arching down by `droop` of its length."""
    s = np.linspace(0, 1, 11)
    fall = long * (0.35 * (1 - droop) * s - droop * 0.7 * s**2)
    path = np.stack([long * s * (1 - 0.15 * abs(droop) * s), 0 * s, fall], axis=1)
    width = np.clip(np.sin(np.pi * s**0.8) ** 0.75, 0.07, 1)
    scale = np.stack([width, 0.75 + 0.25 * (1 - s)], axis=1)
    return sweep(path, ellipse(wide / 2, 0.003, 8), scale=scale, bevel_m=0)


def _laid(kind: str, solid: Solid, angle_deg: float, z_m: float) -> Part:
    return Part(kind, solid.turned(2, angle_deg).at(0, 0, z_m))


_SOURCE = "common house plants in pots of 0.14 to 0.36 m"
_BED = {
    "pot_m": span(0.16, 0.26), "pot_height_m": span(0.14, 0.24), "pot_base": span(0.62, 0.92),
    "pot": choice(2), "turn_deg": span(0, 360),
}  # fmt: skip
LEAFY = Shape(
    name="leafy",
    source=_SOURCE,
    parts=_leafy,
    ranges={
        **_BED, "leaves": choice(22, 12), "reach_m": span(0.10, 0.18), "rise_m": span(0.22, 0.38),
        "leaf_m": span(0.16, 0.24), "leaf_width_m": span(0.08, 0.13),
    },
)  # fmt: skip
UPRIGHT = Shape(
    name="upright",
    source=_SOURCE + "; snake plants, 0.35 to 0.75 m over the soil",
    parts=_upright,
    ranges={
        **_BED, "leaves": choice(16, 8), "rise_m": span(0.35, 0.75),
        "leaf_width_m": span(0.045, 0.07), "lean_m": span(0.02, 0.10),
    },
)  # fmt: skip
TREE = Shape(
    name="tree",
    source=_SOURCE + "; rubber trees and figs, 0.7 to 1.3 m over the soil",
    parts=_tree,
    ranges={
        **_BED, "pot_m": span(0.24, 0.36), "pot_height_m": span(0.22, 0.34),
        "leaves": choice(44, 28), "rise_m": span(0.7, 1.3), "leaf_m": span(0.18, 0.26),
        "leaf_width_m": span(0.08, 0.12), "lean_m": span(-0.06, 0.06),
    },
)  # fmt: skip
KEYPOINTS = names(rim("rim"), rim("base"))
PLANT = family("plant", KEYPOINTS, LEAFY, UPRIGHT, TREE)
