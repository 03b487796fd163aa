"""The base colour textures that a user's meshes bring, in place of a slot's even colour."""

import hashlib

import bpy

from assets.mesh import Mesh, Wrap
from render.blender import session
from scenes.files.atomic import write_bytes

UV_LAYER = "UVMap"
RGBA_BITS = 32  # a pixel, as Blender counts
_BEYOND = {"repeat": "REPEAT", "clamp": "EXTEND", "mirror": "MIRROR"}  # a picture's edges


def hang_pictures(placed: bpy.types.Object, mesh: Mesh) -> None:
    """Give each textured slot of an object a copy of its material that shows the texture."""
    for slot, finish in zip(placed.material_slots, mesh.finishes, strict=False):
        if finish is not None and finish.texture is not None:
            slot.material = _pictured(slot.material, finish.texture, finish.wrap)


def _pictured(plain: bpy.types.Material, png: bytes, wrap: Wrap) -> bpy.types.Material:
    made = plain.copy()
    tree = made.node_tree
    picture = tree.nodes.new("ShaderNodeTexImage")
    picture.image = picture_of(png)
    picture.extension = _BEYOND[wrap]
    where = tree.nodes.new("ShaderNodeUVMap")
    where.uv_map = UV_LAYER
    tree.links.new(where.outputs["UV"], picture.inputs["Vector"])
    surface = tree.nodes["Principled BSDF"]
    tree.links.new(picture.outputs["Color"], surface.inputs["Base Color"])
    if picture.image.depth == RGBA_BITS:  # a cut-out's soft edge; others are read without alpha
        tree.links.new(picture.outputs["Alpha"], surface.inputs["Alpha"])
    return made


def picture_of(png: bytes) -> bpy.types.Image:
    """Return a PNG as Blender's image, the same one for the same bytes."""
    name = f"{hashlib.sha256(png).hexdigest()}.png"
    path = session.temporary_folder() / name
    if not path.is_file():
        write_bytes(path, png)
    return bpy.data.images.load(str(path), check_existing=True)
