"""A box with what lies around it, and the object in it as GrabCut parts it from that."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from alignment.features.backends.backend import Boxes, Picture, Rgb

Mask = npt.NDArray[np.bool_]

SIDE_PX = 64  # the longer side of what is looked at
_LEAST_PX = 4  # of a box's sides in it


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """A box's neighbourhood, scaled down. rgb: (h, w, 3). box: x0, y0, x1, y1 in its pixels."""

    rgb: Rgb
    box: tuple[int, int, int, int]

    @property
    def inside(self) -> Mask:
        """(h, w) True within the box."""
        x0, y0, x1, y1 = self.box
        inside = np.zeros(self.rgb.shape[:2], dtype=bool)
        inside[y0:y1, x0:x1] = True
        return inside

    def of_box(self, mask: Mask) -> Mask:
        """Return the part of (h, w) that lies within the box."""
        x0, y0, x1, y1 = self.box
        return mask[y0:y1, x0:x1]


def window(image: Picture, box: Boxes, margin_px: tuple[float, float]) -> Window:
    """Return a box (x, y, w, h) and what is this far around it, as far as there is image."""
    x, y, w, h = box.tolist()
    width, height = image.size_px
    aside, above = margin_px
    left, top = max(x - aside, 0.0), max(y - above, 0.0)
    right, bottom = min(x + w + aside, width), min(y + h + above, height)
    crop = image.crop(np.array([left, top, right - left, bottom - top]))
    return _scaled(crop, (x - int(left), y - int(top), x + w - int(left), y + h - int(top)))


def square_window(image: Picture, box: Boxes, margin: float) -> Window:
    """Return a square about a box, this share of its longer side wider on every side.

    Beyond the picture its border goes on, so that a box that fills it is seen before something.
    """
    x, y, w, h = box.tolist()
    half = (0.5 + margin) * max(w, h)
    corners = np.array([x + w / 2 - half, y + h / 2 - half, x + w / 2 + half, y + h / 2 + half])
    left, top, right, bottom = np.round(corners).astype(int).tolist()
    width, height = image.size_px
    seen = image.pixels[max(top, 0) : max(bottom, 1), max(left, 0) : max(right, 1)]
    padded = cv2.copyMakeBorder(
        seen, max(-top, 0), max(bottom - height, 0), max(-left, 0), max(right - width, 0),
        cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return _scaled(np.asarray(padded, np.uint8), (x - left, y - top, x + w - left, y + h - top))


def _scaled(crop: Rgb, corners: tuple[float, float, float, float]) -> Window:
    scale = min(1.0, SIDE_PX / max(crop.shape[:2]))
    size = tuple(max(8, round(side * scale)) for side in crop.shape[1::-1])
    seen = np.asarray(cv2.resize(np.ascontiguousarray(crop), size, interpolation=cv2.INTER_AREA))
    across, down = size[0] / crop.shape[1], size[1] / crop.shape[0]
    x0, x1 = (round(corner * across) for corner in corners[::2])
    y0, y1 = (round(corner * down) for corner in corners[1::2])
    x0, y0 = min(max(x0, 0), size[0] - _LEAST_PX), min(max(y0, 0), size[1] - _LEAST_PX)
    x1, y1 = min(max(x1, x0 + _LEAST_PX), size[0]), min(max(y1, y0 + _LEAST_PX), size[1])
    return Window(rgb=seen.astype(np.uint8), box=(x0, y0, x1, y1))


def cut_out(seen: Window, rounds: int) -> Mask | None:
    """Return (h, w) True where the object is, or None where it cannot be told from the rest.

    What lies outside the box is taken for background, or the rim of a box as large as the picture.
    Source: Rother, Kolmogorov, Blake 2004 (GrabCut).
    """
    inside = seen.inside
    mask = np.where(inside, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    if inside.all():
        mask[[0, -1]] = mask[:, [0, -1]] = cv2.GC_BGD
    kept = parted(seen.rgb, mask, rounds)
    return None if kept is None or kept.all() else kept


def parted(rgb: Rgb, guess: npt.NDArray[np.uint8], rounds: int) -> Mask | None:
    """Return (h, w) True where GrabCut finds a thing in rgb (h, w, 3), or None where nowhere.

    guess: (h, w) of OpenCV's GC_ values; it is overwritten.
    """
    cv2.setRNGSeed(0)  # of this thread alone
    try:
        cv2.grabCut(
            np.ascontiguousarray(rgb), guess, (0, 0, 1, 1), np.zeros((1, 65)),
            np.zeros((1, 65)), rounds, cv2.GC_INIT_WITH_MASK,
        )  # fmt: skip
    except cv2.error:  # one flat colour
        return None
    found: Mask = (guess == cv2.GC_FGD) | (guess == cv2.GC_PR_FGD)
    return found if found.any() else None
