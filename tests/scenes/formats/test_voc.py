import pytest

from scenes.formats import voc
from scenes.formats.read import read_real
from scenes.formats.voc import BadVoc
from scenes.sets import photos, repair
from scenes.sets.boxes import claim
from scenes.sets.repair import EmptySet, UnknownImageSize
from tests.scenes.formats.made import as_voc, with_photo

BOX = (2, 3, 10, 8)


def _spoiled(folder, old, new):
    path = as_voc(folder, [BOX, (20, 1, 5, 20)]) / "Annotations" / "1.xml"
    path.write_text(path.read_text().replace(old, new, 1))
    return folder


def test_coordinates_are_one_based_and_inclusive(tmp_path):
    text = as_voc(tmp_path, [BOX]).joinpath("Annotations", "1.xml").read_text()
    assert "<xmin>3</xmin>" in text and "<xmax>12</xmax>" in text  # columns 2 to 11 from 0
    assert read_real(tmp_path, format=None).annotations[0].bbox == BOX


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ("<xmin>3", "<xmin>", claim.NOT_NUMBERS), ("<xmin>3", "<xmin>three", claim.NOT_NUMBERS),
    ("<xmin>3", "<xmin>nan", claim.NOT_NUMBERS), ("<xmin>3", "<xmin>99", claim.FLAT),
    ("<name>chair", "<name>", repair.NO_CATEGORY)])  # fmt: skip
def test_a_bad_object_is_dropped_and_counted(tmp_path, old, new, sentence):
    found = read_real(_spoiled(tmp_path, old, new), format=None)
    assert len(found.annotations) == 1
    assert found.repairs == {sentence: 1}


@pytest.mark.parametrize("content", [
    "<annotation><object>", "", "<note/>",
    '<!DOCTYPE a [<!ENTITY e "x">]><annotation>&e;</annotation>'])  # fmt: skip
def test_a_file_that_is_no_voc_is_skipped_counted_and_named(tmp_path, content):
    as_voc(tmp_path, [BOX])
    (tmp_path / "Annotations" / "2.xml").write_text(content)
    found = read_real(tmp_path, format=None)
    assert found.repairs == {voc.UNREADABLE: 1}
    assert "2.xml" in found.notes[1]


def test_a_set_of_nothing_but_broken_files_is_told_by_the_first(tmp_path):
    path = as_voc(tmp_path, [BOX]) / "Annotations" / "1.xml"
    path.write_text("<annotation>\n<object>")
    with pytest.raises(BadVoc, match=r"1\.xml, line 2, column 8"):
        read_real(tmp_path, format=None)


def test_a_set_without_objects_is_an_error(tmp_path):
    with pytest.raises(EmptySet):
        read_real(as_voc(tmp_path, []), format=None)


def test_a_size_that_is_not_told_is_the_photos_or_an_error(tmp_path):
    folder = _spoiled(tmp_path, "<width>40", "<width>0")
    with pytest.raises(UnknownImageSize, match=r"1\.png"):
        read_real(folder, format=None)
    found = read_real(with_photo(folder), format=None)
    assert (found.images[0].width_px, found.images[0].height_px) == (40, 30)


def test_a_photo_renamed_together_with_its_xml_is_found(tmp_path):
    with_photo(_spoiled(tmp_path, "1.png", "IMG_0815.JPG"), within="JPEGImages")
    assert read_real(tmp_path, format=None).has_photos


def test_a_corrupt_photo_is_counted(tmp_path):
    with_photo(as_voc(tmp_path, [BOX])).joinpath("images", "1.png").write_bytes(b"no")
    assert read_real(tmp_path, format=None).repairs == {photos.UNREADABLE: 1}


def test_difficult_objects_are_kept_and_say_so(tmp_path):
    found = read_real(as_voc(tmp_path, [BOX]), format=None)
    assert found.annotations[0].extra == {"difficult": True}
