import numpy as np
import pytest
from scipy.stats import norm
from sklearn.mixture import GaussianMixture

from alignment.align.population.bells import LEAST_SPREAD, fitted


def two_bells(n, d, seed=0):
    """(n, d): three in five about -3, the others about -1."""
    rng = np.random.default_rng(seed)
    near = rng.uniform(size=n) < 0.4
    first = np.where(near, rng.normal(-1, 0.3, n), rng.normal(-3, 0.5, n))
    return np.column_stack([first, rng.normal(0.5, 0.1, n) + 0.1 * first])[:, :d]


def likelihood(values, bells):
    weights, means, spreads = bells
    told = norm.pdf(values[:, None], means, spreads).prod(axis=2) @ weights
    return np.log(told).mean()


def whole(values, count):
    return [found[0] for found in fitted(values, np.ones((1, len(values)), bool), count)]


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_as_likely_as_scikit_learns(d, count):
    ours, theirs = [], []
    for seed in range(10):
        seen, other = two_bells(80, d, seed), two_bells(400, d, 100 + seed)
        ours.append(likelihood(other, whole(seen, count)))
        peer = GaussianMixture(
            count, covariance_type="diag", reg_covar=LEAST_SPREAD**2, random_state=0,
            init_params="k-means++",
        ).fit(seen)  # fmt: skip
        theirs.append(peer.score(other))
    assert np.mean(ours) > np.mean(theirs) - 0.02


def test_two_planted_bells_are_found():
    weights, means, spreads = whole(two_bells(2000, 1), 2)
    order = np.argsort(means[:, 0])
    assert weights[order] == pytest.approx([0.6, 0.4], abs=0.03)
    assert means[order, 0] == pytest.approx([-3, -1], abs=0.06)
    assert spreads[order, 0] == pytest.approx([0.5, 0.3], abs=0.04)


def test_a_part_is_fitted_as_if_it_were_alone():
    values = two_bells(60, 2)
    shown = np.arange(60) % 5 != np.arange(3)[:, None]
    together = fitted(values, shown, 3)
    for part, row in enumerate(shown):
        for found, alone in zip(together, whole(values[row], 3), strict=True):
            assert found[part] == pytest.approx(alone, abs=1e-9)


@pytest.mark.parametrize(
    "values", [np.full((7, 1), 0.3), np.full((1, 2), -2.0)], ids=["equal", "one"]
)
def test_equal_and_single_values_make_bells_of_the_least_spread(values):
    weights, means, spreads = whole(values, 4)
    assert weights.sum() == pytest.approx(1)
    assert means == pytest.approx(np.broadcast_to(values[0], means.shape))
    assert spreads == pytest.approx(LEAST_SPREAD)
