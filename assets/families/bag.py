"""What is carried: backpacks, handbags, suitcases."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import (
    Label,
    Mark,
    Parameters,
    Part,
    Shape,
    both_sides,
    choice,
    corners,
    family,
    names,
    span,
)
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
_MATS = ((0, 0.99), (1, 0.01))  # on top, or low on the front
_PACK = ("nylon", "nylon", "fabric", "leather")
_BODY = (Mark("top_left", (1, 0, 1)), Mark("top_right", (-1, 0, 1)), *corners("base", -1))
_HANDLE = (Mark("handle", (0, 0, 1)),)


def _backpack(p: Parameters) -> Iterator[Part]:
    soft, w, d, h = _PACK[int(p["cover"])], p["width_m"], p["depth_m"], p["height_m"]
    second = ("webbing", soft)[int(p["plain"])]
    label = Label("front", 0.3, 0.56, 0.74)
    yield Part(soft, _sack((w, d, h), 0.30).at(0, 0, h / 2), _BODY, label=label)
    pocket = _sack((0.78 * w, 0.10, 0.42 * h), 0.16)
    yield Part(soft, pocket.at(0, -d / 2 - 0.012, 0.25 * h))
    yield from _zip(0.78 * w, -d / 2 - 0.062, 0.37 * h)
    small = _sack((0.62 * w, 0.06, 0.22 * h), 0.14)
    yield Part(second, small.at(0, -d / 2 + 0.012, 0.64 * h))
    yield from both_sides(
        soft, _sack((0.06, 0.6 * d, 0.34 * h), 0.2).at(w / 2 - 0.012, 0, 0.21 * h)
    )
    for part in _straps(p):
        yield from both_sides("webbing", part)
    loop = [(-0.04, d / 2 - 0.02, 0.94 * h), (-0.035, d / 2 + 0.005, h + 0.04),
            (0.035, d / 2 + 0.005, h + 0.04), (0.04, d / 2 - 0.02, 0.94 * h)]  # fmt: skip
    yield Part("webbing", sweep(fillet(loop, 0.03), rectangle(0.02, 0.006, 0.002)), _HANDLE)


def _hiking_pack(p: Parameters) -> Iterator[Part]:
    """A tall pack with a lid, and things strapped to it."""
    soft, w, d, h = "nylon", p["width_m"], p["depth_m"], p["height_m"]
    second = ("webbing", "fabric", soft)[int(p["tone"])]
    yield Part(soft, _sack((w, d, 0.92 * h), 0.16).at(0, 0, 0.46 * h), _BODY)
    lid = rounded_box((0.84 * w, 0.98 * d, 0.17 * h), 0.05, steps=3)
    yield Part(second, lid.turned(0, 6).at(0, -0.01, 0.91 * h))
    pocket = _sack((0.66 * w, 0.09, 0.46 * h), 0.2, 2)
    yield Part(second, pocket.at(0, -d / 2 - 0.012, 0.30 * h))
    for x in (-0.2 * w, 0.2 * w):  # what holds the lid down
        path = [(x, -0.5 * d - 0.02, 0.95 * h), (x, -0.5 * d - 0.066, 0.72 * h),
                (x, -0.5 * d - 0.066, 0.10 * h), (x, -0.36 * d, 0.02 * h)]  # fmt: skip
        yield Part(
            "webbing", sweep(fillet(path, 0.05), rectangle(0.007, 0.022, 0.002), up=(0, 1, 0))
        )
    band = rectangle(1.07 * w, 1.07 * d, 0.34 * min(w, d), 5)
    for z in (0.24 * h, 0.60 * h):
        around = sweep([(0, 0, z - 0.011), (0, 0, z + 0.011)], band, up=(1, 0, 0))
        yield Part("webbing", around)
    if p["bottle"]:
        held = lathe(fillet([(0, 0), (0.037, 0), (0.037, 0.20), (0, 0.23)], 0.012, 3), 18)
        yield Part("plastic", held.at(0.5 * w + 0.026, -0.01, 0.08 * h))
    yield from both_sides(
        second, _sack((0.09, 0.62 * d, 0.30 * h), 0.1, 2).at(0.5 * w, 0, 0.17 * h)
    )
    if p["mat"] < len(_MATS):
        roll = rounded_box((1.16 * w, 0.14, 0.14), 0.069, steps=5)
        back, high = _MATS[int(p["mat"])]
        yield Part("foam", roll.at(0, -back * (0.5 * d + 0.055) - 0.02, high * h + 0.05))
    for part in _straps(p):
        yield from both_sides("webbing", part)
    loop = [(-0.05, d / 2 - 0.02, 0.86 * h), (-0.04, d / 2 + 0.01, 0.90 * h),
            (0.04, d / 2 + 0.01, 0.90 * h), (0.05, d / 2 - 0.02, 0.86 * h)]  # fmt: skip
    yield Part("webbing", sweep(fillet(loop, 0.03), rectangle(0.02, 0.006, 0.002)), _HANDLE)


def _straps(p: Parameters) -> Iterator[Solid]:
    w, d, h = p["width_m"], p["depth_m"], p["height_m"]
    y = d / 2
    path = [(0.2 * w, y - 0.02, 0.90 * h), (0.24 * w, y + 0.05, 0.86 * h),
            (0.30 * w, y + 0.055, 0.45 * h), (0.36 * w, y - 0.015, 0.12 * h)]  # fmt: skip
    yield sweep(fillet(path, 0.08, 6), rectangle(0.055, 0.012, 0.005), up=(1, 0, 0))


def _zip(wide: float, y: float, z: float) -> Iterator[Part]:
    yield Part("metal", box((0.8 * wide, 0.010, 0.006), (0, y + 0.002, z), 0.002))


def _sack(size: tuple[float, float, float], dome: float, steps: int = 4) -> Solid:
    """A soft box whose top narrows by `dome` of its height, as a filled bag's does."""
    w, d, h = size
    flat = rounded_box(size, 0.32 * min(w, d), steps=steps, flats=(steps, 2, 6))

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

    yield Part(soft, body.mapped(slope).at(0, 0, h / 2), _BODY)
    x, rise = p["grip"] * w / 2, p["handle_m"]
    for side in (-1, 1):
        y = side * d * (0.5 - 0.31 * 0.86) - side * 0.001
        path = [(-x, y, 0.84 * h), (-0.92 * x, 0.7 * y, h + rise), (0.92 * x, 0.7 * y, h + rise),
                (x, y, 0.84 * h)]  # fmt: skip
        yield Part(
            soft,
            sweep(fillet(path, 0.6 * rise, 8), circle(0.0065, 10)),
            _HANDLE if side < 0 else (),
        )
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
    yield Part(kind, rounded_box((w, d, h), 0.045, steps=4).at(0, 0, lift + h / 2), _BODY)
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
    yield Part("plastic", box((1.4 * x, 0.028, 0.024), (0, y, top + rise), 0.008), _HANDLE)
    carry = [(-0.07, 0, top - 0.005), (-0.06, 0, top + 0.022), (0.06, 0, top + 0.022),
             (0.07, 0, top - 0.005)]  # fmt: skip
    yield Part("plastic", sweep(fillet(carry, 0.015), rectangle(0.02, 0.009, 0.003)))


def _tote(p: Parameters) -> Iterator[Part]:
    """A cloth bag, open at the top, with two long straps."""
    soft, w, d, h = _SOFT[int(p["cover"])], p["width_m"], p["depth_m"], p["height_m"]
    unit = 0.2  # the lathe's radius; only what lies inside it (the wall, the floor) is to scale
    wall = np.linspace((unit, 0.02), (unit, h), 8)
    lip, inner = [(unit - 0.0025, h + 0.001)], wall[::-1] - (0.005, 0)
    floor, inside = [(0, 0), (unit - 0.02, 0)], [(unit - 0.02, 0.008), (0, 0.008)]
    outline = np.concatenate([floor, wall, lip, inner, inside])
    body = lathe(outline, 56).mapped(lambda v: _flattened(v, (w, d, h), unit))
    yield Part(soft, body, _BODY, label=Label("front", 0.6, 0.2, 0.85))
    x = p["grip"] * w / 2
    for side in (-1, 1):
        y = side * (0.36 * d - 0.004)
        path = [(-x, y, 0.72 * h), (-x, y, h), (-0.85 * x, 0.5 * y, h + p["handle_m"]),
                (0.85 * x, 0.5 * y, h + p["handle_m"]), (x, y, h), (x, y, 0.72 * h)]  # fmt: skip
        strap = sweep(fillet(path, 0.07, 6), rectangle(0.007, 0.028, 0.002), up=(0, 1, 0))
        yield Part(soft, strap, _HANDLE if side < 0 else ())


def _flattened(v: FloatArray, size_m: tuple[float, float, float], unit_m: float) -> FloatArray:
    """A body of revolution of radius `unit_m` made oblong, slimmer towards the top."""
    w, d, h = size_m
    radius = np.maximum(np.hypot(v[:, 0], v[:, 1]), 1e-9)
    cos, sin = v[:, 0] / radius, v[:, 1] / radius
    slim = 1 - 0.28 * v[:, 2] / h
    x, y = (np.sign(c) * np.abs(c) ** 0.45 for c in (cos, sin))
    inset = np.clip(radius - unit_m, -0.02, 0)
    share = np.minimum(radius / (unit_m - 0.02), 1)
    return np.stack(
        [(x * w / 2 + inset * x) * share, (y * d / 2 * slim + inset * y) * share, v[:, 2]], axis=1
    )


def _duffel(p: Parameters) -> Iterator[Part]:
    """A lying roll with two straps round it that meet as handles over the zip."""
    soft, w, d, h = _SOFT[int(p["cover"])], p["width_m"], p["depth_m"], p["height_m"]
    roll = rounded_box((w, d, h), 0.42 * min(d, h), steps=5, flats=(6, 1, 1))
    yield Part(soft, roll.at(0, 0, h / 2), _BODY)
    yield Part("metal", box((0.7 * w, 0.012, 0.006), (0, 0, h + 0.001), 0.002))
    x, rise = p["grip"] * w, p["handle_m"]
    round_roll = rectangle(d + 0.008, h + 0.008, 0.42 * min(d, h), 6)
    for at in (-x, x):
        band = sweep([(at - 0.016, 0, h / 2), (at + 0.016, 0, h / 2)], round_roll, up=(0, 1, 0))
        yield Part("fabric", band.floored())
    for side in (-1, 1):
        y = side * 0.30 * d
        path = [(-x, y, 0.93 * h), (-0.8 * x, 0.5 * y, h + rise), (0.8 * x, 0.5 * y, h + rise),
                (x, y, 0.93 * h)]  # fmt: skip
        handle = sweep(fillet(path, 0.06, 6), rectangle(0.008, 0.026, 0.003), up=(0, 1, 0))
        yield Part("fabric", handle, _HANDLE if side < 0 else ())
    for end in (-1, 1):
        pocket = rounded_box((0.03, 0.55 * d, 0.5 * h), 0.012, steps=2)
        yield Part(soft, pocket.at(end * (w / 2 + 0.004), 0, 0.45 * h))


BACKPACK = Shape(
    name="backpack",
    source="common day packs of 15 to 30 l: 0.40 to 0.50 m high, 0.27 to 0.33 m wide",
    parts=_backpack,
    ranges={
        "height_m": span(0.40, 0.50), "width_m": span(0.27, 0.33), "depth_m": span(0.14, 0.19),
        "cover": choice(3), "plain": choice(1),
    },
)  # fmt: skip
HIKING_PACK = Shape(
    name="hiking_pack",
    source="common trekking packs of 35 to 65 l: 0.55 to 0.72 m high, 0.28 to 0.34 m wide",
    parts=_hiking_pack,
    ranges={
        "height_m": span(0.52, 0.70), "width_m": span(0.28, 0.34), "depth_m": span(0.20, 0.27),
        "tone": choice(2), "bottle": choice(1), "mat": choice(5),
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
TOTE = Shape(
    name="tote",
    source="common cloth totes: 0.34 to 0.42 m wide, 0.32 to 0.40 m high, long straps",
    parts=_tote,
    ranges={
        "width_m": span(0.34, 0.42), "depth_m": span(0.10, 0.16), "height_m": span(0.32, 0.40),
        "grip": span(0.36, 0.48), "handle_m": span(0.16, 0.26), "cover": choice(1),
    },
)  # fmt: skip
DUFFEL = Shape(
    name="duffel",
    source="sports and travel bags of 25 to 50 l: 0.46 to 0.60 m long, 0.24 to 0.30 m high",
    parts=_duffel,
    ranges={
        "width_m": span(0.46, 0.60), "depth_m": span(0.24, 0.30), "height_m": span(0.24, 0.30),
        "grip": span(0.20, 0.28), "handle_m": span(0.07, 0.12), "cover": choice(1),
    },
)  # fmt: skip
KEYPOINTS = names(_BODY, _HANDLE)
BAG = family("bag", KEYPOINTS, BACKPACK, HANDBAG, SUITCASE, TOTE, DUFFEL, HIKING_PACK)
