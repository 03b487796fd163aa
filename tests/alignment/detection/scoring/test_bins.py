import numpy as np
import pytest

from alignment.detection.scoring.binning import NOWHERE, OTHERS, Binning
from alignment.detection.scoring.bins import by_attribute
from alignment.detection.scoring.bootstrap import Resampling
from alignment.detection.scoring.scores import judge
from scenes.measuring.table import MetadataTable
from tests.alignment.detection.scoring.planted_runs import (
    found_of,
    random_found,
    random_truth,
    truth_of,
)

CUP = (10, 10, 100, 100)
DRAWN = Resampling.draw(np.random.default_rng(0), 8, 50)


def table(truth, **columns):
    """A table of a truth's boxes in another order, as a measured set has them."""
    turned = np.arange(len(truth))[::-1]
    ids = {"annotation_id": truth.annotation_ids, "image_id": truth.image_ids[truth.photos]}
    return MetadataTable.from_columns(
        {name: np.asarray(told)[turned] for name, told in {**ids, **columns}.items()}
    )


def half_found():
    """Eight photos of one box: those with an even place are found, the others are not."""
    truth = truth_of([[CUP]] * 8)
    return truth, judge(truth, [found_of((*CUP, 0.9)) if p % 2 == 0 else found_of()
                                for p in range(8)])  # fmt: skip


def test_a_bin_that_is_always_missed_is_told_from_one_that_is_always_found():
    truth, run = half_found()
    blur = table(truth, bbox_blur=[0.1, 0.9, 0.15, 0.8, 0.2, 0.7, 0.12, 0.85])
    training = MetadataTable.from_columns({"bbox_blur": [0.1, 0.2, 0.3, 0.9, np.nan]})
    told = by_attribute("bbox_blur", {0: run}, (blur, training), DRAWN, 2)
    low, high = told.bins
    assert (low.recall50.value, low.ap.value, low.boxes, low.photos) == (1, 1, 4, 4)
    assert (high.recall50.value, high.recall.value, high.ap.value) == (0, 0, 0)
    assert (low.training_share, high.training_share) == (0.75, 0.25)
    assert low.high == high.low == pytest.approx(0.45)
    assert (low.low, high.high) == (None, None)


def test_of_the_whole_range_one_bin_has_the_scores_of_all():
    rng = np.random.default_rng(3)
    truth = random_truth(rng, 8)
    run = judge(truth, random_found(rng, truth))
    told = by_attribute(
        "center_x", {0: run}, (table(truth, center_x=np.full(len(truth), 0.5)), None), DRAWN, 4
    )
    assert [one.name for one in told.bins] == ["0.5"]
    mean = run.scores().mean
    assert told.bins[0].ap.value == pytest.approx(mean["AP"])
    assert told.bins[0].recall.value == pytest.approx(mean["AR"])
    assert told.bins[0].training_share is None


def test_bins_of_area_have_the_recall_of_the_boxes_in_them():
    rng = np.random.default_rng(4)
    truth = random_truth(rng, 8, categories=("cup",), odd=0.0)
    run = judge(truth, random_found(rng, truth))
    told = by_attribute(
        "bbox_area", {0: run}, (table(truth, bbox_area=truth.area_shares), None), DRAWN, 3
    )
    found = np.unique(run.whole[0].partners[0][run.whole[0].hits[0]])
    for one in told.bins:
        low, high = one.low or 0, one.high or 1
        own = np.flatnonzero((truth.area_shares >= low) & (truth.area_shares < high))
        assert one.boxes == len(own)
        assert one.recall50.value >= np.isin(own, found).mean()


def test_boxes_without_a_value_are_counted_and_in_no_bin():
    truth, run = half_found()
    told = by_attribute(
        "bbox_blur", {0: run}, (table(truth, bbox_blur=[0.1] * 6 + [np.nan] * 2), None), DRAWN, 2
    )
    assert told.unknown == 2
    assert [one.boxes for one in told.bins] == [6]
    nothing = table(truth, bbox_blur=[np.nan] * 8)
    assert by_attribute("bbox_blur", {0: run}, (nothing, None), DRAWN, 2).bins == ()
    assert by_attribute("depth", {0: run}, (nothing, None), DRAWN, 2) is None


def test_names_are_bins_and_what_was_never_trained_on_has_no_share():
    truth, run = half_found()
    shapes = table(truth, shape=["mug", "", "mug", "beaker", "mug", "mug", "mug", "beaker"])
    training = MetadataTable.from_columns({"shape": ["mug", "mug", "goblet"]})
    told = by_attribute("shape", {0: run}, (shapes, training), DRAWN, 4)
    assert [(one.name, one.boxes) for one in told.bins] == [("mug", 5), ("beaker", 2)]
    assert [one.training_share for one in told.bins] == [1.0, 0.0]
    assert told.bins[0].recall50.value == pytest.approx(4 / 5)
    assert told.unknown == 1


def test_several_runs_are_their_mean_and_estimated_attributes_are_marked():
    truth, run = half_found()
    perfect = judge(truth, [found_of((*CUP, 0.9))] * 8)
    marked = table(truth, depth=np.ones(8)).with_columns({}, estimated=["depth"])
    told = by_attribute("depth", {0: run, 1: perfect}, (marked, None), DRAWN, 2)
    assert told.bins[0].recall50.value == pytest.approx(0.75)
    assert told.estimated


def test_bins_hold_equally_many_values_and_every_value_is_in_one():
    values = np.random.default_rng(0).lognormal(size=400)
    binning = Binning.of_numbers(values, 4)
    assert (np.bincount(binning.places(values)) == 100).all()
    assert list(binning.places(np.array([-1e9, 1e9, np.nan]))) == [0, 3, NOWHERE]


def test_a_yes_or_no_has_two_bins_and_piled_values_do_not_make_an_empty_one():
    assert Binning.of_numbers(np.array([0.0, 1, 0, 0]), 4).names == ("0", "1")
    piled = np.array([1.0] * 90 + list(range(2, 12)))
    binning = Binning.of_numbers(piled, 4)
    assert len(binning.names) == len(binning.edges) + 1
    assert np.bincount(binning.places(piled), minlength=len(binning.names)).min() > 0


def test_rare_words_are_together():
    binning = Binning.of_words(["a", "a", "a", "b", "b", "c", "d", ""], 3)
    assert binning.names == ("a", "b", OTHERS)
    assert list(binning.places(["d", "a", "", "new"])) == [2, 0, NOWHERE, 2]
