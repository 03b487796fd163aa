import numpy as np
import pytest

from alignment.detection.scoring.bootstrap import Resampling
from alignment.detection.scoring.habits import (
    CLOSE_UPS,
    OVERLAPS,
    SMALL_FALSE,
    HabitSettings,
    Operating,
    habits,
    overlapping,
    small_false,
)
from alignment.detection.scoring.scores import judge
from tests.alignment.detection.scoring.planted_runs import (
    found_of,
    random_found,
    random_truth,
    truth_of,
)

CUP = (10, 10, 100, 100)
FIVE = [[CUP]] * 5
SETTINGS = HabitSettings(small_share=0.01, overlap_iou=0.5, close_up_share=0.25)


def judged(*found, boxes=FIVE, **told):
    return judge(truth_of(boxes, **told), [*found, *[found_of()] * (len(boxes) - len(found))])


def test_the_operating_score_is_that_of_the_best_f1():
    # .9 hits, .8 hits, .7 hits, .6 false, .5 hits, .4 false: F1 6/8, 6/9, 8/10 at .5, 8/11
    run = judged(found_of((*CUP, 0.9), (200, 200, 50, 50, 0.6)), found_of((*CUP, 0.8)),
                 found_of((*CUP, 0.7), (200, 200, 50, 50, 0.4)), found_of((*CUP, 0.5)))  # fmt: skip
    told = Operating.best(run.whole)
    assert (told.score, told.precision, told.recall) == (0.5, 0.8, 0.8)
    assert told.f1 == pytest.approx(0.8)


@pytest.mark.parametrize("seed", range(4))
def test_no_other_score_gives_a_better_f1(seed):
    rng = np.random.default_rng(seed)
    truth = random_truth(rng, 20)
    run = judge(truth, random_found(rng, truth))
    best = Operating.best(run.whole)
    wanted = sum(one.wanted.sum() for one in run.whole)
    f1 = {}
    for score in np.round(np.arange(0, 1.01, 0.1), 1):
        hits, false = (
            sum(getattr(m, part)[0][m.predictions.scores >= score].sum() for m in run.whole)
            for part in ("hits", "false")
        )
        f1[score] = 2 * hits / (hits + false + wanted)
    assert best.f1 == pytest.approx(max(f1.values()))
    assert best.f1 == pytest.approx(f1[best.score])


def test_a_detector_that_hits_nothing_has_no_operating_score():
    none = Operating.best(judged().whole)
    assert (none.score, none.least) == (None, np.inf)
    assert Operating.best(judged(found_of((300, 300, 20, 20, 0.9))).whole).f1 == 0


def test_small_false_positives_are_those_below_the_share_that_find_nothing():
    # 1 % of 400 x 400 is 1600: 39 x 41 is below and 40 x 40 is not
    run = judged(found_of((*CUP, 0.9), (300, 300, 39, 41, 0.8), (200, 300, 40, 40, 0.8),
                          (300, 100, 10, 10, 0.2)))  # fmt: skip
    assert list(small_false(run, 0.5, 0.01)) == [1, 0, 0, 0, 0]
    assert list(small_false(run, 0.1, 0.01)) == [2, 0, 0, 0, 0]


def test_what_is_found_within_an_ignored_region_is_no_false_positive():
    run = judged(found_of((10, 10, 30, 30, 0.9)), crowds=(0,))
    assert small_false(run, 0.5, 0.01).sum() == 0


def test_two_predictions_of_one_box_overlap_and_of_two_boxes_do_not():
    twice = found_of((*CUP, 0.9), (12, 12, 100, 100, 0.8), (90, 90, 100, 100, 0.8))
    assert list(overlapping(judged(twice), 0.5, 0.5)) == [1, 0, 0, 0, 0]
    assert overlapping(judged(twice), 0.85, 0.5).sum() == 0
    side_by_side = [[CUP, (30, 10, 100, 100)], *FIVE[1:]]
    two = found_of((*CUP, 0.9), (30, 10, 100, 100, 0.8))
    assert overlapping(judged(two, boxes=side_by_side), 0.5, 0.5).sum() == 0


def test_predictions_of_what_nobody_need_find_do_not_overlap():
    twice = found_of((*CUP, 0.9), (12, 12, 100, 100, 0.8))
    assert overlapping(judged(twice, ignored=(0,)), 0.5, 0.5).sum() == 0


def test_three_of_one_box_are_three_pairs_and_another_category_is_none():
    thrice = [(*CUP, 0.9), (12, 12, 100, 100, 0.8), (8, 8, 100, 100, 0.7)]
    run = judged(found_of(*thrice, (*CUP, 0.9, 1)), categories=("cup", "plate"))
    assert overlapping(run, 0.5, 0.5).sum() == 3


def test_close_ups_are_judged_without_what_is_smaller():
    boxes = [[(0, 0, 250, 250), (300, 300, 50, 50)], *FIVE]
    run = judged(found_of((0, 0, 250, 250, 0.5), (300, 100, 90, 90, 0.9)), boxes=boxes)
    rng = np.random.default_rng(0)
    told = habits("D", {0: run}, Resampling.draw(rng, 6, 50), SETTINGS)
    assert told[CLOSE_UPS].value == pytest.approx(1.0)
    assert np.isnan(told[CLOSE_UPS].draws).any()  # draws without the one photo of a close-up


def test_counts_are_a_photo_and_drawn_with_the_photos():
    run = judged(found_of((*CUP, 0.9), (11, 11, 100, 100, 0.8), (300, 300, 30, 30, 0.8)),
                 *[found_of((*CUP, 0.7))] * 4)  # fmt: skip
    resampling = Resampling.draw(np.random.default_rng(0), 5, 40)
    told = habits("D", {3: run, 5: run}, resampling, SETTINGS)
    for habit in (OVERLAPS, SMALL_FALSE):
        assert told[habit].value == pytest.approx(1 / 5)
        assert (told[habit].draws == resampling.times[:, 0] / 5).all()
