import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.align.methods.config import Config, NothingReachable, choose, image_counts, rank
from alignment.align.pool.previews import previewed_from
from alignment.align.pool.scene_pool import ScenePool
from alignment.real.split import Exposed
from tests.alignment.align.planted import (
    ATTRIBUTES,
    drawn_table,
    exactly,
    point,
    pooled,
    target,
    unseen,
)

NEAR, FAR = (-1.0, 0.4), (-4.0, 0.8)
COVARIANCE = ((0.04, 0.0), (0.0, 0.01))


def seen(*told, **shown):
    return pooled(*told, **shown).config


def test_the_configuration_that_equals_the_component_is_chosen():
    pool = [seen(0, (-2.0, 0.5)), seen(1, FAR), seen(2, NEAR), unseen(3).config]
    pool[1], pool[2] = exactly(pool[1], FAR, COVARIANCE), exactly(pool[2], NEAR, COVARIANCE)
    chosen = choose({"": target([0.7, 0.3], [NEAR, FAR])}, pool)
    assert [c.pooled.number for c in chosen] == [2, 1]
    assert [c.distance for c in chosen] == pytest.approx([0, 0], abs=1e-9)


def test_of_equal_means_the_one_of_equal_variance_is_chosen():
    narrow, wide = (exactly(seen(n, NEAR), NEAR, np.diag([v, v])) for n, v in ((0, 0.01), (1, 1)))
    wanted = target([1.0], [NEAR], covariance=((0.02, 0.0), (0.0, 0.02)))
    assert choose({"": wanted}, [wide, narrow])[0].pooled is narrow


def test_of_equally_near_ones_the_first_number_is_chosen_whatever_their_order():
    alike = [exactly(seen(n, NEAR), NEAR, COVARIANCE) for n in (5, 3, 9)]
    assert choose({"": target([1.0], [NEAR])}, alike)[0].pooled.number == 3
    assert [p.number for _, p in rank(target([1.0], [FAR]), 0, alike[::-1])] == [3, 5, 9]


def test_shares_of_images_make_the_shares_of_boxes_the_weights():
    pool = [seen(0, NEAR, per_image=1), seen(1, FAR, per_image=6)]
    chosen = choose({"": target([0.6, 0.4], [NEAR, FAR])}, pool)
    boxes = np.array([c.image_share * c.pooled.boxes_per_image for c in chosen])
    assert boxes / boxes.sum() == pytest.approx([0.6, 0.4])
    assert sum(c.image_share for c in chosen) == pytest.approx(1)


def test_scenes_drawn_from_the_pool_hold_boxes_in_the_components_shares():
    pool = [pooled(0, NEAR, per_image=1), pooled(1, FAR, per_image=6)]
    rng = np.random.default_rng(0)
    scenes = ScenePool.of(pool)
    real = Exposed(table=drawn_table(rng, NEAR, COVARIANCE, 4, 2))
    selected = Config().select(rng, real, {"": target([0.6, 0.4], [NEAR, FAR])}, scenes)
    drawn = scenes.drawn(rng.choice(len(scenes), 4000, p=selected.weights))
    near = np.log(drawn.column("bbox_area")) > -2.5
    assert len(np.unique(drawn.image_ids)) == 4000
    assert near.mean() == pytest.approx(0.6, abs=0.03)


def test_scenes_that_show_nothing_do_not_count_since_no_plan_takes_them():
    shown = drawn_table(np.random.default_rng(0), NEAR, COVARIANCE, 100, 2)
    assert previewed_from(0, point(0), 400, shown, ATTRIBUTES).config.boxes_per_image == 2


def test_a_pool_that_shows_nothing_says_so():
    with pytest.raises(NothingReachable, match="none of 2 configurations showed enough"):
        choose({"": target([1.0], [NEAR])}, [unseen(n).config for n in (0, 1)])


weights = st.lists(st.floats(1e-6, 1), min_size=1, max_size=12)


@given(weights, st.integers(1, 5000))
def test_image_counts_sum_and_each_is_within_one_of_its_share(drawn, images):
    shares = [w / sum(drawn) for w in drawn]
    counts = image_counts(shares, images)
    assert sum(counts) == images
    assert all(abs(count - share * images) < 1 + 1e-6
               for count, share in zip(counts, shares, strict=True))  # fmt: skip


@given(weights, st.integers(1, 60))
def test_no_move_of_one_image_brings_the_counts_nearer(drawn, images):
    exact = np.array(drawn) / sum(drawn) * images
    counts = np.array(image_counts(list(exact / images), images))
    for giver in np.flatnonzero(counts):
        for taker in range(len(counts)):
            moved = counts - np.eye(len(counts), dtype=int)[giver] + np.eye(len(counts))[taker]
            assert np.abs(moved - exact).sum() >= np.abs(counts - exact).sum() - 1e-6
