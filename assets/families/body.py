"""Plain clothed bodies, which wear and hide things: no likeness of anybody, no face."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import (
    Hang,
    Mark,
    Parameters,
    Part,
    Shape,
    both_sides,
    choice,
    family,
    names,
    span,
)
from assets.families.solids import (
    Solid,
    circle,
    ellipse,
    fillet,
    lathe,
    rectangle,
    rounded_box,
    sweep,
)
from assets.mesh import FloatArray

_TOP, _LEGS, _SHOE, _HAIR = "cloth", "trousers", "shoe", "hair"
_CROWN = (Mark("crown", (0, 0, 1)),)
_HAND = (Mark("hand_left", (0, 0, -1)), Mark("hand_right", (0, 0, -1)))
_FOOT = (Mark("foot_left", (0, -1, 0)), Mark("foot_right", (0, -1, 0)))


def _bystander(p: Parameters) -> Iterator[Part]:
    """Somebody upright, legs and arms as in a step of `stride_deg`, facing -y."""
    yield _trunk(p, None)
    yield from _rest(p)


def _wearer(p: Parameters) -> Iterator[Part]:
    """The same in a harness, that a pack may hang on."""
    yield _trunk(p, Hang(0.96, 0.9))
    for part in _harness(p["height_m"], p["build"]):
        yield from both_sides("webbing", part)
    yield from _rest(p)


def _rest(p: Parameters) -> Iterator[Part]:
    if p["sleeves"]:  # a collar
        tall = p["height_m"]
        yield Part(_TOP, _tube([(0, 0, 0.80 * tall), (0, 0.005, 0.85 * tall)], (0.075, 0.062), 14))
    for number, side in enumerate((1, -1)):
        swing = side * p["stride_deg"]
        yield from _leg(p, side, swing, _FOOT[number])
        yield from _arm(p, side, -0.8 * swing, _HAND[number])
    yield from _head(p)


def _trunk(p: Parameters, hang: Hang | None) -> Part:
    """Hips, waist, chest and shoulders in one, the back flat enough to carry on."""
    tall, wide = p["height_m"], p["build"]
    levels = np.array([0.46, 0.50, 0.58, 0.66, 0.74, 0.79, 0.815, 0.83]) * tall
    half_x = np.array([0.145, 0.168, 0.150, 0.160, 0.178, 0.182, 0.150, 0.075]) * wide
    half_y = np.array([0.100, 0.118, 0.108, 0.112, 0.115, 0.098, 0.078, 0.060])
    path = np.stack([0 * levels, 0 * levels, levels], axis=1)
    scale = np.stack([half_x, half_y], axis=1)
    return Part(_TOP, sweep(path, circle(1.0, 20), scale=scale, bevel_m=0, up=(1, 0, 0)), hang=hang)


def _harness(tall: float, wide: float) -> Iterator[Solid]:
    """The shoulder strap of a pack, and half of its belt: whoever boxes a pack leaves them out."""
    x, deep = 0.105 * wide, 0.118
    over = [(x, deep + 0.012, 0.74 * tall), (x, 0.09, 0.815 * tall), (x, 0.0, 0.838 * tall),
            (x, -0.095, 0.80 * tall), (x, -deep - 0.012, 0.72 * tall),
            (1.25 * x, -deep, 0.64 * tall), (1.55 * x, -0.02, 0.60 * tall),
            (1.3 * x, deep, 0.58 * tall)]  # fmt: skip
    yield sweep(fillet(over, 0.05, 4), rectangle(0.014, 0.058, 0.005), up=(0, -1, 0))
    angle = np.radians(np.linspace(75, -88, 12))
    belt = np.stack([0.172 * wide * np.cos(angle), 0.128 * np.sin(angle), 0 * angle + 0.52 * tall],
                    axis=1)  # fmt: skip
    yield sweep(belt, rectangle(0.06, 0.016, 0.006), up=(0, 0, 1))


def _leg(p: Parameters, side: int, swing_deg: float, foot: Mark) -> Iterator[Part]:
    """From the hip to the sole; it bends at the knee where it is behind."""
    tall, wide = p["height_m"], p["build"]
    hip = np.array([side * 0.088 * wide, 0.0, 0.50 * tall])
    thigh, shin = 0.235 * tall, 0.225 * tall
    bend = max(0.0, -swing_deg) * 0.9
    knee = hip + _down(thigh, swing_deg)
    ankle = knee + _down(shin, swing_deg - bend)
    low = np.array([0.0, 0.0, -min(0.0, ankle[2] - 0.08)])
    path = [hip, knee + low, ankle + low]
    radii = (0.086 * wide, 0.060 * wide, 0.048)
    if p["short_legs"]:
        cut = 0.75
        hem = path[0] + cut * (path[1] - path[0])
        yield Part(_LEGS, _tube([path[0], hem], (radii[0], 0.085 * wide), 16))
        yield Part("skin", _tube([hem - 0.1 * (path[1] - path[0]), *path[1:]],
                                 (0.066 * wide, 0.052 * wide, 0.040), 14))  # fmt: skip
    else:
        yield Part(_LEGS, _tube(path, radii, 16))
    sole = rounded_box((0.095, 0.265, 0.095), 0.035, steps=3)
    x, y, z = path[2].tolist()
    yield Part(_SHOE, sole.at(x, y - 0.06, max(z - 0.035, 0.0475)), (foot,))


def _arm(p: Parameters, side: int, swing_deg: float, hand: Mark) -> Iterator[Part]:
    """From the shoulder to the fingers, bent at the elbow."""
    tall, wide = p["height_m"], p["build"]
    shoulder = np.array([side * 0.185 * wide, 0.0, 0.795 * tall])
    out = np.array([side * 0.035 * tall * wide, 0.0, 0.0])
    elbow = shoulder + out + _down(0.175 * tall, swing_deg)
    wrist = elbow + 0.3 * out + _down(0.145 * tall, swing_deg + p["elbow_deg"])
    upper, lower = (0.062 * wide, 0.046 * wide), (0.042 * wide, 0.030)
    if p["sleeves"]:
        yield Part(_TOP, _tube([shoulder, elbow, wrist], (*upper, 0.038), 14))
    else:
        hem = shoulder + 0.7 * (elbow - shoulder)
        yield Part(_TOP, _tube([shoulder, hem], (upper[0], 0.062 * wide), 14))
        yield Part("skin", _tube([hem - 0.1 * (elbow - shoulder), elbow, wrist],
                                 (0.047 * wide, *lower), 12))  # fmt: skip
    tip = wrist + _down(0.17, swing_deg + 0.8 * p["elbow_deg"])
    yield Part("skin", sweep(np.linspace(wrist, tip, 6), ellipse(0.020, 0.042, 10),
                             scale=[0.7, 1.0, 1.1, 1.0, 0.8, 0.4], bevel_m=0), (hand,))  # fmt: skip


def _head(p: Parameters) -> Iterator[Part]:
    tall = p["height_m"]
    yield Part(
        "skin", _tube([(0, 0.005, 0.80 * tall), (0, -0.01, 0.88 * tall)], (0.062, 0.055), 12)
    )
    centre = (0.0, -0.02, tall - 0.118)
    covered = int(p["hair"])
    bare: tuple[Mark, ...] = _CROWN if covered == 0 else ()
    yield Part("skin", _ball((0.078, 0.098, 0.118)).at(*centre), bare)
    if covered == 0:
        return
    top = (0.0, -0.012, tall - 0.100)
    kind = _TOP if covered == 3 else _HAIR  # a hat of the same cloth
    yield Part(kind, _ball((0.087, 0.102, 0.106)).at(*top).mapped(_brow), _CROWN)
    if covered == 2:  # long hair
        fall = [(0, 0.055, tall - 0.10), (0, 0.085, tall - 0.24), (0, 0.098, tall - 0.36)]
        yield Part(kind, sweep(fillet(fall, 0.05), ellipse(0.085, 0.03, 14),
                               scale=np.linspace(1.0, 0.8, len(fillet(fall, 0.05))),
                               up=(1, 0, 0)))  # fmt: skip
    if covered == 3:
        brim = [(0.0, 0.0), (0.145, 0.004), (0.148, 0.010), (0.0, 0.018)]
        yield Part(kind, lathe(fillet(brim, 0.004, 2), 28).at(0, -0.012, tall - 0.098))


def _brow(vertices: FloatArray) -> FloatArray:
    """Hair ends above the eyes in front and at the neck behind."""
    low, high = vertices[:, 2].min(), vertices[:, 2].max()
    y = vertices[:, 1]
    share = (y - y.min()) / (y.max() - y.min())
    least = low + (high - low) * (0.55 - 0.45 * share)
    return np.column_stack([vertices[:, :2], np.maximum(vertices[:, 2], least)])


def _ball(half_m: tuple[float, float, float]) -> Solid:
    angle = np.linspace(-np.pi / 2, np.pi / 2, 13)
    round_ = lathe(np.stack([np.cos(angle), np.sin(angle)], axis=1).clip((0, -1), None), 18)
    return round_.mapped(lambda v: np.asarray(v * half_m))


def _tube(points: object, radii_m: tuple[float, ...], sides: int) -> Solid:
    """A round limb through points, as thick at each as it says."""
    told = np.asarray(points, dtype=np.float64)
    at = np.linspace(0, 1, len(told))
    fine = np.linspace(0, 1, 4 * (len(told) - 1) + 1)
    path = np.stack([np.interp(fine, at, told[:, axis]) for axis in range(3)], axis=1)
    return sweep(path, circle(1.0, sides), scale=np.interp(fine, at, radii_m), bevel_m=0.01,
                 up=(1, 0, 0))  # fmt: skip


def _down(long_m: float, swing_deg: float) -> FloatArray:
    """A limb hanging from its joint, swung to the front by an angle."""
    angle = np.radians(swing_deg)
    return np.array([0.0, -long_m * np.sin(angle), -long_m * np.cos(angle)])


_RANGES = {
    "height_m": span(1.55, 1.90), "build": span(0.90, 1.18), "stride_deg": span(-4, 4),
    "elbow_deg": span(5, 40), "sleeves": choice(1), "short_legs": choice(1), "hair": choice(3),
}  # fmt: skip
_SOURCE = (
    "adults from the 5th to the 95th percentile: 1.55 to 1.90 m high, shoulders 0.40 to 0.52 m"
)
STANDING = Shape(name="standing_body", source=_SOURCE, parts=_wearer, ranges=_RANGES)
WALKING = Shape(
    name="walking_body",
    source=_SOURCE,
    parts=_wearer,
    ranges={**_RANGES, "stride_deg": span(12, 28), "elbow_deg": span(10, 80)},
)
BYSTANDER = Shape(
    name="bystander_body",
    source=_SOURCE,
    parts=_bystander,
    ranges={**_RANGES, "stride_deg": span(-20, 20), "elbow_deg": span(5, 80)},
)
KEYPOINTS = names(_CROWN, _HAND, _FOOT)
BODY = family("body", KEYPOINTS, STANDING, WALKING, BYSTANDER)
