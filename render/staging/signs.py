"""Signs as thin sheets upon what bears them, in Blender."""

from collections.abc import Iterable

import bpy
import cv2
from mathutils import Matrix

from render.staging.mesh_textures import picture_of
from scenes.model.lettering import PlacedSign

LIFT_M = 4e-4  # before what bears it, so that neither hides the other
ROUGH = 0.5
NAME = "sign"


def stick(signs: Iterable[PlacedSign]) -> None:
    """Put each sign where it is, lit like all else, transparent where it has no ink."""
    for number, sign in enumerate(signs):
        mesh = bpy.data.meshes.new(NAME)
        wide, high = (side / 2 for side in sign.size_m)
        corners = [(-wide, -high), (wide, -high), (wide, high), (-wide, high)]
        mesh.from_pydata([(x, y, LIFT_M) for x, y in corners], [], [(0, 1, 2, 3)])
        layer = mesh.uv_layers.new(name="UVMap")
        for corner, at in zip(layer.data, ((0, 0), (1, 0), (1, 1), (0, 1)), strict=True):
            corner.uv = at
        mesh.materials.append(_printed(sign))
        sheet = bpy.data.objects.new(f"{NAME}.{number}", mesh)
        bpy.context.scene.collection.objects.link(sheet)
        sheet.matrix_world = Matrix(sign.sign_to_world.tolist())
        sheet.pass_index = sign.instance


def show_signs(*, shown: bool) -> None:
    """Show all signs to a render, or none: ids and depth are of what bears them."""
    for staged in bpy.context.scene.objects:
        if staged.name.startswith(f"{NAME}."):
            staged.hide_render = not shown


def _printed(sign: PlacedSign) -> bpy.types.Material:
    made = bpy.data.materials.new(NAME)
    made.use_nodes = True
    tree = made.node_tree
    picture = tree.nodes.new("ShaderNodeTexImage")
    shown = cv2.cvtColor(sign.sign.rgba, cv2.COLOR_RGBA2BGRA)
    picture.image = picture_of(cv2.imencode(".png", shown)[1].tobytes())
    picture.image.alpha_mode = "CHANNEL_PACKED"
    picture.extension = "EXTEND"
    surface = tree.nodes["Principled BSDF"]
    surface.inputs["Roughness"].default_value = ROUGH
    tree.links.new(picture.outputs["Color"], surface.inputs["Base Color"])
    tree.links.new(picture.outputs["Alpha"], surface.inputs["Alpha"])
    return made
