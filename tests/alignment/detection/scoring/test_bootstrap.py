import time

import numpy as np
import pytest

from alignment.detection.scoring.bootstrap import Arm, Estimate, Resampling, difference
from alignment.detection.scoring.scores import judge
from tests.alignment.detection.scoring.planted_runs import evaluated, random_found, random_truth


def planted_arm(rng, resampling, *, runs=3, mean=0.5, seed_spread=0.05, photo_effect=None):
    """An arm whose measure is a plain mean over photos, so that its spread is known."""
    photos = resampling.times.shape[1]
    of_photos = rng.normal(0, 0.4, photos) if photo_effect is None else photo_effect
    own = mean + rng.normal(0, seed_spread, runs)[:, None] + of_photos
    return Arm(name="a", seeds=tuple(range(runs)), values=own.mean(axis=1),
               draws=own @ resampling.times.T / photos)  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_draw_is_what_pycocotools_says_of_the_photos_drawn(seed):
    rng = np.random.default_rng(seed)
    truth = random_truth(rng, 12)
    found = random_found(rng, truth, decimals=12)
    times = Resampling.draw(rng, 12, 5).times
    told = judge(truth, found).drawn(times)
    for draw, row in enumerate(times):
        stats = evaluated(truth, found, np.repeat(np.arange(12), row)).stats
        assert told["AP"][draw, 0] == pytest.approx(stats[0], abs=1e-12)
        assert told["AR"][draw, 0] == pytest.approx(stats[8], abs=1e-12)
        assert told["AP75"][draw, 0] == pytest.approx(stats[2], abs=1e-12)


def test_the_same_seed_draws_the_same_and_another_does_not():
    draws = [Resampling.draw(np.random.default_rng(seed), 20, 50) for seed in (1, 1, 2)]
    assert (draws[0].times == draws[1].times).all()
    assert (draws[0].seeds(3) == draws[1].seeds(3)).all()
    assert (draws[0].times != draws[2].times).any()
    assert (draws[0].times.sum(axis=1) == 20).all()


def test_a_thousand_draws_of_275_photos_take_seconds():
    rng = np.random.default_rng(0)
    truth = random_truth(rng, 275, categories=("cup",), odd=0.0)
    judged = judge(truth, random_found(rng, truth, wild=100))
    times = Resampling.draw(rng, 275, 1000).times
    begun = time.process_time()
    judged.drawn(times)
    assert time.process_time() - begun < 20


def test_intervals_over_seeds_and_photos_hold_the_truth_about_nine_times_in_ten():
    held = []
    for trial in range(300):
        rng = np.random.default_rng(trial)
        resampling = Resampling.draw(rng, 60, 300)
        told = planted_arm(rng, resampling, runs=4).estimate(resampling)
        held.append(told.low <= 0.5 <= told.high)
    assert 0.84 <= np.mean(held) <= 0.95


def test_few_seeds_spread_the_draws_as_far_as_their_mean_really_varies():
    drawn, means = [], []
    for trial in range(400):
        rng = np.random.default_rng(trial)
        resampling = Resampling.draw(rng, 10, 200)
        arm = planted_arm(rng, resampling, runs=3, photo_effect=np.zeros(10))
        drawn.append(arm.drawn_means(resampling).var())
        means.append(arm.value)
    assert np.mean(drawn) == pytest.approx(np.var(means), rel=0.2)


def test_pairs_on_the_same_photos_are_told_apart_where_single_arms_are_not():
    rng = np.random.default_rng(3)
    resampling = Resampling.draw(rng, 60, 500)
    effect = rng.normal(0, 0.4, 60)
    better, worse = (
        planted_arm(rng, resampling, mean=mean, seed_spread=0.005, photo_effect=effect)
        for mean in (0.54, 0.5)
    )
    low, high = better.estimate(resampling), worse.estimate(resampling)
    assert low.low < high.high
    told = difference(better, worse, resampling)
    assert told.value == pytest.approx(better.value - worse.value)
    assert (told.decided, told.above_zero, told.seeds) == (1, 1.0, 3)
    back = difference(worse, better, resampling)
    assert (back.value, back.decided, back.above_zero) == (pytest.approx(-told.value), -1, 0.0)


def test_an_arm_differs_from_itself_by_nothing():
    rng = np.random.default_rng(0)
    resampling = Resampling.draw(rng, 30, 100)
    arm = planted_arm(rng, resampling)
    told = difference(arm, arm, resampling)
    assert (told.value, told.low, told.high, told.above_zero, told.decided) == (0, 0, 0, 0.5, 0)


def test_only_seeds_that_both_have_are_pairs():
    rng = np.random.default_rng(0)
    resampling = Resampling.draw(rng, 30, 100)
    arm = planted_arm(rng, resampling, runs=4)
    told = difference(arm, arm.of_seeds([2, 1]), resampling)
    assert (told.value, told.high, told.seeds) == (0, 0, 2)


def test_arms_without_a_seed_in_common_are_not_less_sure_for_it_than_their_sum():
    rng = np.random.default_rng(0)
    resampling = Resampling.draw(rng, 30, 2000)
    arm = planted_arm(rng, resampling, runs=6, photo_effect=np.zeros(30))
    one, other = arm.of_seeds([0, 1, 2]), arm.of_seeds([3, 4, 5])
    told = difference(one, other, resampling)
    spread = np.hypot(*(part.drawn_means(resampling).std() for part in (one, other)))
    assert told.seeds == 0
    assert (told.high - told.low) / 2 / 1.645 == pytest.approx(spread, rel=0.15)


def test_one_run_has_the_interval_of_the_photos_alone():
    rng = np.random.default_rng(0)
    resampling = Resampling.draw(rng, 30, 200)
    arm = planted_arm(rng, resampling, runs=1)
    assert arm.estimate(resampling) == Estimate.of(arm.value, arm.draws[0])


def test_what_could_never_be_measured_has_no_interval():
    assert Estimate.of(np.nan, np.full(9, np.nan)) == Estimate(value=None, low=None, high=None)
