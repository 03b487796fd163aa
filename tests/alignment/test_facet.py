import numpy as np
import pytest

from alignment.facet import COUNT, Facet, categories_of, facet, pairs_of
from scenes.metadata import MetadataTable

IMAGES = [1, 1, 1, 2, 3, 3]
NAMES = ["chair", "chair", "table", "table", "chair", "lamp"]


def table():
    return MetadataTable.from_columns({
        "image_id": IMAGES, "category": NAMES, "center_y": np.linspace(0, 1, 6),
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
