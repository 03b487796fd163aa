"""Small sets with known boxes, random predictions of them, and what pycocotools says of both."""

import contextlib
import io

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from alignment.detection.detector import Found
from alignment.detection.scoring.truth import Truth

SIDE_PX = 400


def truth_of(photo_boxes, *, categories=("cup",), labels=None, ignored=(), crowds=()):
    """A Truth of a list of boxes a photo, all of the first category unless labels say otherwise."""
    photos = [p for p, boxes in enumerate(photo_boxes) for _ in boxes]
    boxes = np.array([b for boxes in photo_boxes for b in boxes], dtype=float).reshape(-1, 4)
    n = len(boxes)
    marked = {name: np.isin(np.arange(n), list(told))
              for name, told in (("ignored", {*ignored, *crowds}), ("crowds", crowds))}  # fmt: skip
    return Truth(
        categories=tuple(categories), image_ids=np.arange(1, len(photo_boxes) + 1),
        sizes_px=np.full((len(photo_boxes), 2), float(SIDE_PX)), boxes=boxes,
        photos=np.array(photos, dtype=np.int64), annotation_ids=np.arange(1, n + 1), left_out={},
        labels=np.zeros(n, dtype=np.int64) if labels is None else np.array(labels), **marked,
    )  # fmt: skip


def found_of(*rows):
    """A Found of (x, y, w, h, score) rows, with a sixth number for a label."""
    told = np.array([[*row, 0][:6] for row in rows], dtype=float).reshape(-1, 6)
    return Found(boxes=told[:, :4], scores=told[:, 4], labels=told[:, 5].astype(np.int64))


def random_truth(rng, photos, *, categories=("cup", "plate"), odd=0.1):
    """Boxes of every COCO size, some near another, some ignored or crowds; some photos bare."""
    photo_boxes = [_with_neighbours(rng, rng.integers(0, 4)) for _ in range(photos)]
    n = sum(len(boxes) for boxes in photo_boxes)
    return truth_of(
        photo_boxes, categories=categories, labels=rng.integers(0, len(categories), n),
        ignored=np.flatnonzero(rng.random(n) < odd), crowds=np.flatnonzero(rng.random(n) < odd),
    )  # fmt: skip


def random_boxes(rng, count):
    corner = rng.uniform(0, SIDE_PX / 2, (count, 2))
    return np.column_stack([corner, np.exp(rng.uniform(np.log(8), np.log(190), (count, 2)))])


def _with_neighbours(rng, count):
    boxes = random_boxes(rng, count)
    near = boxes[rng.random(count) < 0.4]
    return np.concatenate(
        [boxes, near + rng.uniform(0, 0.2, (len(near), 4)) * near[:, [2, 3, 2, 3]]]
    )


def random_found(rng, truth, *, noise=0.12, wild=6, decimals=1):
    """Predictions near the boxes, some twice, some of another category, and some of nothing.

    Scores are of one decimal unless said otherwise, so that many are equal.
    """
    found = []
    for photo in range(truth.photo_count):
        own = np.flatnonzero(truth.photos == photo)
        own = rng.permutation(np.concatenate([own, own[rng.random(len(own)) < 0.5]]))
        size = np.tile(truth.boxes[own, 2:], 2)
        near = truth.boxes[own] + rng.normal(0, noise, (len(own), 4)) * size
        boxes = np.concatenate([np.maximum(near, 1), random_boxes(rng, rng.integers(0, wild))])
        k = len(truth.categories)
        labels = np.concatenate([truth.labels[own], rng.integers(0, k, len(boxes) - len(own))])
        swapped = rng.random(len(labels)) < 0.1
        found.append(Found(
            boxes=boxes, labels=np.where(swapped, rng.integers(0, k, len(labels)), labels),
            scores=np.round(rng.random(len(boxes)), decimals),
        ))  # fmt: skip
    return found


def evaluated(truth, found, photos=None):
    """A COCOeval of the photos, by default each once; a photo that is named twice counts twice."""
    photos = range(truth.photo_count) if photos is None else photos
    images, annotations, results = [], [], []
    for image_id, photo in enumerate(photos, start=1):
        w, h = truth.sizes_px[photo]
        images.append({"id": image_id, "width": w, "height": h})
        for row in np.flatnonzero(truth.photos == photo):
            annotations.append({
                "id": len(annotations) + 1, "image_id": image_id,
                "category_id": int(truth.labels[row]) + 1, "bbox": truth.boxes[row].tolist(),
                "area": float(truth.boxes[row, 2:].prod()), "iscrowd": int(truth.crowds[row]),
                "plainly_ignored": bool(truth.ignored[row] and not truth.crowds[row]),
            })  # fmt: skip
        one = found[photo]
        rows = zip(one.boxes.tolist(), one.labels, one.scores.tolist(), strict=True)
        results += [
            {"image_id": image_id, "category_id": int(k) + 1, "bbox": box, "score": score}
            for box, k, score in rows
        ]
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {"images": images, "annotations": annotations, "info": {}, "categories": [
            {"id": k + 1, "name": name} for k, name in enumerate(truth.categories)]}  # fmt: skip
        coco.createIndex()
        judged = IgnoringEval(coco, coco.loadRes(results), "bbox")
        judged.evaluate()
        judged.accumulate()
        judged.summarize()
    return judged


class IgnoringEval(COCOeval):
    """COCOeval itself overwrites every `ignore` with `iscrowd`; here it holds as its paper says."""

    def _prepare(self):
        super()._prepare()
        for boxes in self._gts.values():
            for box in boxes:
                box["ignore"] = box["ignore"] or box["plainly_ignored"]
