"""Pictures of examples, decoded once and no larger than training needs them."""

from pathlib import Path

import cv2
import numpy as np

from alignment.detection.detector import Example
from alignment.detection.training.views.augmentation import Labelled
from alignment.detection.training.views.view import Rgb, edges_of
from scenes.sets.photos import read_rgb

_MOST_BYTES = 1 << 30


class Pictures:
    """Decoded pictures, none larger than is needed, kept as long as there is room."""

    def __init__(self, most_side_px: int) -> None:
        self._most_side_px = most_side_px
        self._kept: dict[Path, Rgb] = {}
        self._bytes = 0

    def labelled(self, example: Example) -> Labelled:
        """Return a picture with its boxes in its own pixels. Raises PhotoUnreadable."""
        picture = self._picture(example)
        height, width = picture.shape[:2]
        scale = np.array([width / example.size_px[0], height / example.size_px[1]] * 2)
        return Labelled(
            picture=picture, edges=edges_of(example.boxes) * scale, labels=example.labels
        )

    def _picture(self, example: Example) -> Rgb:
        if example.path in self._kept:
            return self._kept[example.path]
        picture = shrunk(read_rgb(example.path, example.size_px), self._most_side_px)
        if self._bytes + picture.nbytes <= _MOST_BYTES:
            self._kept[example.path] = picture
            self._bytes += picture.nbytes
        return picture


def shrunk(picture: Rgb, most_side_px: int) -> Rgb:
    """Return a picture whose longer side is at most so long."""
    height, width = picture.shape[:2]
    scale = most_side_px / max(width, height)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
