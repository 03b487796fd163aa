"""A scene's materials as Blender's: one node set-up a pattern of assets/materials.yaml."""

import math
from collections.abc import Callable, Mapping

import bpy
import numpy as np

from assets.materials import material_kind
from render.nodes import Nodes
from scenes.scene import Material

Color = tuple[float, float, float]


class Palette:
    """The Blender materials of one scene, each made once."""

    def __init__(self) -> None:
        self._made: dict[Material, bpy.types.Material] = {}

    def material(self, wanted: Material) -> bpy.types.Material:
        """Return the Blender material. Raises UnknownMaterial."""
        if wanted not in self._made:
            self._made[wanted] = _made(wanted)
        return self._made[wanted]


def _made(wanted: Material) -> bpy.types.Material:
    kind = material_kind(wanted.kind)
    made = bpy.data.materials.new(wanted.kind)
    made.use_nodes = True
    nodes = Nodes(made.node_tree, np.random.default_rng(wanted.seed))
    nodes.surface.inputs["Base Color"].default_value = (*wanted.color, 1.0)
    nodes.surface.inputs["Roughness"].default_value = wanted.roughness
    nodes.surface.inputs["Metallic"].default_value = wanted.metallic
    nodes.surface.inputs["Transmission Weight"].default_value = kind.transmission
    _PATTERNS[kind.pattern](nodes, wanted.color)
    return made


def _plain(nodes: Nodes, color: Color) -> None:
    """Nearly even, as painted wood or powder-coated steel is."""
    nodes.paint(color, nodes.between(nodes.noise(nodes.space(), 6.0), 0.96, 1.04))


def _noise(nodes: Nodes, color: Color) -> None:
    """Cloudy: leather, concrete, cardboard."""
    at = nodes.space()
    nodes.paint(color, nodes.between(nodes.noise(at, 3.0), 0.75, 1.25))


def _wood_grain(nodes: Nodes, color: Color) -> None:
    """Rings seen along the board: noise drawn out twelvefold along one axis."""
    along = [(1.0, 12.0, 12.0), (12.0, 12.0, 1.0)][int(nodes.rng.integers(2))]
    at = nodes.stretched(nodes.space(), along)
    nodes.paint(color, nodes.between(nodes.noise(at, 3.0), 0.55, 1.4))


def _weave(nodes: Nodes, color: Color) -> None:
    """Two crossed threads 3 mm apart, and wear over decimetres."""
    at = nodes.space(math.radians(float(nodes.rng.uniform(0, 90))))
    threads = [
        nodes.add(
            "TexWave", {"Vector": at, "Scale": 100.0, "Distortion": 0.6}, bands_direction=axis
        ).outputs["Fac"]
        for axis in "XY"
    ]
    cloth = nodes.product(*threads)
    worn = nodes.between(nodes.noise(at, 4.0), 0.85, 1.15)
    nodes.paint(color, nodes.product(worn, nodes.between(cloth, 0.88, 1.12)))


def _planks(nodes: Nodes, color: Color) -> None:
    """Boards of 1.4 m by 13 cm, each a little lighter or darker, with grain along them."""
    at = nodes.space(float(nodes.rng.uniform(0, math.pi)))
    shade = _bricks(nodes, at, (1.4, 0.13, 0.002, 0.37))
    grain = nodes.noise(nodes.stretched(at, (1.0, 14.0, 1.0)), 2.5)
    nodes.paint(color, nodes.product(shade, nodes.between(grain, 0.7, 1.3)))


def _tiles(nodes: Nodes, color: Color) -> None:
    """Square tiles of 30 to 60 cm with dark joints."""
    side_m = float(nodes.rng.uniform(0.3, 0.6))
    at = nodes.space(float(nodes.rng.uniform(0, math.pi)))
    shade = _bricks(nodes, at, (side_m, side_m, 0.004, 0.0))
    clouds = nodes.between(nodes.noise(at, 5.0), 0.9, 1.1)
    nodes.paint(color, nodes.product(shade, clouds))


def _bricks(
    nodes: Nodes, at: object, sides_m: tuple[float, float, float, float]
) -> bpy.types.NodeSocket:
    """Return the shade, about 1 and dark in joints, of (width, height, joint, offset)."""
    width_m, height_m, joint_m, offset = sides_m
    inputs = {
        "Vector": at, "Scale": 1.0, "Brick Width": width_m, "Row Height": height_m,
        "Mortar Size": joint_m, "Mortar Smooth": 0.1, "Bias": 0.0,
        "Color1": (0.78, 0.78, 0.78, 1.0), "Color2": (1.2, 1.2, 1.2, 1.0),
        "Mortar": (0.35, 0.35, 0.35, 1.0),
    }  # fmt: skip
    return nodes.add("TexBrick", inputs, offset=offset).outputs["Color"]


_PATTERNS: Mapping[str, Callable[[Nodes, Color], None]] = {
    "plain": _plain,
    "noise": _noise,
    "wood_grain": _wood_grain,
    "weave": _weave,
    "planks": _planks,
    "tiles": _tiles,
}
