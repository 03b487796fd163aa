import pytest

from alignment.real.category import UnclearCategory, choose_categories, choose_category
from scenes.formats.coco import read_coco
from tests.scenes.sets import box, write_coco


def _set(folder, *counted):
    categories = [{"id": n, "name": name} for n, (name, _) in enumerate(counted, 1)]
    ids = [n for n, (_, count) in enumerate(counted, 1) for _ in range(count)]
    boxes = [box(n, category_id=c) for n, c in enumerate(ids, 1)]
    return read_coco(write_coco(folder, categories=categories, annotations=boxes))


def _serving(name):
    return "chair" if name in ("armchair", "chair", "stool") else None


def test_the_only_category_with_boxes_is_meant_whoever_serves_it(tmp_path):
    annotated = _set(tmp_path, ("furniture", 0), ("drone", 2))
    assert choose_category(annotated, None, _serving) == 2


def test_the_only_category_that_a_family_serves_is_meant(tmp_path):
    annotated = _set(tmp_path, ("cat", 5), ("armchair", 1), ("dog", 3))
    assert choose_category(annotated, None, _serving) == 2


def test_where_several_could_be_meant_they_are_listed_most_boxes_first(tmp_path):
    annotated = _set(tmp_path, ("stool", 1), ("cat", 9), ("chair", 3))
    with pytest.raises(UnclearCategory, match=r"CATEGORY=.*: chair \(3 boxes\), stool \(1 boxes\)"):
        choose_category(annotated, None, _serving)


def test_where_none_is_served_all_are_listed(tmp_path):
    annotated = _set(tmp_path, ("cat", 1), ("dog", 2))
    with pytest.raises(UnclearCategory, match=r"no asset family.*dog \(2 boxes\), cat \(1"):
        choose_category(annotated, None, _serving)


@pytest.mark.parametrize(("there", "wanted"), [
    ("Chair", "chair"), ("chairs", "CHAIR"), ("dining table", "DiningTables"), ("bus", "buses"),
    ("wine glass", "wine_glasses"), ("knives", "knife"), ("battery", "Batteries")])  # fmt: skip
def test_a_name_is_matched_whatever_its_case_plural_and_separators(tmp_path, there, wanted):
    annotated = _set(tmp_path, ("cat", 1), (there, 1), ("glass", 1))
    assert choose_category(annotated, wanted, _serving) == 2


def test_the_exact_name_goes_first(tmp_path):
    annotated = _set(tmp_path, ("chairs", 1), ("chair", 1))
    assert choose_category(annotated, "chair", _serving) == 2
    with pytest.raises(UnclearCategory, match="is 2 categories"):
        choose_category(annotated, "CHAIRS", _serving)


def test_a_category_that_is_not_there_or_without_boxes_lists_those_that_are(tmp_path):
    annotated = _set(tmp_path, ("chair", 2), ("table", 0))
    for wanted in ("sofa", "table"):
        with pytest.raises(UnclearCategory, match=rf"CATEGORY={wanted} .*chair \(2 boxes\)"):
            choose_category(annotated, wanted, _serving)


def test_several_are_meant_where_commas_part_them_unless_a_category_is_called_so(tmp_path):
    annotated = _set(tmp_path, ("cat, dog", 1), ("cat", 1), ("chair", 2), ("dog", 1))
    assert choose_categories(annotated, " chairs, cat", _serving) == (3, 2)
    assert choose_categories(annotated, "cat, dog", _serving) == (1,)
    assert choose_categories(annotated, None, _serving) == (3,)


@pytest.mark.parametrize("wanted, said", [
    ("chair,chairs", "names chair twice"), ("chair,stool", "one asset family, chair, serves both"),
    ("chair,zebra", "CATEGORY=zebra is not a category"), ("chair,", "CATEGORY= is not a category"),
])  # fmt: skip
def test_two_that_are_one_or_cannot_be_told_apart_are_refused(tmp_path, wanted, said):
    annotated = _set(tmp_path, ("chair", 2), ("stool", 1), ("cat", 1))
    with pytest.raises(UnclearCategory, match=said):
        choose_categories(annotated, wanted, _serving)
