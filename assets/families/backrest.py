"""The backs of chairs: rails between two posts, filled with slats, rungs or a panel."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from assets.families.family import Mark, Part, both_sides, tip
from assets.families.solids import Solid, circle, fillet, rectangle, rounded_box, sweep
from assets.mesh import FloatArray

SLATS, RUNGS, PANEL = 0, 1, 2
BACK_TOP = Mark("back_top_left", (1, 0, 2))
BACK_TOPS = (BACK_TOP, Mark("back_top_right", (-1, 0, 2)))


@dataclass(frozen=True, kw_only=True)
class Backrest:
    """A leaning plane from the seat up: at height z it stands at y = y_m + slope (z - seat_m).

    half_width_m is to the posts' centre lines; hollow_m is how far the middle lies behind them.
    """

    half_width_m: float
    seat_m: float
    top_m: float
    y_m: float
    slope: float
    hollow_m: float
    kind: str

    def y_at(self, z_m: float) -> float:
        """Return where the back stands at a height."""
        return self.y_m + self.slope * (z_m - self.seat_m)

    def posts(self, thickness_m: float, splay_m: float, foot_m: float = 0.0) -> tuple[Part, Part]:
        """Return two posts from the floor, where they stand `splay_m` further back, to the top."""
        x = self.half_width_m
        path = fillet(
            [
                (x, self.y_m + splay_m, foot_m),
                (x, self.y_m, self.seat_m - 0.02),
                (x, self.y_at(self.top_m), self.top_m),
            ],
            0.08,
        )
        slim = np.linspace(1, 0.8, len(path))
        section = rectangle(1.15 * thickness_m, thickness_m, 0.2 * thickness_m)
        foot = () if foot_m else tip("leg_back_left")
        post = sweep(path, section, scale=slim, bevel_m=0.004)
        return both_sides(self.kind, post, (BACK_TOP, *foot))

    def rail(self, z_m: float, height_m: float, thickness_m: float) -> Part:
        """Return one level rail, hollowed towards the middle, centred on a height."""
        return Part(self.kind, self._bar(z_m, rectangle(height_m, thickness_m, 0.006)))

    def tube(self, z_m: float, radius_m: float) -> Part:
        """Return one level round bar."""
        return Part(self.kind, self._bar(z_m, circle(radius_m, 12)))

    def filling(self, style: int, count: int, low_m: float, thickness_m: float) -> Iterator[Part]:
        """Yield what stands between `low_m` and the top: SLATS, RUNGS or a PANEL."""
        crest = 0.075
        yield self.rail(self.top_m - crest / 2, crest, thickness_m)
        if style == RUNGS:
            pitch = (self.top_m - crest / 2 - low_m) / count
            for z in low_m + pitch * np.arange(count):
                yield self.rail(float(z), min(0.045, 0.5 * pitch), 0.8 * thickness_m)
            return
        yield self.rail(low_m, 0.035, thickness_m)
        if style == PANEL:
            yield self.panel(self.kind, low_m, self.top_m - crest / 2, 0.6 * thickness_m)
            return
        inside = self.half_width_m * count / (count + 1)
        for x in np.linspace(-inside, inside, count + 2)[1:-1]:
            yield self._slat(float(x), low_m, 0.6 * thickness_m, 0.55 * inside / count)

    def panel(
        self, kind: str, low_m: float, high_m: float, thickness_m: float,
        marks: tuple[Mark, ...] = (),
    ) -> Part:  # fmt: skip
        """Return a hollowed panel between two heights."""
        width = 2 * (self.half_width_m - 0.02)
        flat = rounded_box((width, thickness_m, high_m - low_m), 0.006, flats=(8, 1, 1))
        return Part(kind, self.laid(flat, (low_m + high_m) / 2), marks)

    def laid(self, solid: Solid, z_m: float, forward_m: float = 0.0) -> Solid:
        """Return a solid about the origin bent to the back's hollow and lean, at a height."""

        def bend(vertices: FloatArray) -> FloatArray:
            moved = vertices + np.array([0, -forward_m, z_m])
            hollow = self.hollow_m * (1 - (moved[:, 0] / self.half_width_m) ** 2)
            lean = self.y_m + self.slope * (moved[:, 2] - self.seat_m)
            return np.asarray(moved + np.stack([0 * lean, hollow + lean, 0 * lean], axis=1))

        return solid.mapped(bend)

    def _bar(self, z_m: float, section: FloatArray) -> Solid:
        x = np.linspace(-1, 1, 9)
        y = self.y_at(z_m) + self.hollow_m * (1 - x**2)
        path = np.stack([x * self.half_width_m, y, np.full_like(x, z_m)], axis=1)
        return sweep(path, section, up=(0, self.slope, 1), bevel_m=0.002)

    def _slat(self, x_m: float, low_m: float, thickness_m: float, width_m: float) -> Part:
        y = self.hollow_m * (1 - (x_m / self.half_width_m) ** 2)
        ends = [(x_m, self.y_at(z) + y, z) for z in (low_m, self.top_m - 0.03)]
        return Part(self.kind, sweep(ends, rectangle(thickness_m, max(width_m, 0.018), 0.004)))
