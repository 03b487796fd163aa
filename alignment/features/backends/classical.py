"""Shape, colour and texture without a network: outline, HOG, proportions, Lab, LBP."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from skimage.feature import local_binary_pattern

from alignment.features.backends.backend import Boxes, Picture, Rgb, Values, numbered
from alignment.features.backends.grabcut import cut_out, square_window

Grey = npt.NDArray[np.uint8]

SIDE_PX = 64  # every crop is brought to this square for HOG and colour,
FINE_PX = 128  # and to this one for texture
GRID = 8  # cells of the outline, along and across
MARGIN = 0.15  # of the box's longer side, seen on every side of a square about it
_CUT_ROUNDS = 3
_LAB_BINS = 16
_PATTERNS = ((8, 1.0), (8, 2.0), (16, 4.0))  # neighbours, radius in pixels
_HOG_SIZE = 9 * 4 * 9  # blocks, cells a block, orientations
_LBP_SIZE = sum(neighbours + 2 for neighbours, _ in _PATTERNS)
_NAMES = (
    *numbered("classical.outline", GRID**2), *numbered("classical.hog", _HOG_SIZE),
    "classical.proportions.log_aspect", *numbered("classical.lab", 3 * _LAB_BINS),
    *numbered("classical.lbp", _LBP_SIZE),
)  # fmt: skip


class Classical:
    """Outline, HOG (Dalal and Triggs 2005), Lab and uniform LBP (Ojala et al. 2002) histograms.

    outline: the share of each cell of the box that GrabCut gives to the object. HOG and histograms
    are of the crop stretched to a square, whose proportions (log w / h) stand beside them.
    Histograms are given as square roots of shares, so that straight distance between them is
    Hellinger's.
    """

    name = "classical"
    identity = f"classical-2-cv{cv2.__version__}"
    needs_pixels = True
    parallel = True
    crop_names = _NAMES
    image_names = _NAMES

    def crop_features(self, images: Sequence[Picture], boxes: Sequence[Boxes]) -> Values:
        """Return (boxes, 475)."""
        rows = [
            _row(image, box)
            for image, own in zip(images, boxes, strict=True) for box in own
        ]  # fmt: skip
        return np.vstack([np.empty((0, len(_NAMES)), np.float32), *rows])

    def image_features(self, images: Sequence[Picture]) -> Values:
        """Return (images, 475), of the whole pictures."""
        return self.crop_features(images, [np.array([[0.0, 0.0, *i.size_px]]) for i in images])


def _row(image: Picture, box: Boxes) -> Values:
    crop = image.crop(box)
    square = _stretched(crop, SIDE_PX)
    parts = (
        _outline(image, box), _hog(_grey(square)), [math.log(crop.shape[1] / crop.shape[0])],
        _lab(square), _lbp(_grey(_stretched(crop, FINE_PX))),
    )  # fmt: skip
    return np.concatenate(parts).astype(np.float32)


def _outline(image: Picture, box: Boxes) -> npt.NDArray[np.float32]:
    seen = square_window(image, box, MARGIN)
    kept = cut_out(seen, _CUT_ROUNDS)
    if kept is None:
        return np.zeros(GRID**2, np.float32)
    own = seen.of_box(kept).astype(np.float32)
    cells = cv2.resize(own, (GRID, GRID), interpolation=cv2.INTER_AREA)
    return np.asarray(cells, np.float32).ravel()


def _stretched(crop: Rgb, side_px: int) -> Rgb:
    how = cv2.INTER_AREA if min(crop.shape[:2]) > side_px else cv2.INTER_LINEAR
    made = cv2.resize(np.ascontiguousarray(crop), (side_px, side_px), interpolation=how)
    return np.asarray(made, np.uint8)


def _grey(square: Rgb) -> Grey:
    return np.asarray(cv2.cvtColor(square, cv2.COLOR_RGB2GRAY), np.uint8)


def _hog(grey: Grey) -> npt.NDArray[np.float32]:
    cell = SIDE_PX // 4
    describe = cv2.HOGDescriptor(
        (SIDE_PX, SIDE_PX), (2 * cell, 2 * cell), (cell, cell), (cell, cell), 9
    )
    return np.asarray(describe.compute(grey), dtype=np.float32).ravel()


def _lab(square: Rgb) -> npt.NDArray[np.float64]:
    lab = cv2.cvtColor(square, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    codes = lab // (256 // _LAB_BINS)
    counts = [np.bincount(codes[:, channel], minlength=_LAB_BINS) for channel in range(3)]
    return np.asarray(np.sqrt(np.concatenate(counts) / len(lab)))


def _lbp(grey: Grey) -> npt.NDArray[np.float64]:
    found = []
    for neighbours, radius_px in _PATTERNS:
        patterns = local_binary_pattern(  # type: ignore[no-untyped-call]  # of its own library
            grey, neighbours, radius_px, method="uniform"
        )
        counts = np.bincount(patterns.astype(np.int64).ravel(), minlength=neighbours + 2)
        found.append(np.sqrt(counts / grey.size))
    return np.concatenate(found)
