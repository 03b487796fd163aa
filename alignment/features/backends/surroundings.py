"""A box against what lies around it: likeness across edges, ring and middle, a rough cut-out."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from alignment.features.backends.backend import Boxes, Picture, Rgb, Values
from alignment.features.backends.grabcut import Window, cut_out, window
from scenes.measuring.pixels import background_similarity

FloatArray = npt.NDArray[np.float64]

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
    "surroundings.others.nearer", "surroundings.others.farther", "surroundings.others.count",
)  # fmt: skip


class Surroundings:
    """How far a box's content stands out from what lies next to it.

    across: cosines of neighbouring pixels' colours, as `background_similarity` takes them, over all
    of the box and over its strongest edges. ring: colours inside against those just outside, by
    side. cut: the object as GrabCut (Rother et al. 2004) parts it from the ring, its similarity to
    what lies beside it, its share of the box, of the box's rim, lower half and corners. others: the
    share of the box that the image's other boxes cover, those that end lower in it, which are
    mostly nearer and may hide it, apart from the rest; and how many there are.
    """

    name = "surroundings"
    identity = f"surroundings-2-cv{cv2.__version__}"
    needs_pixels = True
    parallel = True
    crop_names = _NAMES
    image_names = _NAMES

    def crop_features(self, images: Sequence[Picture], boxes: Sequence[Boxes]) -> Values:
        """Return (boxes, 28)."""
        rows = [
            np.r_[_row(image, box), _others(own, number)].astype(np.float32)
            for image, own in zip(images, boxes, strict=True) for number, box in enumerate(own)
        ]  # fmt: skip
        return np.vstack([np.empty((0, len(_NAMES)), np.float32), *rows])

    def image_features(self, images: Sequence[Picture]) -> Values:
        """Return (images, 28), of the middle of each picture against its rim."""
        sizes = [np.array(image.size_px, dtype=np.float64) for image in images]
        inner = [np.hstack([size * 0.125, size * 0.75])[None] for size in sizes]
        return self.crop_features(images, inner)


def _row(image: Picture, box: Boxes) -> Values:
    seen = window(image, box, (MARGIN * box[2], MARGIN * box[3]))
    parts = (
        _across(seen.rgb, seen.box), _ring(seen.rgb, seen.box), _light(seen.rgb, seen.inside),
        _cut(seen),
    )  # fmt: skip
    return np.concatenate(parts).astype(np.float32)


def _others(boxes: Boxes, number: int) -> FloatArray:
    """Return what of a box the others cover that end lower, and the rest, and their number."""
    box, others = boxes[number], np.delete(boxes, number, axis=0)
    low = np.maximum(others[:, :2], box[:2])
    high = np.minimum(others[:, :2] + others[:, 2:], box[:2] + box[2:])
    covers = np.maximum(high - low, 0).prod(axis=1) / box[2:].prod()
    nearer = others[:, 1] + others[:, 3] > box[1] + box[3]
    return np.array([covers[nearer].sum(), covers[~nearer].sum(), len(others)])


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


def _cut(seen: Window) -> FloatArray:
    kept = cut_out(seen, _CUT_ROUNDS)
    if kept is None:
        return np.zeros(6)
    own = seen.of_box(kept)
    rim = np.r_[own[0], own[-1], own[:, 0], own[:, -1]]
    likeness = background_similarity(seen.rgb, kept)
    corner = own[: max(1, own.shape[0] // 3)]
    return np.array([
        likeness if np.isfinite(likeness) else 0.0, own.mean(), rim.mean(),
        seen.rgb[kept].mean() / 255, own[own.shape[0] // 2 :].mean(), corner.mean(),
    ])  # fmt: skip


def _cosine(one: FloatArray, other: FloatArray) -> FloatArray:
    sizes = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.asarray((one * other).sum(axis=1) / np.maximum(sizes, 1e-9))
