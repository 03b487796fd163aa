import json

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from alignment.evaluation.detector_failures import (
    BadPredictions,
    best_ious,
    read_predictions,
    sample_wise,
    unmatched,
)
from alignment.evaluation.settings import SampleWiseSettings
from scenes.formats.coco import read_coco
from tests.scenes.sets import box, image, write_coco

SETTINGS = SampleWiseSettings(least_score=0.5, bins=4, draws=200)


def detection(bbox, image_id=1, category_id=1, score=0.9):
    return {"image_id": image_id, "category_id": category_id, "bbox": bbox, "score": score}


def matched(tmp_path, *detections):
    kinds = [{"id": 1, "name": "chair"}, {"id": 2, "name": "table"}]
    boxes = [box(1, [0, 0, 10, 10]), box(2, [20, 10, 10, 10])]
    path = write_coco(tmp_path, annotations=boxes, categories=kinds)
    (tmp_path / "found.json").write_text(json.dumps(detections))
    annotated = read_coco(path)
    return best_ious(annotated, read_predictions(tmp_path / "found.json", annotated), 0.5)


def test_each_box_has_its_best_match_and_none_has_zero(tmp_path):
    found = matched(tmp_path, detection([0, 0, 10, 5]), detection([0, 0, 10, 8]))
    assert found == {1: pytest.approx(0.8), 2: 0.0}


@pytest.mark.parametrize("change", [{"category_id": 2}, {"score": 0.4}, {"image_id": 9}])
def test_other_categories_images_and_low_scores_match_nothing(tmp_path, change):
    found = matched(tmp_path, detection([20, 10, 10, 10]), detection([0, 0, 10, 10], **change))
    assert found == {1: 0.0, 2: 1.0}


def test_what_matches_nothing_is_counted(tmp_path):
    annotated = read_coco(write_coco(tmp_path))
    far, foreign = detection([30, 20, 40, 40]), detection([0, 0, 5, 5], image_id=9)
    (tmp_path / "found.json").write_text(json.dumps([detection([0, 0, 9, 9]), far, foreign]))
    told = unmatched(annotated, read_predictions(tmp_path / "found.json", annotated))
    assert [note[:6] for note in told] == ["1 of 3"] * 2
    assert "photos that are not looked at" in told[0]


def test_results_of_masks_tell_their_boxes(tmp_path):
    flags = np.zeros((30, 40), dtype=np.uint8, order="F")
    flags[10:20, 20:30] = 1
    rle = coco_mask.encode(flags)
    told = {**detection(None), "segmentation": {**rle, "counts": rle["counts"].decode()}}
    del told["bbox"]
    assert matched(tmp_path, told) == {1: 0.0, 2: 1.0}


def test_a_planted_fall_of_iou_with_distance_is_told_and_chance_is_not():
    rng = np.random.default_rng(0)
    distances, images = rng.random(400), np.arange(400) // 2
    falling = 1 - distances + rng.normal(0, 0.05, 400)
    found = sample_wise(rng, (distances, falling), images, SETTINGS)
    assert found.spearman < -0.9
    assert found.low <= found.spearman <= found.high < 0
    means = [b.mean for b in found.bins]
    assert means == sorted(means, reverse=True)
    assert [b.boxes for b in found.bins] == [100] * 4
    chance = sample_wise(rng, (distances, rng.random(400)), images, SETTINGS)
    assert chance.low < 0 < chance.high


def test_a_detector_that_finds_nothing_has_no_correlation():
    found = sample_wise(
        np.random.default_rng(0), (np.arange(20.0), np.zeros(20)), np.arange(20), SETTINGS
    )
    assert np.isnan(found.spearman)
    assert [b.mean for b in found.bins] == [0.0] * 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "list"),
        ("nothing", "JSON"),
        ('[{"image_id": 1}]', "record 0"),
        (json.dumps([detection([0, 0, 1])]), "record 0"),
        (json.dumps([detection([0, 0, 5, 5], image_id=77)]), "no image_id"),
        ('[{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, NaN], "score": 1}]', "finite"),
    ],
)
def test_what_is_no_result_list_of_this_set_is_refused(tmp_path, text, told):
    (tmp_path / "found.json").write_text(text)
    annotated = read_coco(write_coco(tmp_path, images=[image()]))
    with pytest.raises(BadPredictions, match=told):
        read_predictions(tmp_path / "found.json", annotated)


KINDS = ("chair", "table", "lamp")


def of_kinds(tmp_path, first, records):
    """Return each box's match in a set whose category ids begin at `first`."""
    kinds = [{"id": n, "name": name} for n, name in enumerate(KINDS, first)]
    boxes = [box(n, [12 * n, 3, 10, 8], category_id=first + n) for n in range(3)]
    annotated = read_coco(write_coco(tmp_path, annotations=boxes, categories=kinds))
    (tmp_path / "found.json").write_text(json.dumps(records))
    return best_ious(annotated, read_predictions(tmp_path / "found.json", annotated), 0.5)


def three(**changes):
    return [
        detection([12 * n, 3, 10, 8], **{k: v[n] for k, v in changes.items()}) for n in range(3)
    ]


@pytest.mark.parametrize(("first", "ids"), [
    (0, (0, 1, 2)), (1, (1, 2, 3)), (7, (7, 8, 9)), (0, (3, 1, 2)), (0, ("0", "1", "2"))],
)  # fmt: skip
def test_categories_are_matched_by_the_files_own_ids_and_by_ours(tmp_path, first, ids):
    found = of_kinds(tmp_path, first, three(category_id=ids))
    assert list(found.values()) == [1.0] * 3


def test_categories_and_images_are_matched_by_name(tmp_path):
    named = [one | {"category_name": name.upper(), "image_id": "1.png"}
             for one, name in zip(three(), KINDS, strict=True)]  # fmt: skip
    assert list(of_kinds(tmp_path, 7, named).values()) == [1.0] * 3


@pytest.mark.parametrize("ids", [(0, 1, 2), (None, 1, 2), ("lamp", 1, 2)])
def test_ids_of_another_numbering_are_refused(tmp_path, ids):
    with pytest.raises(BadPredictions, match=r"expected one of 1 \(chair\), 2 \(table\)"):
        of_kinds(tmp_path, 1, three(category_id=ids))
