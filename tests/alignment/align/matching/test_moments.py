from dataclasses import replace

import numpy as np
import pytest

from alignment.align.matching.moments import FALL, FULL, moments_of
from tests.alignment.align.planted_pool import cells, sample

GROUPS = (cells([0.1, 0.2, 0.3, 0.4]), cells([0.5, 0.25, 0.25], values=10))
SCENES = 30


def rng(seed=0):
    return np.random.default_rng(seed)


def samples(seed=0):
    return {id(group): sample(rng(seed + n), SCENES) for n, group in enumerate(GROUPS)}


def made(seed=0):
    found = samples(seed)
    return moments_of(GROUPS, lambda group: found[id(group)], SCENES), found


def held(group):
    return min(1, group.free / FULL) ** FALL


def by_hand(found):
    """A (s, K) as its docstring says, one scene and one cell at a time."""
    columns = []
    for group in GROUPS:
        one = found[id(group)]
        index = group.target.bins.index(one.values)
        for cell, share in enumerate(group.target.shares):
            error = np.sqrt(share * (1 - share) / group.values) * held(group)
            columns.append([
                ((index[one.images == scene] == cell) - share).sum() / error / len(one) * SCENES
                for scene in range(SCENES)
            ])  # fmt: skip
    return np.array(columns).T


def test_every_product_is_that_of_the_dense_matrix():
    moments, found = made()
    dense = by_hand(found)
    direction, weights = rng(1).standard_normal(7), rng(2).dirichlet(np.ones(SCENES))
    assert len(moments) == SCENES
    assert moments.along(direction) == pytest.approx(dense @ direction)
    assert moments.gap(weights) == pytest.approx(dense.T @ weights)
    some = np.array([4, 0, 29])
    assert moments.rows() == pytest.approx(dense)
    assert moments.part(some).rows() == pytest.approx(dense[some])


def test_even_weights_leave_the_gap_of_the_whole_pool_in_units_of_slack():
    moments, found = made()
    gap = moments.gap(np.full(SCENES, 1 / SCENES))
    told = [
        (group.target.bins.share(found[id(group)].values) - group.target.shares) / group.slack
        for group in GROUPS
    ]
    assert gap == pytest.approx(np.concatenate(told))


def test_a_target_that_the_weights_meet_leaves_no_gap():
    one = sample(rng(), SCENES)
    weights = rng(3).dirichlet(np.ones(SCENES))
    cell = GROUPS[0].target.bins.index(one.values)
    shares = np.bincount(cell, weights[one.images], minlength=4)
    group = cells(shares / shares.sum())
    assert moments_of([group], lambda _: one, SCENES).gap(weights) == pytest.approx(0, abs=1e-9)


def test_of_cells_that_no_scene_shows_nothing_is_asked_and_the_others_keep_their_proportions():
    group = GROUPS[0]  # shares 0.1, 0.2, 0.3, 0.4
    seen = sample(rng(), SCENES)
    seen = replace(seen, values=np.clip(seen.values, 0, 0.7))  # of the last cell, none
    moments = moments_of([group], lambda _: seen, SCENES)
    asked = moments.targets[0] * group.slack
    assert asked == pytest.approx([1 / 6, 2 / 6, 3 / 6, 0])
    assert moments.rows()[:, 3] == pytest.approx(0)


def test_a_pool_that_shows_nothing_is_asked_for_all():
    group = GROUPS[0]
    none = replace(sample(rng(), SCENES), values=np.zeros((0, 1)), images=np.zeros(0, int))
    moments = moments_of([group], lambda _: none, SCENES)
    assert moments.targets[0] * group.slack == pytest.approx(group.target.shares)


def test_the_mean_squares_are_those_of_the_dense_matrix():
    moments, found = made()
    assert moments.squares() == pytest.approx(np.square(by_hand(found)).mean(axis=0))


def test_moments_of_owners_are_the_means_of_their_scenes():
    moments, found = made()
    owner = rng(4).permutation(np.arange(SCENES) % 6)
    dense = by_hand(found)
    expected = np.array([dense[owner == n].mean(axis=0) for n in range(6)])
    mean = moments.mean_of(owner, 6)
    assert mean.rows() == pytest.approx(expected)
    assert mean.gap(np.full(6, 1 / 6)) == pytest.approx(expected.mean(axis=0))


def test_scenes_that_show_none_of_a_category_count_for_nothing():
    nothing = sample(rng(), SCENES)
    empty = type(nothing)(attributes=nothing.attributes, values=np.empty((0, 1)),
                          images=np.empty(0, dtype=np.int64))  # fmt: skip
    assert (moments_of(GROUPS[:1], lambda _: empty, SCENES).along(np.ones(4)) == 0).all()


def test_a_share_known_from_more_values_weighs_more():
    few, many = cells([0.5, 0.5], values=10), cells([0.5, 0.5], values=1000)
    assert few.slack == pytest.approx(10 * many.slack)


def test_the_fewer_shares_are_free_the_less_a_gap_may_be():
    one, even = cells([0.5, 0.5], values=100), cells(np.full(31, 1 / 31), values=100)
    error = np.sqrt(30 / 31**2 / 100)
    assert (one.free, even.free) == (pytest.approx(1), pytest.approx(30))
    assert one.slack == pytest.approx(0.05 / FULL**FALL)
    assert even.slack == pytest.approx(error)
    assert cells([1 - 1e-9, 1e-9], values=100).slack.min() > 0


def test_scenes_seen_otherwise_are_told_in_the_pools_units():
    moments, found = made()
    shifted = {key: replace(one, values=1 - one.values) for key, one in found.items()}
    some = np.array([4, 0, 29])
    whole = moments_of(GROUPS, lambda group: shifted[id(group)], SCENES)  # as many boxes
    assert moments.again(lambda group: shifted[id(group)], SCENES).rows() == pytest.approx(
        whole.rows())  # fmt: skip
    few = {
        key: replace(one, values=one.values[kept], images=np.searchsorted(some[[1, 0, 2]], images))
        for key, one in shifted.items()
        for kept in [np.isin(one.images, some)]
        for images in [one.images[kept]]
    }
    seen = moments.again(lambda group: few[id(group)], 3)
    expected = moments.rows()
    expected[some[[1, 0, 2]]] = whole.rows()[some[[1, 0, 2]]]
    assert moments.with_rows(some[[1, 0, 2]], seen).rows() == pytest.approx(expected)
