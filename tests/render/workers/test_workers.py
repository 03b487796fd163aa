import json
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from bench.workers.running import Running, alive, kill
from tests.render.kills import lead, promised

pytestmark = pytest.mark.blender

IMAGES = 12
JOB = (f"images={IMAGES}", "workers=2")
BAD = 11


def told(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "log/progress.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one worker makes undisturbed."""
    out = tmp_path_factory.mktemp("calm") / "out"
    done = lead(out, f"images={IMAGES}", "workers=1")
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def incomplete(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """A folder whose run lost a worker once and on one scene every time, which hung there."""
    out = tmp_path_factory.mktemp("incomplete") / "out"
    (out / "images").mkdir(parents=True)
    hang = out / f"images/{BAD:06d}.jpg.part"
    os.mkfifo(hang)  # who opens it waits for ever
    with Running(out, *JOB, "worker.timeout_s=8") as run:
        lost = False
        for event in run.events():
            lost = lost or (event["event"] == "failed" and event["index"] != BAD)
            if event["event"] == "began" and event["index"] != BAD and not lost:
                kill(event["pid"])
        code, said = run.ended()
    hang.unlink()
    return out, code, said


def test_one_and_two_workers_recycled_or_not_give_the_same_bytes(
    calm: Path, tmp_path: Path
) -> None:
    done = lead(tmp_path, *JOB, "worker.most_images=4")
    assert done.returncode == 0, done.stderr
    assert promised(tmp_path) == promised(calm)
    for folder in ("images", "depth", "segmentation"):
        for path in (calm / folder).iterdir():
            assert path.read_bytes() == (tmp_path / folder / path.name).read_bytes()
    images = Counter(event["pid"] for event in told(tmp_path) if event["event"] == "began")
    assert len(images) >= 3
    assert max(images.values()) == 4


def test_a_worker_past_its_memory_is_replaced(tmp_path: Path) -> None:
    done = lead(tmp_path, "images=2", "workers=1", "worker.most_memory_mb=1")
    assert done.returncode == 0, done.stderr
    assert len({event["pid"] for event in told(tmp_path) if event["event"] == "began"}) == 2


def test_a_second_run_in_the_folder_is_refused(tmp_path: Path) -> None:
    with Running(tmp_path, *JOB) as run:
        run.first(lambda event: event["event"] == "start")
        with run.held_up():
            second = lead(tmp_path, *JOB)
    assert second.returncode == 2
    assert "is being written by another run (process" in second.stderr


def test_a_scene_that_hangs_its_worker_is_set_aside_and_the_others_are_merged(
    incomplete: tuple[Path, int, str],
) -> None:
    out, code, said = incomplete
    assert code == 3, said
    assert f"1 of {IMAGES} scenes failed 2 times and were set aside ({BAD})" in said
    assert "To retry only those: " in said
    assert "longer than worker.timeout_s=8" in (out / f"log/failed/{BAD:06d}-2.log").read_text()
    images = json.loads((out / "annotations.json").read_text())["images"]
    assert [image["id"] for image in images] == [n + 1 for n in range(IMAGES) if n != BAD]
    assert json.loads((out / "manifest.json").read_text())["images_missing"] == [BAD]


def test_a_scene_that_loses_its_worker_is_tried_again(incomplete: tuple[Path, int, str]) -> None:
    lost = {e["index"] for e in told(incomplete[0]) if "SIGKILL" in e.get("error", "")}
    assert lost
    assert lost <= {e["index"] for e in told(incomplete[0]) if e["event"] == "done"}


def test_what_was_killed_hung_and_set_aside_ends_with_the_bytes_of_a_calm_run(
    calm: Path, incomplete: tuple[Path, int, str]
) -> None:
    out = incomplete[0]
    done = lead(out, *JOB)
    assert done.returncode == 0, done.stderr
    assert f"images {IMAGES - 1}/{IMAGES} were finished before" in done.stderr
    assert promised(out) == promised(calm)
    assert not list(out.rglob("*.part"))
    again = lead(out, *JOB)
    assert f"{IMAGES} images in {out} were finished before" in again.stderr


def test_a_ctrl_c_ends_after_the_image_at_work_and_says_how_to_go_on(tmp_path: Path) -> None:
    with Running(tmp_path, f"images={IMAGES}", "workers=1") as run:
        began = run.first(lambda e: e["event"] == "began" and e["index"] == 1)
        run.process.send_signal(signal.SIGINT)
        code, said = run.ended()
    assert code == 130
    assert "run the same command again to go on" in said
    assert "Traceback" not in said
    assert not alive(began["pid"])
    assert [e["index"] for e in told(tmp_path) if e["event"] == "done"] == [0, 1]


def test_another_seed_or_setting_is_refused_before_blender_starts(calm: Path) -> None:
    for word, difference in (("seed=1", "line 1, "), ("quality.samples=2", "quality.samples is 1")):
        done = lead(calm, f"images={IMAGES}", "workers=1", word)
        assert done.returncode == 2
        assert difference in done.stderr
        assert done.stderr.count("\n") == 1


def test_a_full_disk_stops_all_workers_with_one_line_and_is_gone_on_from(
    calm: Path, tmp_path: Path
) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/000002.jpg.part").symlink_to("/dev/full")  # the kernel's own full disk
    done = lead(tmp_path, f"images={IMAGES}", "workers=1")
    assert done.returncode == 2
    assert "images/000002.jpg: the disk is full; free some space" in done.stderr
    assert "Traceback" not in done.stderr
    done = lead(tmp_path, f"images={IMAGES}", "workers=1")
    assert done.returncode == 0, done.stderr
    assert promised(tmp_path) == promised(calm)


def test_a_folder_that_cannot_be_made_is_told_before_blender_starts() -> None:
    done = lead("/sys/twinset", "images=1")
    assert done.returncode == 2
    assert done.stderr.startswith("render: cannot write /sys/twinset: ")
    assert done.stderr.count("\n") == 1
