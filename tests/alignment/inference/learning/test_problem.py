import numpy as np
import pytest

from alignment.inference.learning.problem import problem_of
from scenes.measuring.table import MetadataTable

ROWS = {"image_id": [1, 1, 2], "annotation_id": [1, 2, 3]}


def problem(attribute, values):
    table = MetadataTable.from_columns({**ROWS, attribute: values})
    return problem_of(attribute, table, {"one": np.zeros((3, 1))})


@pytest.mark.parametrize(
    ("attribute", "values"),
    [
        ("depth", [0.5, 2.0, 30.0]),
        ("visible_fraction", [0.1, 0.5, 1.0]),
        ("background_similarity", [0.2, 0.9, 0.999]),
    ],
)
def test_what_is_fitted_rises_with_the_attribute_and_leads_back_to_it(attribute, values):
    made = problem(attribute, values)
    assert (np.diff(made.truth) > 0).all()
    np.testing.assert_allclose(made.unfitted(made.truth), values)


def test_a_similarity_of_one_is_kept_and_a_missing_value_left_out():
    made = problem("background_similarity", [1.0, np.nan, 0.5])
    assert len(made.truth) == 2
    assert np.isfinite(made.truth).all()


def test_what_lies_beyond_is_brought_back_within_the_bounds():
    made = problem("background_similarity", [0.2, 0.5, 0.9])
    np.testing.assert_allclose(made.unfitted(np.array([-5.0, 99.0])), [0, 1])
