"""One block with a picture on it, said in many ways: each of them means the same block."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.assets.meshes.gltf_files import Gltf

SIZE = np.array([0.45, 0.9, 0.5])  # y up
CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float64)
QUADS = np.array(
    [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
)
SHARE = CORNERS[QUADS].reshape(-1, 3)  # (24, 3), each face's corners, in [0, 1]
POINTS = (SHARE * SIZE).astype(np.float32)
UV = np.tile(np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32), (6, 1))  # glTF's, v down
ORDER = (np.arange(6)[:, None] * 4 + [0, 1, 2, 0, 2, 3]).ravel().astype(np.uint16)
BLUE = (0.1, 0.2, 0.8)  # linear
BASE = "pbrMetallicRoughness"
Saver = Callable[[Path], None]


def picture() -> Image.Image:
    """Four unlike quarters, the first of them red; no two turns or mirrors of it are alike."""
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:16, :16], pixels[:16, 16:] = (255, 0, 0), (0, 160, 0)
    pixels[16:, :16], pixels[16:, 16:] = (0, 0, 90), (200, 200, 40)
    return Image.fromarray(pixels)


def textured(
    points: Any = POINTS, uv: Any = UV, uv_more: Any = None, slot: Any = None, **node: Any
) -> Gltf:
    """The block as glTF; `slot` is said of its picture, `node` of its node."""
    made = Gltf()
    more = {"normalized": True} if uv.dtype.kind in "iu" else {}
    named = {
        "POSITION": made.accessor(points, **({"normalized": True} if points.max() > 30000 else {})),
        "TEXCOORD_0": made.accessor(uv, **(more if uv_more is None else uv_more)),
    }
    told = {"index": made.picture(picture()), **(slot or {})}
    metal = {"baseColorTexture": told, "metallicFactor": 0, "roughnessFactor": 0.5}
    made.primitive(
        attributes=named, indices=made.accessor(ORDER), material=made.material(**{BASE: metal})
    )
    made.told["nodes"][0] |= node
    return made


def quantised_uv(kind: type) -> Gltf:
    made = textured(uv=(UV * np.iinfo(kind).max).astype(kind))
    made.needs("KHR_mesh_quantization")
    return made


def quantised_points() -> Gltf:
    """Signed shares of a box of one unit, which the node scales."""
    made = textured(points=np.round(SHARE * 32767).astype(np.int16), scale=SIZE.tolist())
    made.needs("KHR_mesh_quantization")
    return made


def whole_points() -> Gltf:
    """Whole numbers that are not normalised, as gltfpack writes with -noq off."""
    made = textured(points=np.round(SHARE * 1000).astype(np.int16), scale=(SIZE / 1000).tolist())
    made.needs("KHR_mesh_quantization")
    return made


def transformed(**transform: Any) -> Gltf:
    made = textured(slot={"extensions": {"KHR_texture_transform": transform}})
    made.told["extensionsUsed"] = ["KHR_texture_transform"]
    return made


def undone() -> Gltf:
    """Texture coordinates that only the transform brings back: shifted, turned, scaled."""
    turn, scale, offset = 0.7, np.array([2.0, 0.5]), np.array([0.3, -0.2])
    back = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    raw = ((UV - offset) @ back.T / scale).astype(np.float32)
    told = {"offset": offset.tolist(), "rotation": turn, "scale": scale.tolist()}
    made = textured(uv=raw, slot={"extensions": {"KHR_texture_transform": told}})
    made.told["extensionsUsed"] = ["KHR_texture_transform"]
    return made


def second_set(overridden: bool) -> Gltf:
    """The coordinates that count are the second; the first would show one pixel."""
    slot: dict[str, Any] = {"texCoord": 1}
    if overridden:
        slot = {"texCoord": 0, "extensions": {"KHR_texture_transform": {"texCoord": 1}}}
    made = textured(uv=np.zeros_like(UV), slot=slot)
    made.told["meshes"][0]["primitives"][0]["attributes"]["TEXCOORD_1"] = made.accessor(UV)
    return made


def interleaved() -> Gltf:
    """Positions and texture coordinates of one bufferView, 24 bytes apart."""
    made = textured()
    rows = np.hstack([POINTS, np.full((24, 1), 7, np.float32), UV])
    view = made.view(rows.tobytes(), byteStride=24)
    made.told["accessors"][0] |= {"bufferView": view, "byteOffset": 0}
    made.told["accessors"][1] |= {"bufferView": view, "byteOffset": 16}
    return made


def sparse() -> Gltf:
    """Four of the points are given apart, in place of what the accessor holds."""
    wrong = POINTS.copy()
    rows = np.array([1, 5, 6, 23], np.uint16)
    wrong[rows] = 0.2
    made = textured(points=wrong)
    made.told["accessors"][0]["sparse"] = {
        "count": 4,
        "indices": {"bufferView": made.view(rows.tobytes()), "componentType": 5123},
        "values": {"bufferView": made.view(POINTS[rows].tobytes())},
    }
    return made


def strips(mode: int) -> Gltf:
    """Each face as a strip or a fan of its own."""
    made = textured()
    (told,) = made.told["meshes"][0]["primitives"]
    local = [0, 1, 3, 2] if mode == 5 else [0, 1, 2, 3]
    made.told["meshes"][0]["primitives"] = [
        {**told, "mode": mode,
         "indices": made.accessor((4 * face + np.array(local)).astype(np.uint8))}
        for face in range(6)
    ]  # fmt: skip
    return made


def unindexed() -> Gltf:
    made = textured(points=POINTS[ORDER], uv=UV[ORDER])
    del made.told["meshes"][0]["primitives"][0]["indices"]
    return made


def nested() -> Gltf:
    """A turn, a scale and a shift in three nodes, one as a matrix, that the points undo."""
    made = textured(points=(POINTS[:, [2, 1, 0]] * [-1, 1, 1] / 2).astype(np.float32))
    matrix = np.diag([2.0, 2, 2, 1])
    matrix[:3, 3] = 0.1, 0.2, 0.3
    half = np.sqrt(0.5)
    made.told["nodes"] = [
        {"children": [1], "rotation": [0, half, 0, half], "translation": [-0.3, -0.2, 0.2]},
        {"children": [2], "matrix": matrix.T.ravel().tolist()},
        {"mesh": 0, "translation": [0.05, 0, 0]},
    ]
    return made


def mirrored() -> Gltf:
    """The block's mirror image, in a node that mirrors it back."""
    made = textured(points=POINTS * np.array([-1, 1, 1], np.float32), scale=[-1, 1, 1])
    faces = ORDER.reshape(-1, 3)[:, ::-1].ravel()
    made.told["meshes"][0]["primitives"][0]["indices"] = made.accessor(np.ascontiguousarray(faces))
    return made


def skinned() -> Gltf:
    """Points half as large, which two bones stretch; the node's own pose does not count."""
    made = textured(points=POINTS / 2, skin=0, translation=[5, 5, 5])
    named = made.told["meshes"][0]["primitives"][0]["attributes"]
    named["JOINTS_0"] = made.accessor(np.tile([0, 1, 0, 0], (24, 1)).astype(np.uint8))
    weights = np.tile([127, 128, 0, 0], (24, 1)).astype(np.uint8)
    named["WEIGHTS_0"] = made.accessor(weights, normalized=True)
    bind = np.tile(np.eye(4), (2, 1, 1))
    bind[:, 0, 3] = -0.5
    inverse = made.accessor(bind.swapaxes(1, 2).reshape(2, 16).astype(np.float32))
    made.told["nodes"] += [{"scale": [2, 2, 2], "translation": [1, 0, 0], "children": [2]}, {}]
    made.told["scenes"][0]["nodes"] = [0, 1]
    made.told["skins"] = [{"joints": [1, 2], "inverseBindMatrices": inverse}]
    return made


def morphed() -> Gltf:
    """The mesh rests with two fifths of a target that is added to shrunk points."""
    made = textured(points=(POINTS * [1, 0.6, 1]).astype(np.float32))
    target = (POINTS * [0, 1, 0]).astype(np.float32)
    mesh = made.told["meshes"][0]
    mesh["primitives"][0]["targets"] = [{"POSITION": made.accessor(target)}]
    mesh["weights"] = [0.4]
    return made


def two_scenes() -> Gltf:
    """The second scene, which the file opens with, is the block; the first twice as large."""
    made = textured()
    made.told["nodes"].append({"mesh": 0, "scale": [2, 2, 2]})
    made.told |= {"scenes": [{"nodes": [1]}, {"nodes": [0]}], "scene": 1}
    return made


def saved(made: Gltf) -> Saver:
    return lambda folder: made.save(folder / "it.glb")


def marked(made: Gltf) -> Saver:
    """As .gltf, with data in itself, behind a byte order mark."""

    def save(folder: Path) -> None:
        made.save(folder / "it.gltf")
        (folder / "it.gltf").write_bytes(b"\xef\xbb\xbf" + (folder / "it.gltf").read_bytes())

    return save


SAID_IN_GLTF: dict[str, Saver] = {
    "plain": saved(textured()),
    "byte_order_mark": marked(textured()),
    "uv_of_8_bits": saved(quantised_uv(np.uint8)),
    "uv_of_16_bits": saved(quantised_uv(np.uint16)),
    "points_of_shares": saved(quantised_points()),
    "points_of_whole_numbers": saved(whole_points()),
    "texture_transform": saved(undone()),
    "second_uv": saved(second_set(overridden=False)),
    "second_uv_by_the_transform": saved(second_set(overridden=True)),
    "interleaved": saved(interleaved()),
    "sparse": saved(sparse()),
    "strips": saved(strips(5)),
    "fans": saved(strips(6)),
    "unindexed": saved(unindexed()),
    "nested": saved(nested()),
    "mirrored": saved(mirrored()),
    "skinned": saved(skinned()),
    "morphed": saved(morphed()),
    "two_scenes": saved(two_scenes()),
}
