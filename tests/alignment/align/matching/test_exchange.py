from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignment.align.matching.exchange import (
    TooFewScenes,
    capped,
    draft,
    draw,
    exchanged,
    first_of_alike,
    systematic,
)  # fmt: skip
from alignment.align.pool.scene_pool import ScenePool
from scenes.measuring.table import MetadataTable
from tests.alignment.align.planted import ATTRIBUTES, point, previewed_from
from tests.alignment.align.planted_pool import dense_moments, scene_pool

SEEDS = st.integers(0, 2**32 - 1)


def rng(seed=0):
    return np.random.default_rng(seed)


def heavy_tailed(seed, size):
    return np.exp(4 * rng(seed).standard_normal(size))


@given(SEEDS, st.integers(1, 60))
def test_chances_sum_to_the_count_and_none_is_beyond_1(seed, count):
    chances = capped(heavy_tailed(seed, 60), count)
    assert chances.sum() == pytest.approx(count)
    assert ((chances > 0) & (chances <= 1 + 1e-12)).all()


@given(SEEDS, st.integers(1, 59))
def test_chances_below_1_are_in_proportion_to_the_weights(seed, count):
    weights = heavy_tailed(seed, 60)
    chances = capped(weights, count)
    free = chances < 1
    ratio = chances[free] / np.maximum(weights[free], weights.max() * 1e-12)
    assert ratio == pytest.approx(ratio[0])
    assert weights[free].max(initial=0) <= weights[~free].min(initial=np.inf)


@given(SEEDS, st.integers(1, 60))
def test_a_systematic_sample_is_of_different_places_in_order(seed, count):
    found = systematic(rng(seed), heavy_tailed(seed, 60), count)
    assert len(found) == count
    assert (np.diff(found) > 0).all()
    assert set(found) <= set(range(60))


def test_every_place_is_drawn_as_often_as_its_chance():
    weights = heavy_tailed(3, 12)
    drawn = np.zeros(12)
    generator = rng()
    for _ in range(4000):
        drawn[systematic(generator, weights, 4)] += 1
    assert drawn / 4000 == pytest.approx(capped(weights, 4), abs=4 * 0.5 / np.sqrt(4000))


@settings(max_examples=30)
@given(SEEDS)
def test_exchanges_keep_the_count_and_never_lead_further_from_the_aim(seed):
    rows = rng(seed).standard_normal((40, 6))
    kept, aim = np.sort(rng(seed).choice(40, 10, replace=False)), rng(seed).standard_normal(6) / 3
    found = exchanged(dense_moments(rows), aim, kept)
    assert len(set(found.tolist())) == len(found) == 10
    before, after = (np.linalg.norm(rows[k].mean(axis=0) - aim) for k in (kept, found))
    assert after <= before + 1e-9


@pytest.mark.parametrize("aim", [0.0, 1.5])
def test_exchanges_find_the_pairs_that_cancel(aim):
    gaps = np.outer([1.0, 2.0, 3.0, -3.0, 0.0, 0.1], [1.0, -1.0])
    found = exchanged(dense_moments(gaps), aim * np.array([1.0, -1.0]), np.array([1, 2]))
    assert np.abs(gaps[found].mean(axis=0) - aim * np.array([1.0, -1.0])).max() < 0.06


def pool_of(*tables):
    return ScenePool.of([
        previewed_from(n, point(n), 4, one, ATTRIBUTES) for n, one in enumerate(tables)
    ])  # fmt: skip


def shown(*scenes):
    """Scenes of boxes (center_x, center_y), all of one size."""
    rows = [(number, *box) for number, scene in enumerate(scenes, 1) for box in scene]
    images, x, y = (np.array(column) for column in zip(*rows, strict=True))
    return MetadataTable.from_columns({
        "image_id": images, "bbox_area": np.full(len(x), 0.1), "center_x": x, "center_y": y,
        "aspect": np.ones(len(x)),
    })  # fmt: skip


A, B, NEAR_A = (0.2, 0.4), (0.7, 0.5), (0.2001, 0.4001)


def test_scenes_that_look_alike_are_counted_once_in_whatever_order_their_boxes_come():
    pool = pool_of(shown([A], [NEAR_A], [B], [A, B], [B, A], [A, A]))
    assert first_of_alike(pool).tolist() == [0, 2, 3, 5]


def test_scenes_of_two_configurations_differ_by_more_than_their_boxes():
    assert first_of_alike(pool_of(shown([A], [A]), shown([A], [B]))).tolist() == [0, 2, 3]


def test_what_is_left_out_is_what_a_pairwise_look_finds():
    pool = scene_pool(rng(), 3, 40, spread=(0.02, 0.01))
    coarse = pool.table.with_columns({
        name: np.round(pool.table.column(name), 1) + 0.01
        for name in ("center_x", "center_y", "bbox_area", "aspect")
    })  # fmt: skip
    pool = ScenePool(configs=pool.configs, table=coarse, owner=pool.owner, place=pool.place)
    columns = [coarse.column(n) for n in ("center_x", "center_y", "bbox_area", "aspect")]
    scenes = [
        (pool.owner[s], sorted(zip(*(c[pool.begin[s] : pool.begin[s + 1]] for c in columns),
                                   strict=True)))
        for s in range(len(pool))
    ]  # fmt: skip
    firsts = [n for n, scene in enumerate(scenes) if scene not in scenes[:n]]
    assert 10 < len(firsts) < len(pool)
    assert first_of_alike(pool).tolist() == firsts


@pytest.mark.parametrize("images", [1, 7, 60, 399, 400])
def test_a_draw_is_of_exactly_so_many_different_scenes(images):
    pool = scene_pool(rng())
    weights = heavy_tailed(1, len(pool))
    gaps = dense_moments(rng(2).standard_normal((len(pool), 5)))
    found = draw(rng(3), pool, gaps, weights / weights.sum(), images)
    assert len(found) == len(set(found.tolist())) == images
    assert np.array_equal(found, draw(rng(3), pool, gaps, weights / weights.sum(), images))


def test_a_draw_is_nearer_what_its_weights_make_than_chance_draws_are():
    pool = scene_pool(rng())
    gaps = dense_moments(rng(2).standard_normal((len(pool), 5)))
    even = np.full(len(pool), 1 / len(pool))
    aim, rows = gaps.gap(even), gaps.rows()
    found = draw(rng(3), pool, gaps, even, 40)
    by_chance = [
        np.linalg.norm(rows[rng(n).choice(len(pool), 40, replace=False)].mean(axis=0) - aim)
        for n in range(50)
    ]
    assert np.linalg.norm(rows[found].mean(axis=0) - aim) < 0.1 * np.median(by_chance)


def test_a_closer_look_at_what_is_drawn_corrects_for_what_the_pool_shows_wrongly():
    pool = scene_pool(rng())
    gaps = dense_moments(rng(2).standard_normal((len(pool), 5)))
    truth = gaps.rows() + 0.5 + 0.3 * rng(4).standard_normal((len(pool), 5))
    even = np.full(len(pool), 1 / len(pool))
    first = draft(rng(3), pool, gaps, even, 40)
    then = first.looked_at(lambda scenes: dense_moments(truth[scenes]))
    before, after = (np.linalg.norm(truth[d.scenes()].mean(axis=0) - first.aim)
                     for d in (first, then))  # fmt: skip
    assert len(set(then.scenes().tolist())) == 40
    assert before > 0.8  # 0.5 on each of 5 axes
    assert after < 0.5 * before


def test_a_closer_look_that_shows_the_same_changes_nothing_for_the_worse():
    pool = scene_pool(rng())
    gaps = dense_moments(rng(2).standard_normal((len(pool), 5)))
    first = draft(rng(3), pool, gaps, np.full(len(pool), 1 / len(pool)), 40)
    then = first.looked_at(gaps.part)
    rows = gaps.rows()
    before, after = (np.linalg.norm(rows[d.scenes()].mean(axis=0) - first.aim)
                     for d in (first, then))  # fmt: skip
    assert after <= before


def test_scenes_that_show_nothing_when_looked_at_closer_are_exchanged():
    pool = scene_pool(rng())
    gaps = dense_moments(rng(2).standard_normal((len(pool), 5)))
    first = draft(rng(3), pool, gaps, np.full(len(pool), 1 / len(pool)), 40)
    blank = set(first.scenes()[:15].tolist())

    def closer(scenes):
        shown = np.array([scene not in blank for scene in scenes], dtype=float)[:, None]
        return replace(gaps.part(scenes), totals=shown)

    assert blank.isdisjoint(first.looked_at(closer).scenes().tolist())


def test_what_is_kept_was_looked_at_closer():
    pool = scene_pool(rng())
    gaps = dense_moments(rng(2).standard_normal((len(pool), 5)))
    truth = gaps.rows() + rng(4).standard_normal((len(pool), 5))
    looked = set()

    def closer(scenes):
        looked.update(scenes.tolist())
        return dense_moments(truth[scenes])

    first = draft(rng(3), pool, gaps, np.full(len(pool), 1 / len(pool)), 40)
    kept = first.looked_at(closer)
    assert set(kept.scenes().tolist()) <= looked
    assert kept.gaps.rows()[kept.kept] == pytest.approx(truth[kept.candidates[kept.kept]])


def test_a_draw_never_holds_two_scenes_that_look_alike():
    twins = shown([A], [NEAR_A], [B], [A, B])
    gaps = dense_moments(np.zeros((4, 2)))
    heavy = np.array([0.45, 0.45, 0.05, 0.05])
    found = draw(rng(), pool_of(twins), gaps, heavy, 3)
    assert sorted(found) == [0, 2, 3]


def test_a_pool_of_too_few_different_scenes_is_told():
    twins = pool_of(shown([A], [NEAR_A], [B]))
    with pytest.raises(TooFewScenes, match="2 scenes that differ; expected 3 or more"):
        draw(rng(), twins, dense_moments(np.zeros((3, 2))), np.full(3, 1 / 3), 3)
