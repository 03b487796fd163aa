# Run by BlenderProc, for test_against_blender.py: every file beneath a folder, read by us and by
# Blender's importer, measured and seen in its base colours alone.
#   blenderproc run tests/assets/meshes/beside_blender.py FOLDER
import blenderproc as bproc  # noqa: F401  # makes this script one that BlenderProc runs
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(next(p for p in HERE.parents if (p / "pyproject.toml").is_file())))

import bpy
import numpy as np
from mathutils import Euler, Matrix, Vector

from assets.meshes.raw import read_raw
from assets.meshes.repair import UP_OF_FORMAT, Fit, upright
from render.staging.mesh_textures import UV_LAYER, hang_pictures

SIDE_PX = 48
IMPORTERS = {
    ".glb": lambda path: bpy.ops.import_scene.gltf(filepath=path),
    ".gltf": lambda path: bpy.ops.import_scene.gltf(filepath=path),
    ".obj": lambda path: bpy.ops.wm.obj_import(filepath=path),
    ".ply": lambda path: bpy.ops.wm.ply_import(filepath=path),
    ".stl": lambda path: bpy.ops.wm.stl_import(filepath=path),
}


def measured(file, ours):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    if ours:
        stage_ours(file)
    else:
        IMPORTERS[file.suffix](str(file))
    bpy.context.view_layer.update()
    shown = [o for o in bpy.context.scene.objects if o.type == "MESH" and not o.hide_render
             and not o.name.startswith("Icosphere")]  # fmt: skip
    corners = np.concatenate([triangles(o) for o in shown])
    for each in shown:
        shine(each)
    a, b, c = corners.swapaxes(0, 1)
    return {
        "extent": np.ptp(corners.reshape(-1, 3), axis=0).tolist(),
        "area": float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2),
        "volume": abs(float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)),
        "seen": [seen(corners.reshape(-1, 3), turn).tolist() for turn in (0.6, 3.9)],
    }


def stage_ours(file):
    up = UP_OF_FORMAT.get(file.suffix, "z")
    mesh, _ = upright(read_raw(file, file.parent).parts, Fit(scale=1.0, up=up, words=()))
    made = bpy.data.meshes.new("ours")
    made.from_pydata(mesh.vertices.tolist(), [], mesh.triangles.tolist())
    made.polygons.foreach_set("material_index", mesh.slots)
    if mesh.corner_uv is not None:
        made.uv_layers.new(name=UV_LAYER).data.foreach_set("uv", mesh.corner_uv.ravel())
    placed = bpy.data.objects.new("ours", made)
    bpy.context.scene.collection.objects.link(placed)
    for finish in mesh.finishes or (None,) * len(mesh.slot_names):
        made.materials.append(plain(finish.color if finish else (0.8, 0.8, 0.8)))
    hang_pictures(placed, mesh)


def plain(color):
    made = bpy.data.materials.new("plain")
    made.use_nodes = True
    made.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (*color, 1)
    return made


def triangles(shown):
    whole = shown.evaluated_get(bpy.context.evaluated_depsgraph_get())
    mesh = whole.to_mesh()
    mesh.calc_loop_triangles()
    points = np.array([whole.matrix_world @ v.co for v in mesh.vertices])
    corners = points[np.array([t.vertices[:] for t in mesh.loop_triangles])]
    return corners[:, ::-1] if whole.matrix_world.determinant() < 0 else corners


def shine(shown):
    """Make every slot shine in its base colour, times the vertex colours where there are some."""
    if not shown.data.materials:
        shown.data.materials.append(plain((1, 1, 1) if shown.data.color_attributes else (0.8,) * 3))
    for slot in shown.material_slots:
        slot.material = slot.material.copy()
        tree = slot.material.node_tree
        base = tree.nodes["Principled BSDF"].inputs["Base Color"]
        lamp = tree.nodes.new("ShaderNodeEmission")
        end = next(n for n in tree.nodes if n.type == "OUTPUT_MATERIAL").inputs["Surface"]
        tree.links.new(lamp.outputs[0], end)
        mixed = tree.nodes.new("ShaderNodeMix")
        mixed.data_type, mixed.blend_type = "RGBA", "MULTIPLY"
        factor, first, second = (mixed.inputs[i] for i in (0, 6, 7))
        factor.default_value, second.default_value = 1.0, (1, 1, 1, 1)
        first.default_value = base.default_value
        if base.is_linked:
            tree.links.new(base.links[0].from_socket, first)
        told = any(n.type in ("VERTEX_COLOR", "ATTRIBUTE") for n in tree.nodes)
        if shown.data.color_attributes and not told:
            held = tree.nodes.new("ShaderNodeVertexColor")
            held.layer_name = shown.data.color_attributes[0].name
            tree.links.new(held.outputs["Color"], second)
        tree.links.new(mixed.outputs[2], lamp.inputs["Color"])


def seen(points, turn):
    """Return (SIDE_PX, SIDE_PX, 4) of an orthographic look from above and one side."""
    low, high = points.min(axis=0), points.max(axis=0)
    turned = Euler((1.0, 0, turn)).to_matrix()
    lens = bpy.data.cameras.new("look")
    lens.type, lens.ortho_scale = "ORTHO", 1.6
    camera = bpy.data.objects.new("look", lens)
    at = Vector(((low + high) / 2).tolist()) + turned @ Vector((0, 0, 20))
    camera.matrix_world = Matrix.LocRotScale(at, turned, None)
    scene = bpy.context.scene
    scene.collection.objects.link(camera)
    scene.camera, scene.render.engine, scene.cycles.samples = camera, "CYCLES", 4
    scene.render.resolution_x = scene.render.resolution_y = SIDE_PX
    scene.render.film_transparent = True
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.cycles.use_denoising = False
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.filepath = str(Path(bpy.app.tempdir) / "seen.exr")
    bpy.ops.render.render(write_still=True)
    picture = bpy.data.images.load(scene.render.filepath)
    pixels = np.array(picture.pixels[:]).reshape(SIDE_PX, SIDE_PX, 4)
    bpy.data.images.remove(picture)
    return pixels


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    found = {
        file.parent.name: [measured(file, ours) for ours in (True, False)]
        for file in sorted(folder.glob("*/it.*"))
        if file.suffix in IMPORTERS
    }
    (folder / "measured.json").write_text(json.dumps(found))
