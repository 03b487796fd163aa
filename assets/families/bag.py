"""What is carried: backpacks, handbags, suitcases."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import Parameters, Part, Shape, both_sides, choice, family, span
from assets.families.solids import (
    Solid,
    box,
    circle,
    fillet,
    lathe,
    rectangle,
    rounded_box,
    sweep,
)
from assets.mesh import FloatArray

_SOFT = ("fabric", "leather")


def _backpack(p: Parameters) -> Iterator[Part]:
    soft, w, d, h = _SOFT[int(p["cover"])], p["width_m"], p["depth_m"], p["height_m"]
    yield Part(soft, _sack((w, d, h), 0.30).at(0, 0, h / 2))
    pocket = _sack((0.78 * w, 0.10, 0.42 * h), 0.16)
    yield Part(soft, pocket.at(0, -d / 2 - 0.012, 0.25 * h))
    yield from _zip(0.78 * w, -d / 2 - 0.062, 0.37 * h)
    small = _sack((0.62 * w, 0.06, 0.22 * h), 0.14)
    yield Part(soft, small.at(0, -d / 2 + 0.012, 0.64 * h))
    yield from both_sides(
        soft, _sack((0.06, 0.6 * d, 0.34 * h), 0.2).at(w / 2 - 0.012, 0, 0.21 * h)
    )
    for part in _straps(p):
        yield from both_sides("fabric", part)
    loop = [(-0.04, d / 2 - 0.02, 0.94 * h), (-0.035, d / 2 + 0.005, h + 0.04),
            (0.035, d / 2 + 0.005, h + 0.04), (0.04, d / 2 - 0.02, 0.94 * h)]  # fmt: skip
    yield Part("fabric", sweep(fillet(loop, 0.03), rectangle(0.02, 0.006, 0.002)))


def _straps(p: Parameters) -> Iterator[Solid]:
    w, d, h = p["width_m"], p["depth_m"], p["height_m"]
    y = d / 2
    path = [(0.2 * w, y - 0.02, 0.90 * h), (0.24 * w, y + 0.05, 0.86 * h),
            (0.30 * w, y + 0.055, 0.45 * h), (0.36 * w, y - 0.015, 0.12 * h)]  # fmt: skip
    yield sweep(fillet(path, 0.08, 6), rectangle(0.055, 0.012, 0.005), up=(1, 0, 0))


def _zip(wide: float, y: float, z: float) -> Iterator[Part]:
    yield Part("metal", box((0.8 * wide, 0.010, 0.006), (0, y + 0.002, z), 0.002))


def _sack(size: tuple[float, float, float], dome: float) -> Solid:
    """A soft box whose top narrows by `dome` of its height, as a filled bag's does."""
    w, d, h = size
    flat = rounded_box(size, 0.32 * min(w, d), steps=4, flats=(4, 2, 6))

    def settle(v: FloatArray) -> FloatArray:
        share = np.clip((v[:, 2] / h + 0.5 - (1 - 2 * dome)) / (2 * dome), 0, 1)
        narrow = 1 - 0.32 * share**2
        sag = 1 + 0.05 * np.cos(np.pi * v[:, 2] / h)
        return np.asarray(v * np.stack([narrow * sag, narrow * sag, np.ones_like(sag)], axis=1))

    return flat.mapped(settle)


def _handbag(p: Parameters) -> Iterator[Part]:
    soft, w, d, h = _SOFT[1 - int(p["cover"])], p["width_m"], p["depth_m"], p["height_m"]
    body = rounded_box((w, d, h), 0.024, steps=3, flats=(6, 1, 6))

    def slope(v: FloatArray) -> FloatArray:
        up = v[:, 2] / h + 0.5
        return np.asarray(v * np.stack([1 - p["taper"] * up, 1 - 0.62 * up, 1 + 0 * up], axis=1))

    yield Part(soft, body.mapped(slope).at(0, 0, h / 2))
    x, rise = p["grip"] * w / 2, p["handle_m"]
    for side in (-1, 1):
        y = side * d * (0.5 - 0.31 * 0.86) - side * 0.001
        path = [(-x, y, 0.84 * h), (-0.92 * x, 0.7 * y, h + rise), (0.92 * x, 0.7 * y, h + rise),
                (x, y, 0.84 * h)]  # fmt: skip
        yield Part(soft, sweep(fillet(path, 0.6 * rise, 8), circle(0.0065, 10)))
        for at in (-x, x):
            ring = lathe(
                fillet([(0, -0.005), (0.013, -0.005), (0.013, 0.005), (0, 0.005)], 0.002), 20
            )
            yield Part("metal", ring.turned(0, 90).at(at, y, 0.84 * h))
    flap = box((0.05, 0.012, 0.028), (0, -d * (0.5 - 0.31 * 0.78), 0.78 * h), 0.004)
    yield Part("metal", flap)


def _suitcase(p: Parameters) -> Iterator[Part]:
    kind, w, d, h = ("plastic", "fabric")[int(p["soft"])], p["width_m"], p["depth_m"], p["height_m"]
    lift = 0.05
    yield Part(kind, rounded_box((w, d, h), 0.045, steps=4).at(0, 0, lift + h / 2))
    if kind == "plastic":
        for x in np.linspace(-0.36, 0.36, int(p["ribs"])) * w:
            yield Part(kind, box((0.03, d + 0.01, 0.86 * h), (float(x), 0, lift + h / 2), 0.004))
        z = lift + h / 2
        seam = rectangle(w + 0.004, h + 0.004, 0.046, 5)
        yield Part("metal", sweep([(0, -0.006, z), (0, 0.006, z)], seam, up=(1, 0, 0)))
    else:
        yield Part(kind, rounded_box((0.84 * w, 0.05, 0.55 * h), 0.02, steps=3).at(
            0, -d / 2 - 0.012, lift + 0.32 * h))  # fmt: skip
        yield from _zip(0.9 * w, -d / 2 - 0.037, lift + 0.55 * h)
    yield from _wheels(0.38 * w, 0.34 * d, lift)
    yield from _grips(p, lift)


def _wheels(x: float, y: float, lift: float) -> Iterator[Part]:
    profile = fillet([(0, -0.011), (0.022, -0.011), (0.022, 0.011), (0, 0.011)], 0.004, 2)
    for side in (-y, y):
        yield from both_sides("plastic", lathe(profile, 20).turned(1, 90).at(x, side, 0.022))
        yield from both_sides("plastic", box((0.034, 0.03, 0.03), (x, side, lift - 0.008), 0.006))


def _grips(p: Parameters, lift: float) -> Iterator[Part]:
    w, d, top = p["width_m"], p["depth_m"], p["height_m"] + lift
    x, y, rise = 0.24 * w, 0.3 * d, p["pulled_m"]
    path = [(-x, y, top - 0.02), (-x, y, top + rise), (x, y, top + rise), (x, y, top - 0.02)]
    yield Part("metal", sweep(fillet(path, 0.015), circle(0.007, 10), up=(0, 1, 0)))
    yield Part("plastic", box((1.4 * x, 0.028, 0.024), (0, y, top + rise), 0.008))
    carry = [(-0.07, 0, top - 0.005), (-0.06, 0, top + 0.022), (0.06, 0, top + 0.022),
             (0.07, 0, top - 0.005)]  # fmt: skip
    yield Part("plastic", sweep(fillet(carry, 0.015), rectangle(0.02, 0.009, 0.003)))


BACKPACK = Shape(
    name="backpack",
    source="common day packs of 15 to 30 l: 0.40 to 0.50 m high, 0.27 to 0.33 m wide",
    parts=_backpack,
    ranges={
        "height_m": span(0.40, 0.50), "width_m": span(0.27, 0.33), "depth_m": span(0.14, 0.19),
        "cover": choice(1),
    },
)  # fmt: skip
HANDBAG = Shape(
    name="handbag",
    source="common handbags and totes: 0.26 to 0.38 m wide, 0.20 to 0.30 m high, handles apart",
    parts=_handbag,
    ranges={
        "width_m": span(0.26, 0.38), "depth_m": span(0.10, 0.16), "height_m": span(0.20, 0.30),
        "taper": span(0.0, 0.22), "grip": span(0.42, 0.58), "handle_m": span(0.10, 0.19),
        "cover": choice(1),
    },
)  # fmt: skip
SUITCASE = Shape(
    name="suitcase",
    source="cabin to large trolley cases: 0.50 to 0.75 m high, 0.36 to 0.50 m wide",
    parts=_suitcase,
    ranges={
        "height_m": span(0.47, 0.70), "width_m": span(0.36, 0.48), "depth_m": span(0.21, 0.29),
        "pulled_m": span(0.02, 0.38), "ribs": choice(7, 4), "soft": choice(1),
    },
)  # fmt: skip
KEYPOINTS: tuple[str, ...] = ()
BAG = family("bag", KEYPOINTS, BACKPACK, HANDBAG, SUITCASE)
