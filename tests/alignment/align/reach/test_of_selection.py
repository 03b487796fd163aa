from dataclasses import replace

import numpy as np
import pytest

from alignment.align.matching.settings import MatchSettings
from alignment.align.methods.method import Selection
from alignment.align.methods.scenes import Scenes
from alignment.align.pool.previews import previewed_from
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.reach.of_selection import knobs_of, unreached
from alignment.real.split import Exposed
from tests.alignment.align.matching.test_match import NAMES
from tests.alignment.align.planted import AS_FOUND, ATTRIBUTES, point, target
from tests.alignment.align.planted_names import shaped
from tests.alignment.align.planted_pool import boxes

MATCH = MatchSettings(
    attributes=NAMES,
    pairs=(),
    bins=20,
    pair_bins=8,
    tau=3.0,
    oversampling=AS_FOUND,
    class_weights=None,
)
TARGET = target([1.0], [(-2.0, 0.5)])


def rng(seed=0):
    return np.random.default_rng(seed)


def bare(table):
    return previewed_from(0, point(), 400, table, ATTRIBUTES)


def selected(real, pool) -> Selection:
    return Scenes(settings=MATCH).select(rng(1), Exposed(table=real), {"": TARGET}, pool)


def test_of_a_population_that_the_pool_is_drawn_from_nothing_is_out_of_reach():
    pool = ScenePool.of([bare(boxes(rng(), 3000, 1))])
    assert unreached(rng(), selected(boxes(rng(5), 80), pool), pool) == {"": ()}


def test_a_planted_half_that_no_scene_shows_is_told():
    pool = ScenePool.of([bare(boxes(rng(), 3000, 1))])
    real = boxes(rng(5), 80)
    far = np.arange(len(real)) % 2 == 0
    area = np.where(far, real.column("bbox_area") * np.exp(-6), real.column("bbox_area"))
    found = unreached(rng(), selected(real.with_columns({"bbox_area": area}), pool), pool)[""]
    (one,) = [u for u in found if u.attributes == ("bbox_area",) and u.component is None]
    assert one.share == pytest.approx(0.5, abs=0.1)
    assert one.side == "below"


def test_a_component_whose_bell_leaves_the_picture_is_told_within_it():
    pool = ScenePool.of([bare(boxes(rng(), 3000, 1))])
    low = replace(selected(boxes(rng(5), 80), pool), targets={"": target([1.0], [(-2.0, -1.5)])})
    told = [u for u in unreached(rng(), low, pool)[""] if u.component is not None]
    heights = [u.begins for u in told if u.main == "center_y"]
    assert heights
    assert min(heights) >= 0


def test_a_knob_is_told_at_the_middle_of_its_band_scene_by_scene():
    def band(low, high):
        return {"camera.height_m": {"low": low, "high": high, "log": False}, "strategy": "grouped"}

    configs = [
        previewed_from(n, type(point())(config=point(n).config, values=band(*ends)), 5,
                    boxes(rng(n), 5, 1), ATTRIBUTES)
        for n, ends in enumerate([(1.0, 2.0), (0.5, 0.7)])
    ]  # fmt: skip
    (knob,) = knobs_of(ScenePool.of(configs)).values()
    assert knob.values.tolist() == [1.5] * 5 + [0.6] * 5
    assert (knob.low, knob.high) == (0.5, 2.0)


def test_shapes_out_of_reach_are_told_beside_numbers():
    settings = replace(MATCH, attributes=("center_y", "shape"))
    pool = ScenePool.of([bare(shaped(rng(), 1000, {"stool": 0.5, "wing": 0.5}, 1))])
    real = Exposed(table=shaped(rng(5), 80, {"stool": 0.7, "throne": 0.3}))
    selection = Scenes(settings=settings).select(rng(1), real, {"": TARGET}, pool)
    (one,) = [u for u in unreached(rng(), selection, pool)[""] if u.main == "shape"]
    assert one.names == ("throne",)
    assert one.share == pytest.approx(0.3, abs=0.08)
