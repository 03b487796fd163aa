"""How large things would be on a photo, by what its ground tells of their categories."""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assets.fragments.background import PaintedBackground

Box = tuple[float, float, float, float]  # x, y, w, h in pixels
WORST = 2.0  # of a log height: a thing above the horizon is so far off


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A thing in the picture. category: of the catalogue. box_px: of its mask."""

    category: str
    box_px: Box


@dataclass(frozen=True, kw_only=True)
class Scales:
    """A photo's ground, and the things that are wholly in a picture of a height."""

    photo: PaintedBackground
    things: tuple[Thing, ...]

    @classmethod
    def of(cls, photo: PaintedBackground, things: Sequence[Thing], height_px: int) -> "Scales":
        """Return them; what the upper or lower border cuts tells no height."""
        whole = tuple(
            one for one in things
            if one.box_px[1] > 0 and one.box_px[1] + one.box_px[3] < height_px
        )  # fmt: skip
        return cls(photo=photo, things=whole)

    @property
    def horizon_px(self) -> float | None:
        """The row of the picture on which the horizon would make the heights what they are.

        In the median; None where size does not follow the row, or nobody knows.
        """
        if self.photo.horizon_row_px is None:
            return None
        found = [y + h - h / rate for rate, _, (_, y, _, h) in self._known(self._by_row)]
        return statistics.median(found) if found else None

    @property
    def scale(self) -> float | None:
        """How many pixels of the picture one of the photo would be, where size follows no row."""
        found = [math.log(h / high) for high, _, (_, _, _, h) in self._known(self._fixed)]
        return math.exp(statistics.median(found)) if found else None

    def misfit(self, top_px: float, scale: float) -> float:
        """Return how far heights are off on a cut, in the mean of the absolute log; 0 if unknown.

        top_px: the cut's first row in the photo. scale: pixels of the picture a pixel of the photo.
        """
        off = [
            WORST if there is None else min(abs(math.log(h / scale / there)), WORST)
            for _, category, (_, y, _, h) in self._known({**self._fixed, **self._by_row})
            for there in (self.photo.height_px_at(category, top_px + (y + h) / scale),)
        ]
        return statistics.fmean(off) if off else 0.0

    def _known(self, heights: Mapping[str, float]) -> Iterator[tuple[float, str, Box]]:
        """Yield what a photo has for a thing's height, its category and its box."""
        return (
            (heights[one.category], one.category, one.box_px)
            for one in self.things if one.category in heights
        )  # fmt: skip

    @property
    def _by_row(self) -> Mapping[str, float]:
        return self.photo.ground.height_px_per_row if self.photo.ground else {}

    @property
    def _fixed(self) -> Mapping[str, float]:
        return self.photo.ground.height_px if self.photo.ground else {}
