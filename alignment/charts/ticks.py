"""Round numbers along an axis."""

import math

MOST = 7
_STEPS = (1.0, 2.0, 5.0)


def ticks(low: float, high: float, *, log: bool) -> list[tuple[float, str]]:
    """Return (value as fitted, label in natural units) of up to MOST round numbers in a range."""
    if not log:
        step = _step((high - low) / 6)
        first = math.ceil(low / step - 1e-9)
        count = math.floor(high / step + 1e-9) - first + 1
        return [(n * step, f"{n * step:.6g}") for n in range(first, first + count)]
    decades = range(math.floor(low / math.log(10)) - 1, math.ceil(high / math.log(10)) + 1)
    for steps in (_STEPS, (1.0, 3.0), (1.0,)):
        found = [(math.log(s * 10.0**d), f"{s * 10.0**d:.6g}") for d in decades for s in steps]
        inside = [tick for tick in found if low <= tick[0] <= high]
        if len(inside) <= MOST:
            break
    thinned = inside[:: math.ceil(len(inside) / MOST) or 1]
    return thinned if len(thinned) >= 2 else _ends(low, high)


def _ends(low: float, high: float) -> list[tuple[float, str]]:
    places = [low + (high - low) * part for part in (0.1, 0.5, 0.9)]
    return [(place, f"{math.exp(place):.3g}") for place in places]


def _step(rough: float) -> float:
    base = 10.0 ** math.floor(math.log10(rough))
    return next(s * base for s in (*_STEPS, 10.0) if s * base >= rough * (1 - 1e-9))
