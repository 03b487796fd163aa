"""Optional passes of the staged scene: one sample in each pixel's centre, as labels have."""

import blenderproc as bproc  # noqa: F401  # isort: skip  # BlenderProc wants to be the first import
import os

import bpy
import cv2
import numpy as np
import numpy.typing as npt

from render.blender.session import temporary_folder
from scenes.files.exr import encode_exr
from scenes.files.pictures import encode_png
from scenes.model.frame import Frame
from scenes.model.scene import Camera
from scenes.passes.passes import PassSettings, depth_in_mm, facing_camera

_OUTPUT, _VECTOR = "pass", "pass vector"


def rendered_passes(frame: Frame, camera: Camera, wanted: PassSettings) -> dict[str, bytes]:
    """Return the wanted passes of the frame that was captured last, as `Frame.passes` holds them.

    Normals are of the smooth surface, without the bumps that materials add; albedo is Cycles'
    diffuse colour, linear RGB, which metal, glass and mirrors do not have.
    """
    passes: dict[str, bytes] = {}
    if wanted.depth_mm:
        passes["depth_mm.png"] = encode_png(depth_in_mm(frame.depth_m))
    if wanted.normals:
        bpy.context.view_layer.use_pass_normal = True
        world = _rendered("Normal")
        passes["normals.exr"] = encode_exr(facing_camera(world, camera.camera_to_world))
    if wanted.albedo:
        bpy.context.view_layer.use_pass_diffuse_color = True
        # the labels' own material stands in for all others until it is taken away
        bpy.context.view_layer.material_override = None
        passes["albedo.exr"] = encode_exr(_rendered("DiffCol"))
    bpy.context.view_layer.use_pass_normal = bpy.context.view_layer.use_pass_diffuse_color = False
    return passes


def _rendered(socket: str) -> npt.NDArray[np.float32]:
    """Return (H, W, 3) of one pass, with the settings that capturing the labels has left."""
    path = temporary_folder() / f"{_OUTPUT}_0000.exr"
    nodes = bpy.context.scene.node_tree.nodes
    _output(socket).base_path = str(path.parent) + os.sep
    nodes["labels"].mute, nodes[_OUTPUT].mute = True, False
    world, bpy.context.scene.world = bpy.context.scene.world, None
    bpy.ops.render.render()
    bpy.context.scene.world = world
    nodes["labels"].mute, nodes[_OUTPUT].mute = False, True
    bgr = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    path.unlink()
    return np.ascontiguousarray(bgr[..., 2::-1])


def _output(socket: str) -> bpy.types.CompositorNodeOutputFile:
    """Return the compositor's file output of the passes, made once a process, linked to one."""
    tree = bpy.context.scene.node_tree
    if _OUTPUT not in tree.nodes:
        made = tree.nodes.new("CompositorNodeOutputFile")
        made.name = _OUTPUT
        made.format.file_format, made.format.color_depth = "OPEN_EXR", "32"
        made.format.color_mode, made.format.exr_codec = "RGB", "NONE"
        made.file_slots[0].path = f"{_OUTPUT}_"
        # a vector by itself is written as channels X, Y, Z, which OpenCV takes for one of grey
        apart = tree.nodes.new("CompositorNodeSeparateXYZ")
        joined = tree.nodes.new("CompositorNodeCombineColor")
        apart.name = _VECTOR
        for number in range(3):
            tree.links.new(apart.outputs[number], joined.inputs[number])
        tree.links.new(joined.outputs["Image"], made.inputs[0])
    layers = next(n for n in tree.nodes if n.bl_idname == "CompositorNodeRLayers")
    tree.links.new(layers.outputs[socket], tree.nodes[_VECTOR].inputs[0])
    return tree.nodes[_OUTPUT]
