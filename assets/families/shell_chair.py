"""The moulded chair: seat and back are one bent shell on four legs."""

from collections.abc import Iterator

import numpy as np

from assets.families.backrest import BACK_TOPS
from assets.families.family import Mark, Parameters, Part, Shape, choice, span
from assets.families.legs import splayed_legs
from assets.families.solids import Solid, circle, fillet, rounded_box, sweep
from assets.families.vessel import plug
from assets.mesh import FloatArray

_SHELL = ("plastic", "plastic", "wood", "fabric")
_LEG = ("wood", "metal")
_FRONT = (Mark("seat_front_left", (1, -1, 0)), Mark("seat_front_right", (-1, -1, 0)))
_SHELL_M = 0.010


def _shell_chair(p: Parameters) -> Iterator[Part]:
    kind, seat = _LEG[int(p["leg"])], p["seat_height_m"]
    shell = _shell(p)
    yield Part(_SHELL[int(p["shell"])], shell, (*_FRONT, *BACK_TOPS))
    middle = np.abs(shell.vertices[:, :2]).max(axis=1) < 0.1
    under = float(shell.vertices[middle, 2].min()) + 0.004
    high = under - 0.012
    reach = (p["foot_m"], 0.10, high)
    yield from splayed_legs(kind, 4, reach, p["leg_m"], 0.7)
    yield Part("metal", plug(0.10, under - 0.018, under, 0.004))
    for turn in (45, 135):
        bar = sweep([(-0.12, 0, high - 0.012), (0.12, 0, high - 0.012)], circle(0.009, 10),
                    up=(0, 0, 1))  # fmt: skip
        yield Part("metal", bar.turned(2, turn))
    z = 0.45 * seat
    across = p["foot_m"] + (0.10 - p["foot_m"]) * z / high
    for turn in (45, 135) if p["braced"] else ():
        rod = sweep([(-across, 0, z), (across, 0, z)], circle(0.0045, 8), up=(0, 0, 1))
        yield Part("metal", rod.turned(2, turn))


def _shell(p: Parameters) -> Solid:
    """A slab bent along the profile of a sitter, cupped across it."""
    seat, half, deep = p["seat_height_m"], p["width_m"] / 2, p["depth_m"]
    lean = float(np.tan(np.radians(p["rake_deg"])))
    corner = (0.42 * deep, seat - p["dip_m"])
    line = fillet([(-0.58 * deep, seat - 0.028), (-0.46 * deep, seat), corner,
                   (corner[0] + lean * (p["height_m"] - seat), p["height_m"])],
                  0.13, 10)  # fmt: skip
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    long = float(along[-1])

    def bend(v: FloatArray) -> FloatArray:
        s = (v[:, 1] + long / 2).clip(0, long)
        y, z = (np.interp(s, along, line[:, axis]) for axis in (0, 1))
        ahead, behind = (
            np.stack([np.interp((s + e).clip(0, long), along, line[:, a]) for a in (0, 1)], axis=1)
            for e in (0.03, -0.03)
        )
        step = (ahead - behind) / np.linalg.norm(ahead - behind, axis=1, keepdims=True)
        share = s / long
        wide = np.interp(share, [0, 0.15, 0.5, 0.85, 1], [0.88, 1.0, 1.0, 0.9, 0.72])
        cup = p["cup_m"] * np.interp(share, [0, 0.2, 0.55, 1], [0.15, 0.7, 1.0, 0.45])
        lift = v[:, 2] + cup * (v[:, 0] / half) ** 2
        return np.stack([v[:, 0] * wide, y - lift * step[:, 1], z + lift * step[:, 0]], axis=1)

    slab = rounded_box((2 * half, long, _SHELL_M), 0.0045, steps=2, flats=(14, 30, 1))
    return slab.mapped(bend)


SHELL = Shape(
    name="shell",
    source="EN 1729-1 sizes 5-7; moulded side chairs: seat 0.43 to 0.46 m, 0.78 to 0.86 m high",
    parts=_shell_chair,
    ranges={
        "seat_height_m": span(0.44, 0.47), "width_m": span(0.44, 0.50), "depth_m": span(0.40, 0.45),
        "height_m": span(0.78, 0.86), "rake_deg": span(14, 20), "dip_m": span(0.01, 0.025),
        "cup_m": span(0.025, 0.05), "foot_m": span(0.26, 0.31), "leg_m": span(0.026, 0.034),
        "shell": choice(3), "leg": choice(1), "braced": choice(1),
    },
)  # fmt: skip
