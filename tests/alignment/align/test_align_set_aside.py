import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from assets.project import PROJECT
from tests.alignment.commanded import QUICK, run

pytestmark = pytest.mark.blender

WORDS = (
    "images=3", "quality=labels", "strategy=baseline", "labels=visible", "image.long_side_px=64",
    "attributes=[bbox_area]", "pairs=[]", "report.attributes=[bbox_area]",
    "renderer.workers=1", "++renderer.worker={attempts: 1, timeout_s: 5}", *QUICK,
)  # fmt: skip


def test_what_was_set_aside_is_told_with_a_command_that_makes_only_that_and_the_report(
    tmp_path: Path,
) -> None:
    out = tmp_path / "a set"
    (out / "images").mkdir(parents=True)
    for suffix in ("png", "jpg"):
        os.mkfifo(out / f"images/000001.{suffix}.part")  # who opens it waits for ever
    done = run(*WORDS, out=out)
    assert done.returncode == 3, done.stderr
    assert "1 of 3 scenes failed 1 times and were set aside (1)" in done.stderr
    assert json.loads((out / "manifest.json").read_text())["images_missing"] == [1]
    assert (out / "report.json").is_file()
    stamps = {n: (out / f"shards/00000{n}.json").stat().st_mtime_ns for n in (0, 2)}
    for pipe in (out / "images").glob("*.part"):
        pipe.unlink()
    retry = done.stderr.splitlines()[-1].partition("To retry only those: ")[2]
    again = subprocess.run(
        shlex.split(retry), cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False
    )
    assert again.returncode == 0, again.stderr
    assert "images_missing" not in json.loads((out / "manifest.json").read_text())
    assert {n: (out / f"shards/00000{n}.json").stat().st_mtime_ns for n in (0, 2)} == stamps
