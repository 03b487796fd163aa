"""What tools and exporters say in words of their own, one small set each."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from scenes.formats.tools import labelme
from scenes.formats.tools.drawn import ROUND
from scenes.sets.boxes import claims
from tests.scenes.formats.made import as_voc, as_yolo, read, with_photo
from tests.scenes.sets import box, write_coco

BOX = (2, 3, 10, 8)


def labelled(folder, *shapes):
    told = {"shapes": shapes, "imagePath": "1.png", "imageWidth": 40, "imageHeight": 30}
    (folder / "1.json").write_text(json.dumps(told))
    return read(folder)


@pytest.mark.parametrize("mode", [0, 1, 2, 3])
def test_detectron2_says_how_its_boxes_are_told(tmp_path, mode):
    x, y, w, h = BOX
    told = [[x, y, x + w, y + h], [x, y, w, h], [x / 40, y / 30, (x + w) / 40, (y + h) / 30],
            [x / 40, y / 30, w / 40, h / 30]][mode]  # fmt: skip
    found = read(write_coco(tmp_path, annotations=[box(1, told, bbox_mode=mode)]).parent)
    assert found.annotations[0].bbox == pytest.approx(BOX)
    assert not found.repairs


def test_a_rotation_among_the_attributes_of_a_voc_box_turns_it(tmp_path):
    path = as_voc(tmp_path, [(10, 10, 12, 4)]) / "Annotations" / "1.xml"
    told = (
        "<attributes><attribute><name>rotation</name><value>90.0</value></attribute></attributes>"
    )
    path.write_text(path.read_text().replace("</object>", f"{told}</object>"))
    found = read(tmp_path)
    assert found.annotations[0].bbox == pytest.approx((14, 6, 4, 12))
    assert found.repairs == {claims.ROTATED: 1}


def test_a_second_file_of_names_that_contradicts_the_first_is_said(tmp_path):
    as_yolo(with_photo(tmp_path), [BOX])
    (tmp_path / "classes.txt").write_text("chair\n")
    assert len(read(tmp_path).notes) == 1
    (tmp_path / "classes.txt").write_text("table\n")
    assert "classes.txt names the classes otherwise than data.yaml" in read(tmp_path).notes[-1]


def test_a_category_that_is_called_by_a_number_is_called_so(tmp_path):
    kinds = [{"id": 1, "name": 7}]
    assert read(write_coco(tmp_path, categories=kinds).parent).categories == {1: "7"}


def test_outlines_of_one_labelme_group_are_one_object(tmp_path):
    shape = {"label": "chair", "shape_type": "polygon", "group_id": 4}
    parts = [[[2, 3], [5, 3], [5, 11], [2, 11]], [[8, 3], [12, 3], [12, 9], [8, 9]]]
    found = labelled(tmp_path, *({**shape, "points": part} for part in parts))
    assert found.annotations[0].bbox == BOX
    assert found.repairs == {labelme.GROUPED: 1}


def test_a_labelme_mask_is_the_pixels_it_means(tmp_path):
    flags = np.ones((8, 10), dtype=bool)
    flags[0, 5:] = False
    held = io.BytesIO()
    Image.fromarray(flags).save(held, "PNG")
    told = {"label": "chair", "shape_type": "mask", "points": [[2, 3], [11, 10]],
            "mask": base64.b64encode(held.getvalue()).decode()}  # fmt: skip
    found = labelled(tmp_path, told)
    whole = np.zeros((30, 40), dtype=bool)
    whole[3:11, 2:12] = flags
    assert found.annotations[0].bbox == BOX
    assert (coco_mask.decode(found.annotations[0].segmentation) == whole).all()
    assert not found.repairs
    spoilt = labelled(tmp_path, {**told, "mask": "AAAA"})
    assert spoilt.annotations[0].bbox == BOX
    assert spoilt.repairs == {claims.BAD_MASK: 1}


def test_label_studio_tells_a_shape_and_its_label_apart(tmp_path):
    value = {"x": 5.0, "y": 10.0, "width": 25.0, "height": 26.6666666667, "rotation": 0}
    told = {"id": "a", "value": value, "original_width": 40, "original_height": 30}
    results = [{**told, "type": "rectangle"},
               {**told, "type": "labels", "value": {**value, "labels": ["chair"]}}]  # fmt: skip
    task = {"data": {"image": "1.png"}, "annotations": [{"result": results}]}
    (tmp_path / "export.json").write_text(json.dumps([task]))
    found = read(tmp_path)
    assert [(found.categories[a.category_id], a.bbox) for a in found.annotations] == [
        ("chair", pytest.approx(BOX))
    ]
    assert not found.repairs


def test_an_ellipse_that_is_turned_has_the_box_round_it(tmp_path):
    with_photo(tmp_path)
    shape = {"name": "ellipse", "cx": 20, "cy": 15, "rx": 8, "ry": 3, "theta": np.pi / 2}
    region = {"shape_attributes": shape, "region_attributes": {"label": "chair"}}
    told = {"1.png9": {"filename": "1.png", "size": 9, "regions": [region]}}
    (tmp_path / "via.json").write_text(json.dumps(told))
    found = read(tmp_path)
    assert found.annotations[0].bbox == pytest.approx((17, 7, 6, 16))
    assert found.repairs == {ROUND: 1}
