import numpy as np
import pytest

from alignment.samples.facet import COUNT, Facet, categories_of, facet, facet_of, pairs_of
from scenes.measuring.table import MetadataTable

IMAGES = [1, 1, 1, 2, 3, 3]
SHAPES = ["wing", "stool", "round", "desk", "wing", ""]
NAMES = ["chair", "chair", "table", "table", "chair", "lamp"]


def table():
    return MetadataTable.from_columns({
        "image_id": IMAGES, "category": NAMES, "shape": SHAPES, "center_y": np.linspace(0, 1, 6),
        COUNT: np.full(6, 9.0),
    })  # fmt: skip


def test_counts_of_two_categories_are_those_of_every_image_with_a_box():
    (found,) = pairs_of(("chair", "table"))
    sample = found.sample(table())
    assert sample.images.tolist() == [1, 2, 3]
    assert sample.values.tolist() == [[2, 1], [0, 1], [1, 0]]


def test_a_category_counts_its_own_boxes_alone():
    sample = facet("chair", (COUNT,)).sample(table())
    assert sample.values.ravel().tolist() == [2, 1]
    assert facet("table", ("center_y",)).sample(table()).images.tolist() == [1, 2]


def test_every_two_of_three_categories_are_a_pair_and_one_has_none():
    assert [one.categories for one in pairs_of("abc")] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert pairs_of(("a",)) == ()


def test_a_table_that_names_no_category_has_one_without_a_name():
    bare = MetadataTable.from_columns({"image_id": [1, 2], "center_y": [0.1, 0.2]})
    assert categories_of(bare) == ("",)
    assert categories_of(table()) == ("chair", "lamp", "table")
    assert len(facet("", ("center_y",)).sample(bare)) == 2


@pytest.mark.parametrize("categories, names", [((), ("aspect",)), (("a", "b"), ("aspect", COUNT))])
def test_several_categories_are_compared_by_their_counts_alone(categories, names):
    with pytest.raises(ValueError, match="expected one, or counts"):
        Facet(categories=categories, names=names)


def test_a_name_is_its_place_among_those_of_its_category_and_any_other_the_place_after():
    found = facet_of(table(), "chair", ("shape",))
    assert found.cells == ("stool", "wing", "any other")
    assert found.sample(table()).values.ravel().tolist() == [1, 0, 1]
    other = table().with_columns({"shape": ["bench", "", "wing", "wing", "stool", "wing"]})
    assert found.sample(other).values.ravel().tolist() == [2, 0]
    assert found.sample(other).images.tolist() == [1, 3]


def test_a_table_without_names_tells_none_apart_and_numbers_have_no_names():
    bare = MetadataTable.from_columns({"image_id": [1], "center_y": [0.1]})
    assert facet_of(bare, "", ("shape",)).among == ()
    assert facet_of(table(), "chair", ("center_y",)) == facet("chair", ("center_y",))


def test_a_name_is_never_one_of_several_attributes():
    with pytest.raises(ValueError, match="expected a name by itself"):
        facet("chair", ("shape", "center_y"))
