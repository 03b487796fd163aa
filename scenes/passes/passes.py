"""What is written of an image beside what every image has."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST_MM = np.iinfo(np.uint16).max


@dataclass(frozen=True, kw_only=True)
class PassSettings:
    """Which passes are written. albedo and correspondences need a render with colour."""

    normals: bool
    albedo: bool
    depth_mm: bool
    correspondences: bool


def depth_in_mm(depth_m: npt.NDArray[np.float32]) -> npt.NDArray[np.uint16]:
    """Return planar depth, (H, W), in whole millimetres; 0 where it is beyond 65.535 m or FAR_M."""
    mm = np.rint(depth_m.astype(np.float64) * 1000)
    return np.where(mm <= MOST_MM, mm, 0).astype(np.uint16)


def facing_camera(
    world: npt.NDArray[np.float32], camera_to_world: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    """Return world normals, (H, W, 3), in camera axes and of length 1; 0 where there is none.

    x right, y up, z towards the camera.
    """
    turned = world.astype(np.float64) @ camera_to_world[:3, :3]
    length = np.linalg.norm(turned, axis=2, keepdims=True)
    there = length > 0.5  # a pixel's one sample hit a surface or it did not
    return np.where(there, turned / np.where(there, length, 1), 0).astype(np.float32)


def file_names(index: int, passes: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return "normals.exr" and the like as paths inside the dataset: "normals/000000.exr"."""
    parts = {name: name.partition(".") for name in passes}
    return {
        f"{folder}/{index:06d}.{suffix}": passes[name]
        for name, (folder, _, suffix) in parts.items()
    }
