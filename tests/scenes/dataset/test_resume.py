import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from assets.project import PROJECT
from scenes.dataset.dataset import open_dataset, undone
from scenes.dataset.resume import OtherPlan, OtherSettings, first_difference
from scenes.dataset.shard import StaleShard, is_done
from scenes.files.lock import FolderBusy
from scenes.plan.plan import Plan
from tests.scenes.hand_made import SETTINGS, begin, painted, plan_of, render

FILES = ("annotations.json", "plan.jsonl", "metadata.parquet", "manifest.json")
RUN = "import sys, pathlib; from tests.scenes.hand_made import *; " \
      "render(pathlib.Path(sys.argv[1]), painted())"  # fmt: skip


def run_killed_while_writing(out: Path, name: str, *, after: str) -> None:
    """Run until `after` is there and the writing of `name` is begun; a pipe holds it up there."""
    part = out / f"{name}.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(part)
    child = subprocess.Popen([sys.executable, "-c", RUN, str(out)], cwd=PROJECT)
    while not (out / after).exists():
        assert child.poll() is None, "the run ended before it could be killed"
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    part.unlink()
    part.write_bytes(b"half a fi")  # what a killed writer leaves


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("depth/000001.exr", "images/000001.png"),
        ("shards/000002.json", "segmentation/000002.png"),
        ("annotations.json", "shards/000002.json"),
    ],
)
def test_a_run_killed_in_mid_write_and_resumed_gives_the_bytes_of_an_undisturbed_one(
    tmp_path: Path, name: str, after: str
) -> None:
    render(tmp_path / "calm", painted())
    run_killed_while_writing(tmp_path / "out", name, after=after)
    assert not (tmp_path / "out" / name).exists()
    render(tmp_path / "out", painted())
    for file in FILES:
        assert (tmp_path / "out" / file).read_bytes() == (tmp_path / "calm" / file).read_bytes()
    assert not list((tmp_path / "out").rglob("*.part"))


def test_a_finished_image_is_not_made_again_but_one_that_lost_a_file_is(tmp_path: Path) -> None:
    frames = painted()
    render(tmp_path, frames)
    assert undone(tmp_path, plan_of(frames)) == ()
    (tmp_path / "depth/000001.exr").write_bytes(b"cut off")
    (tmp_path / "images/000002.png").unlink()
    assert undone(tmp_path, plan_of(frames)) == (1, 2)


def test_an_image_of_another_scene_is_refused_not_taken(tmp_path: Path) -> None:
    frames = painted()
    render(tmp_path, frames)
    with pytest.raises(StaleShard, match=r"image 0 .*seed 100.*seed 101"):
        is_done(tmp_path, 0, frames[1].scene)


def test_a_folder_of_another_plan_is_refused_with_the_difference_named(tmp_path: Path) -> None:
    frames = painted()
    render(tmp_path, frames)
    other = [*frames[:2], replace(frames[2], scene=replace(frames[2].scene, seed=9))]
    with pytest.raises(OtherPlan, match=r"line 3, scene.seed is 102 there, 9 here"):
        begin(tmp_path, other)
    assert Plan.read(tmp_path / "plan.jsonl").scenes[2].scene.seed == 102


def test_a_shorter_plan_is_refused(tmp_path: Path) -> None:
    frames = painted()
    render(tmp_path, frames)
    with pytest.raises(OtherPlan, match="3 scenes there, 2 here"):
        begin(tmp_path, frames[:2])


def test_a_plan_of_which_nothing_is_rendered_may_be_replaced(tmp_path: Path) -> None:
    frames = painted()
    begin(tmp_path, frames)
    begin(tmp_path, frames[:2], quality="final")
    assert len(Plan.read(tmp_path / "plan.jsonl")) == 2


def test_images_of_two_qualities_are_never_mixed(tmp_path: Path) -> None:
    frames = painted()
    render(tmp_path, frames)
    with pytest.raises(OtherSettings, match='quality is "draft" there, "final" here'):
        begin(tmp_path, frames, quality="final")


def test_a_second_run_in_one_folder_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    frames = painted()
    busy = pytest.raises(FolderBusy, match=f"process {os.getpid()}")
    with open_dataset(tmp_path, plan_of(frames), SETTINGS), busy:
        begin(tmp_path, frames)
    begin(tmp_path, frames)


def test_the_first_difference_is_found_in_nested_data() -> None:
    assert first_difference({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}) == (
        "a[1].b is 2 there, 3 here"
    )
    assert first_difference({"a": 1}, {"a": 1}) is None


KILLED = """
import os, pathlib, signal, sys, time
import numpy as np
from tests.scenes.hand_made import *
out, rng, frames, kills = pathlib.Path(sys.argv[1]), np.random.default_rng(5), painted(8), 0
while kills < 20:
    child = os.fork()
    if child == 0:
        render(out, frames)
        os._exit(0)
    time.sleep(rng.uniform(0, 0.12))
    os.kill(child, signal.SIGKILL)
    if os.waitpid(child, 0)[1]:
        kills += 1
        continue
    for path in (out / "shards").glob("[0-9]*.json"):  # it ended before: begin again
        path.unlink()
"""


def test_twenty_kills_at_random_moments_change_no_byte(tmp_path: Path) -> None:
    render(tmp_path / "calm", painted(8))
    command = [sys.executable, "-c", KILLED, str(tmp_path / "out")]
    subprocess.run(command, cwd=PROJECT, check=True)
    render(tmp_path / "out", painted(8))
    for file in FILES:
        assert (tmp_path / "out" / file).read_bytes() == (tmp_path / "calm" / file).read_bytes()
    assert not list((tmp_path / "out").rglob("*.part"))
