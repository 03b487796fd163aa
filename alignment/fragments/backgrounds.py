"""Photos without things: painted, empty as they are, or from a folder."""

from pathlib import Path

import cv2
import numpy as np

from alignment.fragments.cutting import Photo
from alignment.fragments.ground import Fit
from alignment.fragments.masking.view import Mask, Rgb
from alignment.fragments.painting.painter import Painter
from alignment.fragments.photos import sha256_of
from alignment.fragments.settings import BackgroundSettings
from assets.errors import UserError
from assets.fragments.background import Ground, PaintedBackground
from scenes.files.atomic import write_bytes
from scenes.files.pictures import encode_jpeg
from scenes.sets.photos import SUFFIXES, PhotoUnreadable, read_rgb

LARGE = "{share:.0%} of the photo would be painted; used up to {most:.0%}"
_NO_SIZE = (1, 1)  # of which no proportions are told: photos are turned upright


class NoPhotos(UserError):
    """A folder of backgrounds without a photo."""


def painted(
    photo: Photo, path: Path, painter: Painter, settings: BackgroundSettings
) -> PaintedBackground:
    """Return a photo without its things, written where it is used. Raises Unwritable."""
    places = [_place(photo, one.id, one.box, settings) for one in photo.boxes if one.target]
    gone = np.zeros(photo.rgb.shape[:2], dtype=np.bool_)
    for place in places:
        gone |= place
    share = float(gone.mean())
    why = None
    if share > settings.most_painted:
        why = LARGE.format(share=share, most=settings.most_painted)
    elif not path.is_file():
        filled = painter.paint(photo.rgb, gone) if places else photo.rgb
        write_bytes(path, encode_jpeg(filled, settings.quality))
    return PaintedBackground(
        path=path, photo=photo.name, photo_sha256=photo.sha256, size_px=photo.size_px,
        painted_share=round(share, 5), painted_boxes_px=tuple(map(_round, places)),
        used=why is None, why=why, **ground_of(photo.fit, photo.size_px[1]),
    )  # type: ignore[arg-type]  # the three keys of ground_of  # fmt: skip


def plain(path: Path, rgb: Rgb, photo: Path, fit: Fit | None, quality: int) -> PaintedBackground:
    """Return a photo that is trusted to be without things, written as it is. Raises Unwritable."""
    if not path.is_file():
        write_bytes(path, encode_jpeg(rgb, quality))
    return PaintedBackground(
        path=path, photo=photo.name, photo_sha256=sha256_of(photo), painted_share=0.0,
        size_px=(rgb.shape[1], rgb.shape[0]), painted_boxes_px=(), used=True, why=None,
        **ground_of(fit, rgb.shape[0]),
    )  # type: ignore[arg-type]  # the three keys of ground_of  # fmt: skip


def photos_in(folder: Path) -> tuple[tuple[Path, Rgb], ...]:
    """Return the photos of a folder by name, those that cannot be read left out. Raises NoPhotos."""
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


def ground_of(fit: Fit | None, height_px: int) -> dict[str, object]:
    """Return horizon_row_px, ground and setting of a photo so high."""
    if fit is None:
        return {"horizon_row_px": None, "ground": None, "setting": None}
    away = fit.horizon is not None
    by_row = {key: round(value, 5) for key, value in fit.scale.items()} if away else {}
    fixed = {} if away else {k: round(value * height_px, 3) for k, value in fit.scale.items()}
    return {
        "horizon_row_px": None if fit.horizon is None else round(fit.horizon * height_px, 2),
        "setting": fit.setting,
        "ground": Ground(
            height_px_per_row=by_row, height_px=fixed, boxes=fit.boxes,
            spread={key: round(value, 4) for key, value in fit.spread.items()},
            source="photo" if fit.own else "set",
        ),
    }  # fmt: skip


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

