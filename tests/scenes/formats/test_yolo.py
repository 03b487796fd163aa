import math

import pytest

from scenes.formats import yolo
from scenes.formats.read import read_real
from scenes.formats.yolo import BadYolo
from scenes.measuring.measure import measure
from scenes.sets import photos, repair
from scenes.sets.boxes import claim
from scenes.sets.masks import area_px
from scenes.sets.repair import EmptySet
from tests.scenes.formats.made import as_yolo, with_photo

BOX = (2, 3, 10, 8)
GOOD = "0 0.5 0.5 0.25 0.2\n"


def _labelled(folder, text):
    path = as_yolo(folder, []) / "labels" / "1.txt"
    path.write_text(text)
    return with_photo(folder)


@pytest.mark.parametrize(("line", "sentence"), [
    ("0 0.5 0.5 0.25", yolo.UNREADABLE_LINE), ("0 0.5 0.5 0.25 0.2 3.5", yolo.UNREADABLE_LINE),
    ("stool 0.5 0.5 0.2 0.2", yolo.UNREADABLE_LINE), ("0.5 0.5 0.5 0.2 0.2", yolo.UNREADABLE_LINE),
    ("0 nan 0.5 0.2 0.2", claim.NOT_NUMBERS), ("0 0.1 inf 0.2 0.2 0.3 0.3", claim.NOT_NUMBERS),
    ("0 0.1 0.1 0.2 0.2 nan 0.3", claim.NOT_NUMBERS),
    ("7 0.5 0.5 0.2 0.2", repair.NO_CATEGORY), ("-1 0.5 0.5 0.2 0.2", repair.NO_CATEGORY),
    ("0 0.5 0.5 0 0.2", claim.FLAT), ("0 320 240 100 80", claim.OUTSIDE)])  # fmt: skip
def test_a_bad_line_is_dropped_and_counted(tmp_path, line, sentence):
    found = read_real(_labelled(tmp_path, GOOD + line), format=None)
    assert len(found.annotations) == 1
    assert found.repairs == {sentence: 1}


def test_a_box_over_the_edge_is_clipped_and_counted(tmp_path):
    found = read_real(_labelled(tmp_path, "0 0 0 0.5 0.5\n"), format=None)
    assert found.annotations[0].bbox == (0, 0, 10, 7.5)
    assert found.repairs == {repair.CLIPPED: 1}


def test_a_polygon_gives_its_box_and_its_mask(tmp_path):
    found = read_real(_labelled(tmp_path, "0 0.1 0.2 0.2 0.2 0.2 0.4 0.1 0.4\n"), format=None)
    assert found.annotations[0].bbox == pytest.approx((4, 6, 4, 6))
    assert area_px(found.annotations[0], found.images[0]) == 24


def test_without_photos_a_square_is_assumed_aloud_and_aspect_is_not_measured(tmp_path):
    found = read_real(as_yolo(tmp_path, [BOX]), format=None)
    table = measure(found, pixels=False)
    assert table.column("bbox_area")[0] == pytest.approx(80 / 1200)
    assert table.column("center_y")[0] == pytest.approx(7 / 30)
    assert "aspect" not in table.attributes
    assert "a square is assumed" in found.notes[1]


def test_one_absent_and_one_corrupt_photo_leave_the_others_measured(tmp_path):
    for name in ("1", "2", "3"):
        as_yolo(with_photo(tmp_path, name=name), [BOX], name=name)
    (tmp_path / "images" / "2.png").unlink()
    (tmp_path / "images" / "3.png").write_bytes(b"no")
    found = read_real(tmp_path, format=None)
    aspect = measure(found, pixels=False).column("aspect")
    assert [math.isnan(value) for value in aspect] == [False, True, True]
    assert found.repairs == {photos.ABSENT: 1, photos.UNREADABLE: 1}


def test_an_empty_label_file_is_an_image_without_objects(tmp_path):
    as_yolo(with_photo(tmp_path), [BOX])
    as_yolo(with_photo(tmp_path, name="2"), [], name="2")
    found = read_real(tmp_path, format=None)
    assert (len(found.images), len(found.annotations)) == (2, 1)


def test_a_label_file_that_is_no_text_is_skipped_and_counted(tmp_path):
    as_yolo(with_photo(tmp_path), [BOX])
    (tmp_path / "labels" / "2.txt").write_bytes(b"\xff\xfe0\xff")
    assert read_real(tmp_path, format=None).repairs[yolo.UNREADABLE_FILE] == 1


def test_a_set_of_empty_files_is_an_error(tmp_path):
    with pytest.raises(EmptySet):
        read_real(_labelled(tmp_path, "\n"), format=None)


@pytest.mark.parametrize("names", ["", "names: 3", "nc: 1", "names: []", "names: {a: 0}", "[", "7",
                                   "names: [chair"])  # fmt: skip
def test_a_data_yaml_without_class_names_is_told(tmp_path, names):
    as_yolo(tmp_path, [BOX])
    (tmp_path / "data.yaml").write_text(names)
    with pytest.raises(BadYolo, match=r"data\.yaml.*expected"):
        read_real(tmp_path, format=None)


@pytest.mark.parametrize(("file", "text"), [
    ("data.yaml", "names: [table, chair]"), ("data.yaml", "names: {0: table, 1: chair}"),
    ("classes.txt", "table\nchair\n")])  # fmt: skip
def test_class_k_is_category_k_plus_1_however_names_are_told(tmp_path, file, text):
    _labelled(tmp_path, GOOD.replace("0 ", "1 ", 1))
    (tmp_path / "data.yaml").unlink()
    (tmp_path / file).write_text(text)
    found = read_real(tmp_path, format=None)
    assert found.categories == {1: "table", 2: "chair"}
    assert found.annotations[0].category_id == 2
