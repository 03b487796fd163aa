"""glTF that says where and how often a block stands."""

import numpy as np

from tests.assets.meshes.block import Saver, saved, textured
from tests.assets.meshes.gltf_files import Gltf


def instanced() -> Gltf:
    """Three of it: shifted, turned, and scaled; the node turns them all."""
    half = np.sqrt(0.5)
    made = textured(rotation=[0.0, half, 0.0, half])
    turns = np.array([[0, 0, 0, 1], [0, half, 0, half], [0, 0, half, half]], np.float32)
    shifts = np.array([[0, 0, 0], [-0.6, 0, 0], [0.4, 0, 0.5]], np.float32)
    scales = np.array([[1, 1, 1], [0.5, 1, 1], [0.5, 0.5, 0.25]], np.float32)
    told = {"TRANSLATION": shifts, "ROTATION": turns, "SCALE": scales}
    made.told["nodes"][0]["extensions"] = {
        "EXT_mesh_gpu_instancing": {
            "attributes": {name: made.accessor(rows) for name, rows in told.items()}
        }
    }
    made.needs("EXT_mesh_gpu_instancing")
    return made


def twice() -> Gltf:
    """The same mesh under two nodes, once mirrored."""
    made = textured()
    made.told["nodes"].append({"mesh": 0, "translation": [-0.1, 0, 0], "scale": [-0.5, 1, 1]})
    made.told["scenes"][0]["nodes"] = [0, 1]
    return made


STANDING: dict[str, Saver] = {"instanced": saved(instanced()), "twice": saved(twice())}
