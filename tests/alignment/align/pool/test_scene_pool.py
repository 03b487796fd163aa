import numpy as np
import pytest

from alignment.align.pool.scene_pool import EmptyPool, ScenePool
from tests.alignment.align.planted import ATTRIBUTES, point, previewed_from, table, unseen
from tests.alignment.align.planted_pool import scene_pool


def rng(seed=0):
    return np.random.default_rng(seed)


def gappy():
    """Scenes 2 and 5 of the first configuration and 1 of the third show boxes."""
    first = table([0.0, -1.0, -2.0], [0.1, 0.2, 0.3], 1).with_columns({"image_id": [2, 5, 5]})
    last = table([-3.0], [0.4], 1)
    return ScenePool.of([
        previewed_from(0, point(0), 6, first, ATTRIBUTES), unseen(1),
        previewed_from(2, point(2), 6, last, ATTRIBUTES),
    ])  # fmt: skip


def test_scenes_that_show_nothing_have_no_number():
    pool = gappy()
    assert len(pool) == 3
    assert pool.owner.tolist() == [0, 0, 2]
    assert pool.place.tolist() == [1, 4, 0]
    assert pool.table.image_ids.tolist() == [0, 1, 1, 2]
    assert pool.begin.tolist() == [0, 1, 3, 4]


def test_weights_of_scenes_are_summed_by_configuration():
    assert gappy().by_config(np.array([0.2, 0.3, 0.5])).tolist() == [0.5, 0.0, 0.5]


def test_drawn_scenes_keep_their_boxes_and_may_repeat():
    drawn = gappy().drawn(np.array([1, 2, 1]))
    assert drawn.image_ids.tolist() == [0, 0, 1, 2, 2]
    assert drawn.column("center_y").tolist() == [0.2, 0.3, 0.4, 0.2, 0.3]


def test_a_part_is_a_pool_of_its_own():
    pool = scene_pool(rng(), 4, 20)
    scenes = np.sort(rng(1).permutation(len(pool))[:30])
    part = pool.part(scenes)
    assert len(part) == 30
    assert np.array_equal(part.owner, pool.owner[scenes])
    for number, scene in enumerate(scenes):
        ours, theirs = (
            one.table.column("center_y")[one.begin[n] : one.begin[n + 1]]
            for one, n in ((part, number), (pool, scene))
        )
        assert np.array_equal(ours, theirs)


def test_a_pool_that_shows_nothing_at_all_is_told():
    with pytest.raises(EmptyPool, match="none of 24 previewed scenes shows an object"):
        ScenePool.of([unseen(0), unseen(1)])
