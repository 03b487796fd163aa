"""One photo's things, cut out: from pixels and boxes to what a fragment's folder holds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from alignment.fragments.ground import Fit
from alignment.fragments.marks import Box, Boxed, beside, marks_of, touches_border
from alignment.fragments.masking.alpha import Alpha, soft
from alignment.fragments.masking.choose import candidates
from alignment.fragments.masking.method import Masker
from alignment.fragments.masking.registry import MaskingSettings
from alignment.fragments.masking.view import Mask, Rgb, View
from alignment.fragments.settings import CutSettings
from assets.fragments.fragment import Fragment
from scenes.measuring.pixels import luma, pixel_attributes

SET = "set"
NONE = "none"


@dataclass(frozen=True, kw_only=True, eq=False)
class Photo:
    """rgb: (H, W, 3). boxes: all of the photo's. masks: (H, W) those that the set has, by id.

    fit: what is known of its ground.
    """

    name: str
    sha256: str
    rgb: Rgb
    boxes: Sequence[Boxed]
    masks: dict[str, Mask]
    fit: Fit | None

    @property
    def size_px(self) -> tuple[int, int]:
        """W, H."""
        return self.rgb.shape[1], self.rgb.shape[0]


@dataclass(frozen=True, kw_only=True)
class Crop:
    """Where a fragment's pixels are in its photo."""

    left: int
    top: int
    right: int
    bottom: int

    def of(self, pixels: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """Return the crop's part of (H, W, ...)."""
        return pixels[self.top : self.bottom, self.left : self.right]


def crop_of(box: Box, size_px: tuple[int, int], margin: float) -> Crop:
    """Return a box and what is around it, as far as there is photo."""
    x, y, w, h = box
    around = margin * max(w, h)
    return Crop(
        left=max(0, math.floor(x - around)), top=max(0, math.floor(y - around)),
        right=min(size_px[0], math.ceil(x + w + around)),
        bottom=min(size_px[1], math.ceil(y + h + around)),
    )  # fmt: skip


def view_of(rgb: Rgb, box: Box, others: Sequence[Box]) -> View:
    """Return a crop as masking methods look at it. Boxes in its pixels, whole or not."""
    height, width = rgb.shape[:2]
    covered = np.zeros((height, width), dtype=np.bool_)
    for other in others:
        x0, y0, x1, y1 = _corners(other, (width, height))
        covered[y0:y1, x0:x1] = True
    x0, y0, x1, y1 = _corners(box, (width, height))
    x0, y0 = min(x0, width - 1), min(y0, height - 1)
    return View(rgb=rgb, box=(x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)), others=covered)


@dataclass(frozen=True, kw_only=True, eq=False)
class Masked:
    """A thing's alpha, who found it, and how sure that is."""

    alpha: Alpha
    source: str
    score: float


def masked(
    view: View, maskers: Sequence[Masker], settings: MaskingSettings, after: str | None = None
) -> Masked:
    """Return the best mask of a view, or the one that comes after the source `after`, in a ring."""
    found = candidates(view, maskers, settings.long_side_px)
    height, width = view.rgb.shape[:2]
    if not found:
        nothing = np.zeros((height, width), dtype=np.uint8)
        return Masked(alpha=nothing, source=NONE, score=0.0)
    sources = [one.source for one in found]
    place = (sources.index(after) + 1) % len(found) if after in sources else 0
    best = found[place]
    return Masked(
        alpha=soft(best.mask, (width, height), settings.rim_px), source=best.source,
        score=round(best.score.value, 4),
    )  # fmt: skip


def mask_of(
    photo: Photo, one: Boxed, crop: Crop, maskers: Sequence[Masker], settings: MaskingSettings
) -> Masked:
    """Return the set's own mask of a box, else the best that the methods find."""
    told = photo.masks.get(one.id)
    if told is not None and told.any():
        mask = np.asarray(crop.of(told), dtype=np.bool_)
        size_px = mask.shape[1], mask.shape[0]
        return Masked(alpha=soft(mask, size_px, settings.rim_px), source=SET, score=1.0)
    others = [_within(other.box, crop) for other in photo.boxes if other is not one]
    rgb = np.ascontiguousarray(crop.of(photo.rgb), dtype=np.uint8)
    return masked(view_of(rgb, _within(one.box, crop), others), maskers, settings)


def fragment_of(
    photo: Photo, one: Boxed, crop: Crop, folder: Path, settings: CutSettings
) -> Fragment:
    """Return what is known of a box before it is masked."""
    around = beside(one, photo.boxes)
    truncated = touches_border(one.box, photo.size_px)
    occluded = around.covered >= settings.covered or around.overlapped >= settings.overlapped
    x0, y0, x1, y1 = _corners(one.box, photo.size_px)
    seen = pixel_attributes(luma(np.ascontiguousarray(photo.rgb[y0:y1, x0:x1])))
    return Fragment(
        folder=folder, crop_start_px=(crop.left, crop.top), photo=photo.name,
        crop_size_px=(crop.right - crop.left, crop.bottom - crop.top),
        photo_size_px=photo.size_px, photo_sha256=photo.sha256, category=one.category,
        box_px=_rounded(one.box), mask_source=NONE, mask_score=0.0,
        marks=marks_of(truncated, occluded, False, min(one.box[2:]) < settings.small_px),
        used=False, kept=None, setting=photo.fit.setting if photo.fit else None,
        stands_on=around.stands_on, height_px_per_row=_by_row(one.box, photo),
        blur=round(_finite(seen["blur"]), 4), brightness=round(seen["brightness"], 4),
        truncated=truncated, occluded_by=around.occluded_by, proc_sha256=None,
    )  # fmt: skip


def _by_row(box: Box, photo: Photo) -> float | None:
    """Return a box's height by its foot's distance below the horizon."""
    if photo.fit is None or photo.fit.horizon is None:
        return None
    below = box[1] + box[3] - photo.fit.horizon * photo.size_px[1]
    return round(box[3] / below, 4) if below >= 1 else None


def _rounded(box: Box) -> Box:
    x, y, w, h = (round(side, 3) for side in box)
    return x, y, w, h


def _within(box: Box, crop: Crop) -> Box:
    return box[0] - crop.left, box[1] - crop.top, box[2], box[3]


def _corners(box: Box, size_px: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the whole pixels of a box that are in a picture."""
    x, y, w, h = box
    xs = (min(max(round(side), 0), size_px[0]) for side in (x, x + w))
    ys = (min(max(round(side), 0), size_px[1]) for side in (y, y + h))
    (x0, x1), (y0, y1) = xs, ys
    return x0, y0, x1, y1


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 1.0
