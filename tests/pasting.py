"""Scenes of cut-outs before a level camera that shows a pixel of their photo as a pixel."""

from typing import Any

import numpy as np

from assets.catalogue import Asset
from render.asked.paste import PasteSettings
from scenes.config.from_mapping import from_mapping
from scenes.config.span import Span
from scenes.model.scene import Background, Camera, Material, Placement, Scene
from tests.scenes.configs import composed

AWAY_M = 2.0
GREY = Material(kind="paint", color=(0.5, 0.5, 0.5), roughness=0.5, metallic=0.0, seed=0)
STILL = Span(low=0.0, high=0.0, log=False)
ONE = Span(low=1.0, high=1.0, log=False)


def flat_camera(asset: Asset, size_px: tuple[int, int]) -> Camera:
    """A camera AWAY_M from the plane y = 0 that shows the asset's crop from (0, 0) on."""
    card: Any = asset.imported
    width, height = size_px
    focal_px = AWAY_M / card.metre_px
    pose = np.array([[1.0, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
    x, y = card.foot_px
    pose[:3, 3] = (width / 2 - x) * card.metre_px, -AWAY_M, (y - height / 2) * card.metre_px
    return Camera(
        camera_to_world=pose, focal_mm=focal_px * 36.0 / max(size_px), sensor_mm=36.0,
        resolution_px=size_px, clip_start_m=0.05, clip_end_m=100.0,
    )  # fmt: skip


def placed(
    instance: int, asset: Asset, at_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> Placement:
    """A labelled cut-out, upright, facing -y."""
    pose = np.eye(4)
    pose[:3, 3] = at_m
    return Placement(
        instance=instance, asset_id=asset.id, category="gadget", category_id=1,
        object_to_world=pose, materials=(GREY,),
    )  # fmt: skip


def scene(camera: Camera, photo: str, *objects: Placement, seed: int = 7) -> Scene:
    """A scene before a photo."""
    behind = Background(
        kind="photo", environment="interior.exr", strength=1.0, rotation_deg=0.0, floor=GREY,
        floor_size_m=10.0, photo=photo,
    )  # fmt: skip
    return Scene(seed=seed, config_id="test", objects=objects, camera=camera, lights=(),
                 background=behind)  # fmt: skip


def settings(**changed: Any) -> PasteSettings:
    """conf/render.yaml, paste, with changes."""
    told = composed("on_surface")["paste"]
    return from_mapping(PasteSettings, {**told, **changed}, "paste")


def plain(**changed: Any) -> PasteSettings:
    """Nothing but alpha: colours as they are, no shadow, the photo uncut."""
    still, one = vars(STILL), vars(ONE)
    return settings(**({
        "blend": {"alpha": 1.0}, "light": still, "colour": still, "gain": one, "contrast": one,
        "tint": 0.0, "blur_px": still, "shadow": still, "zoom": one, "mirrored": 0.0,
    } | changed))  # fmt: skip
