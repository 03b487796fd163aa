"""What share of the real mass no scene can reach, on which side, and which knob is at its bound.

A real value is reached where at least ENOUGH boxes of the pool lie within a width of it: WIDTH of
the real spread, half a bin of the report; of d attributes jointly, d times that on each (a cell of
the same width would be empty for want of boxes, not of scenes); of whole numbers, the number
itself. What is asked of is the *smoothed* population, so LEAST_SHARE of it may always lie in tails
that no real photo holds, and is not told.

A knob is named where it piles up at a bound: among the scenes nearest the unreached mass, the share
within EDGE of its range of that bound is greater than in the whole pool by PILED_UP or more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree
from scipy.stats import iqr

from alignment.samples.bins import DISCRETE

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Side = Literal["below", "above", "between"]

ENOUGH = 5
WIDTH = 0.125
NORMAL_IQR = 1.349
LEAST_SHARE = 0.02
NEAREST = 8  # boxes of the pool that speak for each unreached value
EDGE, PILED_UP = 0.1, 0.25
ASSETS = "assets"
SHAPED = frozenset({"aspect"})  # what the shapes themselves bound, where no knob does


@dataclass(frozen=True, kw_only=True, eq=False)
class Knob:
    """One number that each scene of the pool was drawn with. values: (s,), by scene."""

    values: FloatArray
    low: float
    high: float

    def __post_init__(self) -> None:
        if self.values.ndim != 1 or not self.low <= self.high:
            raise ValueError(
                f"Knob of {self.values.shape} values from {self.low} to {self.high}; expected (s,) "
                "values and low <= high"
            )


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """Real mass on one side of what the pool shows, all as fitted (logs stay logs).

    attributes: one; or several, jointly. component: of the target's mixture, None for all of it.
    share: of the real mass (of the component's). main: the attribute along which it lies out of
    reach. begins: its unreached value nearest the pool; None of names. stops: the pool's last value
    on that side; None where pool lies on both. Jointly, where each value may be reached and their
    combination not, they are medians: of what is out of reach, and of the pool nearest to it.
    knob: the one at its bound, ASSETS, or "" where none is named. names: of an attribute that is a
    name, those that no scene shows.
    """

    attributes: tuple[str, ...]
    component: int | None
    share: float
    main: str
    side: Side
    begins: float | None
    stops: float | None
    knob: str
    bound: Literal["low", "high", ""]
    bound_value: float | None
    names: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {**asdict(self), "attributes": list(self.attributes), "names": list(self.names)}


def reachability(
    real_values: Mapping[str, FloatArray], pool_values: Mapping[str, FloatArray],
    pool_scene: IntArray, knobs: Mapping[str, Knob],
) -> tuple[Unreached, ...]:  # fmt: skip
    """Return what is out of reach, attribute by attribute, the largest share first.

    real_values: (n,) by attribute, drawn from the smoothed population. pool_values: (m,) by
    attribute, one a box; pool_scene: (m,) the scene of each, an index into the knobs' values.
    Non-finite values are left out; of no real value nothing is said. A pool without a box reaches
    nothing.
    """
    found: list[Unreached] = []
    for name in real_values:
        real = _columns(real_values, (name,))
        real = real[np.isfinite(real[:, 0])]
        pool, scenes = _finite(_columns(pool_values, (name,)), pool_scene)
        if len(real):
            found += _of_attribute(name, real, pool, scenes, knobs)
    return tuple(sorted(found, key=lambda one: -one.share))


def component_reachability(
    real_values: Mapping[str, FloatArray], component: IntArray,
    pool_values: Mapping[str, FloatArray], pool_scene: IntArray, knobs: Mapping[str, Knob],
) -> tuple[Unreached, ...]:  # fmt: skip
    """Return what is out of reach of each mixture component, all its attributes jointly.

    component: (n,) which one each real value was drawn from. Else as `reachability`.
    """
    names = tuple(real_values)
    real, of = _finite(_columns(real_values, names), component)
    if not len(real):
        return ()
    boxes = _finite(_columns(pool_values, names), pool_scene)
    widths = _widths(real, names)  # of the whole: a narrow component needs no denser pool
    found = [
        one
        for number in np.unique(of)
        if (one := _of_component((names, int(number)), real[of == number], widths, boxes, knobs))
    ]
    return tuple(sorted(found, key=lambda one: -one.share))


def _of_attribute(
    name: str, real: FloatArray, pool: FloatArray, scenes: IntArray, knobs: Mapping[str, Knob]
) -> list[Unreached]:
    missed = real[~_reached(real, pool, _widths(real, (name,)))]
    sides: dict[Side, FloatArray] = {"between": missed}
    low = high = None
    if len(pool):
        low, high = _ends(pool[:, 0])
        sides = {"below": missed[missed[:, 0] < low], "above": missed[missed[:, 0] > high]}
        sides["between"] = missed[(missed[:, 0] >= low) & (missed[:, 0] <= high)]
    stops = {"below": low, "above": high, "between": None}
    return [
        Unreached(
            attributes=(name,), component=None, share=len(part) / len(real), main=name, side=side,
            begins=_begins(part[:, 0], side), stops=stops[side],
            **_blame(name, _scenes_near(part, pool, scenes, np.ones(1)), knobs),
        )
        for side, part in sides.items()
        if len(part) >= LEAST_SHARE * len(real) and len(part)
    ]  # fmt: skip


def _of_component(
    which: tuple[tuple[str, ...], int], real: FloatArray, widths: FloatArray,
    boxes: tuple[FloatArray, IntArray], knobs: Mapping[str, Knob],
) -> Unreached | None:  # fmt: skip
    (names, number), (pool, scenes) = which, boxes
    missed = real[~_reached(real, pool, widths)]
    if len(missed) < LEAST_SHARE * len(real) or not len(missed):
        return None
    axis, side, stops = _direction(missed, pool, widths)
    return Unreached(
        attributes=names, component=number, share=len(missed) / len(real), main=names[axis],
        side=side, begins=float(np.median(missed[:, axis])), stops=stops,
        **_blame(names[axis], _scenes_near(missed, pool, scenes, widths), knobs),
    )  # fmt: skip


def _reached(real: FloatArray, pool: FloatArray, widths: FloatArray) -> npt.NDArray[np.bool_]:
    """Return (n,) True where the pool has ENOUGH boxes within the widths on every axis."""
    if len(pool) < ENOUGH:
        return np.zeros(len(real), dtype=bool)
    far = cKDTree(pool / widths).query(real / widths, k=[ENOUGH], p=np.inf)[0][:, 0]
    return np.asarray(far <= 1)


def _widths(real: FloatArray, names: Sequence[str]) -> FloatArray:
    spread = np.array([iqr(column) / NORMAL_IQR or column.std() or 1.0 for column in real.T])
    whole = np.array([name in DISCRETE for name in names])
    return np.asarray(np.where(whole, 0.5, WIDTH * len(names) * spread))


def _ends(column: FloatArray) -> tuple[float, float]:
    """Return the least and the greatest value that ENOUGH boxes come up to."""
    ordered = np.sort(column)
    last = min(ENOUGH, len(ordered)) - 1
    return float(ordered[last]), float(ordered[-1 - last])


def _begins(column: FloatArray, side: Side) -> float:
    return float(column.max() if side == "below" else column.min())


def _direction(
    missed: FloatArray, pool: FloatArray, widths: FloatArray
) -> tuple[int, Side, float | None]:
    """Return the axis along which most is missed, the side, and where the nearest boxes lie there.

    By the way from each missed value to the nearest box of the pool, in widths.
    """
    if not len(pool):
        return 0, "between", None
    nearest = pool[cKDTree(pool / widths).query(missed / widths)[1]]
    way = ((missed - nearest) / widths).mean(axis=0)
    axis = int(np.argmax(np.abs(way)))
    side: Side = "above" if way[axis] > 0 else "below"
    return axis, side, float(np.median(nearest[:, axis]))


def _scenes_near(
    missed: FloatArray, pool: FloatArray, scenes: IntArray, widths: FloatArray
) -> IntArray:
    """Return the scenes that show the boxes nearest to the missed values."""
    count = min(NEAREST, len(pool))
    if not count:
        return np.zeros(0, dtype=np.int64)
    found = cKDTree(pool / widths).query(missed / widths, k=count)[1]
    return np.asarray(np.unique(scenes[np.unique(found)]), dtype=np.int64)


def _blame(name: str, near: IntArray, knobs: Mapping[str, Knob]) -> dict[str, Any]:
    """Return the knob that piles up most at a bound among these scenes, as fields of Unreached."""
    piles = [
        (_piled_up(knob, near, end), key, end) for key, knob in knobs.items()
        for end in ("low", "high") if len(near) and knob.low < knob.high
    ]  # fmt: skip
    most, key, end = max(piles, default=(0.0, "", ""), key=lambda pile: pile[0])
    if most < PILED_UP:
        return {"knob": ASSETS if name in SHAPED else "", "bound": "", "bound_value": None}
    return {"knob": key, "bound": end, "bound_value": float(getattr(knobs[key], end))}


def _piled_up(knob: Knob, near: IntArray, end: str) -> float:
    margin = EDGE * (knob.high - knob.low)
    at = knob.values <= knob.low + margin if end == "low" else knob.values >= knob.high - margin
    return float(at[near].mean() - at.mean())


def _columns(values: Mapping[str, FloatArray], names: Sequence[str]) -> FloatArray:
    return np.column_stack([np.asarray(values[name], dtype=np.float64) for name in names])


def _finite(values: FloatArray, beside: IntArray) -> tuple[FloatArray, IntArray]:
    keep = np.isfinite(values).all(axis=1)
    return values[keep], np.asarray(beside)[keep]
