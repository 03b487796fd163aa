import numpy as np
from hydra.core.override_parser.overrides_parser import OverridesParser

from alignment.rendering import words
from scenes.metadata import MetadataTable

PARSER = OverridesParser.create()


def _read(told):
    return {o.key_or_group: o.value() for o in map(PARSER.parse_override, told)}


def test_a_mapping_reaches_the_renderer_key_by_key_and_unharmed():
    settings = {
        "keypoints": True, "min_box_px": 33, "min_visible_fraction": 0.1,
        "categories": {"table": {"id": 2, "name": "it's a {dining} table"}},
    }  # fmt: skip
    assert _read(words("labels", settings)) == {
        "labels.keypoints": True, "labels.min_box_px": 33, "labels.min_visible_fraction": 0.1,
        "labels.categories.table.id": 2, "labels.categories.table.name": "it's a {dining} table",
    }  # fmt: skip


def test_an_empty_mapping_says_nothing():
    assert words("labels.categories", {}) == ()


def test_what_is_labelled_beside_the_target_is_left_out_of_its_table():
    table = MetadataTable.from_columns(
        {"category": ["chair", "table", "chair"], "image_id": [1, 1, 2],
         "bbox_area": [0.1, 0.2, 0.3]}
    )  # fmt: skip
    np.testing.assert_array_equal(table.of_category("chair").column("bbox_area"), [0.1, 0.3])


def test_a_table_that_names_no_category_is_kept_whole():
    table = MetadataTable.from_columns({"image_id": [1, 2], "bbox_area": [0.1, 0.2]})
    assert len(table.of_category("chair")) == 2
