import math

import numpy as np
import ot
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.spatial.distance import pdist
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import rbf_kernel

from alignment.distances.classifier import auc, classifier_auc
from alignment.distances.floor import Verdict, compare_by
from alignment.distances.ordered import kolmogorov_smirnov, wasserstein_over_iqr
from alignment.distances.pairwise import energy, mmd
from alignment.samples.resampled import Resampled, draw_images, thinned
from alignment.samples.sample import Sample

values = arrays(float, st.integers(2, 20), elements=st.integers(-800, 800).map(lambda n: n / 8))
NAMES = ("center_y", "center_x", "aspect")


def sample(*columns, per_photo=1, names=NAMES):
    stacked = np.column_stack([np.asarray(c, dtype=float) for c in columns])
    images = np.arange(len(stacked)) // per_photo
    return Sample(attributes=names[: stacked.shape[1]], values=stacked, images=images)


def normal(rng, photos, *, mean=0.0, tied=0.0, per_photo=2):
    """Photos of two boxes whose two attributes are normal and correlate by `tied`."""
    covariance = [[1, tied], [tied, 1]]
    drawn = rng.multivariate_normal([mean, mean], covariance, photos * per_photo)
    return sample(*drawn.T, per_photo=per_photo)


@given(values, values)
def test_the_ordered_distances_are_those_of_scipy(a, b):
    real, other = sample(a), sample(b)
    unit = stats.iqr(a) or 1.3489795 * a.std() or 1.0
    expected = stats.wasserstein_distance(a, b) / unit
    assert wasserstein_over_iqr(real).between(real, other) == pytest.approx(expected, rel=1e-6)
    expected = stats.ks_2samp(a, b, method="asymp").statistic
    assert kolmogorov_smirnov().between(real, other) == pytest.approx(expected)


@given(values, values)
def test_the_energy_distance_of_one_attribute_is_that_of_scipy(a, b):
    real, other = sample(a), sample(b)
    expected = stats.energy_distance(a, b) / math.sqrt(a.std() or 1.0)
    assert energy(real).between(real, other) == pytest.approx(expected, abs=1e-5, rel=1e-6)


def test_the_earth_movers_distance_is_that_of_an_optimal_transport_plan():
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, 40), rng.gamma(2, 1, 25)
    plan = ot.emd2([], [], np.abs(a[:, None] - b[None]))
    found = wasserstein_over_iqr(sample(a)).between(sample(a), sample(b))
    assert found == pytest.approx(plan / stats.iqr(a))


def test_many_draws_of_two_shifted_normals_come_near_the_closed_forms():
    rng = np.random.default_rng(0)
    a, b = sample(rng.normal(0, 2, 200_000)), sample(rng.normal(1, 2, 200_000))
    iqr = 2 * 2 * stats.norm.ppf(0.75)
    assert wasserstein_over_iqr(a).between(a, b) == pytest.approx(1 / iqr, rel=0.03)
    expected = 2 * stats.norm.cdf(1 / 2 / 2) - 1
    assert kolmogorov_smirnov().between(a, b) == pytest.approx(expected, rel=0.03)


def test_mmd_equals_the_closed_form_between_two_gaussians_on_average():
    # E k(x, y) of N(0, I) and N(m, I), k of width w: (w^2 / (w^2 + 2))^(d/2) exp(-m.m/2/(w^2 + 2))
    rng = np.random.default_rng(0)
    real = sample(*rng.normal(size=(2, 900)))
    other = sample(*rng.normal(1, 1, size=(2, 900)))
    square = 4 * math.log(2)  # the squared median of |x - x'|, which is 2 chi^2 of 2
    peak = square / (square + 2)
    expected = 2 * peak - 2 * peak * math.exp(-1 / (square + 2))
    assert mmd(real).between(real, other) == pytest.approx(expected, rel=0.12)


def test_mmd_is_the_unbiased_estimate_from_scikit_learns_kernel():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(30, 2)) @ [[2, 1], [0, 3]], rng.normal(0.4, 1, (20, 2))
    root = np.linalg.cholesky(np.linalg.inv(np.cov(a, rowvar=False, ddof=0)))
    gamma = 1 / (2 * np.median(pdist(a @ root)) ** 2)
    aa, bb, ab = (rbf_kernel(x @ root, y @ root, gamma=gamma) for x, y in
                  ((a, a), (b, b), (a, b)))  # fmt: skip
    expected = (aa.sum() - 30) / 870 + (bb.sum() - 20) / 380 - 2 * ab.mean()
    assert mmd(sample(*a.T)).between(sample(*a.T), sample(*b.T)) == pytest.approx(expected)


def test_mmd_between_halves_of_one_population_is_as_often_below_zero_as_above():
    rng = np.random.default_rng(0)
    found = [mmd(a := normal(rng, 20)).between(a, normal(rng, 20)) for _ in range(60)]
    assert abs(np.mean(found)) < 0.01
    assert 15 < sum(one > 0 for one in found) < 45


def test_a_value_taken_twice_counts_as_two_values():
    a, b = sample([0.0, 1, 5]), sample([2.0, 2, 3])
    twice = Resampled(values=np.array([[2.0], [3.0]]), images=np.arange(2), times=np.array([[2, 1]])
                      .astype(float))  # fmt: skip
    for distance in (wasserstein_over_iqr(a), kolmogorov_smirnov(), energy(a), mmd(a)):
        found = distance.of(Resampled.whole(a), twice)
        assert found == pytest.approx([distance.between(a, b)])


def test_joint_distances_tell_what_the_marginals_hide():
    rng = np.random.default_rng(0)
    tied, loose = normal(rng, 60, tied=0.9), normal(rng, 400)
    for distance in (energy(tied), mmd(tied), classifier_auc(tied)):
        found = compare_by(rng, tied, {"loose": loose}, distance, 60)
        assert found.gaps["loose"].verdict is Verdict.NOT_ALIGNED, distance.name


def test_no_distance_often_tells_two_sets_of_one_population_apart():
    told = {}
    for seed in range(20):
        rng = np.random.default_rng(seed)
        real, other = normal(rng, 40), normal(rng, 40)
        for distance, splits in ((energy(real), 60), (mmd(real), 60), (classifier_auc(real), 8)):
            found = compare_by(rng, real, {"other": other}, distance, splits)
            told.setdefault(distance.name, []).append(found.gaps["other"].verdict)
    assert all(found.count(Verdict.NOT_ALIGNED) <= 3 for found in told.values())
    assert all(found.count(Verdict.ALIGNED) >= 12 for found in told.values())


def test_the_interval_holds_the_true_distance_about_as_often_as_it_says():
    held = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        real, far = sample(rng.normal(0, 1, 60)), sample(rng.normal(2, 1, 2000))
        gap = compare_by(rng, real, {"far": far}, wasserstein_over_iqr(real), 100).gaps["far"]
        unit = stats.iqr(real.values) / stats.iqr(stats.norm.ppf(np.arange(0.0005, 1, 0.001)))
        held.append(gap.low * unit <= 2 / (2 * stats.norm.ppf(0.75)) <= gap.high * unit)
    assert 0.8 <= np.mean(held) <= 1


def test_a_classifier_only_guesses_between_equals_and_is_sure_of_opposites():
    rng = np.random.default_rng(0)
    real, same, far = normal(rng, 60), normal(rng, 60), normal(rng, 60, mean=4)
    auc = classifier_auc(real)
    assert auc.between(real, same) == pytest.approx(0.5, abs=0.1)
    assert auc.between(real, far) > 0.99


def test_the_area_under_the_curve_is_that_of_scikit_learn_with_ties():
    rng = np.random.default_rng(0)
    real, scores = rng.random(50) < 0.4, rng.integers(0, 6, 50).astype(float)
    assert auc(real, scores) == pytest.approx(roc_auc_score(real, scores))


def test_a_classifier_is_never_tested_on_an_image_that_it_was_trained_on():
    # every photo has a value of its own: without whole images in a fold they would be learned
    rng = np.random.default_rng(0)
    own = np.repeat(rng.normal(size=(2, 12)), 30, axis=1)
    real, other = sample(own[0], per_photo=30), sample(own[1], per_photo=30)
    assert classifier_auc(real).between(real, other) < 0.75


def test_thinning_keeps_whole_images_and_about_as_many_values_as_asked():
    rng = np.random.default_rng(0)
    found = thinned(rng, normal(rng, 300), 101)
    assert len(found) == 102
    assert set(np.unique(found.images, return_counts=True)[1]) == {2}


def test_resamples_of_other_lengths_than_their_values_are_refused():
    with pytest.raises(ValueError, match="expected"):
        Resampled(values=np.zeros((3, 1)), images=np.arange(3), times=np.ones((2, 4)))


def test_draws_of_nothing_are_empty():
    nothing = sample([])
    assert draw_images(np.random.default_rng(0), nothing, np.array([3, 4])).sizes.tolist() == [0, 0]
