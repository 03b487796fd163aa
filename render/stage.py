"""Scene in: a Scene's objects, floor, lights, environment and camera as Blender's own."""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
import math
from pathlib import Path

import bpy
import numpy as np
import numpy.typing as npt
from mathutils import Matrix

from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.mesh import Mesh
from render.materials import Palette
from scenes.scene import Background, Camera, Light, Material, Placement, Scene

SMOOTH_BELOW_DEG = 38.0  # between a turned leg's facets and a board's edge
SUN_DEG = 0.53  # its apparent diameter


class UnknownEnvironment(UserError):
    """An environment that is neither one of Blender's nor a file."""


def stage(scene: Scene, catalogue: Catalogue, *, dressed: bool) -> None:
    """Put a scene into an emptied Blender. Raises UnknownAsset, -Material and -Environment.

    Every object's pass index is its instance; the floor's is 0, like the background's. dressed
    false leaves out what colour alone needs: materials, environment and lights.
    """
    palette = Palette()
    meshes: dict[str, bpy.types.Mesh] = {}
    for placement in scene.objects:
        if placement.asset_id not in meshes:
            asset = catalogue.get(placement.asset_id)
            meshes[asset.id] = _blender_mesh(asset.id, asset.mesh())
        placed = _place(placement, meshes[placement.asset_id])
        if dressed:
            _paint(placed, placement.materials, palette)
    floor = _lay_floor(scene.background)
    if dressed:
        floor.data.materials.append(palette.material(scene.background.floor))
        _surround(scene.background)
        for light in scene.lights:
            _hang(light)
    _aim(scene.camera)


def environment_path(name: str) -> Path:
    """Return the file of an environment: one of Blender's by file name, or any path."""
    shipped = Path(bpy.utils.system_resource("DATAFILES")) / "studiolights" / "world"
    for path in (shipped / name, Path(name).expanduser()):
        if path.is_file():
            return path
    raise UnknownEnvironment(
        f"environment {name!r} is not a file; expected a path to an .exr or .hdr, or one of "
        f"Blender's: {', '.join(sorted(p.name for p in shipped.glob('*.exr')))}"
    )


def _blender_mesh(name: str, mesh: Mesh) -> bpy.types.Mesh:
    made = bpy.data.meshes.new(name)
    count = len(mesh.triangles)
    made.vertices.add(len(mesh.vertices))
    made.vertices.foreach_set("co", mesh.vertices.astype(np.float32).ravel())
    made.loops.add(3 * count)
    made.loops.foreach_set("vertex_index", mesh.triangles.ravel())
    made.polygons.add(count)
    made.polygons.foreach_set("loop_start", np.arange(0, 3 * count, 3, dtype=np.int32))
    made.polygons.foreach_set("material_index", mesh.slots)
    for _ in mesh.slot_names:
        made.materials.append(None)
    made.update(calc_edges=True)
    made.shade_smooth()
    made.set_sharp_from_angle(angle=math.radians(SMOOTH_BELOW_DEG))
    return made


def _place(placement: Placement, mesh: bpy.types.Mesh) -> bpy.types.Object:
    placed = bproc.object.create_from_blender_mesh(mesh, f"object.{placement.instance}").blender_obj
    placed.matrix_world = _matrix(placement.object_to_world)
    placed.pass_index = placement.instance
    return placed


def _paint(placed: bpy.types.Object, materials: tuple[Material, ...], palette: Palette) -> None:
    for slot, material in zip(placed.material_slots, materials, strict=True):
        slot.link = "OBJECT"  # the mesh is shared by objects in other finishes
        slot.material = palette.material(material)


def _lay_floor(background: Background) -> bpy.types.Object:
    floor = bproc.object.create_primitive("PLANE", size=background.floor_size_m).blender_obj
    floor.name = floor.data.name = "floor"
    return floor


def _surround(background: Background) -> None:
    bproc.renderer.set_world_background([0.0, 0.0, 0.0])  # makes the nodes that the next call needs
    bproc.world.set_world_background_hdr_img(
        str(environment_path(background.environment)),
        strength=background.strength,
        rotation_euler=[0.0, 0.0, math.radians(background.rotation_deg)],
    )
    # left to itself Cycles takes 1.7 s a scene to weigh where the light comes from
    sampling = bpy.context.scene.world.cycles
    sampling.sampling_method, sampling.sample_map_resolution = "MANUAL", 512


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
