"""What one drinks from."""

from collections.abc import Iterator

import numpy as np

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
from assets.families.solids import ellipse, fillet, hoop, lathe, rectangle, sweep
from assets.families.vessel import plug, vessel

_WARE = ("ceramic", "ceramic", "glass")
_EDGES = (*rim("rim", 2), *rim("base", -2))
_HANDLE = (Mark("handle", (1, 0, 0)),)
_TUMBLERS = ("glass", "glass", "plastic", "frosted", "plastic", "metal")
_REUSABLE = ("frosted", "frosted", "frosted", "plastic")
_FOOT_M, _LIP_M = 0.0035, 0.0013


def _mug(p: Parameters) -> Iterator[Part]:
    radius, tall, wall = p["diameter_m"] / 2, p["height_m"], p["wall_m"]
    kind = _WARE[int(p["ware"])]
    outside = [(p["base"] * radius, 0), (radius, 0.25 * tall), (radius, tall)]
    body = vessel(fillet(outside, 0.02, 5), wall)
    yield Part(kind, body, _EDGES, label=Label("round", 0.35, 0.1, 0.9))
    yield _handle(p, kind, (0.80 * tall, 0.22 * tall), (radius, radius))


def _teacup(p: Parameters) -> Iterator[Part]:
    radius, tall, wall = p["diameter_m"] / 2, p["height_m"], p["wall_m"]
    foot, lift, wide = 0.5 * radius, 0.008, p["saucer_m"] / 2
    saucer = [(0, 0), (0.55 * wide, 0), (wide, 0.018), (wide, 0.022), (0.52 * wide, 0.0065),
              (0, 0.0065)]  # fmt: skip
    yield Part("ceramic", lathe(fillet(saucer, 0.006, 4), 48), rim("base", -0.2))
    outside = [(foot, 0.0), (0.86 * radius, 0.35 * tall), (radius, tall)]
    cup = vessel(fillet(outside, 0.6 * radius, 8), wall).at(0, 0, lift - 0.002)
    yield Part("ceramic", cup, rim("rim", 2))
    heights = (lift + 0.85 * tall, lift + 0.35 * tall)
    yield _handle(p, "ceramic", heights, (0.97 * radius, 0.82 * radius))


def _handle(
    p: Parameters, kind: str, heights_m: tuple[float, float], radii_m: tuple[float, float]
) -> Part:
    """A strap from one height of the wall to another, out along +x."""
    (high, low), (above, below), reach = heights_m, radii_m, p["handle_m"]
    inside = 0.5 * p["wall_m"]
    path = [(above - inside, 0, high), (above + reach, 0, high + 0.004),
            (above + 0.9 * reach, 0, low + 0.006), (below - inside, 0, low)]  # fmt: skip
    section = ellipse(p["strap_m"] / 2, 0.0042, 14)
    return Part(kind, sweep(fillet(path, 0.9 * reach, 7), section), _HANDLE)


def _tumbler(p: Parameters) -> Iterator[Part]:
    radius, tall = p["diameter_m"] / 2, p["height_m"]
    outside = fillet([(p["base"] * radius, 0.0), (radius, tall)], 0.01)
    path = np.stack([np.interp(np.linspace(0, 1, 8), [0, 1], outside[:, i]) for i in (0, 1)], 1)
    kind, label = _TUMBLERS[int(p["ware"])], Label("round", 0.3, 0.08, 0.94)
    yield Part(kind, vessel(path, p["wall_m"]), _EDGES, label=label)


def _reusable_cup(p: Parameters) -> Iterator[Part]:
    """A stacking cup that is lent at fairs: a straight taper, a small lip, a ring to stand on."""
    radius, tall, wall = p["diameter_m"] / 2, p["height_m"], p["wall_m"]
    base, top = p["base"] * radius, radius - _LIP_M
    lean = (top - base) / tall
    low = _FOOT_M + wall
    outline = [
        (0, _FOOT_M), (base - wall - 0.002, _FOOT_M), (base - wall, 0.0), (base - 0.0006, 0.0),
        (base, 0.0008), *np.linspace((base, 0.0008), (top, tall - 0.006), 8)[1:],
        (radius, tall - 0.0045), (radius, tall - 0.0012), (radius - 0.0008, tall),
        (radius - wall, tall), (top - wall, tall - 0.002),
        *np.linspace((top - wall, tall - 0.006), (base + lean * low - wall, low + 0.002), 8),
        (base + lean * low - wall - 0.002, low), (0, low),
    ]  # fmt: skip
    label = Label("round", 0.9, p["print_low"], p["print_high"])
    yield Part(_REUSABLE[int(p["ware"])], lathe(outline, 44), _EDGES, label=label)


def _paper_cup(p: Parameters) -> Iterator[Part]:
    """A tapered cup with a lid that has a raised rim, in a sleeve."""
    radius, tall = p["diameter_m"] / 2, p["height_m"]
    base = 0.68 * radius
    yield Part("paper", vessel(np.linspace((base, 0.0), (radius, tall), 8), 0.0035),
               rim("base", -2), label=Label("round", 0.6, 0.05, 0.9))  # fmt: skip
    lid = [(0, tall - 0.003), (radius + 0.0022, tall - 0.003), (radius + 0.0022, tall + 0.004),
           (radius - 0.003, tall + 0.006), (radius - 0.005, tall + 0.013),
           (radius - 0.010, tall + 0.013), (radius - 0.012, tall + 0.006),
           (0, tall + 0.006)]  # fmt: skip
    yield Part("plastic", lathe(fillet(lid, 0.001, 2), 40), rim("rim", 2))
    if p["sleeve"]:
        low, high = 0.28 * tall, 0.72 * tall
        lean = np.interp([low, high], [0, tall], [base, radius])
        section = rectangle(0.0042, high - low, 0.0008, 1)
        section += np.stack([np.interp(section[:, 1] + (low + high) / 2, [low, high], lean),
                             np.full(len(section), (low + high) / 2)], 1)  # fmt: skip
        yield Part("cardboard", hoop(section, 40))


def _travel_cup(p: Parameters) -> Iterator[Part]:
    """A travel cup: a straight body, a band to hold, a lid with a slide."""
    radius, tall = p["diameter_m"] / 2, p["height_m"]
    body = fillet([(p["base"] * radius, 0.0), (radius, 0.7 * tall), (radius, 0.9 * tall)], 0.03, 5)
    label = Label("round", 0.3, 0.1, 0.8)
    yield Part("metal", vessel(body, 0.004), rim("base", -2), label=label)
    yield Part("plastic", plug(radius + 0.0025, 0.87 * tall, tall, 0.005), rim("rim", 1))
    yield Part("plastic", plug(0.011, tall - 0.004, tall + 0.006, 0.003).at(0, -0.4 * radius, 0))


MUG = Shape(
    name="mug",
    source="common mugs of 0.25 to 0.40 l: 0.085 to 0.11 m high, 0.078 to 0.095 m across",
    parts=_mug,
    ranges={
        "height_m": span(0.085, 0.11), "diameter_m": span(0.078, 0.095),
        "base": span(0.72, 0.98), "wall_m": span(0.0038, 0.005), "handle_m": span(0.026, 0.036),
        "strap_m": span(0.011, 0.017), "ware": choice(2),
    },
)  # fmt: skip
TEACUP = Shape(
    name="teacup",
    source="tea and coffee cups of 0.15 to 0.25 l on saucers of 0.14 to 0.165 m",
    parts=_teacup,
    ranges={
        "height_m": span(0.055, 0.07), "diameter_m": span(0.085, 0.105),
        "saucer_m": span(0.14, 0.165), "wall_m": span(0.0034, 0.0042),
        "handle_m": span(0.020, 0.028), "strap_m": span(0.008, 0.011),
    },
)  # fmt: skip
TUMBLER = Shape(
    name="tumbler",
    source="drinking glasses of 0.2 to 0.5 l: 0.085 to 0.15 m high, 0.065 to 0.085 m across",
    parts=_tumbler,
    ranges={
        "height_m": span(0.085, 0.15), "diameter_m": span(0.065, 0.085), "base": span(0.70, 0.98),
        "wall_m": span(0.0034, 0.004), "ware": choice(len(_TUMBLERS) - 1),
    },
)  # fmt: skip
REUSABLE_CUP = Shape(
    name="reusable_cup",
    source="lent and collected plastic cups of 0.25 to 0.5 l: 0.10 to 0.16 m high, 0.07 to 0.09 m "
    "across the rim",
    parts=_reusable_cup,
    ranges={
        "height_m": span(0.10, 0.16), "diameter_m": span(0.07, 0.09), "base": span(0.62, 0.80),
        "wall_m": span(0.0032, 0.0036), "print_low": span(0.02, 0.25),
        "print_high": span(0.75, 0.95), "ware": choice(len(_REUSABLE) - 1),
    },
)  # fmt: skip
PAPER_CUP = Shape(
    name="paper_cup",
    source="take-away cups of 8 to 16 oz: 0.09 to 0.135 m high, 0.08 to 0.09 m across",
    parts=_paper_cup,
    ranges={
        "height_m": span(0.09, 0.135), "diameter_m": span(0.08, 0.09), "sleeve": choice(1),
    },
)  # fmt: skip
TRAVEL_CUP = Shape(
    name="travel_cup",
    source="insulated travel cups of 0.3 to 0.5 l: 0.15 to 0.20 m high, 0.07 to 0.085 m across",
    parts=_travel_cup,
    ranges={
        "height_m": span(0.15, 0.20), "diameter_m": span(0.072, 0.086), "base": span(0.72, 0.85),
    },
)  # fmt: skip
KEYPOINTS = names(rim("rim"), rim("base"), _HANDLE)
CUP = family("cup", KEYPOINTS, MUG, TEACUP, TUMBLER, PAPER_CUP, TRAVEL_CUP, REUSABLE_CUP)
