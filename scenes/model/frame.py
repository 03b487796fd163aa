from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from scenes.model.lettering import Lettering
from scenes.model.scene import Scene
from scenes.model.shot import Shot


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """What a renderer hands back for one picture, arrays of one (H, W).

    image: (H, W, 3) uint8 sRGB. instances: (H, W) int32, an object's instance, 0 background.
    depth_m: (H, W) float32, planar z in metres; FAR_M where nothing was hit. light: (H, W, 3)
    float32, what image was developed from, where it is known. jpeg: the file that image was decoded
    from, where there was one. passes: further files by what they are called in a dataset,
    "normals.exr" for normals/000000.exr. lettering: what is written on surfaces, where
    that is to be told.
    """

    shot: Shot
    image: npt.NDArray[np.uint8]
    instances: npt.NDArray[np.int32]
    depth_m: npt.NDArray[np.float32]
    light: npt.NDArray[np.float32] | None = None
    jpeg: bytes | None = None
    passes: Mapping[str, bytes] = field(default_factory=dict)
    lettering: tuple[Lettering, ...] | None = None

    def __post_init__(self) -> None:
        width, height = self.shot.resolution_px
        for name, shape in (("image", (height, width, 3)), ("instances", (height, width)),
                            ("depth_m", (height, width))):  # fmt: skip
            if getattr(self, name).shape != shape:
                raise ValueError(f"Frame.{name} is {getattr(self, name).shape}; expected {shape}")


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """A scene, and the frame in which its camera shows it."""

    scene: Scene
    frame: Frame


FAR_M = np.float32(1e10)  # what Cycles writes where a ray leaves the scene
