"""Kinds of contradiction that people's own files hold, one small set each."""

import json
import unicodedata

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from scenes.formats import yolo_layout, yolo_rows
from scenes.formats.read import read_real
from scenes.measuring.measure import measure
from scenes.sets import assembly, belonging, claims, depth_maps, photos, repair
from tests.scenes.formats.made import as_voc, as_yolo, with_photo
from tests.scenes.sets import box, image, write_coco, write_photo

BOX = (2, 3, 10, 8)
SQUARE = [[2, 3, 12, 3, 12, 11, 2, 11]]
LINE = "0 0.175 0.2333333333 0.25 0.2666666667"  # BOX


def read(folder):
    return read_real(folder, format=None)


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
    assert found.repairs == {claims.AMBIGUOUS: 2}


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


@pytest.mark.parametrize(("name", "on_disk"), [
    ("IMG_1.JPG", "img_1.jpg"), ("my%20chair.png", "my chair.png"), ("a.jpg", "a.jfif"),
    (unicodedata.normalize("NFC", "stühle.png"), unicodedata.normalize("NFD", "stühle.png")),
])  # fmt: skip
def test_a_photo_of_another_spelling_is_found_and_said(tmp_path, name, on_disk):
    write_photo(tmp_path / "1.png").rename(tmp_path / on_disk)
    found = read(write_coco(tmp_path, images=[image(file_name=name)]).parent)
    assert found.images[0].path.name == on_disk
    assert found.repairs == {belonging.RESPELLED.format(kind="photos"): 1}


def test_a_photo_of_the_same_base_name_is_not_anothers(tmp_path):
    for place in ("images/0001.png", "images/cam1/0001.png"):
        write_photo(tmp_path / place)
    images = [image(n, file_name=f"cam{n}/0001.png") for n in (1, 2)]
    found = read(write_coco(tmp_path, images=images).parent)
    assert [i.path is not None for i in found.images] == [True, False]
    assert found.repairs == {photos.ABSENT: 1}


def test_a_base_name_is_enough_where_it_is_one_images_alone_and_is_said(tmp_path):
    write_photo(tmp_path / "images/0001.png")
    found = read(write_coco(tmp_path, images=[image(file_name="upload/4/0001.png")]).parent)
    assert found.has_photos
    assert found.repairs == {belonging.SHORTENED.format(kind="photos"): 1}


def test_a_folder_that_is_there_and_lacks_the_photo_is_believed(tmp_path):
    write_photo(tmp_path / "images/0001.png")
    (tmp_path / "images/cam2").mkdir()
    assert not read(
        write_coco(tmp_path, images=[image(file_name="cam2/0001.png")]).parent
    ).has_photos


def test_a_photo_that_two_images_claim_is_neithers(tmp_path):
    write_photo(tmp_path / "1.png")
    found = read(write_coco(tmp_path, images=[image(1), image(2, file_name="1.png")]).parent)
    assert not found.has_photos
    assert found.repairs == {belonging.SHARED.format(kind="photos"): 2}


def test_a_label_whose_name_two_photos_bear_gets_none_of_them(tmp_path):
    as_yolo(with_photo(tmp_path), [BOX])
    write_photo(tmp_path / "images/1.jpg")
    assert read(tmp_path).repairs[belonging.SEVERAL.format(kind="photos")] == 1


def test_an_xml_with_a_stale_name_is_of_the_photo_of_its_own_name(tmp_path):
    as_voc(with_photo(tmp_path, name="1"), [BOX], name="1")
    path = as_voc(with_photo(tmp_path, name="2"), [BOX], name="2") / "Annotations" / "2.xml"
    path.write_text(path.read_text().replace("2.png", "1.png"))
    assert [i.path.name for i in read(tmp_path).images] == ["1.png", "2.png"]


def _depth(path, size=(40, 30), millimetres=2000):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(size[::-1], millimetres, dtype=np.uint16)).save(path)


def depths(found):
    table = measure(found, pixels=False)
    return table.column("depth").tolist() if "depth" in table.attributes else []


def test_a_depth_map_of_the_same_base_name_is_not_anothers(tmp_path):
    images = [image(n, file_name=f"cam{n}/0001.png") for n in (1, 2)]
    boxes = [box(n, image_id=n, segmentation=SQUARE) for n in (1, 2)]
    _depth(tmp_path / "depth/cam1/0001.png")
    _depth(tmp_path / "depth/0001.png", millimetres=9000)
    found = read(write_coco(tmp_path, images=images, annotations=boxes).parent)
    assert depths(found) == pytest.approx([2, np.nan], nan_ok=True)


def test_a_depth_map_that_two_photos_could_have_is_neithers(tmp_path):
    images = [image(1, file_name="a.jpg"), image(2, file_name="a.png")]
    boxes = [box(n, image_id=n, segmentation=SQUARE) for n in (1, 2)]
    _depth(tmp_path / "depth/a.png")
    found = read(write_coco(tmp_path, images=images, annotations=boxes).parent)
    assert found.repairs == {belonging.SHARED.format(kind="depth maps"): 2}
    assert depths(found) == []


def test_a_depth_map_is_turned_with_its_photo(tmp_path):
    write_photo(tmp_path / "1.png", (30, 40), orientation=6)  # upright 40 x 30
    stored = np.zeros((40, 30), dtype=np.uint16)
    stored[28:, :] = 5000  # the photo's lower edge as stored, its left side once upright
    (tmp_path / "depth").mkdir()
    Image.fromarray(stored).save(tmp_path / "depth/1.png")
    boxes = [box(1, segmentation=SQUARE), box(2, [25, 3, 10, 8], segmentation=[
        [25, 3, 35, 3, 35, 11, 25, 11]])]  # fmt: skip
    found = read(write_coco(tmp_path, annotations=boxes).parent)
    assert depths(found) == pytest.approx([5, np.nan], nan_ok=True)


def test_a_depth_map_of_other_proportions_is_left_out_and_counted(tmp_path):
    _depth(tmp_path / "depth/1.png", size=(30, 40))
    found = read(write_coco(tmp_path, annotations=[box(segmentation=SQUARE)]).parent)
    assert found.repairs == {depth_maps.RESHAPED: 1}


def test_a_size_that_is_told_turned_is_the_files_where_only_that_holds_the_boxes(tmp_path):
    write_photo(tmp_path / "1.png", (60, 30))
    told = [image(width=30, height=60)]
    found = read(write_coco(tmp_path, images=told, annotations=[box(1, [45, 3, 10, 8])]).parent)
    assert (found.images[0].width_px, found.images[0].height_px) == (60, 30)
    assert found.annotations[0].bbox == (45, 3, 10, 8)
    assert found.repairs == {repair.SIZE_OF_FILE: 1}


def test_one_image_of_unknown_size_is_dropped_and_the_others_stay(tmp_path):
    images = [image(1), image(2, width=None)]
    found = read(
        write_coco(tmp_path, images=images, annotations=[box(1), box(2, image_id=2)]).parent
    )
    assert [i.id for i in found.images] == [1]
    assert found.repairs == {repair.UNSIZED: 1, repair.NO_IMAGE: 1}


@pytest.mark.parametrize("keys", [("a.png", "b.png"), ("0b1c", "77"), (-1, 2.5)])
def test_images_may_be_called_by_names(tmp_path, keys):
    images = [image(key, file_name=f"{n}.png") for n, key in enumerate(keys)]
    boxes = [box(n, image_id=key) for n, key in enumerate(keys, 1)]
    found = read(write_coco(tmp_path, images=images, annotations=boxes).parent)
    assert [(a.image_id, found.images[a.image_id - 1].told_id) for a in found.annotations] == [
        (1, found.images[0].told_id), (2, found.images[1].told_id)
    ]  # fmt: skip
    assert found.repairs[assembly.NUMBERED_IMAGES] >= 1


def test_two_ids_of_one_name_and_its_spellings_are_one_category_and_said(tmp_path):
    names = ("chair", "chair", "Chair", "chair ", "table")
    kinds = [{"id": n, "name": name} for n, name in enumerate(names)]
    boxes = [box(n + 1, [n, n, 5, 5], category_id=n) for n in range(5)]
    found = read(write_coco(tmp_path, categories=kinds, annotations=boxes).parent)
    assert [found.categories[a.category_id] for a in found.annotations] == ["chair"] * 4 + ["table"]
    assert any("'chair', 'Chair'" in note for note in found.notes)
    assert 0 not in found.categories


def test_an_image_without_a_name_is_named_by_its_address(tmp_path):
    told = {"id": 1, "width": 40, "height": 30, "coco_url": "http://x.org/train2017/0001.png"}
    write_photo(tmp_path / "train2017/0001.png")
    found = read(write_coco(tmp_path, images=[told]).parent)
    assert found.has_photos


def test_splits_of_any_name_are_read_and_what_is_left_is_named(tmp_path):
    for split in ("Train", "dev", "extras"):
        as_voc(with_photo(tmp_path, within=split, name=split), [BOX], within=split, name=split)
    found = read(tmp_path)
    assert len(found.images) == 2
    assert any("extras/ holds more Pascal VOC that is not read" in note for note in found.notes)


def test_a_data_yaml_leads_to_splits_elsewhere(tmp_path):
    home = as_yolo(with_photo(tmp_path / "data/chairs", within="images/odd"), [BOX], "labels/odd")
    (home / "data.yaml").unlink()
    (tmp_path / "cfg").mkdir()
    (tmp_path / "cfg/data.yaml").write_text(
        "path: ../data/chairs\ntrain: images/odd\nval: images/none\nnames: [chair]\n"
    )
    found = read(tmp_path / "cfg")
    assert found.annotations[0].bbox == pytest.approx(BOX)
    assert "val: images/none of data.yaml is not there" in found.notes


def test_a_list_of_photos_is_no_label_and_leads_to_them(tmp_path):
    as_yolo(with_photo(tmp_path, within="obj_train_data"), [BOX], within="obj_train_data")
    (tmp_path / "data.yaml").unlink()
    (tmp_path / "obj.names").write_text("chair\n")
    (tmp_path / "obj.data").write_text("train = data/train.txt\nnames = data/obj.names\n")
    (tmp_path / "train.txt").write_text("data/obj_train_data/1.png\n")
    assert yolo_layout.is_list_of_photos(tmp_path / "train.txt")
    found = read(tmp_path)
    assert (len(found.images), found.annotations[0].bbox) == (1, pytest.approx(BOX))


@pytest.mark.parametrize(("pixels", "wanted", "sentence"), [
    (np.full((30, 40), 0.5, dtype=np.float32), 127, photos.FLOATING),
    (np.full((30, 40), 128, dtype=np.int32), 128, photos.FLOATING),
    (np.full((30, 40), 2048, dtype=np.uint16), 127, photos.DEEP)])  # fmt: skip
def test_photos_of_many_bits_are_as_bright_as_they_are(tmp_path, pixels, wanted, sentence):
    Image.fromarray(pixels).save(tmp_path / "1.tif")
    found = read(write_coco(tmp_path, images=[image(file_name="1.tif")]).parent)
    assert (photos.read_rgb(found.images[0].path, (40, 30)) == wanted).all()
    assert found.repairs == {sentence: 1}


def test_what_is_transparent_is_white(tmp_path):
    pixels = np.zeros((30, 40, 4), dtype=np.uint8)
    pixels[:, :20, 3] = 255
    Image.fromarray(pixels).save(tmp_path / "1.png")
    found = read(write_coco(tmp_path).parent)
    rgb = photos.read_rgb(found.images[0].path, (40, 30))
    assert (rgb[:, :20] == 0).all() and (rgb[:, 20:] == 255).all()
    assert found.repairs == {photos.SEE_THROUGH: 1}


@pytest.mark.parametrize("name", [".", "..", "/", "a\0b", "x" * 999, "\\", "http://[", "%"])
def test_a_name_that_no_file_can_have_is_an_absent_photo(tmp_path, name):
    assert not read(write_coco(tmp_path, images=[image(file_name=name)]).parent).has_photos


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
