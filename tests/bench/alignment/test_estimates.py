"""The bench of estimates: what it holds against photos unseen is made of the exposed ones alone."""

import numpy as np
import pytest

from alignment.real.split import split
from alignment.samples.bins import Bins, distance_of_shares
from alignment.samples.sample import Sample
from bench.alignment import unseen
from bench.alignment.estimates import distances, estimates
from bench.alignment.trials import judged_on


@pytest.fixture(scope="module")
def case():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWINSET_REAL", "assets/real/coco_indoor")
        return next(unseen.cases_of(["chair"], [10], 20, (), ["grid=coarse"]))


def test_the_floor_is_the_exposed_photos_own_distance_and_a_share_of_yes_keeps_to_it(case):
    found = distances(case, 3)
    exposed, held_out = split(np.random.default_rng([3, 5]), case.real.table, 10)
    judge = held_out.for_judging()
    for told, (one, bins) in judged_on(judge, case.settings).items():
        held, seen = (bins.share(one.sample(table).values) for table in (judge, exposed.table))
        assert found[told][0] == pytest.approx(float(distance_of_shares(held, seen)))
    assert found["truncated"][1:] == pytest.approx(found["truncated"][0], rel=0.05)
    assert {told: gaps.tolist() for told, gaps in distances(case, 3).items()} == {
        told: gaps.tolist() for told, gaps in found.items()
    }


def test_the_likeliest_alone_is_one_of_those_that_are_stacked():
    values = np.random.default_rng(0).normal(-2, 0.5, (40, 1))
    seen = Sample(attributes=("bbox_area",), values=values, images=np.arange(40))
    bins = Bins.of(seen, 12)
    alone, stacked = estimates(5, seen, bins)
    assert alone.sum() == pytest.approx(1)
    assert stacked.sum() == pytest.approx(1)
    assert not np.allclose(alone, stacked, atol=1e-4)
