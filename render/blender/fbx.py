"""What only Blender reads, read by Blender: triangles, slots and colours of an fbx file."""

import hashlib
import json
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from assets.meshes.checks import MOST_TRIANGLES
from assets.meshes.converted import conversion_path, refusal_path
from scenes.files.atomic import make_folder, write_text, written


def convert(file: Path) -> None:
    """Keep a file's triangles, in metres and z up as Blender imports them, in the user's cache.

    A refusal is noted first and removed at the end, so that a file which ends Blender itself is not
    tried again. What is not kept (pictures, colours of points, lights) is noted in words; scripts
    are not run (fbx holds none). Raises Unwritable.
    """
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    target, refusal = conversion_path(sha256), refusal_path(sha256)
    make_folder(target.parent)
    write_text(refusal, "it ended Blender's importer")
    refused = False
    try:
        arrays = _imported(file)
    except (RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        write_text(refusal, " ".join(str(error).split())[:200])
        refused = True
        return
    finally:
        if not refused:  # also where the user interrupts
            refusal.unlink()
    with written(target) as handle:
        np.savez(handle, **arrays)


def _imported(file: Path) -> dict[str, Any]:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.preferences.filepaths.use_scripts_auto_execute = False
    if "fbx_import" in dir(bpy.ops.wm):  # asked by name, Blender has every operator
        bpy.ops.wm.fbx_import(filepath=str(file))
    else:
        bpy.ops.preferences.addon_enable(module="io_scene_fbx")
        bpy.ops.import_scene.fbx(filepath=str(file), use_anim=False)
    return {**_arrays(), "notes": _bytes(_left_out())}


def _left_out() -> list[str]:
    """Return in words what is imported and not kept."""
    meshes = [shown.data for shown in bpy.context.scene.objects if shown.type == "MESH"]
    materials = {held for mesh in meshes for held in mesh.materials if held and held.use_nodes}
    pictures = {
        node.image.name for held in materials for node in held.node_tree.nodes
        if node.type == "TEX_IMAGE" and node.image
    }  # fmt: skip
    kinds = {shown.type.lower() for shown in bpy.context.scene.objects} - {"mesh", "empty"}
    colours = {held.name for mesh in meshes for held in mesh.color_attributes}
    told = {
        "the pictures of its materials": pictures, "the colours of its points": colours,
        "what is no mesh": kinds,
    }  # fmt: skip
    return [f"leaves out {what} ({', '.join(sorted(names))[:120]})"
            for what, names in told.items() if names]  # fmt: skip


def _bytes(told: Any) -> Any:
    return np.frombuffer(json.dumps(told).encode(), np.uint8)


def _arrays() -> dict[str, Any]:
    graph = bpy.context.evaluated_depsgraph_get()
    vertices, triangles, slots = [np.empty((0, 3))], [np.empty((0, 3), int)], [np.empty(0, int)]
    looks: list[dict[str, Any] | None] = []
    for shown in bpy.context.scene.objects:
        if shown.type != "MESH":
            continue
        whole = shown.evaluated_get(graph)
        mesh = whole.to_mesh()
        mesh.calc_loop_triangles()
        if len(mesh.loop_triangles) > MOST_TRIANGLES:
            raise ValueError(f"{len(mesh.loop_triangles)} triangles; expected {MOST_TRIANGLES}")
        start, first = sum(map(len, vertices)), len(looks)
        points = _read(mesh.vertices, "co", 3, np.float32).astype(np.float64)
        pose = np.array(whole.matrix_world)
        vertices.append(points @ pose[:3, :3].T + pose[:3, 3])
        triangles.append(_read(mesh.loop_triangles, "vertices", 3, np.int32) + start)
        looks.extend([_look(slot.material) for slot in whole.material_slots] or [None])
        index = _read(mesh.loop_triangles, "material_index", 1, np.int32).ravel()
        slots.append(first + np.clip(index, 0, len(looks) - first - 1))
        whole.to_mesh_clear()
    return {
        "vertices": np.concatenate(vertices), "triangles": np.concatenate(triangles),
        "slots": np.concatenate(slots), "looks": _bytes(looks),
    }  # fmt: skip


def _read(rows: Any, name: str, width: int, dtype: type) -> Any:
    flat: Any = np.empty(len(rows) * width, dtype)
    rows.foreach_get(name, flat)
    return flat.reshape(-1, width)


def _look(material: bpy.types.Material | None) -> dict[str, Any] | None:
    if material is None:
        return None
    surface = material.node_tree.nodes.get("Principled BSDF") if material.use_nodes else None
    if surface is None:
        return {"color": list(material.diffuse_color)[:3], "roughness": None, "metallic": None}
    values = {name: surface.inputs[name].default_value for name in ("Roughness", "Metallic")}
    return {
        "color": list(surface.inputs["Base Color"].default_value)[:3],
        "roughness": float(values["Roughness"]), "metallic": float(values["Metallic"]),
    }  # fmt: skip
