"""What is printed on a surface: a picture laid over its colour, where it faces outwards."""

import math
from typing import Any

import cv2

from assets.prints import ROUND_PX, TALL_PX, draw_print
from render.blender.nodes import Nodes
from render.staging.mesh_textures import picture_of
from scenes.model.background import Print

FACING = 0.4  # the least cosine between a printed face's normal and the way it looks
OUTSIDE = 1.03  # times the half width of what a print goes round: no handle is printed on


def lay_print(nodes: Nodes, told: Print) -> None:
    """Print on what the nodes have painted; ink lets no light through."""
    at, facing = _round(nodes, told) if told.around == "round" else _flat(nodes, told)
    picture = nodes.add("TexImage", {"Vector": at}, image=_picture(told), extension="CLIP")
    picture.image.alpha_mode = "CHANNEL_PACKED"
    cover = nodes.product(picture.outputs["Alpha"], facing)
    surface = nodes.surface.inputs
    color = nodes.add("Mix", {0: cover}, data_type="RGBA")
    _take_over(nodes, surface["Base Color"], color.inputs[6])
    nodes.feed(color.inputs[7], picture.outputs["Color"])
    nodes.feed(surface["Base Color"], color.outputs[2])
    through = float(surface["Transmission Weight"].default_value)
    nodes.feed(surface["Transmission Weight"], nodes.between(cover, through, 0.0))
    nodes.feed(surface["Metallic"],
               nodes.between(cover, float(surface["Metallic"].default_value), 0.0))  # fmt: skip


def _picture(told: Print) -> Any:
    wide_px = ROUND_PX if told.around == "round" else TALL_PX
    shown = cv2.cvtColor(draw_print(told.seed, wide_px), cv2.COLOR_RGBA2BGRA)
    return picture_of(cv2.imencode(".png", shown)[1].tobytes())


def _take_over(nodes: Nodes, was: Any, now: Any) -> None:
    """Give one socket what another has, linked or plain."""
    nodes.feed(now, was.links[0].from_socket if was.is_linked else tuple(was.default_value))


def _round(nodes: Nodes, told: Print) -> tuple[Any, Any]:
    """Return picture coordinates round the z axis of the box, and 1 on the wall's outside.

    The middle of the picture looks to the front, -y.
    """
    x, y, z = _centred(nodes, told)
    back = nodes.product(y, -1.0)
    angle = nodes.add("Math", {0: x, 1: back}, operation="ARCTAN2").outputs["Value"]
    turn = {"Value": angle, "From Min": -math.pi, "From Max": math.pi}
    u = nodes.add("MapRange", turn).outputs["Result"]
    v = _share(nodes, z, told.high_m[2] - told.low_m[2])
    way = _vector(nodes, x, y, 0.0)
    away = nodes.add("VectorMath", {0: way}, operation="LENGTH").outputs["Value"]
    outward = nodes.add("VectorMath", {0: way}, operation="NORMALIZE").outputs["Vector"]
    inputs = {0: outward, 1: _normal(nodes)}
    cosine = nodes.add("VectorMath", inputs, operation="DOT_PRODUCT").outputs["Value"]
    half_m = OUTSIDE * (told.high_m[0] - told.low_m[0]) / 2
    near = nodes.add("Math", {0: away, 1: half_m}, operation="LESS_THAN").outputs["Value"]
    return _vector(nodes, u, v, 0.0), nodes.product(_above(nodes, cosine, FACING), near)


def _flat(nodes: Nodes, told: Print) -> tuple[Any, Any]:
    """Return picture coordinates on the faces towards -y and +y, or upwards, and 1 there."""
    x, y, z = _centred(nodes, told)
    wide_m, deep_m, tall_m = (b - a for a, b in zip(told.low_m, told.high_m, strict=True))
    look = nodes.add("SeparateXYZ", {"Vector": _normal(nodes)}).outputs
    if told.around == "top":
        u, v = _share(nodes, x, wide_m), _share(nodes, y, deep_m)
        return _vector(nodes, u, v, 0.0), _above(nodes, look["Z"], FACING)
    side_m = min(wide_m, tall_m)
    front = nodes.add("Math", {0: nodes.product(look["Y"], -1.0)}, operation="SIGN")
    u = _share(nodes, nodes.product(x, front.outputs["Value"]), side_m)
    faces = nodes.add("Math", {0: look["Y"]}, operation="ABSOLUTE").outputs["Value"]
    return _vector(nodes, u, _share(nodes, z, side_m), 0.0), _above(nodes, faces, FACING)


def _centred(nodes: Nodes, told: Print) -> tuple[Any, Any, Any]:
    """Return the place in the object's own frame, metres from the middle of the box."""
    middle = tuple((a + b) / 2 for a, b in zip(told.low_m, told.high_m, strict=True))
    here = nodes.add("TexCoord", {}).outputs["Object"]
    inputs = {0: here, 1: middle}
    moved = nodes.add("VectorMath", inputs, operation="SUBTRACT").outputs["Vector"]
    x, y, z = nodes.add("SeparateXYZ", {"Vector": moved}).outputs
    return x, y, z


def _normal(nodes: Nodes) -> Any:
    return nodes.add("TexCoord", {}).outputs["Normal"]


def _share(nodes: Nodes, along: Any, extent_m: float) -> Any:
    """Return 0 to 1 along an extent about the middle; beyond it outside, where nothing is shown."""
    inputs = {"Value": along, "From Min": -extent_m / 2, "From Max": extent_m / 2}
    return nodes.add("MapRange", inputs, clamp=False).outputs["Result"]


def _above(nodes: Nodes, value: Any, least: float) -> Any:
    return nodes.add("Math", {0: value, 1: least}, operation="GREATER_THAN").outputs["Value"]


def _vector(nodes: Nodes, x: Any, y: Any, z: Any) -> Any:
    return nodes.add("CombineXYZ", {"X": x, "Y": y, "Z": z}).outputs["Vector"]
