import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from alignment.align.pixels.wanted import Population, assigned
from alignment.real.split import HeldOut
from tests.alignment.align.pixels.pictures import NAMES, exposed, table


def photos(count=80, seed=0):
    covariance = np.array([[0.010, 0.002, 0.0], [0.002, 0.002, 0.001], [0.0, 0.001, 0.003]])
    return np.random.default_rng(seed).multivariate_normal([0.5, 0.2, 0.35], covariance, count)


def population(found):
    return Population.of(np.random.default_rng(1), exposed(found), NAMES)


def test_what_is_drawn_has_the_photos_means_spreads_and_correlations():
    found = photos()
    drawn = population(found).drawn(np.random.default_rng(2), 8000)
    assert np.abs(drawn.mean(axis=0) - found.mean(axis=0)).max() < 0.003
    assert drawn.std(axis=0) == pytest.approx(found.std(axis=0), rel=0.05)
    tied = [np.corrcoef(one.T)[0, 1] for one in (drawn, found)]
    assert 0.5 * tied[1] < tied[0] <= 1.05 * tied[1]


def test_few_that_are_drawn_stand_for_the_population_better_than_as_many_photos():
    found = photos(400)
    drawn = population(found).drawn(np.random.default_rng(2), 20)
    off = [wasserstein_distance(found[:, 0], some[:, 0]) for some in (drawn, found[:20])]
    assert off[0] < 0.6 * off[1]


def test_nothing_drawn_is_a_photo_itself_and_nothing_is_impossible():
    found = photos()
    drawn = population(found).drawn(np.random.default_rng(2), 400)
    assert not (drawn[:, None, :] == found[None]).all(axis=2).any()
    assert (drawn >= 0).all()
    assert (drawn <= [1.0, 0.5, 1.0]).all()


def test_pictures_that_measure_what_is_wanted_already_hardly_change():
    several = population(photos())
    measured = several.drawn(np.random.default_rng(5), 300)
    wanted = assigned(np.random.default_rng(6), several, measured)
    shuffled = np.random.default_rng(7).permutation(wanted)
    changes = [((w - measured) ** 2 / several.spread**2).sum(axis=1).mean()
               for w in (wanted, shuffled)]  # fmt: skip
    assert changes[0] < 0.1 * changes[1]


def test_photos_that_are_all_alike_are_wanted_as_they_are():
    found = np.tile([0.4, 0.2, 0.3], (6, 1))
    drawn = population(found).drawn(np.random.default_rng(0), 50)
    assert np.abs(drawn - found[0]).max() < 0.01


def test_held_out_photos_are_refused():
    held_out = HeldOut(table(photos())).for_judging()
    with pytest.raises(TypeError, match="Exposed"):
        Population.of(np.random.default_rng(0), held_out, NAMES)
