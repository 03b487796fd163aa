import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alignment.real.inferred import (
    Inferred,
    NotInferred,
    Prediction,
    read_inferred,
    with_inferred,
)
from scenes.measuring.table import MetadataTable


def number(attribute, values):
    values = np.array(values, dtype=float)
    return Prediction(
        attribute=attribute, values=values, low=values - 1, high=values + 1, sets=(),
        outside=np.array([False, True, False]), shares={},
    )  # fmt: skip


@pytest.fixture
def file(tmp_path):
    shape = Prediction(
        attribute="shape", values=np.array(["stool", "wing", ""]), low=None, high=None,
        sets=[("stool",), ("stool", "wing"), ()], outside=np.zeros(3, bool),
        shares={"stool": 0.5, "wing": 0.5},
    )  # fmt: skip
    told = Inferred(
        image_ids=np.array([1, 1, 2]), annotation_ids=np.array([10, 11, 12]),
        predictions=(number("depth", [2, 3, np.nan]), number("bbox_area", [9, 9, 9]), shape),
    )  # fmt: skip
    told.write(tmp_path / "inferred.parquet")
    return tmp_path / "inferred.parquet"


def real(annotation_ids=(12, 10, 13), image_ids=(2, 1, 5)):
    return MetadataTable.from_columns(
        {"image_id": image_ids, "annotation_id": annotation_ids, "bbox_area": [0.1, 0.2, 0.3],
         "depth": [7.0, 7.0, 7.0]}, estimated=["depth"],
    )  # fmt: skip


def test_predictions_are_joined_by_box_and_marked_estimated(file):
    table, names = with_inferred(real(), file)
    np.testing.assert_array_equal(table.column("depth"), [np.nan, 2.0, np.nan])
    assert table.names("shape").to_pylist() == ["", "stool", ""]
    assert names == {"depth", "shape"}
    assert table.estimated == {"depth", "shape"}


def test_what_the_set_has_measured_stays_as_it_is(file):
    known = real().with_columns({"shape": ["desk", "round", "desk"]})
    table, names = with_inferred(known, file)
    np.testing.assert_array_equal(table.column("bbox_area"), [0.1, 0.2, 0.3])
    assert table.names("shape").to_pylist() == ["desk", "round", "desk"]
    assert names == {"depth"}


def test_names_keep_what_cannot_be_ruled_out(file):
    told = read_inferred(file)
    assert told["shape_set"].to_pylist() == ["stool", "stool|wing", ""]
    assert told["depth_outside"].to_pylist() == [False, True, False]


@pytest.mark.parametrize(("ids", "images"), [((1, 2, 3), (1, 1, 1)), ((10, 11, 12), (1, 1, 7))])
def test_predictions_of_other_boxes_are_refused(file, ids, images):
    with pytest.raises(NotInferred, match="other boxes"):
        with_inferred(real(ids, images), file)


def test_a_file_of_someone_else_is_refused(tmp_path):
    pq.write_table(pa.table({"image_id": [1]}), tmp_path / "other.parquet")
    for name in ("other.parquet", "absent.parquet"):
        with pytest.raises(NotInferred, match=name):
            read_inferred(tmp_path / name)
