import numpy as np
import pytest

from alignment.detection.scoring.bootstrap import Resampling
from alignment.detection.scoring.scores import MEASURES, arms, judge
from tests.alignment.detection.scoring.planted_runs import (
    evaluated,
    found_of,
    random_found,
    random_truth,
    truth_of,
)

PLACE_IN_STATS = (0, 1, 2, 8, 3, 4, 5, 9, 10, 11)  # of MEASURES, in COCOeval.stats
FIVE = [[(10, 10, 100, 100)]] * 5


@pytest.mark.parametrize("seed", range(12))
def test_every_measure_is_that_of_pycocotools(seed):
    rng = np.random.default_rng(seed)
    truth = random_truth(rng, 30)
    found = random_found(rng, truth, noise=rng.uniform(0.02, 0.3))
    mean = judge(truth, found).scores().mean
    told = [-1 if mean[name] is None else mean[name] for name in MEASURES]
    assert told == pytest.approx(evaluated(truth, found).stats[list(PLACE_IN_STATS)], abs=1e-12)


def test_each_category_is_that_of_pycocotools():
    rng = np.random.default_rng(5)
    truth = random_truth(rng, 40, categories=("cup", "plate", "fork"))
    found = random_found(rng, truth)
    precision = evaluated(truth, found).eval["precision"][:, :, :, 0, 2]
    scores = judge(truth, found).scores()
    told = [scores.by_category[name]["AP"] for name in truth.categories]
    assert told == pytest.approx(precision.mean(axis=(0, 1)), abs=1e-12)


def test_only_the_hundred_best_of_a_photo_count_as_with_pycocotools():
    rng = np.random.default_rng(1)
    truth = random_truth(rng, 8, categories=("cup",), odd=0.0)
    found = random_found(rng, truth, wild=250)
    assert max(len(one.scores) for one in found) > 100
    assert judge(truth, found).scores().mean["AP"] == pytest.approx(
        evaluated(truth, found).stats[0], abs=1e-12
    )


def test_a_perfect_detector_scores_one_and_one_that_finds_nothing_zero():
    truth = truth_of(FIVE)
    perfect = judge(truth, [found_of((10, 10, 100, 100, 0.9))] * 5).scores().mean
    assert [perfect[name] for name in ("AP", "AP50", "AP75", "AR", "AP large")] == [1.0] * 5
    assert perfect["AP small"] is None
    nothing = judge(truth, [found_of()] * 5).scores().mean
    assert [nothing[name] for name in ("AP", "AR")] == [0.0, 0.0]


def test_half_found_behind_one_false_is_what_a_hand_says():
    # hits at ranks 2 and 3 of 5 boxes: precision 1/2 then 2/3, so 2/3 up to recall .4, 41 of 101
    truth = truth_of([[(10, 10, 100, 100)], [(10, 10, 100, 100)], *[[(9, 9, 50, 50)]] * 3])
    found = [found_of((200, 200, 50, 50, 0.9), (10, 10, 100, 100, 0.8)),
             found_of((10, 10, 100, 100, 0.7)), *[found_of()] * 3]  # fmt: skip
    assert judge(truth, found).scores().mean["AP"] == pytest.approx(41 / 101 * 2 / 3)


def test_a_category_that_no_photo_shows_is_left_out_of_the_mean():
    truth = truth_of(FIVE, categories=("cup", "plate"))
    scores = judge(truth, [found_of((10, 10, 100, 100, 0.9))] * 5).scores()
    assert scores.by_category["plate"]["AP"] is None
    assert scores.mean["AP"] == 1.0
    assert scores.boxes == {"cup": 5, "plate": 0}


def test_judging_prints_nothing(capsys):
    judge(truth_of(FIVE), [found_of()] * 5).scores()
    assert capsys.readouterr() == ("", "")


def test_predictions_of_another_number_of_photos_are_refused():
    with pytest.raises(ValueError, match="2 photos were looked at; expected 5"):
        judge(truth_of(FIVE), [found_of()] * 2)


def test_arms_hold_the_scores_of_each_seed_and_the_draws_of_each_category():
    rng = np.random.default_rng(2)
    truth = random_truth(rng, 15)
    runs = {seed: judge(truth, random_found(rng, truth)) for seed in (4, 7)}
    mean, *of_categories = arms("E", runs, Resampling.draw(rng, 15, 20))
    assert mean["AP"].seeds == (4, 7)
    assert mean["AP75"].values == pytest.approx(
        [run.scores().mean["AP75"] for run in runs.values()]
    )
    both = np.nanmean([arm["AR"].draws for arm in of_categories], axis=0)
    assert mean["AR"].draws == pytest.approx(both)
