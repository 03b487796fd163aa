"""Legs that stand in a circle and lean outwards."""

from collections.abc import Iterator

import numpy as np

from assets.families.family import Part, tip
from assets.families.solids import circle, sweep

CORNERS = ("back_left", "back_right", "front_right", "front_left")
"""As met when turning about z, from x = y on."""


def splayed_legs(
    kind: str, count: int, reach_m: tuple[float, float, float], thickness_m: float, taper: float
) -> Iterator[Part]:
    """Yield round legs from the floor up, cut level with it.

    reach_m: (foot, top, height), how far from the middle a leg stands and ends, and how high.
    taper: the foot's thickness over the top's. Four legs point to the corners
    and are marked; three have no corner to be named by.
    """
    foot, top, height = reach_m
    path = [(foot, 0, 0), (top, 0, height)]
    leg = sweep(path, circle(thickness_m / 2, 14), scale=[taper, 1.0], bevel_m=0.004).floored()
    marks = [tip(f"leg_{at}") for at in CORNERS] if count == 4 else [()] * count
    turns = np.linspace(0, 360, count, endpoint=False) + 180 / count
    for angle, marked in zip(turns, marks, strict=True):
        yield Part(kind, leg.turned(2, float(angle)), marked)
