"""A scene is data: one draw, written down whole, from which any renderer can make the image."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenes.model.background import (
    Background,
    FloatArray,
    Light,
    Material,
    frozen_transform,
    told_background,
    told_light,
    told_material,
)
from scenes.model.effects import PostEffects, told_post

__all__ = ["Background", "Camera", "Light", "Material", "Placement", "PostEffects", "Scene"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Placement:
    """One object where it stands.

    object_to_world: (4, 4) float64, metres. category_id 0 is clutter: it occludes and is in the
    segmentation, but is not labelled. instance is 1-based and unique in the scene.
    """

    instance: int
    asset_id: str
    category: str
    category_id: int
    object_to_world: FloatArray
    materials: tuple[Material, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "object_to_world", frozen_transform(self.object_to_world))
        if self.instance < 1:
            raise ValueError(f"instance is {self.instance}; expected 1 or more")


@dataclass(frozen=True, kw_only=True, eq=False)
class Camera:
    """A pinhole camera: x right, y up, looking along -z (Blender's convention).

    camera_to_world: (4, 4) float64, a rotation and a translation in metres. sensor_mm is the
    sensor's longer side and belongs to the image's longer side. resolution_px is (W, H).
    """

    camera_to_world: FloatArray
    focal_mm: float
    sensor_mm: float
    resolution_px: tuple[int, int]
    clip_start_m: float
    clip_end_m: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "camera_to_world", frozen_transform(self.camera_to_world))
        if not (math.isfinite(self.focal_mm) and self.focal_mm > 0):
            raise ValueError(f"focal_mm is {self.focal_mm}; expected a positive number")

    @property
    def focal_px(self) -> float:
        """Focal length in pixels, the same along both axes."""
        return self.focal_mm / self.sensor_mm * max(self.resolution_px)

    def at_resolution(self, resolution_px: tuple[int, int]) -> "Camera":
        """Return the same view at another resolution of (nearly) the same proportions."""
        return Camera(
            camera_to_world=self.camera_to_world, focal_mm=self.focal_mm, sensor_mm=self.sensor_mm,
            resolution_px=resolution_px, clip_start_m=self.clip_start_m, clip_end_m=self.clip_end_m,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One draw from a SceneConfig, all of it. Equal JSON means an equal image.

    seed: the scene's own, 32 bit; it also seeds Cycles. post: what happens to the rendered image.
    """

    seed: int
    config_id: str
    objects: tuple[Placement, ...]
    camera: Camera
    lights: tuple[Light, ...]
    background: Background
    post: PostEffects | None = None

    @property
    def asset_ids(self) -> frozenset[str]:
        """Every asset that stands in it, furniture too."""
        room = self.background.room
        furniture = {piece.asset_id for piece in room.furniture} if room else set()
        return frozenset({placed.asset_id for placed in self.objects} | furniture)

    def to_json(self) -> dict[str, Any]:
        """Return plain dicts, lists and numbers; `from_json` gives the same scene back.

        A material without a print says nothing of one, as plans from before there were any.
        """
        told: dict[str, Any] = _plain(self)
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Scene":
        """Return the scene that `to_json` told. Raises KeyError or TypeError on another shape."""
        return cls(
            seed=int(told["seed"]),
            config_id=str(told["config_id"]),
            objects=tuple(_placement(o) for o in told["objects"]),
            camera=Camera(
                **{**told["camera"], "resolution_px": tuple(told["camera"]["resolution_px"])}
            ),
            lights=tuple(told_light(o) for o in told["lights"]),
            background=told_background(told["background"]),
            post=told_post(told.get("post")),
        )


def _placement(told: Mapping[str, Any]) -> Placement:
    return Placement(**{**told, "materials": tuple(told_material(m) for m in told["materials"])})


def _plain(value: Any) -> Any:
    """Return dataclasses as dicts too: `asdict` copies every number deeply, which costs more."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    told = value if isinstance(value, dict) else vars(value)
    kept = (key for key in told if key != "print" or told[key] is not None)
    return {key: _plain(told[key]) for key in kept}
