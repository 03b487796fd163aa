"""How much a mask looks like that of a thing in its box, from 0 to 1."""

from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from alignment.fragments.masking.view import Corners, Mask, View

GAP = 0.15  # of a box's side, from which a mask that stays away from it is wrong
CONTRAST = 12.0  # Lab units across the border, from which on it is as clear as can be
LEAST_SHARE, FULL_SHARE = 0.1, 0.35  # of the box
_STEP_PX = 2
Places = tuple[npt.NDArray[np.signedinteger[Any]], npt.NDArray[np.signedinteger[Any]]]


@dataclass(frozen=True, kw_only=True)
class Score:
    """Terms from 0 to 1.

    tight: the mask reaches all four sides of its box. contrast: the colour changes along its
    border. compact: its area by that of its convex hull. share: it is not a speck in its box.
    agreement: its mean overlap (IoU) with what the other methods found.
    """

    tight: float
    contrast: float
    compact: float
    share: float
    agreement: float

    @property
    def value(self) -> float:
        """The geometric mean: one bad term makes a bad mask."""
        terms = np.clip(list(asdict(self).values()), 1e-3, 1.0)
        return float(np.exp(np.log(terms).mean()))


def score(view: View, mask: Mask, rivals: list[Mask]) -> Score:
    """Return the score of a mask beside those of other methods."""
    x0, y0, x1, y1 = view.box
    share = float(mask.sum()) / ((x1 - x0) * (y1 - y0))
    overlaps = [iou(mask, rival) for rival in rivals]
    return Score(
        tight=_tight(mask, view.box), contrast=_contrast(view, mask), compact=_compact(mask),
        share=float(np.clip((share - LEAST_SHARE) / (FULL_SHARE - LEAST_SHARE), 0, 1)),
        agreement=float(np.mean(overlaps)) if overlaps else 1.0,
    )  # fmt: skip


def iou(one: Mask, other: Mask) -> float:
    """Return the overlap of two masks, by their union; 1 of two empty ones."""
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 1.0


def _tight(mask: Mask, box: Corners) -> float:
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return 0.0
    x0, y0, x1, y1 = box
    across = np.array([columns[0] - x0, x1 - 1 - columns[-1]]) / (x1 - x0)
    down = np.array([rows[0] - y0, y1 - 1 - rows[-1]]) / (y1 - y0)
    gaps = np.abs(np.concatenate([across, down]))
    return float(1 - np.clip(gaps / GAP, 0, 1).mean())


def _contrast(view: View, mask: Mask) -> float:
    """Return the median colour difference of points on both sides of the border, by CONTRAST.

    Where the mask ends at the view's own border there is no other side.
    """
    lab = cv2.cvtColor(view.rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lab = cv2.GaussianBlur(lab, (0, 0), 1.0)
    differences = [
        np.linalg.norm(lab[here] - lab[there], axis=-1)
        for here, there in _across(mask) if len(here[0])
    ]  # fmt: skip
    if not differences:
        return 0.0
    return float(np.clip(np.median(np.concatenate(differences)) / CONTRAST, 0, 1))


def _across(mask: Mask) -> list[tuple[Places, Places]]:
    """Return pairs of places a direction, the first in the mask and the second just out of it."""
    height, width = mask.shape
    found = []
    for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        ys, xs = np.nonzero(mask & ~np.roll(mask, (-dy, -dx), axis=(0, 1)))
        far_y, far_x = ys + _STEP_PX * dy, xs + _STEP_PX * dx
        near_y, near_x = ys - dy, xs - dx
        sound = (
            (far_y >= 0) & (far_y < height) & (far_x >= 0) & (far_x < width)
            & (near_y >= 0) & (near_y < height) & (near_x >= 0) & (near_x < width)
        )  # fmt: skip
        found.append(((near_y[sound], near_x[sound]), (far_y[sound], far_x[sound])))
    return found


def _compact(mask: Mask) -> float:
    outlines, _ = cv2.findContours(
        mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    if not outlines:
        return 0.0
    hull = cv2.convexHull(np.concatenate(outlines))
    filled = np.zeros(mask.shape, dtype=np.uint8)
    cv2.fillConvexPoly(filled, hull, (1.0,))
    return float(mask.sum()) / max(int(filled.sum()), 1)
