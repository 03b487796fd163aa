"""What stands so far before a camera, and the only way to put more there."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from scenes.config.cast import FLOOR, Cast, pick
from scenes.config.scene import SceneConfig
from scenes.layout.camera import is_clear
from scenes.layout.kind import Kind, turn
from scenes.layout.perch import Perch, perches
from scenes.layout.standing import Layout, Position, Standing, fits
from scenes.model.scene import Camera

TRIES = 12  # positions tried for one object before it is left out


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """Objects in their places; `supports` says for each what it stands on, as Layout does."""

    camera: Camera
    gap_m: float
    standing: list[Standing]
    supports: list[int | None]
    perch: Perch | None = None  # what the first target stands on

    def add(self, rng: np.random.Generator, kind: Kind, propose: Callable[[], Position]) -> bool:
        """Stand an object on the floor, where the first proposed place is free; or leave it out."""
        for _ in range(TRIES):
            new = kind.at(propose(), turn(rng))
            if is_clear(self.camera.camera_to_world[:3, 3], new) and self._put(new, None):
                return True
        return False

    def add_before(
        self, rng: np.random.Generator, kind: Kind, perch: Perch, propose: Callable[[], Position]
    ) -> bool:
        """Stand an object at a proposed place on a support; or leave it out."""
        for _ in range(TRIES):
            new = kind.at(propose(), turn(rng), perch.z_m)
            clear = is_clear(self.camera.camera_to_world[:3, 3], new)
            if clear and perch.holds(new) and self._put(new, perch.owner):
                return True
        return False

    def add_on(self, rng: np.random.Generator, kind: Kind, perch: Perch) -> bool:
        """Stand an object on a support where there is room; or leave it out."""
        for _ in range(TRIES):
            new = perch.stand(rng, kind, turn(rng))
            if new is None or not is_clear(self.camera.camera_to_world[:3, 3], new):
                continue
            if self._put(new, perch.owner):
                return True
        return False

    def add_worn(
        self, rng: np.random.Generator, kind: Kind, propose: Callable[[], Standing]
    ) -> bool:
        """Hang a target on the first who is proposed, can wear it and finds room; or leave both."""
        for _ in range(TRIES):
            owner = propose()
            worn = [p.stand(rng, kind, 0.0) for p in perches(owner, 0.0) if p.support.hung][:1]
            both = [s for s in (owner, *worn) if s is not None]
            eye = self.camera.camera_to_world[:3, 3]
            free = all(is_clear(eye, s) and fits(s, self.standing, self.gap_m) for s in both)
            if len(both) > 1 and free:
                self.supports.extend((None, len(self.standing)))
                self.standing.extend(both)
                return True
        return False

    def add_into(self, rng: np.random.Generator, kind: Kind) -> bool:
        """Put an object into the target before it, under what is above; or leave it out."""
        index = max(i for i, s in enumerate(self.standing) if s.is_target)
        new = kind.into(self.standing[index], turn(rng))
        if new is None or not is_clear(self.camera.camera_to_world[:3, 3], new):
            return False
        if self.perch is not None and new.top_m > self.perch.ceiling_m:
            return False
        column = {*self._column(index)}
        if not fits(new, (s for i, s in enumerate(self.standing) if i not in column), self.gap_m):
            return False
        self.standing.append(new)
        self.supports.append(index)
        return True

    def _column(self, index: int | None) -> Iterator[int]:
        """Yield an object, what it stands on, and so on down."""
        while index is not None:
            yield index
            index = self.supports[index]

    def layout(self) -> Layout:
        """Return what stands, as it stands."""
        return Layout(
            camera=self.camera, standing=tuple(self.standing), supports=tuple(self.supports)
        )

    def _put(self, new: Standing, owner: Standing | None) -> bool:
        if not fits(new, (s for s in self.standing if s is not owner), self.gap_m):
            return False
        index = next((i for i, s in enumerate(self.standing) if s is owner), None)
        self.standing.append(new)
        self.supports.append(index)
        return True


def add_bystanders(
    rng: np.random.Generator, config: SceneConfig, cast: Cast, ground: Ground, occluders: int
) -> None:
    """Stand occluders on the way from the camera to a target, and bystanders round the group."""
    bystanders = config.clutter.bystanders.draw_count(rng)
    if not cast.clutter:
        return
    targets = [standing for standing in ground.standing if standing.is_target]
    for number in range(occluders + bystanders):
        asset = pick(rng, cast.clutter, cast.clutter_weights)
        kind = Kind(asset=asset, is_target=False, scale=1.0)
        hidden = targets[int(rng.integers(len(targets)))]
        if not config.placement.allows(asset.category, FLOOR):
            continue
        if number < occluders:
            ground.add(rng, kind, lambda: _between(rng, ground.camera, hidden))  # noqa: B023  # called at once
        else:
            radius_m = 1.0 + 1.5 * config.objects.spread_m.draw(rng)
            ground.add(rng, kind, lambda: in_ellipse(rng, radius_m, 1.0))  # noqa: B023  # called at once


def in_ellipse(rng: np.random.Generator, radius_m: float, depth_share: float) -> Position:
    """Return a point round the middle, uniform over an ellipse."""
    angle, share = rng.uniform(-math.pi, math.pi), math.sqrt(rng.random())
    return radius_m * share * math.cos(angle), radius_m * depth_share * share * math.sin(angle)


def _between(rng: np.random.Generator, camera: Camera, target: Standing) -> Position:
    share, aside_m = rng.uniform(0.3, 0.8), rng.uniform(-0.4, 0.4)
    x, y = camera.camera_to_world[:2, 3]
    return target.x_m + share * (x - target.x_m) + aside_m, target.y_m + share * (y - target.y_m)
