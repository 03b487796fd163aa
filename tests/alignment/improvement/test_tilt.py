import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.align.population.box_weights import box_weights
from alignment.improvement.failing.tilt import tilted
from alignment.improvement.settings import TiltSettings
from scenes.measuring.table import MetadataTable

CHANCES = st.lists(st.floats(0.01, 0.99), min_size=2, max_size=60)


def tilt(failing, strongest=1.0, least=0.7):
    told = TiltSettings(strongest=strongest, least_effective=least, listed=1.0)
    return tilted(np.arange(1, len(failing) + 1), np.array(failing), told)


def perplexity(weights):
    shares = weights[weights > 0] / weights.sum()
    return np.exp(-(shares * np.log(shares)).sum())


@given(CHANCES, st.floats(0.2, 1.0), st.floats(0.0, 10.0))
def test_the_effective_number_of_boxes_never_falls_below_its_share(failing, least, strongest):
    made = tilt(failing, strongest, least)
    assert perplexity(made.weights) >= (least - 1e-3) * len(failing)
    assert made.strength <= strongest


@given(CHANCES)
def test_weights_rise_with_the_chance_to_fail(failing):
    order = np.argsort(failing, kind="stable")
    assert (np.diff(tilt(failing).weights[order]) >= 0).all()


def test_at_strength_one_boxes_are_asked_for_as_often_as_they_fail():
    made = tilt([0.2, 0.4, 0.6, 0.8], least=0.1)
    np.testing.assert_allclose(made.weights, [0.4, 0.8, 1.2, 1.6], atol=1e-4)


def test_a_limit_that_binds_is_reached():
    failing = np.geomspace(0.01, 0.99, 40)
    assert tilt(failing, 10.0, 0.6).effective == pytest.approx(0.6, abs=1e-3)


@pytest.mark.parametrize("words", [{"strongest": 0.0}, {"least": 1.0}])
def test_no_leave_to_tilt_leaves_all_boxes_alike(words):
    assert tilt([0.1, 0.5, 0.9], **words).is_even
    assert tilt([0.3, 0.3, 0.3], 10.0).is_even


def test_make_align_reads_the_weights_by_annotation_id(tmp_path):
    made = tilt([0.2, 0.4, 0.6, 0.8], least=0.1)
    made.write(tmp_path / "weights.json")
    table = MetadataTable.from_columns({"image_id": [1] * 4, "annotation_id": [4, 3, 2, 1]})
    found = box_weights(table, tmp_path / "weights.json")
    assert found.named == 4
    assert found.copies.tolist() == [4, 3, 2, 1]
    assert json.loads((tmp_path / "weights.json").read_text())["1"] == 0.4
