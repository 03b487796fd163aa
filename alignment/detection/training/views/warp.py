"""Pictures and boxes moved together: one affine map for both, and a rule for boxes that are cut."""

from dataclasses import dataclass

import cv2
import numpy as np

from alignment.detection.detector import FloatArray, IntArray
from alignment.detection.training.views.view import FILL, Rgb, View
from scenes.files.rle import Mask

_SHRUNK_FIRST = 0.67  # below this scale, linear interpolation would skip pixels
_LEAST_SIDE_PX = 2.0
HALF = 128


@dataclass(frozen=True, kw_only=True, eq=False)
class Warp:
    """An affine map from a picture to a view.

    matrix: (2, 3), on coordinates in which a pixel i reaches from i to i + 1. view_px: (w, h).
    """

    matrix: FloatArray
    view_px: tuple[int, int]

    @property
    def scales(self) -> tuple[float, float]:
        """How long a pixel's sides become."""
        across, along = np.linalg.norm(self.matrix[:, :2], axis=0)
        return float(across), float(along)

    def picture(self, picture: Rgb) -> Rgb:
        """Return the view (h, w, 3) of a picture, grey where the picture does not reach."""
        return self._seen(picture, FILL)

    def mask(self, mask: Mask) -> Mask:
        """Return the (h, w) mask of what is half or more of a mask (H, W) of the picture."""
        return np.asarray(self._seen(mask.astype(np.uint8) * np.uint8(255), 0) >= HALF)

    def points(self, points: FloatArray) -> FloatArray:
        """Return (n, 2) points in the view, not cut."""
        return np.asarray(points @ self.matrix[:, :2].T + self.matrix[:, 2])

    def edges(self, edges: FloatArray) -> FloatArray:
        """Return (n, 4) edges in the view, not cut.

        Of a turned box, those of the turned ellipse that fills it: the corners of a box are seldom
        part of what is in it, and boxes around turned corners would be too wide.
        """
        linear = self.matrix[:, :2]
        centres = (edges[:, :2] + edges[:, 2:]) / 2 @ linear.T + self.matrix[:, 2]
        halves = np.sqrt(((edges[:, 2:] - edges[:, :2]) / 2) ** 2 @ (linear**2).T)
        return np.hstack([centres - halves, centres + halves])

    def _seen(self, picture: Rgb, beyond: int) -> Rgb:
        picture, matrix = self._shrunk(picture)
        centred = matrix.copy()
        centred[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5  # OpenCV's pixel i is centred on i
        made = cv2.warpAffine(
            picture, centred, self.view_px, flags=cv2.INTER_LINEAR, borderValue=(beyond,) * 3
        )
        return np.asarray(made, dtype=np.uint8)

    def _shrunk(self, picture: Rgb) -> tuple[Rgb, FloatArray]:
        height, width = picture.shape[:2]
        size = tuple(
            max(1, round(side * scale)) if scale < _SHRUNK_FIRST else side
            for side, scale in zip((width, height), self.scales, strict=True)
        )
        if size == (width, height):
            return picture, self.matrix
        small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        back = np.diag([width / size[0], height / size[1]])
        return small, np.hstack([self.matrix[:, :2] @ back, self.matrix[:, 2:]])


def fitted(size_px: tuple[int, int], side_px: int) -> Warp:
    """Return the map that fits a picture (W, H) into a square, at its top left."""
    scale = side_px / max(size_px)
    return Warp(matrix=np.array([[scale, 0, 0], [0, scale, 0]]), view_px=(side_px, side_px))


def composed(
    *, scales: tuple[float, float], flipped: bool, angle_rad: float, size_px: tuple[int, int]
) -> FloatArray:
    """Return the (2, 2) map that stretches, then mirrors left and right, then turns.

    size_px: (W, H) of the picture, for its middle is what it turns about.
    """
    mirror = -1.0 if flipped else 1.0
    turned = np.array([[np.cos(angle_rad), -np.sin(angle_rad)],
                       [np.sin(angle_rad), np.cos(angle_rad)]])  # fmt: skip
    linear = turned @ np.diag([scales[0] * mirror, scales[1]])
    middle = np.array(size_px) / 2
    return np.hstack([linear, (middle * scales - linear @ middle)[:, None]])


def seen_through(
    warp: Warp, picture: Rgb, boxes: tuple[FloatArray, IntArray], least_visible: float
) -> View:
    """Return the view of a picture and of its boxes (edges in its own pixels, labels).

    A box of which less than `least_visible` of its area is left becomes unsure; one of which next
    to nothing is left is forgotten.
    """
    edges, labels = boxes
    moved = warp.edges(edges)
    cut = np.clip(moved, 0, (*warp.view_px, *warp.view_px))
    there = ((cut[:, 2:] - cut[:, :2]) >= _LEAST_SIDE_PX).all(axis=1)
    share = _area(cut) / np.maximum(_area(moved), 1e-9)
    kept = there & (share >= least_visible)
    return View(
        picture=warp.picture(picture),
        boxes=cut[kept],
        labels=labels[kept],
        unsure=cut[there & ~kept],
    )


def _area(edges: FloatArray) -> FloatArray:
    area: FloatArray = np.prod(np.maximum(edges[:, 2:] - edges[:, :2], 0), axis=1)
    return area
