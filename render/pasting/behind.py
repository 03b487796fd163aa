"""The photo that things are laid over: cropped, enlarged and mirrored by chance."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from assets.errors import UserError
from render.asked.paste import PasteSettings
from scenes.files.pictures import Rgb, read_photo
from scenes.model.scene import Scene
from scenes.optics.camera import horizon_share

Horizons = Mapping[str, float]
KEPT_PHOTOS = 256  # decoded, in memory


class NoPhoto(UserError):
    """A scene that is to be pasted and has no photo behind it."""


def behind(
    rng: np.random.Generator, scene: Scene, settings: PasteSettings, horizons: Horizons
) -> Rgb:
    """Return a scene's photo at the picture's size, (H, W, 3) sRGB. Raises NoPhoto, BadPhoto.

    It keeps its proportions; what stands over is cut off, at the ends that chance says. Where
    `horizons` tells that of the photo, by its path, as a share of its height, it is cut so that the
    horizon comes as near as may be to where the scene's camera sees it.
    """
    background, size_px = scene.background, scene.camera.resolution_px
    zoom, mirrored = settings.zoom.draw(rng), rng.random() < settings.mirrored
    share_x, share_y = rng.random(2).tolist()
    if background.photo is None:
        raise NoPhoto(
            f"engine=paste: a scene's background is {background.kind}; expected photos behind "
            "all: background=photo and background.folder=PATH"
        )
    photo = _photo(background.photo)
    (width, height), (high, wide) = size_px, photo.shape[:2]
    scale = max(width / wide, height / high) * zoom
    across, down = min(wide, width / scale), min(high, height / scale)
    x, y = share_x * (wide - across), share_y * (high - down)
    if background.photo in horizons:
        wished = horizons[background.photo] * high - horizon_share(scene.camera) * down
        y = min(max(wished, 0.0), high - down)
    shown = _taken(photo, (x, y, across, down), size_px)
    return np.ascontiguousarray(shown[:, ::-1]) if mirrored else shown


def _taken(photo: Rgb, place: tuple[float, float, float, float], size_px: tuple[int, int]) -> Rgb:
    """Return a rectangle (x, y, w, h) of a photo at a size."""
    x, y, w, h = (round(n) for n in place)
    part = photo[y : y + max(1, h), x : x + max(1, w)]
    shrinks = part.shape[1] > size_px[0]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, size_px, interpolation=how), dtype=np.uint8)


@lru_cache(KEPT_PHOTOS)
def _photo(path: str) -> Rgb:
    return read_photo(Path(path))
