"""Views of examples drawn anew every time: mirrored, resized, cut, placed, four in one, relit."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from alignment.detection.detector import FloatArray, IntArray
from alignment.detection.training.views.photometry import PhotometrySettings, developed
from alignment.detection.training.views.view import Rgb, View
from alignment.detection.training.views.warp import Warp, composed, seen_through

_PLACEMENTS = 8


@dataclass(frozen=True, kw_only=True)
class AugmentSettings:
    """How views are drawn.

    flip: chance of a mirrored one. scale: least and most, against a picture that just fits.
    stretch: of the aspect, as the logarithm of a factor. turn_deg: at most. mosaic: chance of four
    pictures in one view. least_visible: share of a box's area below which it is not asked for.
    """

    flip: float
    scale: tuple[float, float]
    stretch: float
    turn_deg: float
    mosaic: float
    least_visible: float
    photometry: PhotometrySettings

    def __post_init__(self) -> None:
        for name in ("flip", "mosaic"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a chance, 0 to 1")
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError(f"scale is {list(self.scale)}; expected the least, then the most")
        if self.stretch < 0 or not 0 <= self.turn_deg <= 45:
            raise ValueError(
                f"stretch is {self.stretch} and turn_deg {self.turn_deg}; expected 0 or more, "
                "and 0 to 45"
            )
        if not 0 < self.least_visible <= 1:
            raise ValueError(f"least_visible is {self.least_visible}; expected above 0, to 1")


@dataclass(frozen=True, kw_only=True, eq=False)
class Labelled:
    """A decoded picture (h, w, 3) with edges (n, 4) in its own pixels, and labels (n,)."""

    picture: Rgb
    edges: FloatArray
    labels: IntArray


def drawn(
    rng: np.random.Generator, draw: Callable[[], Labelled], side_px: int, how: AugmentSettings
) -> View:
    """Return a square view of one picture, or of four. draw: returns the next to be shown."""
    several = rng.random() < how.mosaic
    view = _mosaic(rng, draw, side_px, how) if several else _one(rng, draw(), (side_px,) * 2, how)
    picture = developed(rng, view.picture, how.photometry)
    return View(picture=picture, boxes=view.boxes, labels=view.labels, unsure=view.unsure)


def _one(
    rng: np.random.Generator, shown: Labelled, view_px: tuple[int, int], how: AugmentSettings
) -> View:
    height, width = shown.picture.shape[:2]
    warp = drawn_warp(rng, (width, height), shown.edges, view_px, how)
    return seen_through(warp, shown.picture, (shown.edges, shown.labels), how.least_visible)


def drawn_warp(
    rng: np.random.Generator,
    size_px: tuple[int, int],
    edges: FloatArray,
    view_px: tuple[int, int],
    how: AugmentSettings,
) -> Warp:
    """Return a map drawn anew from a picture (W, H) with these edges (n, 4) to a view (w, h)."""
    width, height = size_px
    fit = max(view_px) / max(width, height)
    scale = fit * np.exp(rng.uniform(*np.log(how.scale)))
    stretch = np.exp(how.stretch * rng.uniform(-1, 1) / 2)
    matrix = composed(
        scales=(scale * stretch, scale / stretch),
        flipped=bool(rng.random() < how.flip),
        angle_rad=float(np.deg2rad(how.turn_deg) * rng.uniform(-1, 1)),
        size_px=(width, height),
    )
    size = (width * scale * stretch, height * scale / stretch)
    return _placed(rng, matrix, (size, view_px), edges)


def _placed(
    rng: np.random.Generator,
    matrix: FloatArray,
    sizes: tuple[tuple[float, float], tuple[int, int]],
    edges: FloatArray,
) -> Warp:
    """Return the map with a shift: the whole picture in the view, or the view filled by it.

    Of some draws, the first that shows the middle of a box, where there are boxes.
    """
    room = np.array(sizes[1]) - np.array(sizes[0])
    for _ in range(_PLACEMENTS):
        placed = matrix.copy()
        placed[:, 2] += rng.random(2) * room
        warp = Warp(matrix=placed, view_px=sizes[1])
        moved = warp.edges(edges)
        middles = (moved[:, :2] + moved[:, 2:]) / 2
        if not len(edges) or ((middles > 0) & (middles < sizes[1])).all(axis=1).any():
            break
    return warp


def _mosaic(
    rng: np.random.Generator, draw: Callable[[], Labelled], side_px: int, how: AugmentSettings
) -> View:
    across, along = (int(side_px * rng.uniform(0.35, 0.65)) for _ in range(2))
    picture = np.empty((side_px, side_px, 3), dtype=np.uint8)
    views = []
    for left, width in ((0, across), (across, side_px - across)):
        for top, height in ((0, along), (along, side_px - along)):
            view = _one(rng, draw(), (width, height), how)
            picture[top : top + height, left : left + width] = view.picture
            views.append((view, np.array([left, top, left, top])))
    return View(
        picture=picture,
        boxes=np.vstack([view.boxes + shift for view, shift in views]),
        labels=np.concatenate([view.labels for view, _ in views]),
        unsure=np.vstack([view.unsure + shift for view, shift in views]),
    )
