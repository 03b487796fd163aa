import numpy as np
import pytest
from scipy.optimize import least_squares

from alignment.detection.scoring.bootstrap import Arm, Resampling
from alignment.detection.scoring.exchange import Exchange
from alignment.detection.scoring.power_law import PowerLaws

SIZES = (10, 20, 40, 80, 160)
RESAMPLING = Resampling.draw(np.random.default_rng(0), 50, 400)


def law(photos, ceiling=0.6, drop=1.2, steepness=0.5):
    return ceiling - drop * photos**-steepness


def arm_at(mean, *, name="aligned", spread=0.004, runs=3, seed=0):
    """An arm whose runs differ by `spread`, and whose photos do so too."""
    rng = np.random.default_rng(seed)
    own = mean + rng.normal(0, spread, runs)[:, None] + rng.normal(0, spread * 7, 50)
    return Arm(name=name, seeds=tuple(range(runs)), values=own.mean(axis=1),
               draws=own @ RESAMPLING.times.T / 50)  # fmt: skip


def exchange(sizes=SIZES, beyond=2.0, spread=0.004, of=law):
    arms = {n: arm_at(of(n), spread=spread, seed=n) for n in sizes}
    return Exchange.of(arms, RESAMPLING, beyond)


@pytest.mark.parametrize("ceiling, drop, steepness", [(0.6, 1.2, 0.5), (0.9, 1.0, 0.2),
                                                      (0.4, 9.0, 1.5)])  # fmt: skip
def test_a_planted_law_is_recovered_and_so_are_its_photos(ceiling, drop, steepness):
    scores = np.array([[law(n, ceiling, drop, steepness) for n in SIZES]])
    found = PowerLaws.fit(SIZES, scores, [3, 3, 2, 1, 1])
    told = found.ceiling[0], found.drop[0], found.steepness[0]
    assert told == pytest.approx((ceiling, drop, steepness), rel=1e-3)
    assert found.photos_for(scores[:, 2]) == pytest.approx(40, rel=1e-3)
    assert found.at(100) == pytest.approx(law(100, ceiling, drop, steepness), abs=1e-5)


def test_no_noise_makes_a_law_that_falls_or_passes_one():
    scores = np.random.default_rng(0).uniform(-0.2, 1.2, (300, len(SIZES)))
    found = PowerLaws.fit(SIZES, scores, [1] * 5)
    assert (found.drop >= 0).all()
    assert (found.ceiling <= 1).all()
    assert (np.diff([found.at(n) for n in (10, 11, 30, 400)], axis=0) >= -1e-12).all()


@pytest.mark.parametrize("seed", range(5))
def test_no_other_law_within_the_bounds_fits_better(seed):
    rng = np.random.default_rng(seed)
    scores = np.sort(rng.uniform(0.3, 1.0, len(SIZES))) + rng.normal(0, 0.05, len(SIZES))
    weights = rng.uniform(1, 4, len(SIZES))
    found = PowerLaws.fit(SIZES, scores[None], weights)
    error = (weights * (scores - np.array([found.at(n)[0] for n in SIZES])) ** 2).sum()
    best = min(
        2 * least_squares(
            lambda p: np.sqrt(weights) * (scores - law(np.array(SIZES), *p)), start,
            bounds=([-9, 0, 0.05], [1, 99, 4.0]), x_scale=[1, 1, 0.1],
        ).cost
        for start in ([0.9, 1, 0.3], [0.9, 3, 1], [0.99, 9, 2], [0.9, 1, 0.06])
    )  # fmt: skip
    assert error <= best * (1 + 1e-4) + 1e-9


def test_below_the_fewest_photos_a_law_falls_to_nothing_in_proportion():
    found = PowerLaws.fit(SIZES, np.array([[law(n) for n in SIZES]]), [1] * 5)
    assert [found.at(n)[0] for n in (0, 5)] == pytest.approx([0, law(10) / 2], abs=1e-5)


def test_an_exchange_trusts_a_size_as_its_number_of_runs():
    arms = {n: arm_at(law(n) + 0.1 * (n == 20), spread=1e-6) for n in SIZES}
    often = {**arms, 20: arm_at(law(20) + 0.1, spread=1e-6, runs=30)}
    rare, sure = (Exchange.of(told, RESAMPLING, 2.0).law.at(20)[0] for told in (arms, often))
    assert law(20) < rare < sure - 0.01


def test_a_size_with_more_runs_pulls_the_law_towards_itself():
    scores = np.array([[0.1, 0.5, 0.3, 0.45]])
    near = [abs(PowerLaws.fit((10, 20, 40, 80), scores, [1, w, 1, 1]).at(20)[0] - 0.5)
            for w in (1, 5, 50)]  # fmt: skip
    assert near[0] > near[1] > near[2]


def test_renders_as_good_as_sixty_photos_are_worth_about_sixty():
    told = exchange().worth(arm_at(law(60)), images=300)
    assert told.verdict == "worth"
    assert told.photos.low <= 60 <= told.photos.high
    assert told.sentence.startswith("300 images of aligned are worth ")
    assert told.sentence.endswith(f"({told.photos.low:.0f} to {told.photos.high:.0f})")
    assert "line" not in told.sentence


def test_renders_beside_photos_are_worth_only_what_they_add():
    told = exchange().worth(arm_at(law(100)), images=1000, beside=60)
    assert told.photos.low <= 40 <= told.photos.high
    assert "1,000 images of aligned beside 60 photos are worth" in told.sentence
    assert "more of your photos" in told.sentence


def test_renders_that_teach_nothing_are_worth_none():
    told = exchange().worth(arm_at(0.001, spread=0.0005), images=300)
    assert told.verdict == "none"
    assert "worth none of your photos (0 to" in told.sentence


def test_renders_that_harm_beside_photos_are_worth_none_more():
    told = exchange().worth(arm_at(law(30)), images=300, beside=60)
    assert (told.verdict, told.photos.value < 0) == ("none", True)
    assert "worth none more of your photos" in told.sentence


def test_a_score_above_the_ceiling_or_the_reach_is_beyond_what_photos_can_tell():
    for score in (0.7, law(400)):
        told = exchange().worth(arm_at(score, spread=0.0005), images=300)
        assert (told.verdict, told.photos.value) == ("beyond", None)
        assert "worth over 320 of them, where the curve of your 160" in told.sentence
    assert exchange(beyond=4.0).worth(arm_at(law(400)), images=300).verdict == "worth"


def test_what_is_read_beyond_the_photos_says_so():
    told = exchange(spread=0.0005).worth(arm_at(law(220), spread=0.0005), images=300)
    assert told.sentence.endswith("read beyond the photos that there are")


def test_an_interval_that_reaches_none_is_said():
    told = exchange().worth(arm_at(law(62)), images=300, beside=60)
    assert told.photos.low < 1 <= told.photos.value
    assert "which may be none" in told.sentence


def test_below_the_fewest_photos_scores_are_read_off_the_line_to_none():
    told = exchange(spread=1e-6).worth(arm_at(law(10) / 2, spread=1e-6), images=300)
    assert told.photos.value == pytest.approx(5, abs=0.1)
    assert told.sentence.endswith("a line from none to 10, the fewest that were tried")


@pytest.mark.parametrize("curve, why", [
    (exchange(sizes=(10, 20)), "needs 3 numbers of photos, and has 2"),
    (exchange(of=dict.fromkeys(SIZES, 0.3).get), "does not surely rise from 10 to 160"),
])  # fmt: skip
def test_a_curve_that_tells_nothing_says_so(curve, why):
    told = curve.worth(arm_at(0.3), images=300)
    assert told.verdict == "untold"
    assert why in told.sentence


def test_the_interval_of_the_worth_holds_the_truth_about_nine_times_in_ten():
    held = []
    for trial in range(100):
        rng = np.random.default_rng(trial)
        resampling, hard = Resampling.draw(rng, 60, 150), rng.normal(0, 0.2, 60)
        arms = {}
        for n in (*SIZES, 60):
            own = law(n) + rng.normal(0, 0.02, 3)[:, None] + hard + rng.normal(0, 0.08, (3, 60))
            arms[n] = Arm(name="", seeds=(0, 1, 2), values=own.mean(axis=1),
                          draws=own @ resampling.times.T / 60)  # fmt: skip
        renders = arms.pop(60)
        told = Exchange.of(arms, resampling, 2.0).worth(renders, images=300)
        low, high = (np.inf if end is None else end for end in (told.photos.low, told.photos.high))
        held.append(low <= 60 <= high)
    assert 0.8 <= np.mean(held) <= 0.98


def test_the_curve_of_a_page_holds_what_was_measured():
    curve = exchange().curve()
    assert list(curve.measured) == list(SIZES)
    assert max(curve.fitted) == pytest.approx(320)
    assert curve.rises == 1.0
    assert exchange(sizes=(10, 20)).curve() is None
