"""Shape, colour and texture without a network: HOG, Lab histograms and local binary patterns."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
import numpy.typing as npt
from skimage.feature import local_binary_pattern

from alignment.features.backend import Boxes, Picture, Rgb, Values, numbered

Grey = npt.NDArray[np.uint8]

SIDE_PX = 64  # every crop is brought to this square
_LAB_BINS = 16
_PATTERNS = ((8, 1.0), (16, 2.0))  # neighbours, radius in pixels
_HOG_SIZE = 9 * 4 * 9  # blocks, cells a block, orientations
_LBP_SIZE = sum(neighbours + 2 for neighbours, _ in _PATTERNS)
_NAMES = (
    *numbered("classical.hog", _HOG_SIZE), *numbered("classical.lab", 3 * _LAB_BINS),
    *numbered("classical.lbp", _LBP_SIZE),
)  # fmt: skip


class Classical:
    """HOG (Dalal and Triggs 2005), Lab histograms, uniform LBP (Ojala et al. 2002) of a square.

    The crop is stretched to SIDE_PX squared; its proportions are the geometry backend's to tell.
    Histograms are given as square roots of shares, so that straight distance between them is
    Hellinger's.
    """

    name = "classical"
    identity = f"classical-1-cv{cv2.__version__}"
    needs_pixels = True
    parallel = True
    crop_names = _NAMES
    image_names = _NAMES

    def crop_features(self, images: Sequence[Picture], boxes: Sequence[Boxes]) -> Values:
        """Return (boxes, 400)."""
        return _described(
            image.crop(box) for image, own in zip(images, boxes, strict=True) for box in own
        )

    def image_features(self, images: Sequence[Picture]) -> Values:
        """Return (images, 400), of the whole pictures."""
        return _described(image.pixels for image in images)


def _described(crops: Iterable[Rgb]) -> Values:
    return np.vstack([np.empty((0, len(_NAMES)), np.float32), *(_row(crop) for crop in crops)])


def _row(crop: Rgb) -> Values:
    shrinks = min(crop.shape[:2]) > SIDE_PX
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    square: Rgb = np.asarray(
        cv2.resize(np.ascontiguousarray(crop), (SIDE_PX, SIDE_PX), interpolation=how), np.uint8
    )
    grey: Grey = np.asarray(cv2.cvtColor(square, cv2.COLOR_RGB2GRAY), np.uint8)
    parts = (_hog(grey), _lab(square), _lbp(grey))
    return np.concatenate(parts).astype(np.float32)


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
