import numpy as np
import pytest
from scipy.stats import multivariate_normal, spearmanr
from sklearn.neighbors import KernelDensity

from alignment.feature_space.scores import (
    BANDWIDTHS,
    ScoreSettings,
    TooFewImages,
    by_image,
    knn_distance,
    score,
)
from alignment.feature_space.space import FeatureSpace, SpaceSettings
from tests.alignment.feature_space.made import exposed, features, scores

SPACE = SpaceSettings(dimensions=8, spread_floor=0.0, weights={})


def knn(neighbours=3):
    return ScoreSettings(score="knn", neighbours=neighbours, image="mean")


KDE = ScoreSettings(score="kde", neighbours=1, image="mean")
RATIO = ScoreSettings(score="ratio", neighbours=1, image="mean")


def test_the_distance_is_that_of_a_search_over_all_pairs():
    rng = np.random.default_rng(0)
    points, reference = rng.normal(size=(1500, 4)), rng.normal(size=(60, 4))
    pairs = np.linalg.norm(points[:, None] - reference[None], axis=-1)
    np.testing.assert_allclose(
        knn_distance(points, reference, 5), np.sort(pairs, axis=1)[:, :5].mean(axis=1)
    )


def test_real_boxes_are_scored_against_other_images_alone():
    values = np.repeat(np.random.default_rng(1).normal(size=(20, 3)), 2, axis=0)
    real = features(values)  # both boxes of an image are alike
    found = score(FeatureSpace.fit(real, exposed(real), SPACE), real, knn(1))
    assert found.values.max() < 1e-6
    assert found.real.min() > 1e-3


@pytest.mark.parametrize("how", [knn(), KDE])
def test_more_of_the_same_scores_as_the_real_does_and_what_is_far_scores_worse(how):
    rng = np.random.default_rng(2)
    real, more = features(rng.normal(size=(120, 4))), features(rng.normal(size=(400, 4)))
    space = FeatureSpace.fit(real, exposed(real), SPACE)
    alike = score(space, more, how)
    assert abs(np.median(alike.beyond_real) - 0.5) < 0.1
    far = score(space, features(more.values + 5), how)
    assert (far.beyond_real == 1).mean() > 0.9


def test_likelihood_orders_points_as_the_density_they_were_drawn_from():
    rng = np.random.default_rng(3)
    real, probe = features(rng.normal(size=(300, 2))), rng.normal(size=(200, 2)) * 1.5
    found = score(FeatureSpace.fit(real, exposed(real), SPACE), features(probe), KDE)
    truth = -multivariate_normal.logpdf(probe, cov=np.eye(2))
    assert spearmanr(found.values, truth).statistic > 0.9


def test_odds_order_points_as_the_ratio_of_the_densities_does():
    rng = np.random.default_rng(6)
    real, made = features(rng.normal(size=(200, 2))), rng.normal(size=(800, 2)) * 2 + (1.5, 0)
    found = score(FeatureSpace.fit(real, exposed(real), SPACE), features(made), RATIO)
    truth = multivariate_normal.logpdf(made, mean=(1.5, 0), cov=4 * np.eye(2))
    truth -= multivariate_normal.logpdf(made, cov=np.eye(2))
    assert spearmanr(found.values, truth).statistic > 0.8
    assert np.median(found.real) < np.median(found.values)


def test_what_cannot_be_told_from_the_real_has_even_odds_because_no_box_saw_its_own_image():
    rng = np.random.default_rng(7)
    real, made = (features(np.repeat(rng.normal(size=(150, 3)), 2, axis=0)) for _ in range(2))
    found = score(FeatureSpace.fit(real, exposed(real), SPACE), made, RATIO)
    assert abs(np.median(found.values)) < 0.3
    assert abs(np.median(found.real)) < 0.3


def test_odds_of_a_single_image_are_refused_in_one_line():
    real = features(np.random.default_rng(8).normal(size=(30, 3)))
    one = features(np.zeros((2, 3)))
    with pytest.raises(TooFewImages, match="two or more of each set; score=knn"):
        score(FeatureSpace.fit(real, exposed(real), SPACE), one, RATIO)


def test_likelihood_is_that_of_a_kernel_density_fitted_without_the_image_itself():
    real = features(np.random.default_rng(4).normal(size=(40, 3)))
    space = FeatureSpace.fit(real, exposed(real), SPACE)
    points = space.project(features(np.random.default_rng(5).normal(size=(9, 3))))
    tried = []
    for width in BANDWIDTHS * np.sqrt(space.reference.var(axis=0).sum()):
        others = [space.reference_images != image for image in space.reference_images]
        own = [-KernelDensity(bandwidth=width).fit(space.reference[rest]).score_samples(row[None])
               for rest, row in zip(others, space.reference, strict=True)]  # fmt: skip
        tried.append((np.sum(own), np.ravel(own), width))
    _, own, width = min(tried, key=lambda one: one[0])
    found = score(space, features(np.random.default_rng(5).normal(size=(9, 3))), KDE)
    np.testing.assert_allclose(found.real, own)
    whole = KernelDensity(bandwidth=width).fit(space.reference)
    np.testing.assert_allclose(found.values, -whole.score_samples(points))


def test_an_image_scores_as_the_mean_or_the_worst_of_its_boxes():
    made = scores([1.0, 5.0, 2.0], images=[7, 7, 3])
    assert made.of_images("mean").values.tolist() == [2.0, 3.0]
    assert made.of_images("worst").values.tolist() == [2.0, 5.0]
    assert by_image(made.values, made.image_ids, "mean")[1].tolist() == [3, 7]
