import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pycocotools import mask as coco_mask

from scenes.formats.coco import (
    NUMBER_AS_NAME,
    BadCoco,
    ConflictingCategories,
    SetMissing,
    read_coco,
)
from scenes.sets import assembly, photos, repair
from scenes.sets.boxes import claim, claims
from scenes.sets.masks import area_px, decoded
from scenes.sets.photos import read_rgb
from scenes.sets.repair import ConflictingImages, EmptySet, UnknownImageSize
from tests.scenes.sets import box, image, write_coco, write_photo


def test_a_whole_set_is_read_without_a_repair(tmp_path):
    write_photo(tmp_path / "images" / "1.png")
    found = read_coco(write_coco(tmp_path))
    assert not found.repairs
    assert not found.notes
    assert found.images[0].path == tmp_path / "images" / "1.png"
    assert found.annotations[0].bbox == (2, 3, 10, 8)
    assert found.categories == {1: "chair"}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SetMissing, match=r"nowhere\.json: No such file"):
        read_coco(tmp_path / "nowhere.json")


def test_cut_off_json_is_told_by_line_and_column(tmp_path):
    path = write_coco(tmp_path)
    path.write_text('{"images": [],\n "annotations": [{"id"')
    with pytest.raises(BadCoco, match="line 2, column 23"):
        read_coco(path)


def test_bytes_that_are_no_text_are_told(tmp_path):
    path = write_coco(tmp_path)
    path.write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(BadCoco, match="UTF-8"):
        read_coco(path)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = write_coco(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read_coco(path).annotations) == 1


@pytest.mark.parametrize("lists", [
    {"images": None}, {"annotations": {}}, {"categories": "chair"}, {"images": ["1.png"]},
    {"images": [{"file_name": "1.png"}]}, {"images": [image(id=[])]},
    {"annotations": [[1, 2, 3, 4]]}, {"categories": [{"id": 1}]}, {"categories": [{"name": "x"}]},
    {"categories": [{"id": True, "name": "x"}]}])  # fmt: skip
def test_another_shape_than_cocos_is_told(tmp_path, lists):
    with pytest.raises(BadCoco, match="expected"):
        read_coco(write_coco(tmp_path, **lists))


def test_a_list_instead_of_an_object_is_told(tmp_path):
    path = write_coco(tmp_path)
    path.write_text("[]")
    with pytest.raises(BadCoco, match="found a list"):
        read_coco(path)


@pytest.mark.parametrize(("bbox", "repaired", "sentence"), [
    ([35, 25, 10, 10], (35, 25, 5, 5), repair.CLIPPED),
    ([-5, -5, 10, 50], (0, 0, 5, 30), repair.CLIPPED),
    ([1e308, 0, 1e308, 5], None, claim.OUTSIDE),
    ([-1e308, 0, 1.7e308, 5], (0, 0, 40, 5), repair.CLIPPED),
    ([40, 0, 10, 10], None, claim.OUTSIDE),
    ([0, -10, 10, 10], None, claim.OUTSIDE),
    ([5, 5, 0, 10], None, claim.FLAT),
    ([5, 5, 10, -1], None, claim.FLAT),
    ([5, 5, math.nan, 10], None, claim.NOT_NUMBERS),
    ([math.inf, 5, 10, 10], None, claim.NOT_NUMBERS),
    (["five", 5, 10, 10], None, claim.NOT_NUMBERS),
    (["5", "5,5", 10, 10.0], (5, 5.5, 10, 10), claims.TEXT),
    ([5, 5, 0.5, 0.5], None, claim.TINY),
    ([10**400, 5, 10, 10], None, claim.NOT_NUMBERS),
    ([True, 5, 10, 10], None, claim.NOT_NUMBERS),
    ([5, 5, 10], None, claim.NOT_NUMBERS),
    (None, None, claim.NOT_NUMBERS)])  # fmt: skip
def test_a_bad_box_is_put_right_or_dropped_and_counted(tmp_path, bbox, repaired, sentence):
    found = read_coco(write_coco(tmp_path, annotations=[box(), box(2, bbox)]))
    assert found.repairs == {sentence: 1}
    assert [a.bbox for a in found.annotations[1:]] == ([repaired] if repaired else [])


def test_a_box_over_the_edge_by_rounding_is_clipped_but_not_counted(tmp_path):
    found = read_coco(write_coco(tmp_path, annotations=[box(1, [30.004, 3, 10, 8])]))
    x, _, w, _ = found.annotations[0].bbox
    assert x + w == 40
    assert not found.repairs


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"category_id": 9}, repair.NO_CATEGORY), ({"category_id": None}, repair.NO_CATEGORY),
    ({"image_id": 9}, repair.NO_IMAGE), ({"image_id": []}, repair.NO_IMAGE),
    ({"image_id": 10**30}, repair.NO_IMAGE), ({"iscrowd": 1}, repair.CROWD)])  # fmt: skip
def test_an_annotation_of_nothing_usable_is_dropped_and_counted(tmp_path, changes, sentence):
    found = read_coco(write_coco(tmp_path, annotations=[box(), box(2, **changes)]))
    assert found.repairs == {sentence: 1}
    assert [a.id for a in found.annotations] == [1]


def test_a_box_of_an_image_of_id_zero_is_kept(tmp_path):
    found = read_coco(write_coco(tmp_path, images=[image(0)], annotations=[box(0, image_id=0)]))
    assert [(a.id, a.image_id) for a in found.annotations] == [(0, 0)]


def test_taken_and_missing_annotation_ids_are_given_new_ones(tmp_path):
    others = [box(1, [5, 5, 3, 3]), box(None, [6, 6, 3, 3])]
    found = read_coco(write_coco(tmp_path, annotations=[box(1), *others]))
    assert [a.id for a in found.annotations] == [1, 2, 3]
    assert found.repairs == {repair.RENUMBERED: 2}


def test_the_very_same_annotation_twice_is_one(tmp_path):
    found = read_coco(write_coco(tmp_path, annotations=[box(), box()]))
    assert len(found.annotations) == 1
    assert found.repairs == {repair.REPEATED_BOX: 1}


def test_the_same_image_twice_is_one_and_two_of_one_id_are_an_error(tmp_path):
    found = read_coco(write_coco(tmp_path, images=[image(), image()]))
    assert len(found.images) == 1
    assert found.repairs == {repair.REPEATED_IMAGE: 1}
    with pytest.raises(ConflictingImages, match=r"image id 1 .*'1\.png'.*'b\.png'"):
        read_coco(write_coco(tmp_path, images=[image(), image(file_name="b.png")]))


def test_a_repeated_category_is_merged_and_two_of_one_id_are_an_error(tmp_path):
    chair = {"id": 1, "name": "chair"}
    found = read_coco(write_coco(tmp_path, categories=[chair, chair]))
    assert found.repairs == {assembly.REPEATED_CATEGORY: 1}
    with pytest.raises(ConflictingCategories, match="'chair' and 'table'"):
        read_coco(write_coco(tmp_path, categories=[chair, {"id": 1, "name": "table"}]))


def test_a_category_named_by_a_number_has_it_as_its_name_and_is_counted(tmp_path):
    found = read_coco(write_coco(tmp_path, categories=[{"id": 1, "name": 7}]))
    assert list(found.categories.values()) == ["7"]
    assert found.repairs == {NUMBER_AS_NAME: 1}


def test_category_zero_is_moved_and_said_aloud(tmp_path):
    categories = [{"id": 0, "name": "chair"}, {"id": 1, "name": "table"}]
    boxes = [box(1, category_id=0), box(2, category_id=1)]
    found = read_coco(write_coco(tmp_path, categories=categories, annotations=boxes))
    assert [found.categories[a.category_id] for a in found.annotations] == ["chair", "table"]
    assert 0 not in found.categories
    assert "category id 0 is used as 2" in found.notes


def test_ids_written_as_text_or_floats_are_the_numbers_they_mean(tmp_path):
    path = write_coco(tmp_path, images=[image("1")], annotations=[box("7", image_id=1.0)])
    assert [(a.id, a.image_id) for a in read_coco(path).annotations] == [(7, 1)]


@pytest.mark.parametrize("lists", [{"annotations": []}, {"images": []},
                                   {"annotations": [box(1, [99, 99, 5, 5])]}])  # fmt: skip
def test_a_set_without_a_usable_box_is_an_error(tmp_path, lists):
    with pytest.raises(EmptySet, match="no usable box"):
        read_coco(write_coco(tmp_path, **lists))


def test_an_absent_photo_is_counted_beside_others_and_noted_where_all_are_absent(tmp_path):
    path = write_coco(tmp_path, images=[image(1), image(2)])
    assert read_coco(path).notes == (repair.NO_PHOTOS,)
    write_photo(tmp_path / "1.png")
    found = read_coco(path)
    assert found.repairs == {photos.ABSENT: 1}
    assert [i.path is None for i in found.images] == [False, True]


@pytest.mark.parametrize("spoil", [lambda whole: whole[: len(whole) // 2], lambda _: b"no photo"])
@pytest.mark.parametrize("name", ["1.jpg", "1.png"])
def test_a_photo_that_is_cut_off_or_none_is_counted_and_not_used(tmp_path, name, spoil):
    photo = write_photo(tmp_path / name)
    photo.write_bytes(spoil(photo.read_bytes()))
    found = read_coco(write_coco(tmp_path, images=[image(file_name=name)]))
    assert found.repairs == {photos.UNREADABLE: 1}
    assert found.images[0].path is None


@pytest.mark.parametrize(("size", "usable", "sentence"), [
    ((80, 60), True, photos.RESIZED), ((40, 40), False, photos.RESHAPED)])  # fmt: skip
def test_a_photo_of_another_size_than_told_is_counted(tmp_path, size, usable, sentence):
    write_photo(tmp_path / "1.png", size)
    found = read_coco(write_coco(tmp_path))
    assert found.repairs == {sentence: 1}
    assert (found.images[0].path is not None) == usable
    assert (found.images[0].width_px, found.images[0].height_px) == (40, 30)


@pytest.mark.parametrize("gone", ["width", "height"])
def test_a_size_that_is_not_told_is_the_photos(tmp_path, gone):
    write_photo(tmp_path / "1.png", (60, 50))
    found = read_coco(write_coco(tmp_path, images=[image(**{gone: None})]))
    assert (found.images[0].width_px, found.images[0].height_px) == (60, 50)


@pytest.mark.parametrize("width", [0, -3, math.nan, 10**400, 1e9, "forty"])
def test_an_image_of_no_possible_size_is_named(tmp_path, width):
    with pytest.raises(UnknownImageSize, match=r"'1\.png' \(id 1\)"):
        read_coco(write_coco(tmp_path, images=[image(width=width)]))


def test_a_name_too_long_for_a_file_is_a_photo_that_is_not_there(tmp_path):
    assert not read_coco(write_coco(tmp_path, images=[image(file_name="a" * 999)])).has_photos


def test_sixteen_bit_grey_is_read_at_its_own_brightness(tmp_path):
    Image.fromarray(np.full((30, 40), 32896, dtype=np.uint16)).save(tmp_path / "1.png")
    assert (read_rgb(tmp_path / "1.png", (40, 30)) == 128).all()


@pytest.mark.parametrize(("told", "upright"), [((30, 40), True), ((40, 30), False)])
def test_a_sideways_photo_is_turned_exactly_where_its_boxes_were_drawn_upright(
    tmp_path, told, upright
):
    path = write_photo(tmp_path / "1.png", (40, 30), orientation=6)
    record = image(width=told[0], height=told[1])
    found = read_coco(write_coco(tmp_path, images=[record])).images[0]
    stored = np.asarray(Image.open(path))
    expected = np.rot90(stored, -1) if upright else stored
    assert np.array_equal(read_rgb(found.path, told), expected)


def test_polygons_and_both_kinds_of_rle_are_the_same_mask(tmp_path):
    square = [[4, 5, 8, 5, 8, 9, 4, 9]]
    whole = coco_mask.frPyObjects(square, 30, 40)[0]
    packed = {"size": [30, 40], "counts": whole["counts"].decode()}
    column_by_column = coco_mask.decode(whole).ravel(order="F")
    ends = np.flatnonzero(np.diff(column_by_column)) + 1
    plain = {"size": [30, 40], "counts": np.diff([0, *ends, 1200]).tolist()}
    boxes = [box(n, segmentation=told) for n, told in enumerate((square, packed, plain), 1)]
    found = read_coco(write_coco(tmp_path, annotations=boxes))
    assert [area_px(a, found.images[0]) for a in found.annotations] == [16, 16, 16]
    for annotation in found.annotations:
        assert np.array_equal(decoded(annotation, found.images[0]), coco_mask.decode(whole))


@pytest.mark.parametrize("told", [
    {"size": [9, 9], "counts": [81]}, {"size": [30, 40], "counts": [5, 5]}, {"counts": [1200]},
    {"size": [30, 40], "counts": "nonsense~~"}, {"size": [30, 40], "counts": [None]},
    {"size": [30, 40]}, [[1, 2, 3, 4]], [[1, 2, "3", 4, 5, 6]],
    [[0, 0, 1e12, 0, 0, 1e12]], [[0, 0, 10**400, 0, 0, 1]], "mask", 7])  # fmt: skip
def test_a_mask_that_does_not_fit_is_left_out_and_counted_and_its_box_kept(tmp_path, told):
    found = read_coco(write_coco(tmp_path, annotations=[box(segmentation=told)]))
    assert found.annotations[0].segmentation is None
    assert found.repairs == {claims.BAD_MASK: 1}


def test_an_empty_mask_is_no_repair(tmp_path):
    assert not read_coco(write_coco(tmp_path, annotations=[box(segmentation=[])])).repairs


def test_what_our_own_renders_know_is_kept(tmp_path):
    extra = {"visible_fraction": 0.5, "shape": "stool", "scene_seed": 7, "config_id": "c"}
    path = write_coco(tmp_path, images=[image(focal_px=50.5)], annotations=[box(**extra, area=3)])
    found = read_coco(path)
    assert found.annotations[0].extra == extra
    assert found.images[0].focal_px == 50.5


@given(st.lists(st.tuples(*[st.floats(allow_nan=True, allow_infinity=True)] * 4), min_size=1))
def test_whatever_the_boxes_those_kept_lie_inside_and_every_other_is_counted(boxes):
    raws = [
        repair.RawBox(id=n, image_id=1, category_id=1, box=list(told))
        for n, told in enumerate(boxes, 1)
    ]
    images, _ = repair.repair_images(
        [repair.RawImage(id=1, file_name="a", path=None, size_px=(40, 30))]
    )
    kept, repairs = repair.repair_boxes(raws, images, {1: "chair"})
    for x, y, w, h in (annotation.bbox for annotation in kept):
        assert x >= 0 and y >= 0 and w > 0 and h > 0
        assert x + w <= 40 * (1 + 1e-12) and y + h <= 30 * (1 + 1e-12)
    dropped = sum(count for what, count in repairs.items() if what.endswith("dropped"))
    assert len(kept) == len(raws) - dropped
