"""Where the nodes of a glTF scene stand: their poses, their instances, their bones."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from assets.meshes.checks import BrokenMesh
from assets.meshes.gltf.accessors import values
from assets.meshes.gltf.document import Document
from assets.meshes.gltf.primitives import Primitive
from assets.meshes.part import FloatArray

_INSTANCING = "EXT_mesh_gpu_instancing"
_MOST_INSTANCES = 100_000


def poses(document: Document) -> dict[int, FloatArray]:
    """Return node to world (4, 4) of every node of the scene that is shown, in order of walk.

    Without a default scene it is the first; without scenes, all nodes. Raises BrokenMesh.
    """
    found: dict[int, FloatArray] = {}
    waiting = [(root, np.eye(4)) for root in reversed(_roots(document))]
    while waiting:
        index, above = waiting.pop()
        node = document.row("nodes", index)
        if index in found:
            raise BrokenMesh("has a node with two parents; glTF nodes are a tree: export it again")
        if not node.get("extensions", {}).get("KHR_node_visibility", {}).get("visible", True):
            document.note("leaves out what it hides")
            continue
        found[index] = above @ _pose(node)
        waiting += [(child, found[index]) for child in reversed(node.get("children", []))]
    return found


def instances(document: Document, node: Mapping[str, Any]) -> FloatArray:
    """Return (n, 4, 4), where a node's mesh stands in the node; n = 1 without instancing."""
    told = node.get("extensions", {}).get(_INSTANCING)
    if told is None:
        return np.eye(4)[None]
    held = {name: values(document, index) for name, index in told["attributes"].items()
            if name in ("TRANSLATION", "ROTATION", "SCALE")}  # fmt: skip
    counts = {len(rows) for rows in held.values()}
    if len(counts) != 1 or max(counts) > _MOST_INSTANCES:
        raise BrokenMesh(f"has {sorted(counts)} places for instances; expected one number of them")
    (count,) = counts
    placed = np.tile(np.eye(4), (count, 1, 1))
    turned = _rotations(held.get("ROTATION", np.tile([0.0, 0, 0, 1], (count, 1))))
    placed[:, :3, :3] = turned * held.get("SCALE", np.ones((count, 3)))[:, None]
    placed[:, :3, 3] = held.get("TRANSLATION", np.zeros((count, 3)))
    return placed


def posed(
    document: Document, skin: Any, primitive: Primitive, world: Mapping[int, FloatArray]
) -> FloatArray:
    """Return a skinned primitive's points (v, 3) in the world, as its bones stand in the file.

    Source: glTF 2.0, 3.7.3.3: the pose of the skinned node itself does not count.
    """
    joints = document.row("skins", skin)["joints"]
    if primitive.joints is None or primitive.weights is None:
        return primitive.points
    if not all(joint in world for joint in joints) or primitive.joints.max() >= len(joints):
        raise BrokenMesh("is moved by bones that are not there; it is damaged")
    moved = np.stack([world[joint] for joint in joints])
    inverse = document.row("skins", skin).get("inverseBindMatrices")
    if inverse is not None:
        bind = values(document, inverse)[: len(joints)].reshape(-1, 4, 4)
        moved = moved @ bind.swapaxes(1, 2)
    return _blended(primitive.points, moved, primitive.joints, primitive.weights)


def _blended(points: FloatArray, moved: FloatArray, joints: Any, weights: FloatArray) -> FloatArray:
    whole = weights.sum(axis=1, keepdims=True)
    shares = np.where(whole > 0, weights / np.where(whole > 0, whole, 1), 1 / weights.shape[1])
    result = np.zeros_like(points)
    for bone, share in zip(joints.T, shares.T, strict=True):
        pose = moved[bone]
        there = np.einsum("vij,vj->vi", pose[:, :3, :3], points) + pose[:, :3, 3]
        result += share[:, None] * there
    return result


def _roots(document: Document) -> Sequence[int]:
    scenes = document.told.get("scenes", [])
    if scenes:
        if len(scenes) > 1:
            document.note(f"shows one of its {len(scenes)} scenes, the one it opens with")
        roots: list[int] = document.row("scenes", document.told.get("scene", 0)).get("nodes", [])
        return roots
    nodes = document.told.get("nodes", [])
    below = {child for node in nodes for child in node.get("children", [])}
    return [index for index in range(len(nodes)) if index not in below]


def _pose(node: Mapping[str, Any]) -> FloatArray:
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    pose = np.eye(4)
    turn = _rotations(np.array([node.get("rotation", (0.0, 0.0, 0.0, 1.0))], np.float64))[0]
    pose[:3, :3] = turn * np.array(node.get("scale", (1.0, 1.0, 1.0)), np.float64)
    pose[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
    return pose


def _rotations(quaternions: FloatArray) -> FloatArray:
    """Return (n, 3, 3) of (n, 4) quaternions x, y, z, w, of any length above 0."""
    size = np.linalg.norm(quaternions, axis=1, keepdims=True)
    x, y, z, w = (quaternions / np.where(size > 0, size, 1)).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), -1, 0)
