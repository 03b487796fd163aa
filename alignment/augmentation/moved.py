"""The labels of an image after a map of its picture: masks with it, boxes from the masks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.detection.training.views.view import edges_of, sized_of
from alignment.detection.training.views.warp import Warp
from scenes.files.polygons import polygons
from scenes.files.rle import Mask, rle, tight_box
from scenes.sets.annotated_set import AnnotatedImage, Annotation
from scenes.sets.masks import decoded

STAYS = ("instance", "shape", "asset_id")  # of a record: what a picture's change does not touch
LEAST_SIDE_PX = 1.0
DECIMALS = 3
_OTHER = {"left": "right", "right": "left"}


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """An annotation as a set has it: read, and the file's own record."""

    annotation: Annotation
    record: Mapping[str, Any]


def moved(
    warp: Warp, image: AnnotatedImage, label: Labelled, least_visible: float,
    names: Sequence[str] = (),
) -> dict[str, Any] | None:  # fmt: skip
    """Return the record of a label in the view but for its ids, None where too little is left.

    The box is the tight one of the moved mask, which stays RLE or polygons; without a mask it is
    that of the ellipse that fills it. names: of the category's keypoints. What only holds of the
    first picture (depth, amodal boxes, what is hidden) is left out.
    """
    mask = decoded(label.annotation, image)
    shape = _by_box(warp, label.annotation, least_visible) if mask is None else _by_mask(
        warp, mask, least_visible, isinstance(label.annotation.segmentation, list))  # fmt: skip
    if shape is None:
        return None
    kept = {name: label.record[name] for name in STAYS if name in label.record}
    told = {"category_id": label.record["category_id"], "iscrowd": 0, **kept, **shape}
    told["truncated"] = int(at_border(shape["bbox"], warp.view_px))
    return told | keypoints(warp, label.record.get("keypoints"), names)


def keypoints(warp: Warp, told: Any, names: Sequence[str]) -> dict[str, Any]:
    """Return x, y, v of each keypoint in the view; left and right change places in a mirror.

    v is 0, and so are x and y, of a point outside of the view. {} where there are none.
    """
    if not isinstance(told, list) or not told or len(told) % 3:
        return {}
    points = np.asarray(told, dtype=np.float64).reshape(-1, 3)
    places = np.hstack([warp.points(points[:, :2]), points[:, 2:]])
    inside = ((places[:, :2] >= 0) & (places[:, :2] < warp.view_px)).all(axis=1)
    places[~(inside & (points[:, 2] > 0))] = 0
    if np.linalg.det(warp.matrix[:, :2]) < 0 and len(names) == len(places):
        places = places[[names.index(one) if one in names else at
                         for at, one in enumerate(map(_mirrored, names))]]  # fmt: skip
    flat = [round(float(n), DECIMALS) for n in places.ravel()]
    return {"keypoints": flat, "num_keypoints": int((places[:, 2] > 0).sum())}


def _mirrored(name: str) -> str:
    return "_".join(_OTHER.get(word, word) for word in name.split("_"))


def _by_mask(
    warp: Warp, mask: Mask, least_visible: float, in_polygons: bool
) -> dict[str, Any] | None:
    seen = warp.mask(mask)
    area, whole = int(seen.sum()), mask.sum() * abs(np.linalg.det(warp.matrix[:, :2]))
    if not area or area < least_visible * whole:
        return None
    return shown_by(seen, in_polygons)


def shown_by(mask: Mask, in_polygons: bool) -> dict[str, Any]:
    """Return box, area and segmentation of a mask that is not empty."""
    return {
        "bbox": [int(n) for n in tight_box(mask)], "area": int(mask.sum()),
        "segmentation": polygons(mask) if in_polygons else rle(mask),
    }  # fmt: skip


def _by_box(warp: Warp, annotation: Annotation, least_visible: float) -> dict[str, Any] | None:
    whole = warp.edges(edges_of(np.array([annotation.bbox])))
    cut = np.clip(whole, 0, (*warp.view_px, *warp.view_px))
    (box,), (first,) = sized_of(cut), sized_of(whole)
    if box[2:].min() < LEAST_SIDE_PX or _area(box) < least_visible * _area(first):
        return None
    return {"bbox": [round(float(n), DECIMALS) for n in box], "area": round(_area(box), DECIMALS)}


def _area(box: npt.NDArray[np.float64]) -> float:
    return float(box[2] * box[3])


def at_border(box: Sequence[float], view_px: Sequence[int]) -> bool:
    """Return whether a box, x, y, w, h, comes within a pixel of the border of a view (w, h)."""
    x, y, w, h = box
    return min(x, y) < 1 or x + w > view_px[0] - 1 or y + h > view_px[1] - 1
