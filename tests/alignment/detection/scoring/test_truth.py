from dataclasses import replace

import pytest

from alignment.detection.scoring.truth import NoSuchCategory, TooFewBoxes, Truth
from scenes.formats.coco import read_coco
from tests.scenes.sets import box, image, write_coco


def annotated(tmp_path, boxes=6, category="cup"):
    categories = [{"id": 3, "name": "Paper_Cup" if category == "cup" else category},
                  {"id": 7, "name": "fork"}]  # fmt: skip
    return read_coco(write_coco(
        tmp_path, categories=categories, images=[image(2), image(1), image(9)],
        annotations=[*(box(n, [n, n, 10, 10], image_id=1 + n % 2, category_id=3)
                       for n in range(1, boxes + 1)),
                     box(90, [0, 0, 5, 5], category_id=7)],
    ))  # fmt: skip


def test_names_are_matched_whatever_their_case_and_other_boxes_are_counted(tmp_path):
    truth = Truth.of(annotated(tmp_path), ["plate", "paper cup"])
    assert set(truth.labels) == {1}
    assert dict(truth.left_out) == {"fork": 1}
    assert truth.photo_count == 3
    assert (truth.image_ids[truth.photos] == [1, 1, 1, 2, 2, 2]).all()
    assert list(truth.annotation_ids) == [2, 4, 6, 1, 3, 5]


def test_a_set_of_other_things_is_refused_in_one_line_that_lists_them(tmp_path):
    with pytest.raises(NoSuchCategory, match=r"shows .*spoon \(6 boxes\).*expected .*cup") as told:
        Truth.of(annotated(tmp_path, category="spoon"), ["paper cup"])
    assert "\n" not in str(told.value)


def test_four_boxes_are_too_few_to_judge_by(tmp_path):
    with pytest.raises(TooFewBoxes, match="4 boxes of paper cup in 3 photos; expected 5 or more"):
        Truth.of(annotated(tmp_path, boxes=4), ["paper cup"])


@pytest.mark.parametrize("word", ["difficult", "ignore", "iscrowd"])
def test_what_the_set_marks_need_not_be_found_and_does_not_count(tmp_path, word):
    whole = annotated(tmp_path)
    first = replace(whole.annotations[0], extra={word: 1})
    truth = Truth.of(replace(whole, annotations=(first, *whole.annotations[1:])), ["paper cup"])
    assert (truth.annotation_ids[truth.ignored] == [first.id]).all()
    assert truth.crowds.sum() == (word == "iscrowd")
    fewer = replace(whole, annotations=(first, *whole.annotations[1:6]))
    with pytest.raises(TooFewBoxes, match="4 boxes"):
        Truth.of(fewer, ["paper cup"])


def test_area_shares_are_of_the_own_picture(tmp_path):
    truth = Truth.of(annotated(tmp_path), ["paper cup"])
    w, h = truth.sizes_px[0]
    assert truth.area_shares == pytest.approx([100 / (w * h)] * 6)
