"""Shader nodes of one material, wired by name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy
import numpy as np


class Nodes:
    """A material's node tree with its Principled BSDF, and the object's own space in metres.

    `rng` comes from the material's seed: it shifts and turns the space, so that no two boards show
    the same grain. Sockets are Blender's (`bpy.types.NodeSocket`).
    """

    def __init__(self, tree: bpy.types.NodeTree, rng: np.random.Generator) -> None:
        self._tree = tree
        self.surface = tree.nodes["Principled BSDF"]
        self.rng = rng
        self._space = self._tree.nodes.new("ShaderNodeTexCoord").outputs["Object"]
        self._shift_m = rng.uniform(-50.0, 50.0, 3)

    def add(self, kind: str, inputs: Mapping[Any, Any], **settings: Any) -> bpy.types.Node:
        """Return a new node; an input is another node's socket or a plain value."""
        node = self._tree.nodes.new(f"ShaderNode{kind}")
        for name, value in settings.items():
            setattr(node, name, value)
        for key, value in inputs.items():
            self.feed(node.inputs[key], value)
        return node

    def feed(self, socket: bpy.types.NodeSocket, value: Any) -> None:
        """Link a socket, or give it a value."""
        if isinstance(value, bpy.types.NodeSocket):
            self._tree.links.new(value, socket)
        else:
            socket.default_value = value

    def space(self, turn_rad: float = 0.0) -> Any:
        """Return positions in the object's own space, metres, shifted and turned about z."""
        inputs = {
            "Vector": self._space, "Location": tuple(self._shift_m),
            "Rotation": (0.0, 0.0, turn_rad),
        }  # fmt: skip
        return self.add("Mapping", inputs).outputs["Vector"]

    def stretched(self, at: Any, factors: tuple[float, float, float]) -> Any:
        """Return positions scaled along each axis, so that a texture shrinks along it."""
        return self.add("VectorMath", {0: at, 1: factors}, operation="MULTIPLY").outputs["Vector"]

    def noise(self, at: Any, scale: float) -> Any:
        """Return fractal noise about 0.5 with features of 1 / scale, in three octaves."""
        inputs = {"Vector": at, "Scale": scale, "Detail": 2.0}
        return self.add("TexNoise", inputs).outputs["Fac"]

    def between(self, share: Any, low: float, high: float) -> Any:
        """Return low to high as `share` goes from 0 to 1."""
        inputs = {"Value": share, "To Min": low, "To Max": high}
        return self.add("MapRange", inputs).outputs["Result"]

    def product(self, a: Any, b: Any) -> Any:
        """Return a b."""
        return self.add("Math", {0: a, 1: b}, operation="MULTIPLY").outputs["Value"]

    def bump(self, height: Any, depth_m: float) -> None:
        """Dent the surface: a scalar socket from 0 to 1 stands for that many metres."""
        inputs = {"Strength": 1.0, "Distance": depth_m, "Height": height}
        self.feed(self.surface.inputs["Normal"], self.add("Bump", inputs).outputs["Normal"])

    def roughen(self, share: Any, spread: float) -> None:
        """Let roughness vary about its value by `spread` up and down as `share` goes 0 to 1."""
        own = float(self.surface.inputs["Roughness"].default_value)
        low, high = max(own - spread, 0.02), min(own + spread, 1.0)
        self.feed(self.surface.inputs["Roughness"], self.between(share, low, high))

    def image(self, path: Path, size_m: float, *, is_color: bool) -> Any:
        """Return the colour of an image laid along the mesh's texture coordinates in metres."""
        metres = self.add("TexCoord", {}).outputs["UV"]
        at = self.add("VectorMath", {0: metres, 1: (1 / size_m,) * 3}, operation="MULTIPLY")
        loaded = bpy.data.images.load(str(path), check_existing=True)
        if not is_color:
            loaded.colorspace_settings.name = "Non-Color"
        shown = self.add("TexImage", {"Vector": at.outputs["Vector"]}, image=loaded)
        return shown.outputs["Color"]

    def paint(self, color: tuple[float, float, float], shade: Any) -> None:
        """Colour the surface: linear RGB times a scalar socket about 1."""
        inputs = {"Vector": color, "Scale": shade}
        tinted = self.add("VectorMath", inputs, operation="SCALE").outputs["Vector"]
        self.feed(self.surface.inputs["Base Color"], tinted)
