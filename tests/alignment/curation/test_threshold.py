import numpy as np
import pytest

from alignment.curation.threshold import ThresholdSettings, threshold_of


def going(values, **changes):
    told = {"rule": "elbow", "share": 0.1, "most": 1.0, "keep": None, **changes}
    values = np.asarray(values, float)
    return np.flatnonzero(values > threshold_of(values, ThresholdSettings(**told)).value)


def test_the_elbow_parts_a_few_that_stand_out_from_the_many():
    many = np.linspace(1, 1.5, 90)
    assert going([*many, *np.linspace(6, 12, 10)]).tolist() == list(range(90, 100))


def test_a_share_takes_just_that_many_of_the_worst():
    values = np.random.default_rng(0).permutation(50.0 + np.arange(50))
    assert sorted(values[going(values, rule="share", share=0.1)]) == [95, 96, 97, 98, 99]
    assert len(going(values, rule="share", share=0.0)) == 0
    assert len(going(values, rule="share", share=1.0)) == 50


def test_so_many_of_the_most_alike_stay_as_are_to_be_kept():
    values = np.random.default_rng(0).permutation(50.0 + np.arange(50))
    kept = np.delete(values, going(values, rule="keep", keep=7, share=0.9, most=0.0))
    assert sorted(kept) == [50, 51, 52, 53, 54, 55, 56]
    assert len(going(values, rule="keep", keep=80)) == 0
    with pytest.raises(ValueError, match="keep is None; expected 1 or more"):
        going(values, rule="keep")


def test_no_more_goes_than_is_allowed_and_it_is_said():
    values = np.r_[np.linspace(0, 1, 60), np.linspace(2, 40, 40)]
    limit = threshold_of(values, ThresholdSettings(rule="elbow", share=0.1, most=0.2, keep=None))
    assert (values > limit.value).sum() == 20
    assert "allows 20%" in limit.why


@pytest.mark.parametrize("values", [[], [1.0], [2.0] * 30])
def test_where_nothing_stands_out_nothing_goes(values):
    assert going(values).tolist() == []
