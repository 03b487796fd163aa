import math
from dataclasses import replace

import numpy as np
import pytest

from alignment.align.matching.settings import MatchSettings
from alignment.align.methods.config import Config
from alignment.align.methods.cross_fit import Folds, Route, cross_fit, selected_of_fold
from alignment.align.methods.registry import method_of
from alignment.align.pool.scene_pool import ScenePool
from alignment.real.split import split
from alignment.samples.bins import Bins
from alignment.samples.facet import facet
from alignment.samples.halves import FEWEST_PHOTOS
from alignment.samples.sample import Sample
from scenes.processes.hands import ALONE, Hands
from tests.alignment.align.planted import AS_FOUND, ATTRIBUTES, GMM, drawn_table, pooled

COVARIANCE = ((0.04, 0.0), (0.0, 0.01))
TRUE, WRONG = (-2.0, 0.5), (-5.0, 0.9)
POOL = tuple(pooled(n, mean, COVARIANCE) for n, mean in enumerate((TRUE, WRONG, (-3.5, 0.7))))
SCENES = ScenePool.of(POOL)
ROUTE = Route(method=Config(), pool=SCENES, attributes=ATTRIBUTES, target=GMM)


MATCH = MatchSettings(
    attributes=ATTRIBUTES,
    pairs=(ATTRIBUTES,),
    bins=10,
    pair_bins=6,
    tau=None,
    oversampling=AS_FOUND,
    class_weights=None,
)
EVERY = [
    ROUTE,
    *(replace(ROUTE, method=method_of(n, MATCH)) for n in ("mixture", "scenes", "uniform")),
]


def real_table(photos=40, mean=TRUE):
    return drawn_table(np.random.default_rng(5), mean, COVARIANCE, photos, 3)


def judged(real, bins_of=None, folds=4, seed=1, route=ROUTE, hands=ALONE):
    bins = {facet("", (n,)): Bins.of(Sample.of(bins_of or real, (n,)), 10) for n in ATTRIBUTES}
    return cross_fit(
        np.random.default_rng(seed), real, route, bins, Folds(count=folds, hands=hands)
    )


def poisoned(real, images, log_area, center_y):
    """The same photos, with every box of some of them replaced by one value."""
    hit = np.isin(real.image_ids, images)
    area = np.where(hit, math.exp(log_area), real.column("bbox_area"))
    height = np.where(hit, center_y, real.column("center_y"))
    return real.with_columns({"bbox_area": area, "center_y": height})


def test_a_pool_that_holds_the_truth_is_judged_near_and_one_that_does_not_far():
    near = judged(real_table())
    far = judged(real_table(), route=replace(ROUTE, pool=ScenePool.of(POOL[1:2])))
    assert all(near[key].held_out < 0.2 < far[key].held_out for key in near)


@pytest.mark.parametrize("route", EVERY)
def test_what_the_judge_holds_never_moves_a_choice(route):
    real = real_table()
    _, held_out = split(np.random.default_rng(9).spawn(1)[0], real, 20)
    bad = poisoned(real, np.unique(held_out.for_judging().image_ids), *WRONG)
    clean, told = (
        selected_of_fold(np.random.default_rng(9).spawn(1)[0], t, route)[0] for t in (real, bad)
    )
    assert clean.stands == told.stands
    assert (clean.weights == told.weights).all()


def test_what_is_exposed_does_move_a_choice():
    real = real_table()
    exposed, _ = split(np.random.default_rng(9).spawn(1)[0], real, 20)
    bad = poisoned(real, np.unique(exposed.table.image_ids), *WRONG)
    told = selected_of_fold(np.random.default_rng(9).spawn(1)[0], bad, ROUTE)[0]
    assert [stand.name for stand in told.stands] == ["grid-0001"]


def test_a_planted_value_that_only_the_judge_holds_counts_against_the_match():
    real = real_table()
    exposed, held_out = split(np.random.default_rng(1).spawn(1)[0], real, 20)
    bad = poisoned(real, np.unique(held_out.for_judging().image_ids), *WRONG)
    clean, told = judged(real, folds=1), judged(bad, bins_of=real, folds=1)
    assert all(told[key].held_out > clean[key].held_out + 1 for key in clean)
    assert len(exposed.table) == len(held_out)


@pytest.mark.parametrize("photos", [1, 2, FEWEST_PHOTOS - 1])
def test_too_few_photos_are_not_judged(photos):
    assert judged(real_table(photos)) == {}


def test_no_folds_judge_nothing():
    assert judged(real_table(), folds=0) == {}


def test_the_fewest_photos_are_judged_with_finite_or_infinite_numbers():
    found = judged(real_table(FEWEST_PHOTOS))
    assert set(found) == {facet("", (n,)) for n in ATTRIBUTES}
    assert not any(math.isnan(value.held_out) for value in found.values())


def test_halves_that_hold_nothing_to_fit_or_to_judge_are_left_out():
    real = real_table(8)
    only_one = np.where(real.image_ids == 1, real.column("center_y"), np.nan)
    found = judged(real.with_columns({"center_y": only_one}), folds=6)
    assert not any(math.isnan(value.held_out) for value in found.values())


def test_nothing_at_all_to_fit_is_not_judged():
    real = real_table(8)
    blank = real.with_columns({"center_y": np.full(len(real), np.nan)})
    bins = {facet("", ("bbox_area",)): Bins.of(Sample.of(real, ("bbox_area",)), 10)}
    assert cross_fit(np.random.default_rng(0), blank, ROUTE, bins, Folds(count=3)) == {}


def test_one_seed_gives_one_judgement():
    assert judged(real_table(), seed=2) == judged(real_table(), seed=2)
    assert judged(real_table(), seed=2) != judged(real_table(), seed=3)


def test_processes_that_share_the_folds_judge_as_one_alone_does():
    with Hands(2) as hands:
        assert judged(real_table(), hands=hands) == judged(real_table())
