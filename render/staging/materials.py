"""A scene's materials as Blender's: one node set-up a pattern of assets/materials.yaml."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import bpy
import numpy as np

from assets.materials import MaterialKind, material_kind
from assets.textures import texture_set
from render.blender.nodes import Nodes
from render.staging.prints import lay_print
from scenes.model.background import Material, Texture

Color = tuple[float, float, float]
TRANSMISSION_STREAM = 2


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
    nodes.surface.inputs["Transmission Weight"].default_value = _transmission(kind, wanted.seed)
    if wanted.texture is None:
        _PATTERNS[kind.pattern](nodes, wanted.color)
    else:
        _textured(nodes, wanted.texture)
    if wanted.print is not None:
        lay_print(nodes, wanted.print)
    return made


def _transmission(kind: MaterialKind, seed: int) -> float:
    """Drawn from a stream of its own, so that the rest of a set-up does not shift with it."""
    return float(np.random.default_rng([TRANSMISSION_STREAM, seed]).uniform(*kind.transmission))


def faded(material: bpy.types.Material, radius_m: float, fade_m: float) -> None:
    """Let a material end at a radius round its object's origin, by degrees over the last fade_m."""
    tree = material.node_tree
    nodes = Nodes(tree, np.random.default_rng(0))
    at = nodes.add("TexCoord", {}).outputs["Object"]
    away = nodes.add("VectorMath", {0: at}, operation="LENGTH").outputs["Value"]
    ragged = nodes.between(nodes.noise(nodes.space(), 0.4), -0.25 * fade_m, 0.25 * fade_m)
    far = nodes.add("Math", {0: away, 1: ragged}, operation="ADD").outputs["Value"]
    low, high = radius_m - 0.85 * fade_m, radius_m - 0.15 * fade_m
    inputs = {"Value": far, "From Min": low, "From Max": high}
    share = nodes.add("MapRange", inputs, interpolation_type="SMOOTHSTEP").outputs["Result"]
    clear = nodes.add("BsdfTransparent", {}).outputs["BSDF"]
    mixed = nodes.add("MixShader", {0: share, 1: nodes.surface.outputs["BSDF"], 2: clear})
    tree.links.new(mixed.outputs["Shader"], tree.nodes["Material Output"].inputs["Surface"])


def _textured(nodes: Nodes, texture: Texture) -> None:
    """Image maps in place of a pattern."""
    maps = texture_set(Path(texture.folder))
    color = nodes.image(maps.color, texture.size_m, is_color=True)
    nodes.feed(nodes.surface.inputs["Base Color"], color)
    if maps.roughness:
        rough = nodes.image(maps.roughness, texture.size_m, is_color=False)
        nodes.feed(nodes.surface.inputs["Roughness"], rough)
    if maps.normal:
        normal = nodes.image(maps.normal, texture.size_m, is_color=False)
        bent = nodes.add("NormalMap", {"Color": normal}).outputs["Normal"]
        nodes.feed(nodes.surface.inputs["Normal"], bent)


def _plain(nodes: Nodes, color: Color) -> None:
    """Nearly even, as painted wood or powder-coated steel is, with the haze of use."""
    at = nodes.space()
    nodes.paint(color, nodes.between(nodes.noise(at, 6.0), 0.96, 1.04))
    nodes.roughen(nodes.noise(at, 14.0), 0.08)


def _frosted(nodes: Nodes, color: Color) -> None:
    """Thin milky plastic: what is behind it shows as a shade.

    The walls of our cups are thrice as thick as those of real ones, and each is gone through twice;
    bending light less than plastic does lets as much of its direction be left.
    """
    _plain(nodes, color)
    nodes.surface.inputs["IOR"].default_value = float(nodes.rng.uniform(1.08, 1.3))


def _noise(nodes: Nodes, color: Color) -> None:
    """Cloudy and grained: leather, concrete, cardboard."""
    at = nodes.space()
    nodes.paint(color, nodes.between(nodes.noise(at, 3.0), 0.75, 1.25))
    nodes.bump(nodes.noise(at, 260.0), 0.0006)


def _wood_grain(nodes: Nodes, color: Color) -> None:
    """Rings seen along the board: noise drawn out twelvefold along one axis, pores finer yet."""
    along = [(1.0, 12.0, 12.0), (12.0, 12.0, 1.0)][int(nodes.rng.integers(2))]
    at = nodes.stretched(nodes.space(), along)
    pores = nodes.noise(nodes.stretched(at, (4.0, 4.0, 4.0)), 8.0)
    rings = nodes.between(nodes.noise(at, 3.0), 0.6, 1.35)
    nodes.paint(color, nodes.product(rings, nodes.between(pores, 0.85, 1.15)))
    nodes.roughen(pores, 0.10)
    nodes.bump(pores, 0.0003)


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
    nodes.bump(cloth, 0.0008)


def _planks(nodes: Nodes, color: Color) -> None:
    """Boards of 0.9 to 1.8 m by 8 to 19 cm, each lighter or darker, with grain along them."""
    at = nodes.space(_quarter(nodes))
    sides = float(nodes.rng.uniform(0.9, 1.8)), float(nodes.rng.uniform(0.08, 0.19))
    board = _bricks(nodes, at, (*sides, 0.0015, 0.37))
    stains = nodes.between(nodes.noise(at, 0.8), 0.85, 1.15)
    grain = nodes.noise(nodes.stretched(at, (1.0, 14.0, 1.0)), 2.5)
    fibres = nodes.noise(nodes.stretched(at, (2.0, 60.0, 1.0)), 4.0)
    shade = nodes.product(board.outputs["Color"], nodes.between(grain, 0.7, 1.3))
    fine = nodes.product(stains, nodes.between(fibres, 0.88, 1.12))
    nodes.paint(color, nodes.product(shade, fine))
    nodes.roughen(fibres, 0.10)
    nodes.bump(nodes.between(board.outputs["Fac"], 1.0, 0.0), 0.001)


def _tiles(nodes: Nodes, color: Color) -> None:
    """Square tiles of 20 to 60 cm with joints, each a little tilted in tone."""
    side_m = float(nodes.rng.uniform(0.2, 0.6))
    at = nodes.space(_quarter(nodes))
    tile = _bricks(nodes, at, (side_m, side_m, 0.004, 0.0), 0.1)
    clouds = nodes.between(nodes.noise(at, 5.0), 0.9, 1.1)
    dirt = nodes.between(nodes.noise(at, 0.6), 0.88, 1.12)
    nodes.paint(color, nodes.product(nodes.product(tile.outputs["Color"], clouds), dirt))
    nodes.bump(nodes.between(tile.outputs["Fac"], 1.0, 0.0), 0.002)


def _wall_bricks(nodes: Nodes, color: Color) -> None:
    """Bricks of 24 by 7 cm in running bond, joints 1 cm."""
    at = nodes.space()
    brick = _bricks(nodes, at, (0.25, 0.083, 0.01, 0.5), 0.25)
    rough = nodes.noise(at, 40.0)
    nodes.paint(color, nodes.product(brick.outputs["Color"], nodes.between(rough, 0.75, 1.25)))
    relief = nodes.product(nodes.between(brick.outputs["Fac"], 1.0, 0.0),
                           nodes.between(rough, 0.7, 1.0))  # fmt: skip
    nodes.bump(relief, 0.008)


def _stripes(nodes: Nodes, color: Color) -> None:
    """Wallpaper: bands of 5 to 15 cm, of little contrast, on embossed paper."""
    at, period_m = nodes.space(), float(nodes.rng.uniform(0.05, 0.15))
    # Blender's wave turns once in 2 pi / 20 over its scale
    inputs = {"Vector": at, "Scale": 2 * math.pi / 20 / period_m, "Distortion": 0.0}
    bands = nodes.add("TexWave", inputs, bands_direction="X").outputs["Fac"]
    edges = nodes.add("MapRange", {"Value": bands, "From Min": 0.45, "From Max": 0.55})
    contrast = float(nodes.rng.uniform(0.0, 0.16))
    shade = nodes.between(edges.outputs["Result"], 1 - contrast, 1 + contrast)
    nodes.paint(color, nodes.product(shade, nodes.between(nodes.noise(at, 1.0), 0.96, 1.04)))
    nodes.bump(nodes.noise(at, 300.0), 0.0004)


def _plaster(nodes: Nodes, color: Color) -> None:
    """Painted plaster: even from afar, rolled grain from near, a little dirt."""
    at = nodes.space()
    nodes.paint(color, nodes.between(nodes.noise(at, 0.7), 0.93, 1.07))
    depth_m = float(nodes.rng.choice([0.0004, 0.0008, 0.003]))
    nodes.bump(nodes.noise(at, float(nodes.rng.uniform(50.0, 160.0))), depth_m)


def _canvas(nodes: Nodes, color: Color) -> None:
    """A painting of nothing: clouds of the colour and of another."""
    at, other = nodes.space(), tuple(nodes.rng.uniform(0.03, 0.8, 3).tolist())
    share = nodes.add(
        "MapRange", {"Value": nodes.noise(at, float(nodes.rng.uniform(2.0, 7.0))),
                     "From Min": 0.42, "From Max": 0.58},
    ).outputs["Result"]  # fmt: skip
    towards = tuple(b - a for a, b in zip(color, other, strict=True))
    offset = nodes.add("VectorMath", {0: towards, "Scale": share}, operation="SCALE")
    mixed = nodes.add("VectorMath", {0: offset.outputs["Vector"], 1: color}, operation="ADD")
    nodes.feed(nodes.surface.inputs["Base Color"], mixed.outputs["Vector"])


def _quarter(nodes: Nodes) -> float:
    """Return 0 or a right angle, or seldom half of one: as floors are laid."""
    return float(nodes.rng.choice([0.0, 0.5, 0.25], p=[0.45, 0.45, 0.1])) * math.pi


def _bricks(
    nodes: Nodes, at: object, sides_m: tuple[float, float, float, float], spread: float = 0.21
) -> bpy.types.Node:
    """Return a node of (width, height, joint, offset): Color is about 1, Fac is 1 in joints."""
    width_m, height_m, joint_m, offset = sides_m
    inputs = {
        "Vector": at, "Scale": 1.0, "Brick Width": width_m, "Row Height": height_m,
        "Mortar Size": joint_m, "Mortar Smooth": 0.1, "Bias": 0.0,
        "Color1": (1 - spread,) * 3 + (1.0,), "Color2": (1 + spread,) * 3 + (1.0,),
        "Mortar": (0.45, 0.45, 0.45, 1.0),
    }  # fmt: skip
    return nodes.add("TexBrick", inputs, offset=offset)


_PATTERNS: Mapping[str, Callable[[Nodes, Color], None]] = {
    "plain": _plain,
    "noise": _noise,
    "wood_grain": _wood_grain,
    "weave": _weave,
    "planks": _planks,
    "tiles": _tiles,
    "bricks": _wall_bricks,
    "stripes": _stripes,
    "plaster": _plaster,
    "canvas": _canvas,
    "frosted": _frosted,
}
