"""Boxes that are turned, in the words of many exporters; all of them 12 by 4 about (16, 12)."""

import json
import math

import pytest

from scenes.sets.boxes import claims
from tests.scenes.formats.made import as_voc, as_yolo, read, with_photo
from tests.scenes.sets import box, write_coco

UPRIGHT, TURNED = (10, 10, 12, 4), (14, 6, 4, 12)


def of_coco(folder, **words):
    return read(write_coco(folder, annotations=[box(1, list(UPRIGHT), **words)]).parent)


@pytest.mark.parametrize("words", [
    {"angle": 90}, {"angle": 1.5708}, {"theta": math.pi / 2}, {"Rotation-Angle": "90"},
    {"attributes": {"rotation": -90}}, {"attributes": {"angle": 90.0}}])  # fmt: skip
def test_a_turned_box_is_the_upright_one_round_it_in_any_words(tmp_path, words):
    found = of_coco(tmp_path, **words)
    assert found.annotations[0].bbox == pytest.approx(TURNED, abs=1e-3)
    assert found.repairs == {claims.ROTATED: 1}


def test_an_angle_below_pi_is_of_degrees_where_another_of_the_set_is(tmp_path):
    boxes = [box(1, list(UPRIGHT), angle=1.5), box(2, [20, 10, 12, 4], angle=90)]
    found = read(write_coco(tmp_path, annotations=boxes).parent)
    assert found.annotations[0].bbox == pytest.approx(UPRIGHT, abs=0.4)


def test_a_box_whose_mask_fits_it_upright_is_upright(tmp_path):
    found = of_coco(tmp_path, rotation=90, segmentation=[[10, 10, 22, 10, 22, 14, 10, 14]])
    assert found.annotations[0].bbox == UPRIGHT
    assert found.repairs == {claims.UNTURNED: 1}


def test_a_voc_box_may_be_turned_by_an_angle(tmp_path):
    path = as_voc(tmp_path, [UPRIGHT]) / "Annotations" / "1.xml"
    path.write_text(path.read_text().replace("</bndbox>", "<angle>90</angle></bndbox>"))
    assert read(tmp_path).annotations[0].bbox == pytest.approx(TURNED)


@pytest.mark.parametrize("angle", [90.5, math.pi / 2])
def test_a_sixth_column_that_is_no_confidence_turns_yolos_boxes(tmp_path, angle):
    as_yolo(with_photo(tmp_path), [UPRIGHT])
    path = tmp_path / "labels/1.txt"
    path.write_text(f"{path.read_text().strip()} {angle}\n")
    found = read(tmp_path)
    assert found.annotations[0].bbox == pytest.approx(TURNED, abs=0.2)
    assert found.repairs == {claims.ROTATED: 1}


SIDES = {"x": 10, "y": 10, "width": 12, "height": 4}
REGION = {"tags": ["chair"], "type": "RECTANGLE", "angle": 90, "boundingBox": {
    "left": 10, "top": 10, "width": 12, "height": 4}}  # fmt: skip
EXPORTS = {
    "via": {"a": {"filename": "1.png", "regions": [{
        "shape_attributes": {"name": "rect", "rotation": 90, **SIDES},
        "region_attributes": {"class": "chair"}}]}},
    "labelme": {"imagePath": "1.png", "shapes": [{"label": "chair", "shape_type": "rectangle",
                "points": [[10, 10], [22, 14]], "rotation": 90}]},
    "supervisely": {"size": {"width": 40, "height": 30}, "objects": [{
        "classTitle": "chair", "geometryType": "rectangle", "angle": 90,
        "points": {"exterior": [[10, 10], [21, 13]]}}]},
    "vott": {"asset": {"name": "1.png"}, "regions": [REGION]},
    "createml": [{"image": "1.png", "annotations": [{
        "label": "chair", "coordinates": {**SIDES, "x": 16, "y": 12, "rotation": 90}}]}],
}  # fmt: skip


@pytest.mark.parametrize("tool", EXPORTS)
def test_a_tools_rectangle_may_be_turned(tmp_path, tool):
    (with_photo(tmp_path) / "1.json").write_text(json.dumps(EXPORTS[tool]))
    found = read(tmp_path)
    assert found.annotations[0].bbox == pytest.approx(TURNED)
    assert found.repairs == {claims.ROTATED: 1}
