"""The published study's baseline: random poses in the air, turned any way, held by nothing."""

import math
from dataclasses import replace

import numpy as np

from scenes.config.cast import Cast
from scenes.config.scene import SceneConfig
from scenes.layout.camera import CLEARANCE_M, draw_camera
from scenes.layout.in_view import first_in_view
from scenes.layout.kind import Kind, draw_targets
from scenes.layout.standing import FloatArray, Layout, Standing

TRIES = 12  # positions tried for one object before it is left out


def lay_out(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Layout:
    """Return one draw. The focus target hangs above the origin, the camera is on its -y side."""
    return first_in_view(lambda: _draw(rng, config, cast))


def _draw(rng: np.random.Generator, config: SceneConfig, cast: Cast) -> Layout:
    targets = draw_targets(rng, config, cast)
    first = _hung(rng, targets[0], np.array([0.0, 0.0, _height_m(rng, config, targets[0])]))
    camera = draw_camera(rng, config, first, ())
    hung, eye = [first], camera.camera_to_world[:3, 3]
    for kind in targets[1:]:
        for _ in range(TRIES):
            x, y = config.objects.spread_m.draw(rng) * _direction(rng)
            y *= config.objects.depth_spread
            new = _hung(rng, kind, np.array([x, y, _height_m(rng, config, kind)]))
            apart = all(_gap_m(new, other) > config.objects.gap_m for other in hung)
            if apart and np.linalg.norm(new.middle_m - eye) > new.reach_m + CLEARANCE_M:
                hung.append(new)
                break
    return Layout(camera=camera, standing=tuple(hung), supports=(None,) * len(hung))


def _height_m(rng: np.random.Generator, config: SceneConfig, kind: Kind) -> float:
    """Return how high its middle hangs: never so low that a corner could be in the floor."""
    lowest_m = float(np.linalg.norm(kind.asset.size_m)) * kind.scale / 2
    return max(config.placement.air_m.draw(rng), lowest_m)


def _hung(rng: np.random.Generator, kind: Kind, middle_m: FloatArray) -> Standing:
    tumbled = _rotation(rng)
    x, y, z = middle_m - kind.scale * tumbled @ (0.0, 0.0, kind.asset.size_m[2] / 2)
    return replace(kind.at((float(x), float(y)), 0.0, float(z)), tumbled=tumbled, rest=None)


def _rotation(rng: np.random.Generator) -> FloatArray:
    """Return a rotation, uniform over all. Source: Shoemake 1992, "Uniform random rotations"."""
    u, v, w = rng.random(3)
    a, b = math.sqrt(1 - u), math.sqrt(u)
    x, y = a * math.sin(2 * math.pi * v), a * math.cos(2 * math.pi * v)
    z, s = b * math.sin(2 * math.pi * w), b * math.cos(2 * math.pi * w)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * s), 2 * (x * z + y * s)],
            [2 * (x * y + z * s), 1 - 2 * (x * x + z * z), 2 * (y * z - x * s)],
            [2 * (x * z - y * s), 2 * (y * z + x * s), 1 - 2 * (x * x + y * y)],
        ]
    )


def _direction(rng: np.random.Generator) -> FloatArray:
    angle, share = rng.uniform(-math.pi, math.pi), math.sqrt(rng.random())
    return np.array([share * math.cos(angle), share * math.sin(angle)])


def _gap_m(a: Standing, b: Standing) -> float:
    """Return what is between the balls round two objects."""
    return float(np.linalg.norm(a.middle_m - b.middle_m)) - a.reach_m - b.reach_m
