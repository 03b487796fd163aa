"""What surrounds the objects of a scene: surfaces, lights, a room or what else lies behind."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from assets.mesh import Around, Point

FloatArray = npt.NDArray[np.float64]
BackgroundKind = Literal["environment", "room", "photo", "white"]
WALLS = 4


@dataclass(frozen=True, kw_only=True)
class Texture:
    """A folder of image maps that cover a square of size_m by size_m."""

    folder: str
    size_m: float


@dataclass(frozen=True, kw_only=True)
class Print:
    """What is printed on a surface: the picture that assets/prints.py makes of a seed.

    around: where, in the box from low_m to high_m in the object's own frame (Printable).
    """

    seed: int
    around: Around
    low_m: Point
    high_m: Point


@dataclass(frozen=True, kw_only=True)
class Material:
    """One slot's surface. `kind` is a row of assets/materials.yaml, color linear RGB in [0, 1].

    `seed` varies what the kind's node set-up leaves open (grain offset, weave angle). A texture
    takes the place of the kind's own colour and roughness. A print lies upon them.
    """

    kind: str
    color: tuple[float, float, float]
    roughness: float
    metallic: float
    seed: int
    texture: Texture | None = None
    print: Print | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Light:
    """A lamp beside the environment. energy in W (area, point) or W/m2 (sun); color linear RGB."""

    kind: Literal["sun", "area", "point"]
    light_to_world: FloatArray
    energy: float
    size_m: float
    color: tuple[float, float, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "light_to_world", frozen_transform(self.light_to_world))


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A window: a rectangle in a wall, open to the environment.

    wall: 0 to 3. along_m: from the wall's left end as seen from inside. up_m: above the floor.
    """

    wall: int
    along_m: tuple[float, float]
    up_m: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A flat box on a wall: a door, a picture. out_m: how far it stands out."""

    wall: int
    along_m: tuple[float, float]
    up_m: tuple[float, float]
    out_m: float
    material: Material


@dataclass(frozen=True, kw_only=True)
class Furnishing:
    """An asset on the room's floor that is nobody's target: instance 0, like the walls."""

    asset_id: str
    x_m: float
    y_m: float
    yaw_rad: float
    height_m: float
    materials: tuple[Material, ...]

    def object_to_world(self) -> FloatArray:
        """Return the (4, 4) transform, metres."""
        return _upright((self.x_m, self.y_m), self.yaw_rad)


@dataclass(frozen=True, kw_only=True)
class Room:
    """Four walls, a ceiling, and what belongs to them; the floor is the background's.

    center_m and yaw_rad place its own axes in the world. size_m: inside, along its x, y and up.
    """

    center_m: tuple[float, float]
    yaw_rad: float
    size_m: tuple[float, float, float]
    wall: Material
    ceiling: Material
    trim: Material
    skirting_m: float
    windows: tuple[Opening, ...]
    panels: tuple[Panel, ...]
    furniture: tuple[Furnishing, ...]

    @property
    def floor_m2(self) -> float:
        """Area of the floor."""
        return self.size_m[0] * self.size_m[1]

    def to_world(self) -> FloatArray:
        """Return room_to_world, (4, 4): origin in the middle of the floor."""
        return _upright(self.center_m, self.yaw_rad)

    def wall_length_m(self, wall: int) -> float:
        """Return how long a wall is inside."""
        return self.size_m[wall % 2]

    def wall_to_world(self, wall: int) -> FloatArray:
        """Return wall_to_world, (4, 4): x along it to the right, y up, z into the room.

        The origin is the lower left end, seen from inside. Walls 0 to 3 lie towards +y, +x, -y and
        -x of the room's own axes.
        """
        width_m, depth_m, _ = self.size_m
        turn = -math.pi / 2 * wall
        cos, sin = round(math.cos(turn)), round(math.sin(turn))
        half_along, half_away = self.wall_length_m(wall) / 2, (depth_m, width_m)[wall % 2] / 2
        pose = np.eye(4)
        pose[:3, 0], pose[:3, 1], pose[:3, 2] = (cos, sin, 0), (0, 0, 1), (sin, -cos, 0)
        pose[:2, 3] = -half_along * pose[:2, 0] - half_away * pose[:2, 2]
        return self.to_world() @ pose


@dataclass(frozen=True, kw_only=True)
class Background:
    """What lies behind and under the objects.

    kind: an environment with a floor; a room, whose windows show the environment; a photo, on
    whose ground the objects cast shadows; or plain white. environment: the file name of an HDR of
    Blender's own studio lights ("interior.exr"), or a path; it lights a photo's objects as well.
    floor: the material of the plane z = 0, floor_size_m square round the origin. Where
    floor_fade_m > 0 the floor is a disc of that diameter, which fades out over its last
    floor_fade_m. photo: a path.
    """

    environment: str
    strength: float
    rotation_deg: float
    floor: Material
    floor_size_m: float
    floor_fade_m: float = 0.0
    kind: BackgroundKind = "environment"
    room: Room | None = None
    photo: str | None = None

    def __post_init__(self) -> None:
        if (self.kind == "room") != (self.room is not None):
            raise ValueError(f"background of kind {self.kind} and room {self.room}; they disagree")
        if (self.kind == "photo") != (self.photo is not None):
            raise ValueError(f"background of kind {self.kind}, photo {self.photo}; they disagree")


def told_light(told: Mapping[str, Any]) -> Light:
    """Return the light of its plain data."""
    return Light(**{**told, "color": tuple(told["color"])})


def told_material(told: Mapping[str, Any]) -> Material:
    """Return the material of its plain data."""
    texture = told.get("texture")
    parts = {"texture": Texture(**texture) if texture else None, "print": _print(told.get("print"))}
    return Material(**{**told, "color": tuple(told["color"]), **parts})


def told_background(told: Mapping[str, Any]) -> Background:
    """Return the background of its plain data. Raises KeyError or TypeError on another shape."""
    room = told.get("room")
    made = _room(room) if room else None
    return Background(**{**told, "floor": told_material(told["floor"]), "room": made})


def frozen_transform(matrix: npt.ArrayLike) -> FloatArray:
    """Return a read-only copy. Raises ValueError unless it is finite and (4, 4)."""
    array = np.array(matrix, dtype=np.float64)
    if array.shape != (4, 4) or not np.isfinite(array).all():
        raise ValueError(f"transform has shape {array.shape}; expected finite (4, 4)")
    array.flags.writeable = False
    return array


def _print(told: Mapping[str, Any] | None) -> Print | None:
    if told is None:
        return None
    return Print(**{**told, "low_m": tuple(told["low_m"]), "high_m": tuple(told["high_m"])})


def _room(told: Mapping[str, Any]) -> Room:
    materials = {name: told_material(told[name]) for name in ("wall", "ceiling", "trim")}
    tuples = {name: tuple(told[name]) for name in ("center_m", "size_m")}
    parts = {
        "windows": tuple(Opening(**_ranges(o)) for o in told["windows"]),
        "panels": tuple(_panel(o) for o in told["panels"]),
        "furniture": tuple(_furnishing(o) for o in told["furniture"]),
    }
    return Room(**{**told, **materials, **tuples, **parts})


def _panel(told: Mapping[str, Any]) -> Panel:
    return Panel(**{**_ranges(told), "material": told_material(told["material"])})


def _furnishing(told: Mapping[str, Any]) -> Furnishing:
    return Furnishing(**{**told, "materials": tuple(told_material(m) for m in told["materials"])})


def _ranges(told: Mapping[str, Any]) -> dict[str, Any]:
    return {**told, "along_m": tuple(told["along_m"]), "up_m": tuple(told["up_m"])}


def _upright(at_m: tuple[float, float], yaw_rad: float) -> FloatArray:
    cos, sin = math.cos(yaw_rad), math.sin(yaw_rad)
    pose = np.eye(4)
    pose[:2, :2] = [[cos, -sin], [sin, cos]]
    pose[:2, 3] = at_m
    return pose
