import numpy as np
import pytest

from alignment.inference.learning.choose import choose
from alignment.inference.learning.intervals import class_sets, interval
from tests.alignment.features.sets_with_photos import NOWHERE
from tests.alignment.inference.planted_problem import QUICK, planted, planted_classes, quiet


def chosen_of(problem):
    return choose(np.random.default_rng(1), problem, QUICK, NOWHERE, quiet)


@pytest.mark.parametrize("coverage", [0.6, 0.9])
def test_intervals_cover_as_many_new_rows_as_they_say(coverage):
    found = chosen_of(planted(noise=0.8))
    fresh = planted(seed=7, images=400, noise=0.8)
    low, high = interval(found, fresh.given[found.best.extractor], coverage)
    held = ((low <= fresh.truth) & (fresh.truth <= high)).mean()
    assert held == pytest.approx(coverage, abs=0.07)


def test_noisier_truth_has_wider_intervals():
    widths = []
    for noise in (0.1, 1.0):
        found = chosen_of(planted(noise=noise))
        low, high = interval(found, found.problem.given["telling"], 0.9)
        widths.append(float(np.median(high - low)))
    assert widths[1] > 3 * widths[0]


def test_class_sets_hold_the_likeliest_and_cover_new_rows():
    found = chosen_of(planted_classes())
    fresh = planted_classes(seed=7)
    shares = found.final.told(fresh.given[found.best.extractor])
    sets = class_sets(found, shares, 0.9)
    names = np.array(fresh.classes)
    assert all(names[row.argmax()] in one for row, one in zip(shares, sets, strict=True))
    held = np.mean([names[int(t)] in one for t, one in zip(fresh.truth, sets, strict=True)])
    assert held >= 0.8
