"""What all boxes of a set tell together of the ground they stand on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assets.fragments.told import Told


@dataclass(frozen=True, kw_only=True)
class SetGround:
    """How high things of each category are, in one unit for all.

    horizon: by the photo's height from its top; None where size does not follow the row. height:
    by category, a box's height by the distance of its foot below the horizon, so that the unit is
    the camera's height above the ground; without a horizon by the height of the photo. boxes: that
    it was fitted to. gain: the share of their deviation that the horizon explains.
    """

    horizon: float | None
    height: Mapping[str, float]
    boxes: int
    gain: float

    @property
    def told(self) -> dict[str, Any]:
        """What fragments.json holds."""
        return {**vars(self), "height": dict(self.height)}


def ground_of_set(told: Told) -> SetGround | None:
    """Return what fragments.json tells, None where its boxes were too few. Raises BadFragments."""
    if told.values.get("ground") is None:
        return None
    part = told.part("ground")
    return SetGround(
        horizon=part.perhaps("horizon"), height=part.by_name("height"),
        boxes=int(part.number("boxes")), gain=part.number("gain"),
    )  # fmt: skip
