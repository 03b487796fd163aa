import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from render.workers.local_seat import WorkerLimits
from render.workers.messages import Task
from render.workers.process import Launch
from render.workers.ray_seat import NodeSeat
from tests.render.kills import gone
from tests.render.workers.stub import lead_by, pids, python_beside_stub

SLURM = ("executor=slurm", "slurm.cluster=local", "slurm.jobs=1", "slurm.parameters={}")


def ended(tmp_path: Path, lives: dict[str, list[str]], *words: str) -> tuple[int, str]:
    """Run to the end; return the exit code and what was said."""
    process = lead_by(python_beside_stub(tmp_path, lives), tmp_path / "out", *words)
    said = process.communicate(timeout=120)[1]
    assert "Traceback" not in said
    return process.returncode, said


def events(out: Path) -> list[str]:
    lines = (out / "log/progress.jsonl").read_text().splitlines()
    return [json.loads(line)["event"] for line in lines]


@pytest.mark.parametrize("death", ["unborn", "mute", "unready, killed"])
def test_a_worker_that_dies_while_it_starts_is_started_again(tmp_path: Path, death: str) -> None:
    code, said = ended(tmp_path, {"worker-0": [death, "works"]})
    assert code == 0, said
    assert "worker 0 did not come up at attempt 1: " in said
    assert len(pids(tmp_path)) == 2
    assert len(json.loads((tmp_path / "out/annotations.json").read_text())["images"]) == 3


def test_a_worker_that_dies_at_a_recycling_costs_no_image(tmp_path: Path) -> None:
    lives = {"worker-0": ["works", "unborn", "works", "unready, killed", "works"]}
    code, said = ended(tmp_path, lives, "worker.most_images=1")
    assert code == 0, said
    assert len(pids(tmp_path)) == 5
    assert events(tmp_path / "out") == ["start", *["began", "done"] * 3, "end"]


@pytest.mark.parametrize("death", ["unborn", "unready, killed"])
def test_a_worker_that_never_comes_up_ends_in_one_line(tmp_path: Path, death: str) -> None:
    code, said = ended(tmp_path, {"worker-0": [death]}, "worker.attempts=3")
    assert code == 2
    assert len(pids(tmp_path)) == 3
    last = said.splitlines()[-1]
    assert last.startswith("render: Blender did not come up 3 times in a row; expected worker 0 to")
    assert ("SIGKILL" if "killed" in death else "the licence server is on fire") in last


def test_images_before_a_start_that_never_works_again_are_gone_on_from(tmp_path: Path) -> None:
    python = python_beside_stub(tmp_path, {"worker-0": ["works", "mute", "mute", "works"]})
    codes = []
    for _ in range(2):
        process = lead_by(python, tmp_path / "out", "worker.most_images=2")
        said = process.communicate(timeout=120)[1]
        codes.append(process.returncode)
    assert codes == [2, 0]
    assert "images 2/3 were finished before" in said


def test_a_seat_whose_worker_never_comes_up_leaves_all_to_the_others(tmp_path: Path) -> None:
    code, said = ended(tmp_path, {"worker-0": ["unready"], "worker-1": ["works"]}, "workers=2")
    assert code == 0, said
    assert len(json.loads((tmp_path / "out/annotations.json").read_text())["images"]) == 3


def test_a_worker_of_a_cluster_job_that_never_comes_up_ends_in_one_line(tmp_path: Path) -> None:
    code, said = ended(tmp_path, {"worker": ["works"], "worker-0": ["mute"]}, *SLURM)
    assert code == 2, said
    assert said.splitlines()[-1].startswith("render: Blender did not come up 2 times in a row")


def test_a_node_whose_worker_dies_at_a_recycling_is_lost_and_not_the_scene(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = python_beside_stub(tmp_path, {"worker-0": ["mute", "works"]})
    monkeypatch.setattr(sys, "executable", str(python))
    launch = Launch(
        told={}, threads=1, environment={}, engine="cycles", blender=None, folder=tmp_path / "node",
        log=tmp_path / "worker-0.log",
    )  # fmt: skip
    limits = WorkerLimits(most_images=1, most_memory_mb=1, timeout_s=1, attempts=1)
    seat = NodeSeat(launch, limits)
    answer = seat.do(Task(kind="render", index=0, scene={}))
    seat.close()
    assert answer.lost
    assert "the licence server is on fire" in answer.error


@pytest.mark.parametrize(
    ("life", "words"),
    [("unborn, hangs", ()), ("mute, hangs", ()), ("unready, hangs", ()), ("mute, hangs", SLURM)],
)
def test_a_second_ctrl_c_while_a_worker_starts_ends_at_once(
    tmp_path: Path, life: str, words: tuple[str, ...]
) -> None:
    python = python_beside_stub(tmp_path, {"worker-0": [life], "worker": [life]})
    process = lead_by(python, tmp_path / "out", *words)
    while not pids(tmp_path):
        time.sleep(0.05)
    time.sleep(0.5)  # until it hangs
    for _ in range(2):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.3)
    said = process.communicate(timeout=10)[1]
    assert process.returncode == 130, said
    assert "run the same command again to go on" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert gone(pids(tmp_path)[0])
