import os
import subprocess
import sys
from pathlib import Path

import pytest

from assets.project import PROJECT
from render.status import status_of
from render.workers.hardware import gpus, shared_threads, worker_count
from scenes.dataset.dataset import open_dataset
from scenes.dataset.provenance import NoDataset
from tests.scenes.hand_made import SETTINGS, painted, plan_of, render

LINES = """{"event": "start", "at_s": 0, "pid": 1, "workers": 2}
{"event": "set aside", "index": 0, "worker": 0, "pid": 2, "attempt": 2}
{"event": "start", "at_s": 0, "pid": 3, "workers": 2}
{"event": "began", "at_s": 1, "index": 0, "worker": 0, "pid": 4, "attempt": 1}
{"event": "done", "at_s": 3, "index": 0, "worker": 0, "pid": 4, "attempt": 1, "memory_mb": 700}
{"event": "done", "at_s": 5, "index": 1, "worker": 1, "pid": 5, "attempt": 1, "memory_mb": 710}
{"event": "failed", "at_s": 6, "index": 2, "worker": 1, "pid": 5, "attempt": 1}
{"event": "beg"""


def test_a_running_job_tells_its_pace_its_workers_and_its_failures(tmp_path: Path) -> None:
    render(tmp_path, painted())
    (tmp_path / "shards/000002.json").unlink()
    (tmp_path / "log").mkdir()
    (tmp_path / "log/progress.jsonl").write_text(LINES)
    with open_dataset(tmp_path, plan_of(painted()), SETTINGS):
        told = status_of(tmp_path)
    assert told == [
        f"{tmp_path}: running, process {os.getpid()}", "images 2/3",
        "0.50 images a second, 2 s left", "worker 0: image 0, 700 MB", "worker 1: image -, 710 MB",
        f"failures 1; why is in {tmp_path / 'log/failed'}",
    ]  # fmt: skip


def test_a_dead_job_a_finished_one_and_none_are_told_apart(tmp_path: Path) -> None:
    render(tmp_path, painted())
    assert status_of(tmp_path) == [f"{tmp_path}: finished", "images 3/3"]
    (tmp_path / "shards/000002.json").unlink()
    assert "not running; the command that began it goes on" in status_of(tmp_path)[0]
    with pytest.raises(NoDataset, match="holds no plan"):
        status_of(tmp_path / "nowhere")


def test_merging_on_demand_says_what_is_missing(tmp_path: Path) -> None:
    render(tmp_path, painted())
    (tmp_path / "shards/000002.json").unlink()
    command = [sys.executable, "-m", "render.merge"]
    done = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, check=False,
        env={**os.environ, "TWINSET_OUT": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 planned images are not rendered yet" in done.stderr
    assert "not running" in status_of(tmp_path)[0]


def test_gpus_are_those_that_the_environment_leaves_visible() -> None:
    assert gpus("optix", {"CUDA_VISIBLE_DEVICES": "2,GPU-5f"}) == ("2", "GPU-5f")
    assert gpus("auto", {"CUDA_VISIBLE_DEVICES": ""}) == ()
    assert gpus("hip", {"HIP_VISIBLE_DEVICES": "1", "CUDA_VISIBLE_DEVICES": "0"}) == ("1",)
    assert gpus("cpu", {"CUDA_VISIBLE_DEVICES": "0"}) == ()


def test_threads_are_split_evenly_and_none_is_lost() -> None:
    assert shared_threads(7, 3) == (3, 2, 2)
    assert shared_threads(2, 4) == (1, 1, 1, 1)
    assert sum(shared_threads(0, 1)) == len(os.sched_getaffinity(0))


def test_a_worker_is_started_for_each_gpu_but_not_for_a_handful_of_images() -> None:
    assert worker_count("auto", "optix", 1000, 4) == 4
    assert worker_count("auto", "optix", 20, 4) == 2
    assert worker_count("auto", "cpu", 3, 0) == 1
    assert worker_count(3, "cpu", 1, 0) == 3
