"""A mask without specks, pin-holes and frayed edges."""

import cv2
import numpy as np

from alignment.fragments.masking.view import Mask

SPECK = 0.1  # of the largest part
HOLE = 0.2  # of the whole
BRUSH = 0.02  # of the longer side


def tidied(mask: Mask) -> Mask:
    """Return a mask smoothed, without parts below SPECK of the largest and holes below HOLE."""
    size = max(1, round(BRUSH * max(mask.shape))) | 1
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    shown = mask.astype(np.uint8)
    for how in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN):
        shown = np.asarray(cv2.morphologyEx(shown, how, brush), dtype=np.uint8)
    kept = _larger(np.asarray(shown, np.bool_), SPECK)
    holes = _holes(kept)
    small = holes & ~_larger(holes, 0.0, HOLE * kept.sum())
    return np.asarray(kept | small)


def _larger(mask: Mask, share: float, least_px: float = 0) -> Mask:
    """Return the parts of at least this share of the largest one, and of so many pixels."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=4
    )
    if count < 2:
        return mask
    areas = stats[:, cv2.CC_STAT_AREA]
    keep = (areas >= share * areas[1:].max()) & (areas >= least_px)
    keep[0] = False
    return np.asarray(keep[labels], dtype=np.bool_)


def _holes(mask: Mask) -> Mask:
    """Return what is not of the mask, and closed in by it."""
    padded = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    _, labels = cv2.connectedComponents(padded, connectivity=4)
    return np.asarray((labels != labels[0, 0]) & (padded > 0))[1:-1, 1:-1]
