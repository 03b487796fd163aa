"""`python -m alignment.align.main` as make runs it, and what it left behind."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from assets.project import PROJECT

QUICK = ("grid=coarse", "pool=quick", "workers=1", "report.splits=20", "report.cross_fits=2")


def command(*words: str, main: str = "alignment.align.main") -> list[str]:
    return [sys.executable, "-m", main, *words]


def environment(**paths: Path | str) -> dict[str, str]:
    """What make passes on: TWINSET_REAL and so on, and nothing of this process's own."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("TWINSET_")}
    return {**own, **{f"TWINSET_{name.upper()}": str(told) for name, told in paths.items()}}


def run(*words: str, **paths: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), cwd=PROJECT, env=environment(**paths), capture_output=True, text=True,
        timeout=900, check=False,
    )  # fmt: skip


def plan(*words: str, **paths: Path | str) -> subprocess.CompletedProcess[str]:
    return run("render=false", "images=4", *QUICK, *words, **paths)


def report_of(out: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((out / "report.json").read_text())
    return told


def error_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that a user's mistake is told in; fail where there is more or less."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line and not line.startswith("reading")]
    assert len(lines) == 1, done.stderr
    return lines[0]
