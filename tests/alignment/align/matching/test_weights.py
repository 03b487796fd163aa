import numpy as np
import pytest
from scipy.optimize import minimize

from alignment.align.matching.moments import moments_of
from alignment.align.matching.weights import (
    TAUS,
    USUAL_TAU,
    Weighted,
    choose_strength,
    path,
    shares_under,
    weigh,
)
from tests.alignment.align.planted_pool import cells, dense_moments, sample


def rng(seed=0):
    return np.random.default_rng(seed)


def problem(scenes=12, cells_=5, seed=0):
    return rng(seed).standard_normal((scenes, cells_))


def primal(matrix, tau):
    """The weights by the definition: KL(w || uniform) + |A' w|^2 / (2 tau), over the simplex."""
    n = len(matrix)

    def value(w):
        return np.sum(w * np.log(np.maximum(w, 1e-300) * n)) + np.square(matrix.T @ w).sum() / (
            2 * tau
        )

    found = minimize(
        value, np.full(n, 1 / n), method="SLSQP", bounds=[(1e-12, 1)] * n,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"maxiter": 2000, "ftol": 1e-14},
    )  # fmt: skip
    assert found.success
    return found.x


@pytest.mark.parametrize("tau", [30.0, 1.0, 0.1])
@pytest.mark.parametrize("seed", range(3))
def test_the_dual_finds_what_the_definition_asks_for(tau, seed):
    matrix = problem(seed=seed)
    found = weigh(dense_moments(matrix), tau).weights
    assert found == pytest.approx(primal(matrix, tau), abs=2e-4)


@pytest.mark.parametrize("tau", [1e6, 1.0, 1e-6])
def test_weights_are_a_distribution(tau):
    found = weigh(dense_moments(problem(200, 30)), tau)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights >= 0).all()
    assert 1 <= found.effective <= 200 * (1 + 1e-9)


def test_weights_of_gaps_beyond_all_measure_still_sum_to_one():
    far = dense_moments(1e9 * problem(495, 2, seed=3))
    weights = weigh(far, 20.0).weights
    assert abs(weights.sum() - 1) < 1e-12
    assert rng().choice(len(weights), p=weights) in range(len(weights))


def test_gaps_in_very_unlike_units_are_solved_for_too():
    """At the optimum tau lambda is the gap itself; a stop on the way shows as a difference."""
    matrix = (problem(500, 40) + 0.3) * np.geomspace(1, 3000, 40)
    moments = dense_moments(matrix)
    for tau in (300.0, 20.0, 1.0):
        found = weigh(moments, tau)
        missed = np.abs(tau * found.dual - moments.gap(found.weights))
        assert (missed <= 1e-3 * np.sqrt(moments.squares())).all()


def test_without_end_of_entropy_weights_are_even():
    found = weigh(dense_moments(problem(50)), 1e12)
    assert found.weights == pytest.approx(1 / 50, rel=1e-6)
    assert found.effective == pytest.approx(50)


def test_with_little_entropy_a_target_within_reach_is_met():
    matrix = problem(60)
    reachable = matrix - rng(9).dirichlet(np.ones(60)) @ matrix
    found = weigh(dense_moments(reachable), 1e-4)
    assert np.abs(dense_moments(reachable).gap(found.weights)).max() < 1e-3


def test_less_entropy_never_matches_worse_nor_keeps_more_scenes():
    moments = dense_moments(problem(80, 8) + 0.5)
    found = path(moments)
    gaps = [float(np.square(moments.gap(one.weights)).sum()) for one in found]
    assert [one.tau for one in found] == list(TAUS)
    assert (np.diff(gaps) <= 1e-6).all()
    assert (np.diff([one.effective for one in found]) <= 1e-3).all()


def test_a_path_ends_where_a_cold_start_does():
    moments = dense_moments(problem(80, 8))
    for one in path(moments):
        assert one.weights == pytest.approx(weigh(moments, one.tau).weights, abs=1e-5)


def test_a_scene_said_twice_weighs_twice():
    matrix = problem(10, 3)
    doubled = weigh(dense_moments(np.vstack([matrix, matrix[:1]])), 1.0).weights
    assert doubled[0] == pytest.approx(doubled[-1])


def test_shares_under_weights_are_counted_box_by_box():
    group = cells([0.2, 0.3, 0.5])
    one = sample(rng(), 20)
    moments = moments_of([group], lambda _: one, 20)
    weights = rng(1).dirichlet(np.ones(20))
    counted = np.bincount(group.target.bins.index(one.values), weights[one.images], minlength=3)
    assert shares_under(weights, moments, 0) == pytest.approx(counted / counted.sum(), abs=1e-3)


def told(scores):
    """Folds of which tau number i scores scores[i] + noise, paired."""
    noise = rng(1).normal(0, 0.2, 200)

    def judge(one: Weighted):
        return scores[TAUS.index(one.tau)] + noise

    return [(dense_moments(problem()), judge)]


def test_the_usual_strength_is_kept_unless_another_is_clearly_better():
    flat = choose_strength(told(np.zeros(len(TAUS))))
    assert flat.tau == USUAL_TAU
    for place in range(len(TAUS)):
        peak = choose_strength(told(-np.abs(np.arange(len(TAUS)) - float(place))))
        assert peak.tau == TAUS[place]
    assert f"tau {TAUS[-1]:g}" in peak.why


def test_a_loss_within_the_noise_of_held_out_values_brings_the_strength_nearer_the_usual():
    scores = np.zeros(len(TAUS))
    scores[0] = 0.01  # of noise below
    noisy = rng(2).normal(0, 1, (len(TAUS), 200))

    def judge(one: Weighted):
        place = TAUS.index(one.tau)
        return scores[place] + noisy[place] - noisy[place].mean()

    assert choose_strength([(dense_moments(problem()), judge)]).tau == USUAL_TAU
