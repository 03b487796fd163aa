import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.project import PROJECT
from scenes.formats.find import AmbiguousSet, SetNotFound
from scenes.formats.read import UnknownFormat, read_real
from scenes.measuring.measure import measure
from scenes.sets.boxes import set_order
from tests.scenes.formats.made import as_coco, as_voc, as_yolo, with_photo

BOXES = [(2, 3, 10, 8), (20, 1, 5, 20)]
INSIDE = st.tuples(st.integers(0, 38), st.integers(0, 28), st.integers(1, 40), st.integers(1, 30))
WRITERS = {"coco": as_coco, "voc": as_voc, "yolo": as_yolo}


def _inside(told):
    x, y, w, h = told
    return x, y, min(w, 40 - x), min(h, 30 - y)


@settings(max_examples=30)
@given(boxes=st.lists(INSIDE.map(_inside), min_size=1, max_size=6, unique=True))
def test_the_same_boxes_in_three_formats_measure_the_same(tmp_path_factory, boxes):
    tables = []
    for name, write in WRITERS.items():
        folder = with_photo(tmp_path_factory.mktemp(name))
        found = read_real(write(folder, boxes), format=None)
        assert found.repairs.keys() <= {set_order.AMBIGUOUS}
        tables.append(measure(found, pixels=True))
    for table in tables[1:]:
        assert table.attributes == tables[0].attributes
        for name in table.attributes:
            assert table.column(name) == pytest.approx(tables[0].column(name), nan_ok=True)
        assert table.table["category"] == tables[0].table["category"]


@pytest.mark.parametrize(("name", "told"), [
    ("coco", "read as COCO: annotations.json"),
    ("voc", "read as Pascal VOC: Annotations/1.xml"),
    ("yolo", "read as YOLO: labels/1.txt with data.yaml")])  # fmt: skip
def test_what_was_taken_is_said_first_and_the_set_is_named_after_its_folder(tmp_path, name, told):
    found = read_real(with_photo(WRITERS[name](tmp_path / "mine", BOXES)), format=None)
    assert found.notes[0] == told
    assert (found.name, found.format) == ("mine", name)


@pytest.mark.parametrize("within", ["Annotations", ".", "annotations", "train"])
def test_voc_is_found_wherever_it_is_kept(tmp_path, within):
    found = read_real(as_voc(tmp_path, BOXES, within=within), format=None)
    assert [a.bbox for a in found.annotations] == BOXES
    assert found.name == tmp_path.name


def test_voc_is_read_from_its_annotations_folder_and_named_after_the_set(tmp_path):
    as_voc(with_photo(tmp_path / "mine", within="JPEGImages"), BOXES)
    found = read_real(tmp_path / "mine" / "Annotations", format=None)
    assert found.name == "mine"
    assert found.images[0].path == tmp_path / "mine" / "JPEGImages" / "1.png"


@pytest.mark.parametrize(("labels", "images"), [
    ("labels", "images"), ("labels/train", "images/train"), ("train/labels", "train/images"),
    (".", ".")])  # fmt: skip
def test_yolo_is_found_wherever_it_is_kept(tmp_path, labels, images):
    as_yolo(with_photo(tmp_path, within=images), BOXES, within=labels)
    found = read_real(tmp_path, format=None)
    assert found.has_photos
    for annotation, box in zip(found.annotations, BOXES, strict=True):
        assert annotation.bbox == pytest.approx(box)


def test_yolo_is_read_from_its_data_yaml_and_from_one_split(tmp_path):
    as_yolo(with_photo(tmp_path, within="train/images"), BOXES, within="train/labels")
    as_yolo(with_photo(tmp_path, "valid/images"), BOXES[:1], within="valid/labels")
    assert len(read_real(tmp_path / "data.yaml", format=None).annotations) == 3
    assert len(read_real(tmp_path / "valid", format=None).annotations) == 1


def test_splits_of_one_coco_set_are_read_together_though_their_ids_clash(tmp_path):
    for split in ("train", "valid"):
        as_coco(with_photo(tmp_path / split, within="."), BOXES)
        coco = tmp_path / split / "annotations.json"
        coco.rename(coco.with_name("_annotations.coco.json"))
    found = read_real(tmp_path, format=None)
    assert [(a.id, a.image_id) for a in found.annotations] == [(1, 1), (2, 1), (3, 2), (4, 2)]
    assert [i.path.parent.name for i in found.images] == ["train", "valid"]
    assert found.categories == {1: "chair"}
    assert found.notes[0] == "read as COCO: 2 JSON files in train/, valid/"


def test_instances_files_are_taken_and_others_beside_them_left(tmp_path):
    as_coco(tmp_path / "annotations", BOXES)
    folder = tmp_path / "annotations"
    (folder / "annotations.json").rename(folder / "instances_val2017.json")
    shutil.copy(folder / "instances_val2017.json", folder / "person_keypoints_val2017.json")
    with_photo(tmp_path, within="val2017")
    found = read_real(tmp_path, format=None)
    assert len(found.annotations) == 2
    assert found.has_photos


def test_a_json_that_is_no_coco_is_passed_over(tmp_path):
    as_coco(tmp_path, BOXES)
    (tmp_path / "annotations.json").rename(tmp_path / "boxes.json")
    (tmp_path / "report.json").write_text('{"images": 3}')
    assert read_real(tmp_path, format=None).notes[0] == "read as COCO: boxes.json"


def test_two_coco_files_that_are_no_splits_are_listed(tmp_path):
    as_coco(tmp_path, BOXES)
    (tmp_path / "annotations.json").rename(tmp_path / "b.json")
    shutil.copy(tmp_path / "b.json", tmp_path / "a.json")
    with pytest.raises(AmbiguousSet, match=r"2 COCO files \(a\.json, b\.json\)"):
        read_real(tmp_path, format=None)


def test_two_formats_in_one_folder_are_listed_and_one_can_be_chosen(tmp_path):
    as_voc(as_coco(tmp_path, BOXES), BOXES[:1])
    with pytest.raises(AmbiguousSet, match=r"coco: annotations\.json; voc: .*FORMAT=coco\|voc"):
        read_real(tmp_path, format=None)
    assert len(read_real(tmp_path, format="coco").annotations) == 2
    assert len(read_real(tmp_path, format="voc").annotations) == 1


def test_a_place_with_no_set_says_what_is_there(tmp_path):
    with pytest.raises(SetNotFound, match="nothing is there"):
        read_real(tmp_path / "nowhere", format=None)
    (tmp_path / "notes.txt").write_text("0 1 2 3 4")
    with pytest.raises(SetNotFound, match=r"among notes\.txt; expected"):
        read_real(tmp_path, format=None)
    with pytest.raises(SetNotFound, match="no set"):
        read_real(tmp_path / "notes.txt", format=None)


def test_the_embedded_set_is_read_without_a_repair():
    found = read_real(PROJECT / "assets/real/coco_indoor", format=None)
    assert not found.repairs
    assert {"chair", "couch", "dining table"} <= set(found.categories.values())


def test_an_unknown_format_lists_the_known_ones(tmp_path):
    with pytest.raises(UnknownFormat, match="coco, voc, yolo"):
        read_real(tmp_path, format="kitti")
