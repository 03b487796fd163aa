"""What surrounds a scene's objects, and what lights them: one draw."""

import math
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from assets.materials import floor_kinds
from scenes.config.background import Backdrop
from scenes.config.cast import pick_indices
from scenes.config.scene import BackgroundConfig
from scenes.model.background import Background, Light, Material
from scenes.optics.lamps import light_color, shining
from scenes.sampling.room import Held, draw_room
from scenes.sampling.stock import Stock

BARE = Material(kind="plain", color=(0.5, 0.5, 0.5), roughness=0.5, metallic=0.0, seed=0)
HORIZON_OFF = 0.15  # of the picture's height: a horizon that is so far off is hardly taken
HEIGHT_OFF = 0.3  # of the camera's log height above the ground: likewise
FURTHEST_OFF = 1.5  # of that: what is further off is off, however far
LOWEST_M = 0.01
FLOOR_BEYOND_M = 1.5  # of the farthest object and the camera, before it begins to fade

Surroundings = tuple[Background, tuple[Light, ...]]


def draw_surroundings(
    rng: np.random.Generator, config: BackgroundConfig, stock: Stock, held: Held
) -> Surroundings:
    """Return a background of a kind drawn by weight, and its lights.

    The kind comes first and each kind has a stream of its own, so that other weights change which
    kind an image gets and never what that kind looks like there.
    """
    weights = asdict(config.weights)
    ends = np.cumsum([*weights.values()])
    kind = [*weights][int(np.searchsorted(ends, rng.random() * ends[-1], side="right"))]
    own = dict(zip(weights, rng.spawn(len(weights)), strict=True))[kind]
    if kind == "room":
        return draw_room(own, config, stock, held)
    if kind == "white":
        return _white(), ()
    return _photo(own, config, stock, held) if kind == "photo" else _open(own, config, stock, held)


def bare_background() -> Background:
    """Return what stands in where nobody looks: a preview's."""
    return Background(environment="", strength=1.0, rotation_deg=0.0, floor=BARE, floor_size_m=1.0)


def _open(
    rng: np.random.Generator, config: BackgroundConfig, stock: Stock, held: Held
) -> Surroundings:
    """An environment and the floor in it."""
    told = config.environment
    # a floor that ended before the camera would be seen as a disc that hangs in the air
    reach_m = max(_reach_m(held), math.hypot(*held.camera_m[:2]) + FLOOR_BEYOND_M)
    radius_m = max(told.floor_size_m.draw(rng) / 2, reach_m / (1 - told.floor_fade))
    background = Background(
        environment=stock.environments[int(rng.integers(len(stock.environments)))],
        strength=told.strength.draw(rng),
        rotation_deg=float(rng.uniform(0.0, 360.0)),
        floor=stock.surface(rng, floor_kinds(open_air=True), config),
        floor_size_m=2 * radius_m,
        floor_fade_m=told.floor_fade * radius_m,
    )
    return background, _sun(rng, config)


def _photo(
    rng: np.random.Generator, config: BackgroundConfig, stock: Stock, held: Held
) -> Surroundings:
    """A photo; the floor only catches shadows, and the environment only gives light."""
    background = Background(
        kind="photo",
        environment=stock.environments[int(rng.integers(len(stock.environments)))],
        strength=config.environment.strength.draw(rng),
        rotation_deg=float(rng.uniform(0.0, 360.0)),
        floor=BARE,
        floor_size_m=2 * _reach_m(held),
        photo=_photo_for(rng, stock.photos, held).path,
    )
    return background, _sun(rng, config)


def _photo_for(rng: np.random.Generator, photos: Sequence[Backdrop], held: Held) -> Backdrop:
    """Return one of the photos, rather one taken as the camera looks: its horizon, and how high.

    On one that was taken from as high up, things on a row are as large as it shows them there.
    What is unknown counts as off by HORIZON_OFF, or HEIGHT_OFF.
    """
    if all(photo.horizon is None for photo in photos):
        return photos[int(rng.integers(len(photos)))]
    weights = np.exp(-np.array([_off(photo, held) for photo in photos]))
    return photos[int(pick_indices(rng, weights / weights.sum(), 1)[0])]


def _off(photo: Backdrop, held: Held) -> float:
    horizon, high_m = min(max(held.horizon, -0.5), 1.5), float(held.camera_m[2])
    by_horizon = HORIZON_OFF if photo.horizon is None else photo.horizon - horizon
    by_height = (
        HEIGHT_OFF if photo.camera_m is None
        else min(abs(math.log(max(high_m, LOWEST_M) / photo.camera_m)), FURTHEST_OFF)
    )  # fmt: skip
    return (by_horizon / HORIZON_OFF) ** 2 + (by_height / HEIGHT_OFF) ** 2


def _white() -> Background:
    """Light from everywhere alike, and no floor."""
    return Background(kind="white", environment="", strength=1.0, rotation_deg=0.0, floor=BARE,
                      floor_size_m=0.0)  # fmt: skip


def _reach_m(held: Held) -> float:
    """Return the radius round the origin that holds every object."""
    return float(np.hypot(*held.corners_m.reshape(-1, 3)[:, :2].T).max()) + FLOOR_BEYOND_M


def _sun(rng: np.random.Generator, config: BackgroundConfig) -> tuple[Light, ...]:
    told = config.sun
    shines, energy = rng.random() < told.share, told.energy.draw(rng)
    azimuth = float(rng.uniform(-math.pi, math.pi))
    elevation = math.radians(told.elevation_deg.draw(rng))
    color = light_color(told.kelvin.draw(rng), config.adaptation)
    if not shines:
        return ()
    pose = shining(azimuth, elevation, (0.0, 0.0, 10.0))
    return (Light(kind="sun", light_to_world=pose, energy=energy, size_m=0.05, color=color),)
