"""Cardboard boxes: taped shut, standing open, stacked."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import (
    Label,
    Parameters,
    Part,
    Rest,
    Shape,
    both_sides,
    corners,
    family,
    names,
    span,
)
from assets.families.solids import box, rounded_box

_BOARD_M = 0.005
_TOP = Rest((0.04, 0.96), (0.1, 1.9))  # measured on the flap in front, over both
_TURNED_TOP = Rest((0.3, 0.7), (0.6, 1.2))
_WALL_MARKS = {
    0: (*corners("top")[:2], *corners("base", -1)[:2]),
    180: (*corners("top")[2:], *corners("base", -1)[2:]),
}


def _parcel(p: Parameters) -> Iterator[Part]:
    yield from _closed((p["length_m"], p["depth_m"], p["height_m"]), p["tape_m"], _TOP)


def _closed(
    size: tuple[float, float, float], tape: float, rest: Rest | None = None
) -> Iterator[Part]:
    """A carcass with two flaps that meet in the middle, taped; its label on the front."""
    x, y, z = size
    body = z - _BOARD_M
    yield Part(
        "cardboard",
        rounded_box((x, y, body), 0.004, steps=2).at(0, 0, body / 2),
        corners("base", -1),
        label=Label("front", 0.5, 0.15, 0.85),
    )
    for side in (-1, 1):
        flap = box(
            (x, y / 2 - 0.0015, _BOARD_M), (0, side * (y / 4 + 0.0007), body + 0.0024), 0.0015
        )
        marks = corners("top")[:2] if side < 0 else corners("top")[2:]
        yield Part("cardboard", flap, marks, rest if side < 0 else None)
    yield Part("tape", box((x + 0.0014, tape, 0.004), (0, 0, z - 0.0016), 0.001))
    drop = min(0.07, 0.4 * z)
    end = box((0.004, tape, drop), (x / 2 - 0.0013, 0, z - drop / 2), 0.001)
    yield from both_sides("tape", end)
    label = box((0.3 * x, 0.004, 0.36 * z), (0.22 * x, -y / 2 + 0.0013, 0.62 * body), 0.001)
    yield Part("paper", label)


def _open_box(p: Parameters) -> Iterator[Part]:
    x, y, z = p["length_m"], p["depth_m"], p["height_m"]
    yield Part("cardboard", box((x, y, _BOARD_M), (0, 0, _BOARD_M / 2), 0.0015))
    for along, across, turn, key in ((x, y, 0, "front_deg"), (y, x, 90, "right_deg"),
                                     (x, y, 180, "rear_deg"), (y, x, 270, "left_deg")):  # fmt: skip
        wall = box((along, _BOARD_M, z), (0, -across / 2 + _BOARD_M / 2, z / 2), 0.0015)
        yield Part("cardboard", wall.turned(2, turn), _WALL_MARKS.get(turn, ()))
        fold = min(0.48 * y, 0.9 * z)
        flap = box((along - 0.008, fold, _BOARD_M), (0, -fold / 2 + 0.004, 0), 0.0015)
        hung = flap.turned(0, p[key]).at(0, -across / 2 + _BOARD_M / 2, z - 0.002)
        yield Part("cardboard", hung.turned(2, turn))


def _stack(p: Parameters) -> Iterator[Part]:
    x, y, z = p["length_m"], p["depth_m"], p["height_m"]
    yield from _closed((x, y, z), p["tape_m"])
    upper = (x * p["upper"], y * p["upper"], z * p["upper_height"])
    third = p["third"] > 0.5
    for part in _closed(upper, p["tape_m"], None if third else _TURNED_TOP):
        turned = part.solid.turned(2, p["turn_deg"])
        yield Part(part.kind, turned.at(0.03, -0.01, z - 0.0002), rest=part.rest)
    if third:
        small = tuple(float(side) for side in np.array(upper) * 0.62)
        for part in _closed((small[0], small[1], small[2]), 0.8 * p["tape_m"], _TURNED_TOP):
            turned = part.solid.turned(2, -0.8 * p["turn_deg"])
            top = turned.at(0.0, 0.0, z + upper[2] - 0.0004)
            yield Part(part.kind, top, rest=part.rest)


_SIZE = {"length_m": span(0.26, 0.60), "depth_m": span(0.20, 0.42), "height_m": span(0.12, 0.42)}
_SOURCE = "common shipping cartons (FEFCO 0201 slotted): 0.26 to 0.60 m long, 5 mm board"
PARCEL = Shape(
    name="parcel", source=_SOURCE, parts=_parcel, ranges={**_SIZE, "tape_m": span(0.045, 0.06)}
)
OPEN_BOX = Shape(
    name="open_box",
    source=_SOURCE,
    parts=_open_box,
    ranges={
        **_SIZE, "front_deg": span(25, 75), "right_deg": span(20, 70),
        "rear_deg": span(-40, 60), "left_deg": span(20, 70),
    },
)  # fmt: skip
STACK = Shape(
    name="stack",
    source=_SOURCE,
    parts=_stack,
    ranges={
        "length_m": span(0.42, 0.60), "depth_m": span(0.32, 0.42), "height_m": span(0.22, 0.40),
        "tape_m": span(0.045, 0.06), "upper": span(0.68, 0.88), "upper_height": span(0.5, 0.9),
        "turn_deg": span(-20, 20), "third": span(0, 1),
    },
)  # fmt: skip
KEYPOINTS = names(corners("top"), corners("base"))
BOX = family("box", KEYPOINTS, PARCEL, OPEN_BOX, STACK)
