import json
import logging
from pathlib import Path

import pytest

from render.workers.messages import Answer, Task
from render.workers.shift import Happening
from render.workers.watch import EVERY_S, Watch

DONE, FAILED = Answer(memory_mb=700.4), Answer(error="Blender ended", log="what it said")


def happening(kind: str, index: int, seat: int, answer: Answer) -> Happening:
    task = Task(kind="render", index=index, scene={})
    return Happening(kind=kind, seat=seat, pid=9 + seat, task=task, attempt=1, answer=answer)


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    """A run of 10 images, 2 of which were there, that made one and failed at another."""
    with Watch(tmp_path, total=10, before=2) as watch:
        watch.heard(happening("began", 2, 1, Answer()))
        watch.heard(happening("done", 2, 1, DONE))
        watch.heard(happening("failed", 3, 0, FAILED))
    return watch


def test_a_line_tells_pace_time_left_memory_and_failures(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watch, "_spoke", -EVERY_S - 1e9)
    with caplog.at_level(logging.INFO, "twinset.render"):
        watch.look()
    told = caplog.messages[-1].split(" · ")
    assert told[0] == "images 3/10"
    assert told[1].endswith(" a second")
    assert told[2].endswith(" s left")
    assert told[3:] == ["workers of 700 MB", "1 failures, 0 set aside"]


def test_machines_get_a_json_line_for_everything(watch: Watch, tmp_path: Path) -> None:
    lines = [
        json.loads(line) for line in (tmp_path / "log/progress.jsonl").read_text().splitlines()
    ]
    assert [line["event"] for line in lines] == ["began", "done", "failed"]
    assert lines[1]["left_s"] == round(7 / lines[1]["images_per_s"])
    assert lines[1].items() >= {
        "index": 2, "worker": 1, "pid": 10, "attempt": 1, "memory_mb": 700, "done": 3, "total": 10,
        "failures": 0,
    }.items()  # fmt: skip
    assert lines[2]["failures"] == 1
    assert lines[2]["error"] == "Blender ended"


def test_what_a_lost_worker_said_is_kept(watch: Watch, tmp_path: Path) -> None:
    told = (tmp_path / "log/failed/000003-1.log").read_text()
    assert told == "Blender ended\n\nwhat it said\n"


def test_a_full_disk_takes_lines_from_machines_but_ends_no_run(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log/progress.jsonl").symlink_to("/dev/full")
    with Watch(tmp_path, total=1, before=0) as watch:
        watch.heard(happening("done", 0, 0, DONE))
    assert (tmp_path / "log/failed").is_dir()
