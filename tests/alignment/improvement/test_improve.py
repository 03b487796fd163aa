"""The whole walk with a detector that knows nothing of pixels and scenes that nothing rendered."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from alignment.command.stages import Stages
from alignment.improvement.scenes import Order, Wanted, scenes_of
from scenes.formats.coco import read_coco
from tests.alignment.commanded import PROJECT, command, environment, error_line
from tests.alignment.detection.mean_box import FITS, failing
from tests.alignment.improvement.made import RARE, drawn, improved, never

WANTED = Wanted(
    real=Path('real'), digest='0', categories=('chair',), images=2, preset='draft', seed=0,
    judging=(),
    beside={}, words=(),
)  # fmt: skip


@pytest.fixture(scope="module")
def told(two, tmp_path_factory):
    out = tmp_path_factory.mktemp("improved") / "out"
    return out, improved(two[0], out, f"set={two[1]}")


def weights(out):
    (path,) = out.glob("scenes/1-*/weights.json")
    return {int(key): weight for key, weight in json.loads(path.read_text()).items()}


def test_the_kind_of_box_that_was_missed_is_asked_for_more_and_comes_more(told):
    out, found = told
    by_key = weights(out)
    rare = [w for key, w in by_key.items() if key % 3 == 0]
    common = [w for key, w in by_key.items() if key % 3]
    assert len(by_key) == 24  # of the exposed photos alone
    assert min(rare) > max(common)
    (one,) = found["rounds"]
    assert one["tilted"]
    assert one["found"]["missed"] >= 8
    assert one["asked"]["failing_asked"] > one["asked"]["failing"]
    assert one["asked"]["effective"] >= 0.699


def test_the_control_has_as_many_images_and_all_are_judged_on_the_test_photos(told):
    images = told[1]["ending"]["images"]
    assert images == {"first set": 10, "improved": 18, "control": 18}
    assert set(told[1]["ending"]["differences"]) == {
        "improved - control", "improved - first set", "control - first set",
    }  # fmt: skip
    assert told[1]["verdict"].startswith("steering")
    assert told[1]["told"]["photos that judge"] == 12


def test_the_joined_set_is_one_set_that_says_where_each_image_is_from(told):
    out = told[0]
    joined = read_coco(out / "set" / "annotations.json")
    assert len(joined.images) == len(joined.annotations) == 18
    assert not joined.repairs.total()
    records = json.loads((out / "set" / "annotations.json").read_text())["images"]
    assert [one["source_set"] for one in records] == ["first set"] * 10 + ["round 1"] * 8
    first = next(i.path for i in joined.images if i.id == 1)
    assert first.stat().st_nlink > 1
    kept = json.loads((out / "set" / "splits.json").read_text())["images"]
    assert {part: len(names) for part, names in kept.items()} == {
        "exposed": 24, "validation": 24, "test": 12,
    }  # fmt: skip


def test_plans_are_fitted_to_a_set_that_holds_the_exposed_photos_alone_under_their_ids(told):
    exposed = read_coco(told[0] / "exposed" / "annotations.json")
    assert [a.id for a in exposed.annotations] == list(range(1, 25))
    rare = [a for a in exposed.annotations if a.id % 3 == 0]
    assert all(abs(a.bbox[0] - RARE[0]) <= 1 for a in rare)


def test_the_same_command_twice_trains_and_renders_nothing_and_says_the_same(
    two, told, monkeypatch, tmp_path
):
    out, first = told
    names = ("improve.html", "improve.json", "set/annotations.json", "control/annotations.json")
    before = [(out / name).read_bytes() for name in names]
    monkeypatch.setenv(FITS, str(tmp_path / "fits"))
    assert improved(two[0], out, f"set={two[1]}", make=never, detector=failing_alike) == first
    assert not (tmp_path / "fits").exists()
    assert before == [(out / name).read_bytes() for name in names]


def failing_alike():
    return failing()


def test_a_run_that_was_stopped_before_the_control_goes_on_and_says_the_same(
    two, told, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        improved(two[0], out, f"set={two[1]}", make=stopped_at_the_control)
    assert not (out / "improve.json").exists()
    monkeypatch.setenv(FITS, str(tmp_path / "fits"))
    assert improved(two[0], out, f"set={two[1]}") == told[1]
    fits = (tmp_path / "fits").read_text().split()
    assert len(fits) == 6  # asked of the test photos; those of rounds are kept


def stopped_at_the_control(order, folder, stages):
    if order.tilt is None:
        raise KeyboardInterrupt
    return drawn(order, folder, stages)


def test_scenes_that_were_set_aside_are_tried_again_by_the_same_command(two, tmp_path):
    order = Order(wanted=WANTED, number=1, tilt=None)
    with Stages(quiet=True) as stages:
        scenes_of(order, tmp_path, stages, lambda *_: False)
        assert stages.incomplete
        tried = []
        scenes_of(order, tmp_path, stages, lambda *_: not tried.append(1))
        scenes_of(order, tmp_path, stages, never)
    assert tried == [1]


@pytest.mark.parametrize("change", [
    {"images": 3}, {"words": ("pool=quick",)}, {"digest": "1"}, {"judging": ("0",)},
    {"beside": {"meshes": Path("there")}},
])  # fmt: skip
def test_other_settings_are_other_scenes_and_keep_those_that_there_are(change):
    plain = Order(wanted=WANTED, number=1, tilt=None)
    assert Order(wanted=replace(WANTED, **change), number=1, tilt=None).name != plain.name
    assert Order(wanted=WANTED, number=2, tilt=None).seed != plain.seed


def test_rounds_end_where_one_may_have_bought_nothing_unless_all_are_asked_for(two, tmp_path):
    words = (f"set={two[1]}", "training.seeds=1", "images=4")
    ended = improved(two[0], tmp_path / "out", *words, "rounds=2")
    assert len(ended["rounds"]) == 1
    assert "stopped after round 1: what it bought" in ended["why"]
    whole = improved(two[0], tmp_path / "out", *words, "rounds=2", "stop=false")
    assert [one["number"] for one in whole["rounds"]] == [1, 2]
    assert whole["rounds"][0] == ended["rounds"][0]
    assert whole["ending"]["images"] == {"first set": 10, "improved": 18, "control": 18}


def test_without_leave_to_tilt_the_control_is_the_same_set_and_without_a_set_one_is_made(
    two, tmp_path
):
    words = ("tilt.strongest=0", "training.seeds=1", "images=6")
    told = improved(two[0], tmp_path / "out", *words)
    assert told["verdict"] == "no round was steered: improved and control are the same set"
    assert told["ending"]["differences"]["improved - control"]["value"] == 0
    assert len(list((tmp_path / "out" / "scenes").iterdir())) == 2
    assert told["told"]["photos that judge"] == 15


def test_make_improve_says_in_a_line_what_it_lacks():
    done = subprocess.run(
        command(main="alignment.improvement.main"), cwd=PROJECT, env=environment(), check=False,
        capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert "expected REAL=folder" in error_line(done)
