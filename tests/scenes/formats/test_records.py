"""What a record says more than once or in others' words, one small set each."""

import json

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from scenes.formats import yolo_rows
from scenes.sets import repair
from scenes.sets.boxes import claims, set_order
from tests.scenes.formats.made import as_voc, as_yolo, read, with_photo
from tests.scenes.sets import box, write_coco

BOX = (2, 3, 10, 8)
SQUARE = [[2, 3, 12, 3, 12, 11, 2, 11]]
LINE = "0 0.175 0.2333333333 0.25 0.2666666667"  # BOX


def labelled(folder, text, about=""):
    as_yolo(with_photo(folder), [BOX]).joinpath("labels/1.txt").write_text(text)
    (folder / "data.yaml").write_text(f"names: [chair]\n{about}")
    return read(folder)


@pytest.mark.parametrize(("rest", "about", "sentence"), [
    (" 0.1 0.2 0.2 0.3 0.25 0.2 0.15 0.25", "kpt_shape: [4, 2]", yolo_rows.KEYPOINTS),
    (" 0.1 0.2 2 0.2 0.3 1", "kpt_shape: [2, 3]", yolo_rows.KEYPOINTS),
    (" 0.1 0.2", "kpt_shape: [1, 2]", yolo_rows.KEYPOINTS),
    (" 0.1 0.2 2 0.2 0.3 1 0.3 0.2 0", "kpt_shape: [3, 3]", yolo_rows.KEYPOINTS),
    (" 0.07 0.13 0.28 0.33 0.1 0.2 0.2 0.3", "", yolo_rows.GUESSED),
    (" 0.91", "", yolo_rows.CONFIDENCE), (" 0.91 17", "", yolo_rows.CONFIDENCE),
    (" 17", "", yolo_rows.CONFIDENCE)])  # fmt: skip
def test_columns_behind_a_box_are_left_aside_and_counted(tmp_path, rest, about, sentence):
    found = labelled(tmp_path, LINE + rest + "\n", about)
    assert found.annotations[0].bbox == pytest.approx(BOX, abs=1e-4)
    assert found.repairs == {sentence: 1}


def test_an_outline_with_a_confidence_is_an_outline(tmp_path):
    found = labelled(tmp_path, "0 0.05 0.1 0.3 0.1 0.3 0.4 0.05 0.4 0.93\n")
    assert found.annotations[0].bbox == pytest.approx((2, 3, 10, 9))
    assert found.repairs == {yolo_rows.CONFIDENCE: 1}


def test_outlines_of_several_lengths_are_no_keypoints(tmp_path):
    square, triangle = "0 0.5 0.5 0.6 0.5 0.6 0.6 0.5 0.6", "0 0.5 0.5 0.7 0.5 0.55 0.6"
    assert not labelled(tmp_path, f"{square}\n{triangle}\n").repairs


def _of_order(name, x, y, w, h):
    return {
        "shares": [x / 40, y / 30, w / 40, h / 30], "corners": [x, y, x + w, y + h],
        "bottom": [x, 30 - y - h, w, h], "centre": [x + w / 2, y + h / 2, w, h],
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", ["shares", "corners", "bottom", "centre"])
def test_boxes_told_in_another_order_are_read_by_their_masks(tmp_path, name):
    told = _of_order(name, *BOX)
    found = read(write_coco(tmp_path, annotations=[box(1, told, segmentation=SQUARE)]).parent)
    assert found.annotations[0].bbox == pytest.approx(BOX)
    (sentence,) = found.repairs
    assert "read as such" in sentence


def test_boxes_told_by_their_corners_are_seen_by_how_far_they_stick_out(tmp_path):
    boxes = [(22, 15, 10, 8), (25, 12, 10, 14), (16, 16, 20, 10), (5, 4, 25, 20)]
    told = [box(n, _of_order("corners", *b)) for n, b in enumerate(boxes, 1)]
    found = read(write_coco(tmp_path, annotations=told).parent)
    assert [a.bbox for a in found.annotations] == boxes


def test_boxes_that_could_be_corners_are_counted(tmp_path):
    told = [box(1, [16, 9, 24, 21]), box(2, [1, 1, 20, 16])]
    found = read(write_coco(tmp_path, annotations=told).parent)
    assert found.repairs == {set_order.AMBIGUOUS: 2}


def test_an_area_tells_corners_from_sizes_and_one_that_fits_neither_is_counted(tmp_path):
    found = read(write_coco(tmp_path, annotations=[box(1, [5, 5, 15, 13], area=80)]).parent)
    assert found.annotations[0].bbox == (5, 5, 10, 8)
    found = read(write_coco(tmp_path, annotations=[box(1, [5, 5, 15, 13], area=999)]).parent)
    assert found.repairs == {claims.BAD_AREA: 1}


@pytest.mark.parametrize(("mask", "sentence"), [
    ([[20, 20, 30, 20, 30, 28]], claims.OUTSIDE_BOX), ([[3, 4, 5, 4, 5, 6]], claims.LOOSE)],
)  # fmt: skip
def test_a_mask_that_contradicts_its_box_is_counted_and_the_box_kept(tmp_path, mask, sentence):
    found = read(write_coco(tmp_path, annotations=[box(segmentation=mask)]).parent)
    assert found.annotations[0].bbox == BOX
    assert found.repairs == {sentence: 1}


def test_a_mask_told_by_rows_is_read_by_rows(tmp_path):
    flags = np.zeros((30, 40), dtype=np.uint8)
    flags[3:11, 2:12] = 1
    ends = np.flatnonzero(np.diff(flags.ravel())) + 1
    told = {"size": [30, 40], "counts": np.diff([0, *ends, 1200]).tolist()}
    found = read(write_coco(tmp_path, annotations=[box(segmentation=told)]).parent)
    assert found.repairs == {claims.ROWS: 1}
    assert (coco_mask.decode(found.annotations[0].segmentation) == flags).all()


@pytest.mark.parametrize("bbox", [None, [], [2, 3, 0, 0], [99, 99, 5, 5]])
def test_a_box_that_is_missing_or_of_no_use_is_its_masks(tmp_path, bbox):
    found = read(write_coco(tmp_path, annotations=[box(1, bbox, segmentation=SQUARE)]).parent)
    assert found.annotations[0].bbox == BOX
    assert len(found.repairs) == 1


@pytest.mark.parametrize("changes", [{"attributes": {"rotation": 90.0}}, {"rotation": 270}])
def test_a_turned_box_is_the_upright_one_round_it(tmp_path, changes):
    found = read(write_coco(tmp_path, annotations=[box(1, [10, 10, 12, 4], **changes)]).parent)
    assert found.annotations[0].bbox == pytest.approx((14, 6, 4, 12))
    assert found.repairs == {claims.ROTATED: 1}


def test_a_rotated_voc_box_is_the_upright_one_round_it(tmp_path):
    path = as_voc(tmp_path, [BOX]) / "Annotations" / "1.xml"
    text = path.read_text()
    start, end = text.index("<bndbox>"), text.index("</bndbox>") + 9
    turned = "<cx>16</cx><cy>12</cy><w>12</w><h>4</h><angle>1.5707963268</angle>"
    path.write_text(f"{text[:start]}<robndbox>{turned}</robndbox>{text[end:]}")
    found = read(tmp_path)
    assert found.annotations[0].bbox == pytest.approx((14, 6, 4, 12))
    assert found.repairs == {claims.ROTATED: 1}


def test_masks_alone_that_are_marked_as_crowds_are_objects(tmp_path):
    mask = coco_mask.frPyObjects(SQUARE, 30, 40)[0]
    told = {"size": [30, 40], "counts": mask["counts"].decode()}
    found = read(write_coco(tmp_path, annotations=[box(iscrowd=1, segmentation=told)]).parent)
    assert found.repairs == {repair.BRUSHED: 1}


def _label_studio_box(turned):
    value = {"x": 35.0, "y": 20.0, "width": 30.0, "height": 13.333333333,
             "rotation": turned, "rectanglelabels": ["chair"]}  # fmt: skip
    return {"type": "rectanglelabels", "value": value, "original_width": 40, "original_height": 30}


def test_label_studio_turns_boxes_about_their_first_corner(tmp_path):
    task = {"data": {"image": "1.png"}, "annotations": [{"result": [_label_studio_box(90)]}]}
    (tmp_path / "export.json").write_text(json.dumps([task]))
    found = read(tmp_path)
    assert found.annotations[0].bbox == pytest.approx((10, 6, 4, 12))
    assert found.repairs == {claims.ROTATED: 1}


def test_masks_of_cvat_and_supervisely_are_the_pixels_they_mean(tmp_path):
    flags = np.zeros((8, 10), dtype=np.uint8)
    flags[:, 3:] = 1
    flags[2, 0] = 1
    ends = np.flatnonzero(np.diff(flags.ravel())) + 1
    runs = ", ".join(map(str, np.diff([0, *ends, 80])))
    mask = f'<mask label="chair" rle="{runs}" left="2" top="3" width="10" height="8"/>'
    (tmp_path / "annotations.xml").write_text(
        f'<annotations><image name="1.png" width="40" height="30">{mask}</image></annotations>'
    )
    whole = np.zeros((30, 40), dtype=np.uint8)
    whole[3:11, 2:12] = flags
    found = read(tmp_path)
    assert (coco_mask.decode(found.annotations[0].segmentation) == whole).all()
    assert found.annotations[0].bbox == BOX
    assert not found.repairs
