import itertools

import pytest
import yaml

from alignment.align.pool.grid import GridSettings, grid_of
from scenes.config.from_mapping import BadSetting
from tests.scenes.configs import CONF, fixed, scene_config

AXES = {
    "camera.distance_m": [fixed(1.0), fixed(2.0), fixed(3.0)],
    "objects.depth_spread": [0.5, 1.0],
    "shapes": [[], ["stool"]],
}


def grid(axes, **changes):
    return GridSettings(axes=axes, **{"first_scenes": 2, "most_scenes": 4, "tolerance": 0.1,
                                      **changes})  # fmt: skip


def test_every_combination_is_there_once():
    points = grid_of((scene_config(),), grid(AXES))
    seen = [tuple(repr(v) for v in p.values.values()) for p in points]
    wanted = [tuple(map(repr, values)) for values in itertools.product(*AXES.values())]
    assert sorted(seen) == sorted(wanted)
    assert len({p.config.digest() for p in points}) == 12


def test_values_stand_where_their_path_says_and_nothing_else_moves():
    (first, *_), whole = (
        grid_of((scene_config(),), grid(AXES)),
        grid_of((scene_config(),), grid({})),
    )
    changed, plain = first.config, whole[0].config
    assert (changed.camera.distance_m.low, changed.objects.depth_spread) == (1.0, 0.5)
    assert changed.camera.focal_mm == plain.camera.focal_mm
    assert (changed.background, changed.clutter) == (plain.background, plain.clutter)


def test_ids_are_unique_and_the_same_every_time():
    once, again = (grid_of((scene_config(),), grid(AXES)) for _ in range(2))
    assert [p.config.id for p in once] == [p.config.id for p in again]
    assert len({p.config.id for p in once}) == len(once)
    assert once == again


@pytest.mark.parametrize("path", ["camera.distance", "lens.distance_m", "objects.count.mean"])
def test_an_unknown_path_is_named(path):
    with pytest.raises(BadSetting, match=f"grid.axes.{path}: conf/strategy has no such setting"):
        grid_of((scene_config(),), grid({path: [1]}))


def test_a_path_through_a_plain_value_is_named():
    with pytest.raises(BadSetting, match=r"grid\.axes\.strategy\.name"):
        grid_of((scene_config(),), grid({"strategy.name": ["x"]}))


def test_a_value_of_the_wrong_kind_names_the_axis():
    with pytest.raises(BadSetting, match=r"grid\.axes\.camera\.distance_m"):
        grid_of((scene_config(),), grid({"camera.distance_m": ["far"]}))


@pytest.mark.parametrize("changes", [{"first_scenes": 0}, {"first_scenes": 5}, {"tolerance": 0.0}])
def test_numbers_of_scenes_that_make_no_sense_are_refused(changes):
    with pytest.raises(ValueError, match="expected"):
        grid(AXES, **changes)


@pytest.mark.parametrize("path", sorted((CONF / "grid").glob("*.yaml")), ids=lambda p: p.stem)
def test_every_grid_of_conf_is_made_of_scenes(path):
    told = yaml.safe_load(path.read_text())
    axes = told.pop("axes")
    points = grid_of((scene_config(),), GridSettings(axes=axes, **told))
    assert len(points) > 1
    assert all(len(values) for values in axes.values())
