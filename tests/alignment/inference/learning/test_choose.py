import numpy as np

from alignment.features.cache import FeatureCache
from alignment.inference.learning.choose import choose
from alignment.inference.learning.heads import telling
from alignment.inference.learning.image_folds import folds_of
from tests.alignment.features.sets_with_photos import NOWHERE
from tests.alignment.inference.planted_problem import QUICK, planted, planted_classes, quiet


def chosen_of(problem, seed=1):
    return choose(np.random.default_rng(seed), problem, QUICK, NOWHERE, quiet)


def test_the_extractor_that_carries_the_truth_is_chosen_in_every_fold():
    found = chosen_of(planted())
    assert found.best == ("telling", "ridge")
    assert found.score > 0.98
    assert sum(n for c, n in found.picks.items() if c.extractor == "telling") == QUICK.folds
    assert all(score < 0.2 for c, score in found.scores.items() if c.extractor == "empty")


def test_classes_are_told_by_their_accuracy():
    found = chosen_of(planted_classes())
    assert found.best.extractor == "telling"
    assert found.score > 0.85
    np.testing.assert_allclose(found.told.sum(axis=1), 1)


def test_noise_scores_no_better_than_the_mean_although_the_best_was_picked():
    problem = planted()
    rng = np.random.default_rng(3)
    shuffled = planted(seed=9).truth[rng.permutation(len(problem.truth))]
    found = chosen_of(problem.__class__(
        attribute="depth", truth=shuffled, images=problem.images, given=problem.given, classes=()
    ))  # fmt: skip
    assert found.score < 0.1


def test_no_image_is_in_two_folds_and_folds_are_even():
    images = np.repeat(np.arange(50), np.arange(50) % 5 + 1)
    fold = folds_of(np.random.default_rng(0), images, 4)
    assert all(len(set(fold[images == image])) == 1 for image in range(50))
    assert np.ptp(np.bincount(fold)) <= 2


def test_rows_that_an_image_shares_cannot_leak_across_folds():
    """A column that names the image would tell its truth, were rows and not images dealt."""
    rng = np.random.default_rng(5)
    images = np.repeat(np.arange(40), 5)
    problem = planted(images=40, per_image=5)
    leak = np.column_stack([images, rng.normal(size=len(images))]).astype(float)
    truth = rng.normal(size=40)[images]
    found = chosen_of(problem.__class__(
        attribute="depth", truth=truth, images=images, given={"leak": leak}, classes=()
    ))  # fmt: skip
    assert max(found.scores.values()) < 0.2


def test_the_forest_keeps_the_telling_columns():
    assert {4, 7} <= set(telling(0, planted(), "telling", QUICK).tolist())


def test_the_same_seed_chooses_and_tells_the_same():
    one, two = chosen_of(planted(noise=2.0)), chosen_of(planted(noise=2.0))
    assert one.scores == two.scores
    assert (one.told == two.told).all()


def test_every_row_is_told_by_a_fit_that_did_not_see_its_image():
    found = chosen_of(planted())
    for number, model in enumerate(found.models):
        rows = found.fold == number
        again = model.told(found.problem.given["telling"][rows])
        np.testing.assert_allclose(again, found.told[rows])


def kept_in(folder, problem):
    return choose(np.random.default_rng(1), problem, QUICK, FeatureCache(folder=folder), quiet)


def test_folds_that_were_kept_are_taken_and_the_choice_stays_as_it_was(tmp_path):
    for problem in (planted(noise=2.0), planted_classes()):
        first, again = (kept_in(tmp_path, problem) for _ in range(2))
        assert (again.scores, again.picks) == (first.scores, first.picks)
        assert again.scores == chosen_of(problem).scores
        np.testing.assert_array_equal(again.told, first.told)
        np.testing.assert_array_equal(
            again.final.told(problem.given[again.best.extractor]),
            first.final.told(problem.given[first.best.extractor]),
        )


def test_a_kept_fold_is_read_and_not_fitted_again_and_other_truth_is_fitted_anew(tmp_path):
    problem = planted()
    kept_in(tmp_path, problem)
    for path in tmp_path.rglob("*-told.npy"):
        np.save(path, np.full_like(np.load(path), 7.0))
    assert (kept_in(tmp_path, problem).told == 7.0).all()
    other = planted(seed=5)
    assert kept_in(tmp_path, other).scores == chosen_of(other).scores
