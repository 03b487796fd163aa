"""Cut-outs pasted into copies whose own objects stay: labels, places, and what may be pasted."""

import hashlib
import json

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_mask

from alignment.augmentation.cut_outs import NothingToPaste
from alignment.augmentation.pasting import seen_beside
from alignment.curation.derived_set import OtherDecision
from alignment.detection.shown.made_with import made_with
from scenes.files.rle import rle, tight_box
from scenes.sets.photos import read_rgb
from tests.alignment.augmentation.test_augment_images import (
    SIZE,
    change,
    files,
    finished_set,
    made,
    thing,
)
from tests.cut_outs import disc, folder

NO_CHANGE = {
    "flip": 0.0, "scale": [1.0, 1.0], "stretch": 0.0, "turn_deg": 0.0, "mosaic": 0.0,
    "least_visible": 0.35, "photometry": {
        "colour": 0.0, "brightness": 0.0, "contrast": 0.0, "gamma": 0.0, "saturation": 0.0,
        "hue_deg": 0.0, "grey": 0.0, "blur": 0.0, "blur_px": 0.0, "noise": 0.0, "noise_levels": 0.0,
        "jpeg": 0.0, "jpeg_quality": 90,
    },
}  # fmt: skip
STILL = {"low": 0.0, "high": 0.0, "log": False}
PLAIN = {
    "blend": {"alpha": 1.0}, "feather_px": STILL, "light": STILL, "colour": STILL, "blur_px": STILL,
    "shadow": STILL, "objects": {"low": 1, "high": 3, "log": False}, "size": 0.1, "shift": 0.3,
}  # fmt: skip


def pasting(root, **options):
    """Settings of copies that are the image but for what is pasted into them."""
    cut = root / "cut"
    if not cut.is_dir():
        folder(cut, {"one": disc(), "two": disc((60, 40))}, category=options.pop("named", "cup"))
    paste = {**change(root).paste.__dict__, **PLAIN, **options.pop("paste", {})}
    told = {k: v if isinstance(v, (dict, float, int)) else v.__dict__ for k, v in paste.items()}
    return change(
        root, fragments=str(cut), images=8, originals=False, image_format="png", change=NO_CHANGE,
        paste=told, **options,
    )  # fmt: skip


def masks(told, image, pasted):
    return [
        coco_mask.decode(one["segmentation"]).astype(bool) for one in told["annotations"]
        if one["image_id"] == image["id"] and ("asset_id" in one) == pasted
    ]  # fmt: skip


def test_masks_and_boxes_are_where_the_picture_changed(tmp_path):
    finished_set(tmp_path)
    out, told = made(pasting(tmp_path))
    before = read_rgb(tmp_path / "a" / "images" / "000001.png", SIZE)
    several = 0
    for image in told["images"]:
        shown = read_rgb(out / "images" / image["file_name"], SIZE)
        changed = (shown.astype(int) != before).any(axis=2)
        pasted = masks(told, image, pasted=True)
        several += len(pasted) > 1
        assert pasted
        over = np.any(pasted, axis=0)
        rim = cv2.dilate(over.astype(np.uint8), np.ones((5, 5))).astype(bool)  # alpha below a half
        assert not (changed & ~rim).any()
        inner = cv2.erode(over.astype(np.uint8), np.ones((3, 3))).astype(bool)
        assert changed[inner].mean() > 0.98  # but where a cut-out is of the picture's own colour
        assert sum(mask.sum() for mask in pasted) == over.sum()
    assert several
    for one in told["annotations"]:
        mask = coco_mask.decode(one["segmentation"]).astype(bool)
        assert list(tight_box(mask)) == one["bbox"]
        assert mask.sum() == one["area"]


def test_what_was_there_loses_what_is_covered_and_no_more(tmp_path):
    finished_set(tmp_path)
    _, told = made(pasting(tmp_path, paste={"covered": 1.0, "within": 1.0}))
    covered = 0
    for image in told["images"]:
        over = np.any(masks(told, image, pasted=True), axis=0)
        for own in masks(told, image, pasted=False):
            assert (own == (thing() & ~over)).all()
            covered += (own != thing()).any()
    assert covered


def test_boxes_stay_as_uncovered_as_asked(tmp_path):
    finished_set(tmp_path)
    _, told = made(pasting(tmp_path, paste={"covered": 0.1, "within": 0.2}))
    own = np.array(tight_box(thing()))
    shown = 0
    for one in told["annotations"]:
        if "asset_id" in one:
            box, shown = np.array(one["bbox"]), shown + 1
            ends = np.minimum(own[:2] + own[2:], box[:2] + box[2:])
            area = np.prod(np.maximum(ends - np.maximum(own[:2], box[:2]), 0))
            assert area <= 0.1 * own[2:].prod() + 1e-9
            assert area <= 0.2 * box[2:].prod() + 1e-9
    assert shown


def test_a_label_of_which_too_little_is_left_goes_and_covered_points_are_not_visible():
    record = {"category_id": 1, "bbox": list(tight_box(thing())), "segmentation": rle(thing()),
              "keypoints": [30.0, 30.0, 2.0, 60.0, 30.0, 2.0]}  # fmt: skip

    class Over:
        def __init__(self, until):
            self.until = until

        def mask(self, size_px):
            found = np.zeros(size_px[::-1], bool)
            found[:, : self.until] = True
            return found

    (half,) = seen_beside([record], [Over(44)], SIZE, 0.35)
    assert half["bbox"][0] == 44
    assert half["keypoints"][2::3] == [1.0, 2.0]
    assert seen_beside([record], [Over(60)], SIZE, 0.35) == []
    (box,) = seen_beside([{"bbox": [30, 20, 10, 10]}], [Over(60)], SIZE, 0.35)
    assert box == {"bbox": [30, 20, 10, 10]}


def test_sizes_are_those_of_the_sets_own_boxes(tmp_path):
    finished_set(tmp_path)
    _, told = made(pasting(tmp_path, paste={"size": 0.0, "outside": 0.0, "turn_deg": 0.0}))
    areas = [one["bbox"][2] * one["bbox"][3] for one in told["annotations"] if "asset_id" in one]
    own = np.prod(tight_box(thing())[2:])
    assert np.median(areas) == pytest.approx(own, rel=0.2)


def test_a_stopped_run_goes_on_to_the_same_bytes_and_other_cut_outs_are_refused(tmp_path):
    finished_set(tmp_path)
    out, _ = made(pasting(tmp_path))
    first = files(out)
    (out / "annotations.json").unlink()
    next((out / "images").glob("*.png")).unlink()
    assert files(made(pasting(tmp_path))[0]) == first
    cv2.imwrite(str(tmp_path / "cut" / "one" / "proc.png"), np.full((60, 40, 4), 255, np.uint8))
    with pytest.raises(OtherDecision):
        made(pasting(tmp_path))


@pytest.mark.parametrize("told_by", ["digest", "name"])
def test_nothing_of_a_photo_that_judges_is_pasted_and_the_set_says_what_it_saw(tmp_path, told_by):
    finished_set(tmp_path, seeds=(None, None))
    judge = tmp_path / "a" / "images" / "000002.png"
    judge.write_bytes(judge.read_bytes() + b"x")  # other bytes than the first photo's
    parts = {"exposed": ["000001.png"], "validation": [], "test": ["000002.png"]}
    splits = {"seed": 0, "shares": {}, "images": parts}
    (tmp_path / "splits").mkdir()
    (tmp_path / "splits" / "splits.json").write_text(json.dumps(splits))
    seen = hashlib.sha256(judge.read_bytes()).hexdigest()
    own = {"photo_sha256": seen} if told_by == "digest" else {"photo": "000002.png"}
    folder(tmp_path / "cut", {"free": disc(), "held": disc((60, 40))}, category="cup",
           held=own)  # fmt: skip
    out, told = made(pasting(tmp_path, splits=str(tmp_path / "splits")))
    assets = {one["asset_id"] for one in told["annotations"] if "asset_id" in one}
    assert assets == {"fragment/cup/free"}
    assert {one["source_image"] for one in told["images"]} == {"000001.png"}
    learned = made_with(out)
    assert learned.test == ("000002.png",)
    assert "000001.png" in learned.exposed
    first = hashlib.sha256((tmp_path / "a" / "images" / "000001.png").read_bytes()).hexdigest()
    assert first in learned.digests
    assert seen not in learned.digests


def test_cut_outs_of_what_the_set_does_not_have_are_refused(tmp_path):
    finished_set(tmp_path)
    with pytest.raises(NothingToPaste, match="2 of categories that the set has no boxes of"):
        made(pasting(tmp_path, named="gadget"))


def test_other_splits_are_another_set_and_a_cut_out_that_shows_nothing_is_left_out(tmp_path):
    finished_set(tmp_path, seeds=(None, None))
    for name, judge in (("one", "000002.png"), ("other", "000001.png")):
        parts = {"exposed": [], "validation": [], "test": [judge]}
        (tmp_path / name).mkdir()
        told = {"seed": 0, "shares": {}, "images": parts}
        (tmp_path / name / "splits.json").write_text(json.dumps(told))
    folder(tmp_path / "cut", {"shown": disc(), "empty": np.zeros((60, 40, 4), np.uint8)},
           category="cup")  # fmt: skip
    _, told = made(pasting(tmp_path, splits=str(tmp_path / "one")))
    assets = {one["asset_id"] for one in told["annotations"] if "asset_id" in one}
    assert assets == {"fragment/cup/shown"}
    with pytest.raises(OtherDecision):
        made(pasting(tmp_path, splits=str(tmp_path / "other")))
