"""Pictures as the page shows them: thumbnails made once, the rest when asked for."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock, Semaphore

import cv2
import numpy as np

from alignment.exploration.settings import PictureSettings
from scenes.files.atomic import make_folder, write_bytes
from scenes.files.pictures import Rgb, encode_jpeg
from scenes.sets.annotated_set import AnnotatedImage
from scenes.sets.depth_maps import DepthMap, depth_of
from scenes.sets.photos import read_rgb

_LOCKS = 64
NEAR_TO_FAR = (0.02, 0.98)  # quantiles of an image's depths at the ends of the colours


class Pictures:
    """JPEGs of images, by their places. As many are decoded at a time as there are cores."""

    def __init__(
        self, images: Sequence[AnnotatedImage], folder: Path, settings: PictureSettings
    ) -> None:
        """folder: where thumbnails are kept. Raises Unwritable."""
        make_folder(folder)
        self._images, self._folder, self._settings = images, folder, settings
        self._decoding = Semaphore(os.cpu_count() or 1)
        self._making = [Lock() for _ in range(_LOCKS)]  # of a thumbnail that two ask for

    def thumb(self, place: int) -> bytes | None:
        """Return a small one, from the disk where it was made before; None without a picture."""
        image = self._images[place]
        if image.path is None:
            return None
        kept = self._folder / f"{self._name(image, image.path)}.jpg"
        with self._making[place % _LOCKS]:
            if not kept.is_file():
                with self._decoding:
                    made = self._jpeg(_rgb(image, image.path), self._settings.thumb_px)
                write_bytes(kept, made)
        return kept.read_bytes()

    def picture(self, place: int, most_px: int) -> bytes | None:
        """Return one whose longer side is at most this; None without a picture."""
        image = self._images[place]
        if image.path is None:
            return None
        with self._decoding:
            return self._jpeg(_rgb(image, image.path), most_px)

    def depth(self, place: int, most_px: int) -> bytes | None:
        """Return the depth map in colours, near ones warm; None without one."""
        with self._decoding:
            depth_m = depth_of(self._images[place])
            return None if depth_m is None else self._jpeg(coloured(depth_m), most_px)

    def _jpeg(self, rgb: Rgb, most_px: int) -> bytes:
        scale = min(1.0, most_px / max(rgb.shape[:2]))
        size = tuple(max(1, round(side * scale)) for side in rgb.shape[1::-1])
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
        return encode_jpeg(np.asarray(small, dtype=np.uint8), self._settings.quality)

    def _name(self, image: AnnotatedImage, path: Path) -> str:
        found = path.stat()
        told = (
            str(path.absolute()), found.st_size, found.st_mtime_ns, image.width_px,
            image.height_px, self._settings.thumb_px, self._settings.quality,
        )  # fmt: skip
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def coloured(depth_m: DepthMap) -> Rgb:
    """Return (H, W, 3) of (H, W) metres: logarithmic, near ones warm, nothing grey."""
    known = np.isfinite(depth_m) & (depth_m > 0)
    if not known.any():
        return np.full((*depth_m.shape, 3), 128, np.uint8)
    logs = np.log(depth_m, out=np.zeros(depth_m.shape), where=known)
    near, far = np.quantile(logs[known], NEAR_TO_FAR)
    share = np.clip((far - logs) / max(far - near, 1e-9), 0, 1)
    colours = cv2.applyColorMap((share * 255).astype(np.uint8), cv2.COLORMAP_TURBO)
    made = cv2.cvtColor(colours, cv2.COLOR_BGR2RGB)
    made[~known] = 128
    return np.asarray(made, dtype=np.uint8)


def _rgb(image: AnnotatedImage, path: Path) -> Rgb:
    return read_rgb(path, (image.width_px, image.height_px))
