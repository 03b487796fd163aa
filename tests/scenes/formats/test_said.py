"""What is left, guessed at or taken by a weaker rule, and therefore said; one small set each."""

import json

import numpy as np
import pytest

from scenes.files.rle import rle, told_pixels
from scenes.formats import split_folders, yolo_layout, yolo_rows
from scenes.formats.tools import label_studio, labelme
from scenes.sets import depth_maps, masks, photos, repair
from scenes.sets.boxes import claims, set_order
from tests.scenes.formats.made import as_voc, as_yolo, read, with_photo
from tests.scenes.sets import box, image, write_coco, write_photo

BOX = (2, 3, 10, 8)


def split(folder, name, **lists):
    path = write_coco(with_photo(folder / name, "", "1"), **lists)
    return path.rename(path.with_name("_annotations.coco.json"))


def test_a_split_without_a_box_or_of_unknown_sizes_does_not_take_the_others_along(tmp_path):
    for name, lists in (("train", {}), ("valid", {"annotations": []})):
        split(tmp_path, name, **lists)
    nameless = [image(1, width=None, file_name="gone.png")]
    split(tmp_path, "test", images=nameless)
    found = read(tmp_path)
    assert (len(found.images), len(found.annotations)) == (2, 1)
    assert any("test/_annotations.coco.json is left out" in note for note in found.notes)


def test_a_split_whose_photos_are_gone_is_counted_beside_the_others(tmp_path):
    split(tmp_path, "train")
    (split(tmp_path, "valid").parent / "1.png").unlink()
    assert read(tmp_path).repairs == {photos.ABSENT: 1}


def test_files_named_as_splits_are_read_together_and_a_photo_told_twice_is_said(tmp_path):
    for name in ("coco_train", "coco_val2017"):
        write_coco(with_photo(tmp_path)).rename(tmp_path / f"{name}.json")
    assert read(tmp_path).repairs == {split_folders.SEVERAL: 1}


def test_a_json_that_is_cut_off_beside_whole_ones_is_named(tmp_path):
    split(tmp_path, "train").rename(tmp_path / "train" / "train.json")
    (tmp_path / "val").mkdir()
    (tmp_path / "val" / "val.json").write_text('{"images": [{"id": 1')
    assert read(tmp_path).notes[-1] == "val/val.json is no whole JSON and is not read"


def test_a_manifest_that_lists_assets_is_no_vott(tmp_path):
    write_coco(with_photo(tmp_path))
    told = {"assets": {"chair/stool/0": {"category": "chair", "licence": "CC0-1.0"}}}
    (tmp_path / "manifest.json").write_text(json.dumps(told))
    assert read(tmp_path).notes == ("read as COCO: annotations.json",)


def test_an_xml_of_another_kind_beside_a_set_is_no_voc(tmp_path):
    write_coco(with_photo(tmp_path))
    (tmp_path / "label_config.xml").write_text("<View><Image name='image'/></View>")
    assert read(tmp_path).notes == ("read as COCO: annotations.json",)


def test_masks_beside_an_xml_are_named(tmp_path):
    with_photo(as_voc(tmp_path, [BOX]), within="SegmentationClass")
    assert any(n.startswith("SegmentationClass/ is not read") for n in read(tmp_path).notes)


def test_the_lists_of_an_xml_are_named(tmp_path):
    (as_voc(tmp_path, [BOX]) / "ImageSets").mkdir()
    assert any(n.startswith("ImageSets/ is not read") for n in read(tmp_path).notes)


def test_a_listed_photo_that_is_nowhere_is_counted(tmp_path):
    with_photo(as_yolo(tmp_path, [BOX]), within="images")
    (tmp_path / "train.txt").write_text("images/1.png\nimages/gone.png\n")
    lost = [note for note in read(tmp_path).notes if yolo_layout.LOST in note]
    assert len(lost) == 1 and lost[0].startswith("1 ") and lost[0].endswith("images/gone.png")


def test_the_flat_photo_of_two_nested_xmls_is_neithers(tmp_path):
    for folder in ("x", "y"):
        as_voc(tmp_path, [BOX], within=f"Annotations/{folder}")
    with_photo(with_photo(tmp_path, "JPEGImages/y"), "JPEGImages")
    found = read(tmp_path)
    assert [i.path and i.path.parent.name for i in found.images] == [None, "y"]
    assert found.repairs == {photos.ABSENT: 1}


def test_a_data_yaml_may_lead_out_of_the_folder_and_what_it_does_not_lead_to_is_said(tmp_path):
    away = as_yolo(with_photo(tmp_path / "away", "images/in"), [BOX], "labels/in")
    as_yolo(with_photo(away, "images/out"), [BOX], "labels/out")
    here = tmp_path / "here"
    here.mkdir()
    (here / "data.yaml").write_text(f"path: {away}\ntrain: images/in\nnames: [chair]\n")
    assert len(read(here).images) == 1
    (away / "data.yaml").write_text("train: images/in\nval: gone/images\nnames: [chair]\n")
    notes = read(away).notes
    assert "val: gone/images of data.yaml is not there, images is taken" in notes


def test_labels_that_no_list_tells_are_said_and_photos_without_any(tmp_path):
    for name in ("1", "2"):
        as_yolo(with_photo(tmp_path, name=name), [BOX], name=name)
    with_photo(tmp_path, "test/images", "3")
    (tmp_path / "train.txt").write_text("images\\1.png\r\n")
    (tmp_path / "data.yaml").write_text("train: train.txt\ntest: test/images\nnames: [chair]\n")
    found = read(tmp_path)
    assert any("1 label files to which data.yaml" in note for note in found.notes)
    assert any("1 photos without a label file" in note for note in found.notes)


def test_names_that_yaml_takes_for_other_things_are_names(tmp_path):
    as_yolo(with_photo(tmp_path), [BOX])
    (tmp_path / "data.yaml").write_text("names: [no, 7, 1e3]\n")
    assert list(read(tmp_path).categories.values()) == ["no", "7", "1e3"]


def test_an_empty_line_between_classes_is_said(tmp_path):
    as_yolo(with_photo(tmp_path), [BOX])
    (tmp_path / "data.yaml").unlink()
    (tmp_path / "classes.txt").write_bytes(b"\xef\xbb\xbfchair\r\n\r\ntable\r\n\r\n")
    found = read(tmp_path)
    assert list(found.categories.values()) == ["chair", "table"]
    assert "empty lines between its names" in found.notes[-1]


BEGIN = "0 0.175 0.2333333333 0.25 0.2666666667"  # BOX


@pytest.mark.parametrize(("rest", "bbox", "sentence"), [
    (" 0.14 0.2 0.2 0.24", None, yolo_rows.COULD), (" 17 0.9", BOX, yolo_rows.CONFIDENCE),
    (" 0.9 0.9 2 0.1 0.2 1 0 0 0", BOX, yolo_rows.GUESSED)])  # fmt: skip
def test_columns_that_could_be_two_things_are_said(tmp_path, rest, bbox, sentence):
    as_yolo(with_photo(tmp_path), [BOX]).joinpath("labels/1.txt").write_text(f"{BEGIN}{rest}\n")
    found = read(tmp_path)
    assert found.repairs == {sentence: 1}
    assert bbox is None or found.annotations[0].bbox == pytest.approx(bbox, abs=1e-4)


RIGHT = (20, 15, 10, 8)


@pytest.mark.parametrize("told", [
    (0.5, 0.5, 0.75, 23 / 30), (0.625, 19 / 30, 0.25, 8 / 30), (21, 16, 30, 23)])  # fmt: skip
def test_voc_boxes_of_shares_are_read_as_such(tmp_path, told):
    path = as_voc(tmp_path, [RIGHT]) / "Annotations" / "1.xml"
    text = path.read_text()
    for side, value in zip(("xmin>21", "ymin>16", "xmax>30", "ymax>23"), told, strict=True):
        text = text.replace(f"<{side}", f"<{side[:5]}{value}")
    path.write_text(text)
    assert read(tmp_path).annotations[0].bbox == pytest.approx(RIGHT)


def test_an_area_that_is_none_or_that_of_corners_is_said(tmp_path):
    boxes = [
        box(1, [20, 15, 30, 25], area=100),
        box(2, [2, 3, 10, 8], area=0),
        box(3, [9, 1, 5, 4]),
    ]
    found = read(write_coco(tmp_path, annotations=boxes).parent)
    assert found.repairs[claims.BAD_AREA] == 2


def test_one_box_that_reaches_as_far_as_corners_do_is_said(tmp_path):
    found = read(write_coco(tmp_path, annotations=[box(1, [16, 9, 24, 21])]).parent)
    assert found.repairs == {set_order.AMBIGUOUS: 1}


def test_a_mask_that_could_have_been_a_missing_box_is_said(tmp_path):
    flags = np.zeros((40, 30), dtype=np.uint8, order="F")
    flags[3:9, 2:8] = 1
    lying = masks.coco_mask.encode(flags)
    told = {"size": lying["size"], "counts": lying["counts"].decode()}
    boxes = [box(1), box(2, None, segmentation=told)]
    assert read(write_coco(tmp_path, annotations=boxes).parent).repairs[claims.BAD_MASK] == 1


def test_a_labelme_file_with_a_stale_name_is_of_its_own_photo(tmp_path):
    shape = {"label": "chair", "shape_type": "rectangle", "points": [[2, 3], [12, 11]]}
    with_photo(with_photo(tmp_path, "", "1"), "", "2")
    (tmp_path / "1.json").write_text(json.dumps({"imagePath": "..\\2.png", "shapes": [shape]}))
    found = read(tmp_path)
    assert found.images[0].path == tmp_path / "1.png"
    assert found.repairs == {labelme.OTHER_NAME: 1}


def test_json_min_of_label_studio_is_its_json_and_turned_photos_are_left_aside(tmp_path):
    shape = {"x": 5, "y": 10, "width": 25, "height": 80 / 3, "rectanglelabels": ["chair"],
             "original_width": 40, "original_height": 30}  # fmt: skip
    shapes = [shape, {**shape, "image_rotation": 90}]
    (with_photo(tmp_path) / "e.json").write_text(
        json.dumps([{"id": 1, "image": "1.png", "label": shapes}])
    )
    found = read(tmp_path)
    assert [a.bbox for a in found.annotations] == [pytest.approx(BOX)]
    assert found.repairs == {label_studio.SHOWN_TURNED: 1}


@pytest.mark.parametrize(("name", "orientation", "sentence"), [
    ("1.jpg.npy", 1, None), ("1_depth.npy", 1, depth_maps.UNUSED),
    ("1.npy", 3, depth_maps.IN_PLACE)])  # fmt: skip
def test_a_depth_map_is_found_by_a_further_suffix_or_said(tmp_path, name, orientation, sentence):
    write_photo(tmp_path / "1.jpg", orientation=orientation)
    (tmp_path / "depth").mkdir()
    np.save(tmp_path / "depth" / name, np.ones((30, 40), np.float32))
    found = read(write_coco(tmp_path, images=[image(1, file_name="1.jpg")]).parent)
    assert found.repairs == ({} if sentence is None else {sentence: 1})
    assert (found.images[0].depth_path is None) == (sentence == depth_maps.UNUSED)


def test_a_repair_is_never_a_crash_where_an_image_is_claimed_twice(tmp_path):
    region = {"shape_attributes": {"name": "rect", "x": 1, "y": 2, "width": 3, "height": 4},
              "region_attributes": {"class": "chair"}}  # fmt: skip
    record = {"filename": "1.png", "regions": [region]}
    (with_photo(tmp_path) / "via.json").write_text(json.dumps({"a": record, "b": record}))
    with pytest.raises(repair.UnknownImageSize, match="2 photos that several images claim"):
        read(tmp_path)


@pytest.mark.parametrize("kept", [0, 1, 3, -1])
def test_a_mask_whose_counts_are_cut_off_is_left_out_and_counted(tmp_path, kept):
    flags = np.zeros((30, 40), dtype=np.bool_)
    flags[3:11, 2:12] = True
    whole = rle(flags)
    assert told_pixels(whole["counts"]) == 1200
    cut = {**whole, "counts": whole["counts"][:kept]}
    found = read(write_coco(tmp_path, annotations=[box(1, segmentation=cut)]).parent)
    assert found.annotations[0].segmentation is None
    assert found.repairs == {claims.BAD_MASK: 1}


def of_voc(folder, boxes):
    path = as_voc(folder, [BOX] * len(boxes)) / "Annotations" / "1.xml"
    first, *rest = path.read_text().split("<bndbox>")
    sides = ("xmin", "ymin", "xmax", "ymax")
    told = ("".join(f"<{s}>{n}</{s}>" for s, n in zip(sides, b, strict=True)) for b in boxes)
    kept = (part[part.index("</bndbox>") :] for part in rest)
    text = "".join(f"<bndbox>{b}{part}" for b, part in zip(told, kept, strict=True))
    path.write_text(first + text)
    return read(folder)


def test_voc_boxes_told_from_their_lower_right_corner_are_corners_and_mixed_ones_are_sizes(
    tmp_path,
):
    corners = [(12, 11, 3, 4), (22, 20, 8, 9), (30, 25, 20, 19), (19, 18, 5, 6)]
    found = of_voc(tmp_path / "corners", corners)
    assert found.annotations[0].bbox == BOX
    assert found.repairs == {claims.SWAPPED: 4}
    sizes = [(2, 3, 10, 8), (20, 10, 6, 15), (10, 20, 12, 6), (25, 15, 5, 5)]
    found = of_voc(tmp_path / "sizes", sizes)
    assert [a.bbox for a in found.annotations] == sizes
