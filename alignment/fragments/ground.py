"""How high things are on each row of a photo, told by their boxes alone.

A thing of height H on level ground, seen by a level camera at height C, is H / C times as high as
its foot is below the horizon, in pixels (Hoiem, Efros, Hebert 2006, eq. 5). So log height is log
(foot - horizon) and a constant of its category. A horizon at infinity says that size does not
follow the row: what lies before one's feet.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assets.fragments.fragment import Setting
from assets.fragments.set_ground import SetGround

Values = npt.NDArray[np.float64]
WORST = 1.0  # of a log residual: what is further off is off, however far
STEPS = 60  # horizons that are tried
NEAREST, FURTHEST = 0.02, 3.0  # photo heights above the feet
STRAY = 0.1  # of the feet, which may be above the horizon: on a shelf, or boxed wrongly
LEAST_SPREAD = 0.05
_NORMAL = 1.4826  # a normal sample's standard deviation by its median deviation


@dataclass(frozen=True, kw_only=True)
class Foot:
    """A whole box as the fit sees it.

    row, height: its lower side and its height, by the photo's height. group: its category.
    """

    image_id: int
    group: str
    row: float
    height: float


@dataclass(frozen=True, kw_only=True)
class GroundSettings:
    """What a fit needs.

    set_boxes, photo_boxes: at least so many. set_gain, photo_gain: which share of the deviation of
    log heights the horizon has to explain. photo_rows: the least spread of feet on a photo of its
    own fit, by its height.
    """

    set_boxes: int
    photo_boxes: int
    set_gain: float
    photo_gain: float
    photo_rows: float


@dataclass(frozen=True, kw_only=True)
class Fit:
    """horizon: by the photo's height from its top, None where size does not follow the row.

    scale: each category's height by its foot's distance below the horizon, or its height itself.
    spread: the robust standard deviation of log heights about that. gain: what the best horizon
    explains of their deviation. own: whether the setting and horizon are told by one photo.
    """

    horizon: float | None
    scale: Mapping[str, float]
    spread: Mapping[str, float]
    gain: float
    boxes: int
    own: bool

    @property
    def setting(self) -> Setting:
        """Whether size follows the row."""
        return "before_feet" if self.horizon is None else "away"

    @property
    def of_set(self) -> SetGround:
        """What the folder's list tells of it."""
        return SetGround(
            horizon=None if self.horizon is None else round(self.horizon, 4), boxes=self.boxes,
            height={key: round(value, 5) for key, value in self.scale.items()},
            gain=round(self.gain, 4),
        )  # fmt: skip


def fit_set(feet: Sequence[Foot], settings: GroundSettings) -> Fit | None:
    """Return what all boxes together tell, None of too few."""
    if len(feet) < settings.set_boxes:
        return None
    return _fit(feet, settings.set_gain, own=False)


def fit_photos(feet: Sequence[Foot], of_set: Fit, settings: GroundSettings) -> dict[int, Fit]:
    """Return each photo's fit: a horizon of its own where several boxes allow, else the set's.

    The camera's height is the photo's own in either case, and what the set tells of the sizes of
    its categories to each other is kept.
    """
    by_photo: dict[int, list[Foot]] = defaultdict(list)
    for foot in feet:
        by_photo[foot.image_id].append(foot)
    return {key: _of_photo(some, of_set, settings) for key, some in by_photo.items()}


def _of_photo(feet: Sequence[Foot], of_set: Fit, settings: GroundSettings) -> Fit:
    alike = [_relative(foot, of_set) for foot in feet]
    horizon, own = of_set.horizon, False
    if len(feet) >= settings.photo_boxes and np.ptp(_rows(feet)) >= settings.photo_rows:
        horizon, own = _own_horizon(alike, of_set.horizon, settings.photo_gain), True
    off = _median(_logs(alike) - _expected(_rows(alike), horizon))
    return Fit(
        horizon=horizon, scale={key: value * math.exp(off) for key, value in of_set.scale.items()},
        spread=of_set.spread, gain=of_set.gain, boxes=len(feet), own=own,
    )  # fmt: skip


def _own_horizon(feet: Sequence[Foot], of_set: float | None, least_gain: float) -> float | None:
    """Return a photo's own horizon where it explains much, else the set's or none: what fits."""
    one = _fit(feet, least_gain, own=True)
    if one.horizon is not None or of_set is None:
        return one.horizon
    rows, logs, groups = _rows(feet), _logs(feet), np.array([foot.group for foot in feet])
    costs = [_cost(_off(rows, logs, groups, horizon)) for horizon in (of_set, None)]
    return of_set if costs[0] < costs[1] else None


def _relative(foot: Foot, of_set: Fit) -> Foot:
    """Return a box as if it were of one category with all others."""
    return Foot(
        image_id=foot.image_id,
        group="",
        row=foot.row,
        height=foot.height / of_set.scale[foot.group],
    )


def _fit(feet: Sequence[Foot], least_gain: float, *, own: bool) -> Fit:
    rows, logs, groups = _rows(feet), _logs(feet), np.array([foot.group for foot in feet])
    top = float(np.quantile(rows, STRAY))
    tried = [top - away for away in np.geomspace(NEAREST, FURTHEST, STEPS)]
    costs = [_cost(_off(rows, logs, groups, horizon)) for horizon in tried]
    flat, best = _cost(_off(rows, logs, groups, None)), int(np.argmin(costs))
    gain = 1 - costs[best] / flat if flat > 0 else 0.0
    horizon = tried[best] if gain >= least_gain else None
    off = _off(rows, logs, groups, horizon)
    plain = logs - _expected(rows, horizon)
    return Fit(
        horizon=horizon, gain=gain, boxes=len(feet), own=own,
        scale={key: math.exp(_median(plain[groups == key])) for key in np.unique(groups).tolist()},
        spread={key: max(LEAST_SPREAD, _NORMAL * float(np.median(np.abs(off[groups == key]))))
                for key in np.unique(groups).tolist()},
    )  # fmt: skip


def _off(rows: Values, logs: Values, groups: npt.NDArray[np.str_], horizon: float | None) -> Values:
    """Return each box's log height less what its row and its category tell, at most WORST."""
    off = logs - _expected(rows, horizon)
    for key in np.unique(groups):
        off[groups == key] -= _median(off[groups == key])
    return np.asarray(np.clip(off, -WORST, WORST))


def _expected(rows: Values, horizon: float | None) -> Values:
    """Return the log distance below the horizon; feet above it are far off everything: -inf."""
    if horizon is None:
        return np.zeros_like(rows)
    below = rows - horizon
    found = np.full_like(rows, -np.inf)
    found[below > 0] = np.log(below[below > 0])
    return found


def _median(values: Values) -> float:
    sound = values[np.isfinite(values)]
    return float(np.median(sound)) if len(sound) else 0.0


def _cost(off: Values) -> float:
    return float(np.abs(off).mean())


def _rows(feet: Sequence[Foot]) -> Values:
    return np.array([foot.row for foot in feet])


def _logs(feet: Sequence[Foot]) -> Values:
    return np.asarray(np.log([foot.height for foot in feet]))
