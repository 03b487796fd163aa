"""The photo that things are laid over: cut, enlarged, mirrored, so that they cover its places."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from assets.errors import UserError
from assets.fragments.background import Corners, PaintedBackground
from render.asked.paste import PasteSettings
from render.pasting.plausible import Box, Scales, Thing
from scenes.files.pictures import Rgb, read_photo
from scenes.model.scene import Scene
from scenes.optics.camera import horizon_share

Photos = Mapping[str, PaintedBackground]
KEPT_PHOTOS = 256  # decoded, in memory
TRIES = 6  # pairs of a painted place and a thing, of which the nearest is taken


class NoPhoto(UserError):
    """A scene that is to be pasted and has no photo behind it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Backdrop:
    """What things are laid over, (H, W, 3) sRGB, and the row of its horizon, where it is known.

    surfaces_px: (n, 4, 2) corners of rectangles on planes that it shows, as PaintedBackground has
    them.
    """

    image: Rgb
    horizon_px: float | None
    surfaces_px: npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class _Cut:
    """What is taken of a photo, mirrored before where it is. Pixels of the photo."""

    place_px: Box
    mirrored: bool


def behind(
    rng: np.random.Generator,
    scene: Scene,
    things: Sequence[Thing],
    settings: PasteSettings,
    photos: Photos,
) -> Backdrop:
    """Return a scene's photo at the picture's size. Raises NoPhoto, BadPhoto.

    things: that will lie over it. photos: what is told of photos, by their paths. The photo keeps
    its proportions; what stands over is cut off. Of those with painted places a share `cover` is
    cut so that a thing comes where one was, about as large: it stands as that one did, and hides
    the paint. Others are cut anywhere, but so that things are as near as may be to as large as the
    photo's ground would have them there; where it tells nothing of their categories and a horizon
    is known, so that this comes to where the scene's camera sees it.
    """
    told = photos.get(scene.background.photo or "")
    drawn, picks = rng.random(5).tolist(), rng.random((TRIES, 3)).tolist()
    if scene.background.photo is None:
        raise NoPhoto(
            f"engine=paste: a scene's background is {scene.background.kind}; expected photos "
            "behind all: background=photo and background.folder=PATH"
        )
    photo, size_px = _photo(scene.background.photo), scene.camera.resolution_px
    view = _View(
        photo_px=(photo.shape[1], photo.shape[0]), size_px=size_px, settings=settings,
        scales=None if told is None else Scales.of(told, things, size_px[1]),
    )  # fmt: skip
    if told is not None and told.painted_boxes_px and things and drawn[0] < settings.cover:
        cut = view.covering(told.painted_boxes_px, [one.box_px for one in things], picks)
    else:
        cut = view.anywhere(drawn[1:], horizon_share(scene.camera))
    shown = np.asarray(cv2.flip(photo, 1), dtype=np.uint8) if cut.mirrored else photo
    known = None if told is None or told.horizon_row_px is None else told.horizon_row_px
    _, top, _, down = cut.place_px
    surfaces = _surfaces(() if told is None else told.surfaces_px, photo.shape[1], cut)
    return Backdrop(
        image=_taken(shown, cut.place_px, size_px),
        surfaces_px=surfaces * _scale(cut, size_px),
        horizon_px=None if known is None else (known - top) / down * size_px[1],
    )


def _surfaces(told: Sequence[Corners], wide_px: int, cut: _Cut) -> npt.NDArray[np.float64]:
    """Return a photo's surfaces, counted from the corner of a cut; mirrored, read anew."""
    found = np.array(told, dtype=np.float64).reshape(-1, 4, 2)
    if cut.mirrored:
        found[..., 0] = wide_px - found[..., 0]
        found = found[:, [1, 0, 3, 2]]
    return np.asarray(found - cut.place_px[:2])


def _scale(cut: _Cut, size_px: tuple[int, int]) -> npt.NDArray[np.float64]:
    return np.divide(size_px, cut.place_px[2:])


@dataclass(frozen=True, kw_only=True)
class _View:
    """A photo of a size, before a picture of another."""

    photo_px: tuple[int, int]
    size_px: tuple[int, int]
    settings: PasteSettings
    scales: Scales | None

    def anywhere(self, drawn: Sequence[float], horizon: float) -> _Cut:
        """Return a cut by four draws. horizon: where the camera sees it, a share of the picture."""
        zoom = (
            self.settings.zoom.low * (self.settings.zoom.high / self.settings.zoom.low) ** drawn[0]
        )
        row, share = self._horizon(horizon)
        if self.scales is not None and self.scales.scale is not None:
            zoom = self.scales.scale / self._fit
        if row is not None and 0 < share < 1:  # of so much of the photo it can come there
            most = min(row / share, (self.photo_px[1] - row) / (1 - share))
            zoom = max(zoom, self.size_px[1] / (self._fit * max(most, 1.0)))
        across, down = self._extent(self._within(zoom))
        x, y = drawn[2] * (self.photo_px[0] - across), drawn[3] * (self.photo_px[1] - down)
        if row is not None:
            y = min(max(row - share * down, 0.0), self.photo_px[1] - down)
        return _Cut(place_px=(x, y, across, down), mirrored=drawn[1] < self.settings.mirrored)

    def _horizon(self, seen: float) -> tuple[float | None, float]:
        """Return the photo's horizon, and the share of the picture's height where it is to come."""
        if self.scales is None:
            return None, seen
        by_size = self.scales.horizon_px
        share = seen if by_size is None else by_size / self.size_px[1]
        return self.scales.photo.horizon_row_px, share

    def covering(
        self, places: Sequence[Box], boxes: Sequence[Box], picks: Sequence[Sequence[float]]
    ) -> _Cut:
        """Return the cut under which a painted place and a thing's box go best together.

        picks: (TRIES, 3) draws, of a place, a box and whether it is mirrored.
        """
        tried = (
            self._cover(
                places[int(place * len(places))], boxes[int(box * len(boxes))],
                mirrored=mirror < self.settings.mirrored,
            )
            for place, box, mirror in picks
        )  # fmt: skip
        return min(tried, key=lambda told: told[0])[1]

    def _cover(self, place: Box, box: Box, *, mirrored: bool) -> tuple[float, _Cut]:
        """Return how many heights the two are apart and how far sizes are off, and the cut."""
        wide, high = self.photo_px
        at_x, at_y = place[0] + place[2] / 2, place[1] + place[3] / 2
        at_x = wide - at_x if mirrored else at_x
        zoom = self._within(box[3] / (place[3] * self._fit))
        scale = self._fit * zoom
        across, down = self._extent(zoom)
        middle_x, middle_y = box[0] + box[2] / 2, box[1] + box[3] / 2
        x = min(max(at_x - middle_x / scale, 0.0), wide - across)
        y = min(max(at_y - middle_y / scale, 0.0), high - down)
        off = math.hypot((at_x - x) * scale - middle_x, (at_y - y) * scale - middle_y)
        misfit = 0.0 if self.scales is None else self.scales.misfit(y, scale)
        return off / box[3] + misfit, _Cut(place_px=(x, y, across, down), mirrored=mirrored)

    def _within(self, zoom: float) -> float:
        return min(max(zoom, self.settings.zoom.low), self.settings.zoom.high)

    @property
    def _fit(self) -> float:
        return max(s / p for s, p in zip(self.size_px, self.photo_px, strict=True))

    def _extent(self, zoom: float) -> tuple[float, float]:
        (wide, high), scale = self.photo_px, self._fit * zoom
        return min(wide, self.size_px[0] / scale), min(high, self.size_px[1] / scale)


def _taken(photo: Rgb, place: Box, size_px: tuple[int, int]) -> Rgb:
    """Return a rectangle of a photo at a size."""
    x, y, w, h = (round(n) for n in place)
    part = photo[y : y + max(1, h), x : x + max(1, w)]
    how = cv2.INTER_AREA if part.shape[1] > size_px[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, size_px, interpolation=how), dtype=np.uint8)


@lru_cache(KEPT_PHOTOS)
def _photo(path: str) -> Rgb:
    return read_photo(Path(path))
