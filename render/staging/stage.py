"""Scene in: a Scene's objects, floor, lights, environment and camera as Blender's own."""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
import math

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Matrix

from assets.catalogue import Catalogue
from assets.mesh import Mesh
from render.blender.normals import SMOOTH_BELOW_DEG, corner_normals, split_edges
from render.staging.background import surround
from render.staging.materials import Palette
from render.staging.mesh_textures import UV_LAYER, hang_pictures
from scenes.model.scene import Camera, Light, Material, Scene

SUN_DEG = 0.53  # its apparent diameter
KEEPS_NORMALS_AS_THEY_ARE = (4, 5, 0)  # before, Blender packs each into two numbers


def stage(scene: Scene, catalogue: Catalogue, *, dressed: bool) -> None:
    """Put a scene into an emptied Blender. Raises UnknownAsset, -Material and -Environment.

    Every object's pass index is its instance; those of floor, walls and furniture are 0. dressed
    false leaves out what colour alone needs: materials, environment and lights.
    """
    palette = Palette()
    meshes: dict[str, bpy.types.Mesh] = {}
    for placement in scene.objects:
        mesh = _shared_mesh(placement.asset_id, catalogue, meshes)
        pose = placement.object_to_world
        placed = _place(mesh, f"object.{placement.instance}", pose, placement.instance)
        if dressed:
            _paint(placed, placement.materials, palette)
            hang_pictures(placed, catalogue.get(placement.asset_id).mesh())
    for number, piece in enumerate(
        scene.background.room.furniture if scene.background.room else ()
    ):
        mesh = _shared_mesh(piece.asset_id, catalogue, meshes)
        placed = _place(mesh, f"furniture.{number}", piece.object_to_world(), 0)
        if dressed:
            _paint(placed, piece.materials, palette)
            hang_pictures(placed, catalogue.get(piece.asset_id).mesh())
    surround(scene.background, palette if dressed else None)
    if dressed:
        for light in scene.lights:
            _hang(light)
    _aim(scene.camera)


def _shared_mesh(
    asset_id: str, catalogue: Catalogue, meshes: dict[str, bpy.types.Mesh]
) -> bpy.types.Mesh:
    if asset_id not in meshes:
        asset = catalogue.get(asset_id)
        meshes[asset_id] = _blender_mesh(asset.id, asset.mesh())
    return meshes[asset_id]


def _blender_mesh(name: str, mesh: Mesh) -> bpy.types.Mesh:
    made = bpy.data.meshes.new(name)
    count = len(mesh.triangles)
    made.vertices.add(len(mesh.vertices))
    made.loops.add(3 * count)
    made.polygons.add(count)
    _fill(made, "position", "vector", mesh.vertices.astype(np.float32))
    _fill(made, ".corner_vert", "value", mesh.triangles)
    made.polygons.foreach_set("loop_start", np.arange(0, 3 * count, 3, dtype=np.int32))
    made.attributes.new("material_index", "INT", "FACE")
    _fill(made, "material_index", "value", mesh.slots)
    for _ in mesh.slot_names:
        made.materials.append(None)
    if mesh.corner_uv is not None:
        layer = made.uv_layers.new(name=UV_LAYER)
        layer.uv.foreach_set("vector", mesh.corner_uv.ravel())
    made.update(calc_edges=True)
    made.shade_smooth()
    normals = corner_normals(mesh)
    if normals is None:
        made.set_sharp_from_angle(angle=math.radians(SMOOTH_BELOW_DEG))
    elif bpy.app.version < KEEPS_NORMALS_AS_THEY_ARE:
        made.normals_split_custom_set(normals)
    else:
        edges = np.empty(3 * count, dtype=np.int32)
        made.attributes[".corner_edge"].data.foreach_get("value", edges)
        made.attributes.new("custom_normal", "FLOAT_VECTOR", "CORNER")
        _fill(made, "custom_normal", "vector", normals)
        made.attributes.new("sharp_edge", "BOOLEAN", "EDGE")
        _fill(made, "sharp_edge", "value", split_edges(mesh, normals, edges))
    return made


def _fill(mesh: bpy.types.Mesh, attribute: str, of: str, values: npt.NDArray[np.generic]) -> None:
    """Write an attribute at once; vertices, corners and faces take their properties one by one."""
    mesh.attributes[attribute].data.foreach_set(of, values.ravel())


def _place(
    mesh: bpy.types.Mesh, name: str, pose: npt.NDArray[np.float64], index: int
) -> bpy.types.Object:
    placed = bproc.object.create_from_blender_mesh(mesh, name).blender_obj
    placed.matrix_world = _matrix(pose)
    placed.pass_index = index
    return placed


def _paint(placed: bpy.types.Object, materials: tuple[Material, ...], palette: Palette) -> None:
    for slot, material in zip(placed.material_slots, materials, strict=True):
        slot.link = "OBJECT"  # the mesh is shared by objects in other finishes
        slot.material = palette.material(material)


def _hang(light: Light) -> None:
    hung = bproc.types.Light(light.kind.upper(), name=light.kind)
    lamp = hung.blender_obj.data
    lamp.energy = light.energy
    lamp.color = light.color
    if light.kind == "area":
        lamp.size = light.size_m
    elif light.kind == "point":
        lamp.shadow_soft_size = light.size_m
    else:
        lamp.angle = math.radians(SUN_DEG)
    hung.blender_obj.matrix_world = _matrix(light.light_to_world)


def _aim(camera: Camera) -> None:
    width, height = camera.resolution_px
    bproc.camera.set_intrinsics_from_blender_params(
        lens=camera.focal_mm, lens_unit="MILLIMETERS", image_width=width, image_height=height,
        clip_start=camera.clip_start_m, clip_end=camera.clip_end_m,
    )  # fmt: skip
    lens = bpy.context.scene.camera.data
    lens.sensor_fit = "AUTO"  # sensor_width then belongs to the image's longer side
    lens.sensor_width = camera.sensor_mm
    bproc.camera.add_camera_pose(_matrix(camera.camera_to_world), frame=0)


def _matrix(array: npt.NDArray[np.float64]) -> Matrix:
    return Matrix(array.tolist())
