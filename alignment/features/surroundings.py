"""A box against what lies around it: likeness across edges, ring and middle, a rough cut-out."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from alignment.features.backend import Boxes, Picture, Rgb, Values
from scenes.pixels import background_similarity

FloatArray = npt.NDArray[np.float64]

SIDE_PX = 64  # the longer side of what is looked at
MARGIN = 0.2  # of the box's sides, seen on every side of it
_CUT_ROUNDS = 2
_QUANTILES = (0.02, 0.1, 0.25, 0.5, 0.75)
_EDGE_SHARE = 0.2  # of the neighbouring pixels, those that differ most
_NAMES = (
    *(f"surroundings.across.q{100 * q:.0f}" for q in _QUANTILES),
    "surroundings.across.edges", "surroundings.across.all",
    *(f"surroundings.ring.{side}_{what}" for side in ("left", "top", "right", "bottom")
      for what in ("cosine", "apart")),
    *(f"surroundings.light.{of}_{what}" for of in ("inside", "ring")
      for what in ("mean", "spread")),
    "surroundings.cut.similarity", "surroundings.cut.share", "surroundings.cut.rim",
    "surroundings.cut.light", "surroundings.cut.lower_share", "surroundings.cut.corner_share",
)  # fmt: skip


class Surroundings:
    """How far a box's content stands out from what lies next to it.

    across: cosines of neighbouring pixels' colours, as `background_similarity` takes them, over all
    of the box and over its strongest edges. ring: colours inside against those just outside, by
    side. cut: the object as GrabCut (Rother et al. 2004) parts it from the ring, its similarity to
    what lies beside it, its share of the box, of the box's rim, lower half and corners.
    """

    name = "surroundings"
    identity = f"surroundings-1-cv{cv2.__version__}"
    needs_pixels = True
    parallel = False  # GrabCut draws from a generator that the whole process shares
    crop_names = _NAMES
    image_names = _NAMES

    def crop_features(self, images: Sequence[Picture], boxes: Sequence[Boxes]) -> Values:
        """Return (boxes, 25)."""
        rows = [
            _row(*_window(image, box))
            for image, own in zip(images, boxes, strict=True) for box in own
        ]  # fmt: skip
        return np.vstack([np.empty((0, len(_NAMES)), np.float32), *rows])

    def image_features(self, images: Sequence[Picture]) -> Values:
        """Return (images, 25), of the middle of each picture against its rim."""
        sizes = [np.array(image.size_px, dtype=np.float64) for image in images]
        inner = [np.hstack([size * 0.125, size * 0.75])[None] for size in sizes]
        return self.crop_features(images, inner)


def _window(image: Picture, box: Boxes) -> tuple[Rgb, tuple[int, int, int, int]]:
    """Return what is seen of a box and around it, and where the box is in it."""
    x, y, w, h = box.tolist()
    width, height = image.size_px
    left, top = max(x - MARGIN * w, 0.0), max(y - MARGIN * h, 0.0)
    right, bottom = min(x + (1 + MARGIN) * w, width), min(y + (1 + MARGIN) * h, height)
    crop = image.crop(np.array([left, top, right - left, bottom - top]))
    scale = min(1.0, SIDE_PX / max(crop.shape[:2]))
    size = tuple(max(8, round(side * scale)) for side in crop.shape[1::-1])
    seen = np.asarray(cv2.resize(np.ascontiguousarray(crop), size, interpolation=cv2.INTER_AREA))
    across, down = size[0] / crop.shape[1], size[1] / crop.shape[0]
    x0, y0 = round((x - int(left)) * across), round((y - int(top)) * down)
    x1, y1 = round((x + w - int(left)) * across), round((y + h - int(top)) * down)
    x0, y0 = min(max(x0, 0), size[0] - 4), min(max(y0, 0), size[1] - 4)
    x1, y1 = min(max(x1, x0 + 4), size[0]), min(max(y1, y0 + 4), size[1])
    return seen.astype(np.uint8), (x0, y0, x1, y1)


def _row(seen: Rgb, box: tuple[int, int, int, int]) -> Values:
    inside = _box_mask(seen, box)
    parts = (_across(seen, box), _ring(seen, box), _light(seen, inside), _cut(seen, box, inside))
    return np.concatenate(parts).astype(np.float32)


def _box_mask(seen: Rgb, box: tuple[int, int, int, int]) -> npt.NDArray[np.bool_]:
    inside = np.zeros(seen.shape[:2], dtype=bool)
    inside[box[1] : box[3], box[0] : box[2]] = True
    return inside


def _across(seen: Rgb, box: tuple[int, int, int, int]) -> FloatArray:
    """Return quantiles of neighbours' cosines, and the long vectors' over edges and over all."""
    x0, y0, x1, y1 = box
    own = seen[y0:y1, x0:x1].astype(np.float64) + 1
    pairs = [(own[:, 1:], own[:, :-1]), (own[1:], own[:-1])]
    one, other = (np.vstack([p[i].reshape(-1, 3) for p in pairs]) for i in (0, 1))
    cosines = _cosine(one, other)
    apart = np.abs(one - other).sum(axis=1)
    edges = apart >= np.quantile(apart, 1 - _EDGE_SHARE)
    whole = [_cosine(one[k].ravel()[None], other[k].ravel()[None])[0] for k in (edges, apart >= 0)]
    return np.asarray(np.r_[np.quantile(cosines, _QUANTILES), whole])


def _ring(seen: Rgb, box: tuple[int, int, int, int]) -> FloatArray:
    """Return, by side, the cosine and the distance of mean colours inside and outside the box."""
    x0, y0, x1, y1 = box
    dx, dy = max(1, (x1 - x0) // 5), max(1, (y1 - y0) // 5)
    sides = (
        (seen[y0:y1, max(x0 - dx, 0) : x0], seen[y0:y1, x0 : x0 + dx]),
        (seen[max(y0 - dy, 0) : y0, x0:x1], seen[y0 : y0 + dy, x0:x1]),
        (seen[y0:y1, x1 : x1 + dx], seen[y0:y1, x1 - dx : x1]),
        (seen[y1 : y1 + dy, x0:x1], seen[y1 - dy : y1, x0:x1]),
    )
    found = []
    for outside, inside in sides:
        if outside.size == 0:  # cut by the image's border
            found += [1.0, 0.0]
            continue
        one, other = (part.reshape(-1, 3).mean(axis=0) + 1 for part in (outside, inside))
        found += [_cosine(one[None], other[None])[0], float(np.abs(one - other).mean() / 255)]
    return np.array(found)


def _light(seen: Rgb, inside: npt.NDArray[np.bool_]) -> FloatArray:
    light = seen.mean(axis=2) / 255
    ring = light[~inside] if (~inside).any() else light[inside]
    return np.array([light[inside].mean(), light[inside].std(), ring.mean(), ring.std()])


def _cut(
    seen: Rgb, box: tuple[int, int, int, int], inside: npt.NDArray[np.bool_]
) -> FloatArray:  # fmt: skip
    mask = np.where(inside, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    if inside.all():  # a box as large as the picture: its rim is taken for what lies around it
        mask[[0, -1]] = mask[:, [0, -1]] = cv2.GC_BGD
    cv2.setRNGSeed(0)
    try:
        cv2.grabCut(
            np.ascontiguousarray(seen), mask, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)),
            _CUT_ROUNDS, cv2.GC_INIT_WITH_MASK,
        )  # fmt: skip
    except cv2.error:  # one flat colour
        return np.zeros(6)
    kept = (mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)
    if not kept.any() or kept.all():
        return np.zeros(6)
    x0, y0, x1, y1 = box
    own = kept[y0:y1, x0:x1]
    rim = np.r_[own[0], own[-1], own[:, 0], own[:, -1]]
    likeness = background_similarity(seen, kept)
    corner = own[: max(1, own.shape[0] // 3)]
    return np.array([
        likeness if np.isfinite(likeness) else 0.0, own.mean(), rim.mean(),
        seen[kept].mean() / 255, own[own.shape[0] // 2 :].mean(), corner.mean(),
    ])  # fmt: skip


def _cosine(one: FloatArray, other: FloatArray) -> FloatArray:
    sizes = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1) / np.maximum(sizes, 1e-9))
