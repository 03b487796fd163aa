from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from alignment.align.pool.grid import GridSettings
from alignment.align.pool.previews import Probing, preview_pool, previewed_from
from scenes.labels.labels import LabelPolicy
from scenes.processes.hands import ALONE, Hands
from tests.alignment.align.planted import ATTRIBUTES, point, table
from tests.scenes.configs import fixed, scene_settings

POLICY = LabelPolicy(min_visible_px=16, min_visible_fraction=0.1, min_side_px=3)
GRID = GridSettings(axes={}, first_scenes=4, most_scenes=16, tolerance=0.5)
HOW = Probing(
    meshes=None,
    variants=1, policy=POLICY, long_side_px=80, attributes=ATTRIBUTES,
    spread=np.array([1.0, 0.15]), rounds=GRID, run_seed=3, categories={},
)  # fmt: skip


def camera(**changes):
    return {**scene_settings()["camera"], **changes}


def objects(**changes):
    return {**scene_settings()["objects"], **changes}


def far(number, distance_m):
    return point(number, camera=camera(distance_m=fixed(distance_m)))


def silent(done, scenes):
    pass


def previewed(points, how=HOW, report=silent):
    return preview_pool(how, ALONE, points, 0, report)


POINTS = [far(n, distance) for n, distance in enumerate((1.5, 2.5, 4.0))]


def test_one_worker_and_two_see_the_same():
    alone = previewed(POINTS)
    with Hands(2) as hands:  # in two rounds, as a pool that grows is previewed
        preview = partial(preview_pool, HOW, hands)
        together = (*preview(POINTS[:1], 0, silent), *preview(POINTS[1:], 1, silent))
    assert [p.config.point for p in together] == POINTS
    for one, other in zip(alone, together, strict=True):
        assert one.table.table.equals(other.table.table)
        assert (one.config.number, one.config.scenes) == (other.config.number, other.config.scenes)
        assert one.config.mean == pytest.approx(other.config.mean, abs=0)


def test_it_tells_every_configuration_and_every_scene():
    heard = []
    found = previewed(POINTS, report=lambda *told: heard.append(told))
    assert [done for done, _ in heard] == [1, 2, 3]
    assert heard[-1][1] == sum(one.config.scenes for one in found)


def test_a_narrow_configuration_stops_early_and_a_wide_one_goes_on():
    narrow = point(0, camera=camera(distance_m=fixed(3.0), aim_y=fixed(0.5), focal_mm=fixed(35.0)),
                   objects=objects(count=fixed(3), spread_m=fixed(0.6)))  # fmt: skip
    wide = point(1, camera=camera(distance_m={"low": 0.7, "high": 30.0, "log": True}),
                 objects=objects(count=fixed(1)))  # fmt: skip
    few, many = (one.config.scenes for one in previewed([narrow, wide]))
    assert few < many == GRID.most_scenes


def test_rounds_double_up_to_the_most_and_never_beyond():
    never = replace(HOW, spread=np.zeros(2), rounds=replace(GRID, first_scenes=3, most_scenes=10))
    assert previewed(POINTS[:1], never)[0].config.scenes == 10


def test_more_rounds_only_add_scenes():
    never = replace(HOW, spread=np.zeros(2))
    few = replace(never, rounds=replace(GRID, most_scenes=4))
    short, long = (previewed(POINTS[:1], how)[0].table for how in (few, never))
    assert long.table.slice(0, len(short)).equals(short.table)


def test_a_configuration_that_shows_nothing_has_no_moments():
    found = previewed([far(0, 900.0)])[0]
    nothing = found.config
    assert (len(found.table), nothing.mean, nothing.covariance) == (0, None, None)
    assert (nothing.boxes_per_image, nothing.scenes) == (0, GRID.most_scenes)


def test_moments_are_those_of_the_logs_by_hand():
    one = previewed_from(0, point(), 2, table([0.0, 1.0, 0.0, 1.0], [0.2, 0.2, 0.4, 0.4], 2),
                      ATTRIBUTES).config  # fmt: skip
    assert one.mean == pytest.approx([0.5, 0.3])
    assert one.covariance == pytest.approx(np.array([[1 / 3, 0], [0, 0.04 / 3]]))
    assert one.boxes_per_image == 2


def test_moments_of_a_single_attribute_are_one_by_one():
    one = previewed_from(0, point(), 3, table([0.0, 2.0, 4.0], [0, 0, 0], 1), ("bbox_area",)).config
    assert (one.mean.shape, one.covariance.shape) == ((1,), (1, 1))
