"""Sets laid out in other ways, ids and names of other kinds, one small set each."""

import pytest

from scenes.formats import yolo_layout
from scenes.sets import assembly
from tests.scenes.formats.made import as_voc, as_yolo, read, with_photo
from tests.scenes.sets import box, image, write_coco, write_photo

BOX = (2, 3, 10, 8)


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


def test_coco_files_beside_those_of_known_names_are_named(tmp_path):
    path = write_coco(tmp_path)
    (tmp_path / "annotations").mkdir()
    home = path.rename(tmp_path / "annotations" / "instances_train.json")
    assert len(read(tmp_path).notes) == 2  # no photos either
    (home.parent / "person_keypoints_train.json").write_bytes(home.read_bytes())
    (note,) = (n for n in read(tmp_path).notes if "not read" in n)
    assert note.startswith("annotations/person_keypoints_train.json: more COCO")
