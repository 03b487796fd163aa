"""A place above the floor to stand on: one level support of an object that stands already."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from assets.support import Support
from scenes.layout.kind import Kind
from scenes.layout.standing import Position, Standing, half_along_m
from scenes.model.scene import Camera

WORN_BY = {"top_left": 2, "base_back_left": 1}  # keypoints that tell how high a bag's top is (z)
# and where its back (y)


@dataclass(frozen=True, kw_only=True, eq=False)
class Perch:
    """One support of `owner`. edge_m: what footprints keep from its rim."""

    owner: Standing
    support: Support
    edge_m: float

    @property
    def z_m(self) -> float:
        """Height above the floor."""
        return self.owner.z_m + self.support.z_m * self.owner.scale

    @property
    def ceiling_m(self) -> float:
        """Height above the floor of what is above it; infinite where nothing is."""
        return self.z_m + self.support.headroom_m * self.owner.scale

    def stand(self, rng: np.random.Generator, kind: Kind, yaw_rad: float) -> Standing | None:
        """Return the kind somewhere on the support, or None where it is too large for it.

        What is worn hangs where it must, whatever way it was to be turned.
        """
        if self.support.hung:
            return self._worn(kind)
        new = kind.at((self.owner.x_m, self.owner.y_m), yaw_rad, self.z_m)
        room = self._room(new)
        if room is None:
            return None
        (low_x, high_x), (low_y, high_y) = room
        x, y = rng.uniform(low_x, high_x), rng.uniform(low_y, high_y)
        x_m, y_m = self._to_world((float(x), float(y)))
        return replace(new, x_m=x_m, y_m=y_m)

    def holds(self, new: Standing) -> bool:
        """Return True where the whole footprint is on the support, under what is above."""
        if self.support.hung:
            return False
        room = self._room(new)
        if room is None:
            return False
        x, y = self._to_owner((new.x_m, new.y_m))
        return room[0][0] <= x <= room[0][1] and room[1][0] <= y <= room[1][1]

    def lets_see(self, camera: Camera, target: Standing) -> bool:
        """Return True where neither the board above nor a back hides the target's middle.

        What has something above it is taken to be closed but for its front, towards -y.
        """
        if math.isinf(self.support.headroom_m):
            return True
        eye = camera.camera_to_world[:3, 3]
        near = np.array([*self._to_owner((eye[0], eye[1])), eye[2]])
        aim = np.array(
            [*self._to_owner((target.x_m, target.y_m)), target.z_m + target.height_m / 2]
        )
        front_y, scale = self.support.y_m[0] * self.owner.scale, self.owner.scale
        if near[1] >= front_y:
            return False
        crossing = near + (aim - near) * (front_y - near[1]) / (aim[1] - near[1])
        low_x, high_x = (end * scale for end in self.support.x_m)
        above = self.z_m + self.support.headroom_m * scale
        return bool(low_x < crossing[0] < high_x and self.z_m < crossing[2] < above)

    def may_hold(self, kind: Kind) -> bool:
        """Return True where the kind, square to the support, would find room on it."""
        if self.support.hung:
            return self._worn(kind) is not None
        middle = tuple(sum(end) / 2 for end in (self.support.x_m, self.support.y_m))
        return self.holds(kind.at((middle[0], middle[1]), 0.0, self.z_m))

    def _worn(self, kind: Kind) -> Standing | None:
        """Return a bag on a back: its own back against it, as high as the shoulders; or None."""
        known = kind.asset.keypoints
        if not {*WORN_BY} <= known.keys() or kind.rest is not None:
            return None
        top_m, back_m = (known[name][axis] * kind.scale for name, axis in WORN_BY.items())
        y = self.support.y_m[0] * self.owner.scale + back_m
        x = sum(self.support.x_m) / 2 * self.owner.scale
        yaw = self.owner.yaw_rad + math.pi
        return kind.at(self._to_world((x, y)), yaw, self.z_m - top_m)

    def _room(self, new: Standing) -> tuple[Position, Position] | None:
        """Where the middle of the footprint may be, in the owner's scaled axes."""
        scale = self.owner.scale
        if new.height_m > self.support.headroom_m * scale:
            return None
        half_x = half_along_m(new, self.owner.yaw_rad) + self.edge_m
        half_y = half_along_m(new, self.owner.yaw_rad + math.pi / 2) + self.edge_m
        low_x, high_x = (end * scale for end in self.support.x_m)
        low_y, high_y = (end * scale for end in self.support.y_m)
        if high_x - low_x < 2 * half_x or high_y - low_y < 2 * half_y:
            return None
        return (low_x + half_x, high_x - half_x), (low_y + half_y, high_y - half_y)

    def _to_world(self, point: Position) -> Position:
        cos, sin = math.cos(self.owner.yaw_rad), math.sin(self.owner.yaw_rad)
        x, y = point
        return self.owner.x_m + cos * x - sin * y, self.owner.y_m + sin * x + cos * y

    def _to_owner(self, point: Position) -> Position:
        cos, sin = math.cos(self.owner.yaw_rad), math.sin(self.owner.yaw_rad)
        dx, dy = point[0] - self.owner.x_m, point[1] - self.owner.y_m
        return cos * dx + sin * dy, cos * dy - sin * dx


def perches(owner: Standing, edge_m: float) -> Iterator[Perch]:
    """Yield a perch for each support of an object, lowest first; none on what lies."""
    for support in owner.asset.supports if owner.rest is None else ():
        yield Perch(owner=owner, support=support, edge_m=edge_m)
