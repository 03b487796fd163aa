from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from alignment.align.matching.match import groups_of, match, pool_moments, strength_for
from alignment.align.matching.settings import MatchSettings
from alignment.align.matching.weights import TAUS, USUAL_TAU
from alignment.real.split import Exposed, split
from alignment.samples.bins import Bins, bhattacharyya
from alignment.samples.facet import facet
from alignment.samples.sample import Sample
from tests.alignment.align.planted import AS_FOUND
from tests.alignment.align.planted_pool import boxes, scene_pool

NAMES = ("bbox_area", "center_y", "center_x", "aspect", "truncated", "objects_per_image")
MATCH = MatchSettings(
    attributes=NAMES,
    pairs=(("bbox_area", "center_y"),),
    bins=20,
    pair_bins=8,
    tau=None,
    oversampling=AS_FOUND,
    class_weights=None,
)
LAW = {"mean": (-2.5, 0.6), "spread": (0.4, 0.06)}


def rng(seed=0):
    return np.random.default_rng(seed)


def exposed(photos=60, seed=1):
    return Exposed(table=boxes(rng(seed), photos, **LAW))


POOL = scene_pool(rng(), 20, 150, spread=(0.8, 0.15))


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(1):
        yield


def distance(truth, table, names):
    real = Sample.of(truth, names)
    return bhattacharyya(real.values, Sample.of(table, names).values, Bins.of(real, 20))


def test_weighted_scenes_are_nearer_the_population_than_the_photos_they_were_matched_to():
    photos, truth = exposed(), boxes(rng(9), 3000, **LAW)
    found = match(rng(2), photos, POOL, replace(MATCH, tau=1.0))
    shown = POOL.drawn(rng(3).choice(len(POOL), 4000, p=found.weighted.weights))
    floor, before, after = (
        sum(distance(truth, table, (name,)) for name in ("bbox_area", "center_y", "aspect"))
        for table in (photos.table, POOL.table, shown)
    )
    assert after < 0.7 * floor
    assert before > 5 * floor


def test_every_attribute_and_pair_is_asked_for_once():
    groups = groups_of(rng(), exposed(), MATCH)
    assert [group.names for group in groups] == [*((n,) for n in NAMES), ("bbox_area", "center_y")]
    assert groups[0].values == len(exposed().table)
    assert groups[5].values == 60  # photos, not boxes


def test_an_attribute_that_no_exposed_box_has_is_left_out():
    table = exposed().table
    blank = Exposed(table=table.with_columns({"aspect": np.full(len(table), np.nan)}))
    names = [group.names for group in groups_of(rng(), blank, MATCH)]
    assert ("aspect",) not in names
    assert len(names) == len(MATCH.names) - 1


def test_categories_are_asked_for_apart_and_count_their_own_boxes():
    table = exposed().table
    kinds = ["sofa" if n % 3 else "chair" for n in range(len(table))]
    both = table.with_columns({"category": kinds})
    groups = groups_of(rng(), Exposed(table=both), replace(MATCH, pairs=()))
    told = [g.facet.categories for g in groups]
    assert told == [("chair",)] * len(NAMES) + [("sofa",)] * len(NAMES) + [("chair", "sofa")]
    chairs = facet("chair", ("objects_per_image",)).sample(both)
    assert chairs.values.sum() == kinds.count("chair")


def test_a_set_strength_is_taken_and_one_is_chosen_among_taus_else():
    given = strength_for(rng(), exposed(), POOL, replace(MATCH, tau=7.0))
    chosen = strength_for(rng(), exposed(), POOL.part(np.arange(300)), MATCH)
    assert (given.tau, given.given, dict(given.scores)) == (7.0, True, {})
    assert chosen.tau in TAUS
    assert set(chosen.scores) == set(TAUS)
    assert strength_for(rng(), exposed(7), POOL, MATCH).tau == USUAL_TAU


def test_weights_over_configurations_are_equal_for_their_scenes():
    owner = POOL.owner
    found = match(rng(2), exposed(), POOL, replace(MATCH, tau=1.0), owner=owner)
    assert found.weighted.weights.shape == (20,)
    means = pool_moments(found.moments.groups, POOL).rows()
    expected = np.array([means[owner == n].mean(axis=0) for n in range(20)])
    assert found.moments.rows() == pytest.approx(expected, abs=1e-9)


def test_one_seed_gives_one_match():
    some = POOL.part(np.arange(300))
    one, two = (match(rng(2), exposed(), some, MATCH).weighted.weights for _ in range(2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("leak", [lambda held: held, lambda held: held.for_judging()])
def test_held_out_photos_are_refused_wherever_something_is_fitted(leak):
    held = leak(split(rng(), exposed().table, 30)[1])
    for fit in (lambda: match(rng(), held, POOL, MATCH), lambda: groups_of(rng(), held, MATCH),
                lambda: strength_for(rng(), held, POOL, MATCH)):  # fmt: skip
        with pytest.raises(TypeError, match="takes Exposed and no other"):
            fit()
