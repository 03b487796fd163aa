from dataclasses import replace

import numpy as np
import pytest

from alignment.align.pool.grow import PoolSettings, Search, grow
from alignment.align.pool.previews import previewed_from
from alignment.align.pool.space import Range, SpaceSettings
from tests.alignment.align.planted import ATTRIBUTES
from tests.alignment.align.planted_pool import boxes
from tests.scenes.configs import scene_config

SPACE = SpaceSettings(
    ranges={"camera.height_m": Range(low=0.5, high=2.5, log=False, whole=False),
            "camera.distance_m": Range(low=1.5, high=4.0, log=True, whole=False)},
    choices={},
)  # fmt: skip
SETTINGS = PoolSettings(
    first_configs=8, round_configs=4, scenes_per_config=5, most_scenes=200, effective_scenes=2.0,
    step=0.1,
)  # fmt: skip


def planted(points, first, report):
    """Previews whose boxes lie as high as the camera does, with no scene drawn."""
    report(len(points), 5 * len(points))
    return tuple(
        previewed_from(
            number, point, 5,
            boxes(np.random.default_rng(number), 5, 1,
                  mean=(-2, point.values["camera.height_m"]["low"] / 3), spread=(0.5, 0.01)),
            ATTRIBUTES,
        )
        for number, point in enumerate(points, first)
    )  # fmt: skip


def even(pool):
    return np.full(len(pool), 1 / len(pool))


def high(pool):
    """All weight on scenes whose first box lies low in the image, where cameras are high."""
    wanted = pool.table.column("center_y")[pool.begin[:-1]] > 0.65
    return np.maximum(wanted, 1e-9) / np.maximum(wanted, 1e-9).sum()


def grown(weights_of=even, images=10, preview=planted, report=lambda *_: None, **changes):
    search = Search(
        bases=(scene_config(),), space=SPACE, settings=replace(SETTINGS, **changes), preview=preview
    )
    return grow(np.random.default_rng(4), search, weights_of, images, report)


def test_it_stops_as_soon_as_enough_scenes_are_effective():
    assert grown(images=19).effective == pytest.approx((40.0,))
    assert grown(images=21).effective == pytest.approx((40.0, 60.0))


def test_the_last_round_is_as_large_as_what_the_round_before_says_is_missing():
    assert grown(images=34).effective == pytest.approx((40.0, 60.0, 70.0))
    assert grown(images=36).effective == pytest.approx((40.0, 60.0, 75.0))


def test_it_stops_at_its_budget():
    found = grown(images=10_000)
    assert sum(one.scenes for one in found.pool.configs) == 200


@pytest.mark.parametrize("budget", [5, 12, 39])
def test_a_budget_below_the_first_round_is_kept_too(budget):
    found = grown(images=10_000, most_scenes=budget)
    assert sum(one.scenes for one in found.pool.configs) <= budget


def test_later_configurations_lie_where_the_weight_is():
    found = grown(high, images=1000)
    first, later = found.coordinates[:8], found.coordinates[-16:]
    assert later[:, :2].min(axis=1).mean() > first[:, :2].min(axis=1).mean() + 0.15
    assert found.effective[-1] > 3 * found.effective[0]


def test_every_configuration_has_coordinates_and_a_number_of_its_own():
    found = grown(images=60)
    configs = found.pool.configs
    assert [one.number for one in configs] == list(range(len(configs)))
    assert len(found.coordinates) == len(configs) == len({one.point.config.id for one in configs})
    for one, row in zip(configs, found.coordinates, strict=True):
        assert one.point.values == SPACE.values(row)


def test_progress_counts_all_rounds_together():
    heard = []
    grown(images=10_000, report=lambda *told: heard.append(told))
    assert heard == sorted(heard)
    assert heard[-1] == (40, 200)


def test_one_seed_grows_one_pool():
    one, two = grown(high, images=100), grown(high, images=100)
    assert len(one.effective) > 1
    assert one.effective == two.effective
    assert np.array_equal(one.coordinates, two.coordinates)


@pytest.mark.parametrize("changes", [
    {"first_configs": 0}, {"round_configs": 0}, {"scenes_per_config": 0}, {"most_scenes": 0},
    {"effective_scenes": 0.0}, {"step": 0.0}, {"step": 1.5},
])  # fmt: skip
def test_sizes_that_make_no_sense_are_refused(changes):
    with pytest.raises(ValueError, match="expected"):
        replace(SETTINGS, **changes)
