"""A room round the objects and the camera, drawn as data."""

import math
from dataclasses import dataclass, replace

import numpy as np

from assets.materials import floor_kinds, wall_kinds
from scenes.config.scene import BackgroundConfig, RoomConfig
from scenes.model.background import (
    WALLS,
    Background,
    FloatArray,
    Furnishing,
    Light,
    Material,
    Opening,
    Panel,
    Room,
)
from scenes.optics.lamps import light_color, shining
from scenes.sampling.furniture import HALL_M2, furnished
from scenes.sampling.stock import Stock, material

HALL_HEIGHT = 0.25  # of the side of a square of its area, at least
LAMP_EVERY_M = 3.5
MOST_LAMPS = 4  # along a side
PIER_M = 0.5  # wall between windows
WINDOWS_PER_M = 0.2  # what the drawn number of windows stands for, a metre of wall
SECOND_WALL_SHARE = 0.4  # how often two walls have windows
DOOR_M = (0.86, 2.03)
TRIES = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Held:
    """What surroundings must hold: camera_m (3,), and corners_m (n, 8, 3) of n objects' boxes.

    horizon: where the camera sees it, as a share of the picture's height from the top.
    """

    camera_m: FloatArray
    corners_m: FloatArray
    horizon: float

    @property
    def points_m(self) -> FloatArray:
        """All of it, (m, 3)."""
        return np.vstack([self.camera_m[None], self.corners_m.reshape(-1, 3)])


def draw_room(
    rng: np.random.Generator, config: BackgroundConfig, stock: Stock, held: Held
) -> tuple[Background, tuple[Light, ...]]:
    """Return a room that holds the objects and the camera, and its lights."""
    told = config.room
    empty = _walled(rng, config, stock, held)
    glazed = replace(empty, windows=_windows(rng, told, empty))
    hung = replace(glazed, panels=_panels(rng, told, glazed))
    placed = furnished(rng, told, stock.furniture, (hung, held.points_m))
    room = replace(hung, furniture=placed)
    background = Background(
        kind="room",
        environment=stock.outside[int(rng.integers(len(stock.outside)))],
        strength=told.outside_strength.draw(rng),
        rotation_deg=float(rng.uniform(0.0, 360.0)),
        floor=stock.surface(rng, floor_kinds(), config),
        floor_size_m=2 * float(np.hypot(*room.size_m[:2])),
        room=room,
    )
    return background, _lights(rng, config, room)


def _walled(rng: np.random.Generator, config: BackgroundConfig, stock: Stock, held: Held) -> Room:
    told, yaw = config.room, float(rng.uniform(-math.pi, math.pi))
    center, size = _extent(rng, told, held, yaw)
    height = _height(told.height_m.draw(rng), told.clearance_m, size, held)
    return Room(
        center_m=center, yaw_rad=yaw, size_m=(*size, height),
        wall=stock.surface(rng, wall_kinds(), config),
        ceiling=material(rng, "ceiling"), trim=material(rng, "trim"),
        skirting_m=told.skirting_m.draw(rng), windows=(), panels=(), furniture=(),
    )  # fmt: skip


def _extent(
    rng: np.random.Generator, told: RoomConfig, held: Held, yaw: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return centre and (width, depth): as drawn, grown to hold everything with clearance."""
    cos, sin = math.cos(yaw), math.sin(yaw)
    turn = np.array([[cos, -sin], [sin, cos]])  # room_to_world
    inside = held.points_m[:, :2] @ turn
    low, high = inside.min(axis=0) - told.clearance_m, inside.max(axis=0) + told.clearance_m
    drawn = np.array([told.width_m.draw(rng), told.depth_m.draw(rng)])
    spare = np.maximum(drawn - (high - low), 0.0)
    size = high - low + spare
    x, y = turn @ (low - rng.random(2) * spare + size / 2)
    return (float(x), float(y)), (float(size[0]), float(size[1]))


def _height(drawn_m: float, clearance_m: float, size_m: tuple[float, float], held: Held) -> float:
    least = float(held.points_m[:, 2].max()) + clearance_m
    return max(drawn_m, least, HALL_HEIGHT * math.sqrt(math.prod(size_m)))


def _windows(rng: np.random.Generator, told: RoomConfig, room: Room) -> tuple[Opening, ...]:
    """Return windows alike, evenly along one wall, now and then along a second."""
    count, width = told.windows.draw_count(rng), told.window_width_m.draw(rng)
    sill, head = told.sill_m.draw(rng), rng.uniform(2.0, 2.25) * room.size_m[2] / 2.6
    walls = rng.permutation(WALLS)[: 1 + (rng.random() < SECOND_WALL_SHARE)]
    if count == 0:
        return ()
    up = (sill, min(float(head), room.size_m[2] - 0.15))
    return tuple(o for wall in walls.tolist() for o in _row(room, wall, (count, width), up))


def _row(
    room: Room, wall: int, wished: tuple[int, float], up_m: tuple[float, float]
) -> tuple[Opening, ...]:
    length, (count, width) = room.wall_length_m(wall), wished
    most = max(1, int((length - PIER_M) / (width + PIER_M)))
    number = min(most, max(1, round(count * WINDOWS_PER_M * length)))
    middles = (np.arange(number) + 0.5) / number * length
    return tuple(
        Opening(wall=wall, along_m=(float(m) - width / 2, float(m) + width / 2), up_m=up_m)
        for m in middles
    )


def _panels(rng: np.random.Generator, told: RoomConfig, room: Room) -> tuple[Panel, ...]:
    """Return a door, and pictures in frames, where neither window nor another is."""
    wood = material(rng, ("trim", "wood")[int(rng.integers(2))])
    panels = _door(rng, room, wood)
    for _ in range(told.pictures.draw_count(rng)):
        wide, high = rng.uniform(0.35, 1.1), rng.uniform(0.3, 0.9)
        frame = material(rng, ("wood", "paint", "metal")[int(rng.integers(3))])
        canvas = material(rng, "canvas")
        at = _free(rng, room, panels, (float(wide), (1.55 - high / 2, 1.55 + high / 2)))
        if at is not None:
            panels = (*panels, *_picture(at, (frame, canvas)))
    return panels


def _door(rng: np.random.Generator, room: Room, wood: Material) -> tuple[Panel, ...]:
    at = _free(rng, room, (), (DOOR_M[0] + 0.14, (0.0, DOOR_M[1] + 0.07)))
    if at is None:
        return ()
    low, high = at.along_m
    leaf = Panel(
        wall=at.wall, along_m=(low + 0.07, high - 0.07), up_m=(0.008, DOOR_M[1]), out_m=0.03,
        material=wood,
    )  # fmt: skip
    return (Panel(wall=at.wall, along_m=at.along_m, up_m=at.up_m, out_m=0.022, material=room.trim),
            leaf)  # fmt: skip


def _picture(at: Opening, materials: tuple[Material, Material]) -> tuple[Panel, Panel]:
    frame, canvas = materials
    (left, right), (low, high) = at.along_m, at.up_m
    edge = 0.03
    return (
        Panel(wall=at.wall, along_m=at.along_m, up_m=at.up_m, out_m=0.022, material=frame),
        Panel(wall=at.wall, along_m=(left + edge, right - edge), up_m=(low + edge, high - edge),
              out_m=0.026, material=canvas),
    )  # fmt: skip


def _free(
    rng: np.random.Generator,
    room: Room,
    taken: tuple[Panel, ...],
    wanted: tuple[float, tuple[float, float]],
) -> Opening | None:
    """Return a free rectangle, (width, up_m), of some wall, or None after TRIES."""
    width, up = wanted
    standing: tuple[Opening | Panel, ...] = (*room.windows, *taken)
    for _ in range(TRIES):
        wall, share = int(rng.integers(WALLS)), float(rng.random())
        room_m = room.wall_length_m(wall) - width - 0.3
        left = 0.15 + share * room_m
        asked = Opening(wall=wall, along_m=(left, left + width), up_m=up)
        if (
            room_m > 0
            and up[1] < room.size_m[2]
            and not any(_meet(asked, other) for other in standing)
        ):
            return asked
    return None


def _meet(a: Opening, b: Opening | Panel) -> bool:
    gap = 0.12
    return a.wall == b.wall and all(
        low[0] < high[1] + gap and high[0] < low[1] + gap
        for low, high in ((a.along_m, b.along_m), (a.up_m, b.up_m))
    )


def _lights(rng: np.random.Generator, config: BackgroundConfig, room: Room) -> tuple[Light, ...]:
    told = config.room
    on = rng.random() < told.lamps_share or not room.windows or room.floor_m2 > HALL_M2
    color = light_color(told.lamp_kelvin.draw(rng), config.adaptation)
    watts = told.lamp_w_m2.draw(rng) * room.floor_m2
    size_m = float(rng.uniform(0.25, 0.7))
    sun = _sun(rng, config, room)
    standing = _standing_lamps(rng, config, room)
    ceiling = _ceiling_lamps(room, watts, size_m, color) if on else ()
    return (*sun, *ceiling, *standing)


def _ceiling_lamps(
    room: Room, watts: float, size_m: float, color: tuple[float, float, float]
) -> tuple[Light, ...]:
    """Return a grid of lamps, each lighting about LAMP_EVERY_M squared of floor."""
    counts = [min(MOST_LAMPS, max(1, round(side / LAMP_EVERY_M))) for side in room.size_m[:2]]
    places = [
        ((i + 0.5) / counts[0] - 0.5, (j + 0.5) / counts[1] - 0.5)
        for i in range(counts[0])
        for j in range(counts[1])
    ]
    return tuple(
        Light(kind="area", light_to_world=_below_ceiling(room, place), energy=watts / len(places),
              size_m=size_m, color=color)
        for place in places
    )  # fmt: skip


def _below_ceiling(room: Room, place: tuple[float, float]) -> FloatArray:
    width, depth, height = room.size_m
    pose = np.eye(4)
    pose[:3, 3] = place[0] * width, place[1] * depth, height - 0.015
    return room.to_world() @ pose


def _sun(rng: np.random.Generator, config: BackgroundConfig, room: Room) -> tuple[Light, ...]:
    """Return a sun that shines in through one of the windows, or none."""
    told = config.room
    shines, energy = rng.random() < told.sun_share, told.sun_energy.draw(rng)
    pick, aside = rng.random(), rng.uniform(-0.9, 0.9)
    kelvin = config.sun.kelvin.draw(rng)
    elevation = rng.uniform(math.radians(18), math.radians(50))
    if not (shines and room.windows):
        return ()
    window = room.windows[int(pick * len(room.windows))]
    inward = room.wall_to_world(window.wall)[:2, 2]
    azimuth = math.atan2(inward[1], inward[0]) + float(aside)
    pose = shining(azimuth, float(elevation), (0.0, 0.0, 20.0))
    color = light_color(kelvin, config.adaptation)
    return (Light(kind="sun", light_to_world=pose, energy=energy, size_m=0.05, color=color),)


def _standing_lamps(
    rng: np.random.Generator, config: BackgroundConfig, room: Room
) -> tuple[Light, ...]:
    """Return a bulb just above every lamp among the furniture."""
    color = light_color(float(rng.uniform(2700.0, 3200.0)), config.adaptation)
    watts = float(rng.uniform(6.0, 20.0))
    return tuple(
        Light(kind="point", light_to_world=_above(one), energy=watts, size_m=0.05, color=color)
        for one in room.furniture
        if one.asset_id.startswith("lamp/")
    )


def _above(lamp: Furnishing) -> FloatArray:
    pose = np.eye(4)
    pose[:3, 3] = lamp.x_m, lamp.y_m, lamp.height_m + 0.05
    return pose
