import json
import os
import signal
from contextlib import suppress

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from alignment.command.render_room import RenderJob, render
from alignment.command.words import Unsayable, words
from assets.project import PROJECT
from render.asked.settings import settings_of
from scenes.measuring.table import MetadataTable
from scenes.optics.camera import pose_aiming_at
from scenes.plan.plan import Plan, PlannedScene
from tests.render.rendered import camera, placed, scene

PARSER = OverridesParser.create()
TEXT = st.text(st.sampled_from("ab \\'\"${}=,#[]()~:\N{SNOWMAN}\n"), max_size=9)
KEYS = st.text(st.sampled_from("kq-_. ,:=[]{}()/@%+*?|"), min_size=1, max_size=5)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT
YAML = st.recursive(
    PLAIN,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(KEYS, some, min_size=1, max_size=3),
)


def _read(told):
    return {o.key_or_group: o.value() for o in map(PARSER.parse_override, told)}


def _types(value):
    """Return a value with the type of each part: True is not 1, nor 1 a text."""
    if isinstance(value, list):
        return [_types(one) for one in value]
    if isinstance(value, dict):
        return {key: _types(one) for key, one in value.items()}
    return type(value), value


def _received(told):
    """Return what the renderer has after these words, which change an empty configuration."""
    config = OmegaConf.create()
    for override in map(PARSER.parse_override, told):
        OmegaConf.update(config, override.key_or_group, override.value())
    return OmegaConf.to_container(config, resolve=True)


def test_a_mapping_reaches_the_renderer_key_by_key_and_unharmed():
    settings = {
        "keypoints": True, "min_box_px": 33, "min_visible_fraction": 0.1,
        "categories": {"table": {"id": 2, "name": "it's a {dining} table"}},
    }  # fmt: skip
    assert _read(words("labels", settings)) == {
        "labels.keypoints": True, "labels.min_box_px": 33, "labels.min_visible_fraction": 0.1,
        "labels.categories.table.id": 2, "labels.categories.table.name": "it's a {dining} table",
    }  # fmt: skip


@given(YAML)
def test_every_yaml_value_reaches_the_renderer_as_it_is(value):
    assert _types(_received(words("a.key", value))) == _types({"a": {"key": value}})


def test_a_range_that_make_align_was_given_is_a_range_to_the_renderer():
    renderer = _read(["renderer={second_view:{baseline:[0.05,0.2]},resolution_px:[64,48]}"])
    told = [w for key, value in renderer["renderer"].items() for w in words(key, value)]
    with initialize_config_dir(str(PROJECT / "conf"), version_base="1.3"):
        settings = settings_of(compose("render", overrides=["images=1", "out=out", *told]))
    assert settings.second_view.baseline == (0.05, 0.2)
    assert settings.resolution_px == (64, 48)


@pytest.mark.parametrize("key", ["it's", "\N{SNOWMAN}", "a#", ""])
def test_a_key_that_no_word_can_hold_is_told(key):
    with pytest.raises(Unsayable, match=f"the key {key!r} cannot be passed on"):
        words("labels.categories", {key: 1})


def test_an_empty_mapping_says_nothing():
    assert words("labels.categories", {}) == ()


def test_what_is_labelled_beside_the_target_is_left_out_of_its_table():
    table = MetadataTable.from_columns(
        {"category": ["chair", "table", "chair"], "image_id": [1, 1, 2],
         "bbox_area": [0.1, 0.2, 0.3]}
    )  # fmt: skip
    np.testing.assert_array_equal(table.of_category("chair").column("bbox_area"), [0.1, 0.3])


def test_a_table_that_names_no_category_is_kept_whole():
    table = MetadataTable.from_columns({"image_id": [1, 2], "bbox_area": [0.1, 0.2]})
    assert len(table.of_category("chair")) == 2


@pytest.mark.blender
def test_a_scene_that_was_set_aside_is_told_and_the_others_are_there(tmp_path):
    plan, out = tmp_path / "plan.jsonl", tmp_path / "out"
    chair = (placed(1, "chair/stool/0", 1, (0, 0, 0)),)
    pose = pose_aiming_at(np.array([2.0, -2.0, 1.5]), np.array([0.0, 0.0, 0.5]), (0.0, 0.0), 0.0)
    Plan(
        scenes=tuple(
            PlannedScene(index=i, scene=scene(camera((320, 240), pose), chair, i), component=-1,
                         weight=0.5, why="test")
            for i in range(2)
        )
    ).write(plan)  # fmt: skip
    job = RenderJob(
        plan=plan, out=out, images=2, blender=PROJECT / ".blender",
        overrides=("workers=1", "worker.attempts=1", "quality=standard"),
    )  # fmt: skip

    def kill_the_second(done):
        lines = out / "log" / "progress.jsonl"
        events = [json.loads(line) for line in lines.read_text().splitlines()] if done else []
        at_work = [e for e in events if e["event"] == "began" and e["index"] == 1]
        if at_work and events[-1] == at_work[-1]:
            with suppress(ProcessLookupError):  # killed already, and not yet told
                os.kill(at_work[-1]["pid"], signal.SIGKILL)

    lacking = render(job, kill_the_second)
    assert "1 of 2 scenes failed 1 times and were set aside (1)" in lacking
    assert len(json.loads((out / "annotations.json").read_text())["images"]) == 1
    assert render(job, lambda _: None) == ""
    assert len(json.loads((out / "annotations.json").read_text())["images"]) == 2
