"""Photos without things: painted, empty as they are, or from a folder."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from alignment.fragments.cutting import Photo
from alignment.fragments.ground import Fit
from alignment.fragments.masking.view import Mask, Rgb
from alignment.fragments.painting.painter import Painter
from alignment.fragments.painting.registry import painter_of
from alignment.fragments.photos import sha256_of
from alignment.fragments.settings import BackgroundSettings
from assets.errors import UserError
from assets.fragments.background import Ground, PaintedBackground, background_of
from assets.fragments.folder import BACKGROUND_FOLDER, BACKGROUNDS
from assets.fragments.fragment import Setting
from assets.fragments.told import BadFragments, Told
from scenes.files.atomic import write_bytes
from scenes.files.pictures import encode_jpeg
from scenes.sets.photos import SUFFIXES, PhotoUnreadable, read_rgb

LARGE = "{share:.0%} of the photo would be painted; used up to {most:.0%}"
_NO_SIZE = (1, 1)  # of which no proportions are told: photos are turned upright


class NoPhotos(UserError):
    """A folder of backgrounds without a photo."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Painting:
    """How photos are painted. stood: what was written by the same recipe, by file name."""

    painter: Painter
    settings: BackgroundSettings
    recipe: str
    stood: Mapping[str, PaintedBackground]


def painting_of(folder: Path, settings: BackgroundSettings) -> Painting:
    """Return how photos are painted into a fragments folder. Raises NoPainter."""
    painter = painter_of(settings.painter, settings.weights)
    told = [painter.identity, settings.region, settings.grow, settings.quality]
    recipe = hashlib.sha256(repr(told).encode()).hexdigest()[:16]
    try:
        before = Told.read(folder / BACKGROUNDS)
        same = before.values.get("recipe") == recipe
        stood = [
            background_of(one, folder / BACKGROUND_FOLDER) for one in before.parts("backgrounds")
        ]
    except BadFragments:
        same, stood = False, []
    return Painting(
        painter=painter, settings=settings, recipe=recipe,
        stood={one.path.name: one for one in stood} if same else {},
    )  # fmt: skip


def painted(photo: Photo, path: Path, how: Painting) -> PaintedBackground:
    """Return a photo without its things, written where it is used. Raises Unwritable."""
    most = how.settings.most_painted
    places = [_place(photo, one.id, one.box, how.settings) for one in photo.boxes if one.target]
    gone = np.zeros(photo.rgb.shape[:2], dtype=np.bool_)
    for place in places:
        gone |= place
    share = float(gone.mean())
    ground = ground_of(photo.fit, photo.size_px[1])
    made = PaintedBackground(
        path=path, photo=photo.name, photo_sha256=photo.sha256, size_px=photo.size_px,
        painted_share=round(share, 5), painted_boxes_px=tuple(map(_round, places)),
        used=share <= most, why=None if share <= most else LARGE.format(share=share, most=most),
        horizon_row_px=ground.horizon_row_px, ground=ground.ground, setting=ground.setting,
    )  # fmt: skip
    if made.used and not _stands(made, how.stood.get(path.name)):
        filled = how.painter.paint(photo.rgb, gone) if places else photo.rgb
        write_bytes(path, encode_jpeg(filled, how.settings.quality))
    return made


def plain(path: Path, rgb: Rgb, photo: Path, fit: Fit | None, how: Painting) -> PaintedBackground:
    """Return a photo that is trusted to be without things, written as it is. Raises Unwritable."""
    ground = ground_of(fit, rgb.shape[0])
    made = PaintedBackground(
        path=path, photo=photo.name, photo_sha256=sha256_of(photo), painted_share=0.0,
        size_px=(rgb.shape[1], rgb.shape[0]), painted_boxes_px=(), used=True, why=None,
        horizon_row_px=ground.horizon_row_px, ground=ground.ground, setting=ground.setting,
    )  # fmt: skip
    if not _stands(made, how.stood.get(path.name)):
        write_bytes(path, encode_jpeg(rgb, how.settings.quality))
    return made


def _stands(made: PaintedBackground, stood: PaintedBackground | None) -> bool:
    """Return whether a background is on disk as it would be made."""
    if stood is None or not made.path.is_file():
        return False
    keys = ("photo_sha256", "painted_boxes_px", "painted_share")
    return all(getattr(made, key) == getattr(stood, key) for key in keys)


def photos_in(folder: Path) -> tuple[tuple[Path, Rgb], ...]:
    """Return a folder's photos by name, less those that cannot be read. Raises NoPhotos."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in SUFFIXES:
            try:
                found.append((path, read_rgb(path, _NO_SIZE)))
            except PhotoUnreadable:
                continue
    if not found:
        raise NoPhotos(f"BACKGROUNDS={folder}: no photo there; expected JPEG or PNG files in it")
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class OnPhoto:
    """What a fit comes to on one photo, in its pixels; nothing where there is no fit."""

    horizon_row_px: float | None = None
    ground: Ground | None = None
    setting: Setting | None = None


def ground_of(fit: Fit | None, height_px: int) -> OnPhoto:
    """Return a fit on a photo so high."""
    if fit is None:
        return OnPhoto()
    away = fit.horizon is not None
    by_row = {key: round(value, 5) for key, value in fit.scale.items()} if away else {}
    fixed = {} if away else {k: round(value * height_px, 3) for k, value in fit.scale.items()}
    return OnPhoto(
        horizon_row_px=None if fit.horizon is None else round(fit.horizon * height_px, 2),
        setting=fit.setting,
        ground=Ground(
            height_px_per_row=by_row, height_px=fixed, boxes=fit.boxes,
            spread={key: round(value, 4) for key, value in fit.spread.items()},
            source="photo" if fit.own else "set",
        ),
    )  # fmt: skip


def _place(
    photo: Photo, id: str, box: tuple[float, float, float, float], settings: BackgroundSettings
) -> Mask:
    """Return what is painted for one box: it or its mask, grown."""
    around = settings.grow * max(box[2:])
    mask = None if settings.region == "box" else photo.masks.get(id)
    if mask is not None and mask.any():
        return _grown(mask, around)
    x, y, w, h = box
    place = np.zeros(photo.rgb.shape[:2], dtype=np.bool_)
    rows = slice(max(0, int(y - around)), int(np.ceil(y + h + around)))
    place[rows, max(0, int(x - around)) : int(np.ceil(x + w + around))] = True
    return place


def _grown(mask: Mask, by_px: float) -> Mask:
    away = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(away <= max(1.0, by_px))


def _round(place: Mask) -> tuple[float, float, float, float]:
    """Return x, y, w, h of the smallest box round a place."""
    columns, rows = np.flatnonzero(place.any(axis=0)), np.flatnonzero(place.any(axis=1))
    x, y = int(columns[0]), int(rows[0])
    return float(x), float(y), float(columns[-1] + 1 - x), float(rows[-1] + 1 - y)
