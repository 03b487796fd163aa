"""What does not stand on the floor falls, and lies as BlenderProc's physics leaves it."""

import blenderproc as bproc  # isort: skip  # BlenderProc wants to be the first import
import logging
from collections.abc import Mapping
from dataclasses import replace

import bpy
import numpy as np
import numpy.typing as npt

from assets.catalogue import Catalogue
from render.blender import session
from scenes.model.scene import Placement, Scene

LOOSE_M = 1e-3  # what is higher than this above the floor may fall
SUNK_M = 5e-3  # what ends deeper than this in the floor has slipped through it
FLOOR_M = 200.0
SECONDS = {"min_simulation_time": 1.0, "max_simulation_time": 8.0, "check_object_interval": 0.5}
log = logging.getLogger("twinset.render")
FloatArray = npt.NDArray[np.float64]


def settled(scene: Scene, catalogue: Catalogue) -> Scene:
    """Return the scene with its loose objects where they come to rest; the camera stays.

    Bodies that fall are their convex hulls, which rest on a plane as the objects do; what they
    fall on is its true surface. Blender is left empty.
    """
    loose = {p.instance for p in scene.objects if _lowest_m(p, catalogue) > LOOSE_M}
    if not loose:
        return scene
    session.reset()
    bodies = {p.instance: _body(p, catalogue, p.instance in loose) for p in scene.objects}
    _floor()
    bproc.object.simulate_physics_and_fix_final_poses(**SECONDS)
    poses = {i: np.array(bodies[i].get_local2world_mat(), dtype=np.float64) for i in loose}
    session.reset()
    if bpy.context.scene.rigidbody_world is not None:
        bpy.ops.rigidbody.world_remove()
    return replace(scene, objects=tuple(_laid(p, poses, catalogue) for p in scene.objects))


def _body(placed: Placement, catalogue: Catalogue, falls: bool) -> bproc.types.MeshObject:
    """An object of its own mesh, as large as it is in the world: physics wants no scale."""
    scale, pose = _parts(placed.object_to_world)
    mesh = catalogue.get(placed.asset_id).mesh()
    body = _solid(f"body.{placed.instance}", mesh.vertices * scale, mesh.triangles)
    body.set_local2world_mat(pose)
    body.enable_rigidbody(active=falls, collision_shape="CONVEX_HULL" if falls else "MESH")
    return body


def _floor() -> None:
    low, high = -FLOOR_M / 2, FLOOR_M / 2
    corners = np.array([(low, low, 0), (high, low, 0), (high, high, 0), (low, high, 0)])
    plane = _solid("ground", corners, np.array([(0, 1, 2), (0, 2, 3)]))
    plane.enable_rigidbody(active=False, collision_shape="MESH")


def _solid(
    name: str, vertices_m: FloatArray, triangles: npt.NDArray[np.int32]
) -> bproc.types.MeshObject:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices_m.tolist(), [], triangles.tolist())
    return bproc.object.create_from_blender_mesh(mesh, name)


def _laid(placed: Placement, poses: Mapping[int, FloatArray], catalogue: Catalogue) -> Placement:
    if placed.instance not in poses:
        return placed
    scale, _ = _parts(placed.object_to_world)
    rest = poses[placed.instance].copy()
    rest[:3, :3] *= scale
    laid = replace(placed, object_to_world=rest)
    if _lowest_m(laid, catalogue) < -SUNK_M:
        log.warning("instance %d fell through the floor; it stays where it was", placed.instance)
        return placed
    return laid


def _parts(pose: FloatArray) -> tuple[float, FloatArray]:
    """Return the scale of a transform, and the transform without it."""
    scale = float(np.cbrt(np.linalg.det(pose[:3, :3])))
    rigid = pose.copy()
    rigid[:3, :3] /= scale
    return scale, rigid


def _lowest_m(placed: Placement, catalogue: Catalogue) -> float:
    vertices = catalogue.get(placed.asset_id).mesh().vertices
    return float((vertices @ placed.object_to_world[2, :3]).min() + placed.object_to_world[2, 3])
