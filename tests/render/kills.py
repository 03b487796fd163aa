"""What runs of render/main.py leave behind: files that are promised, and no process."""

import subprocess
import time
from pathlib import Path

from assets.project import PROJECT
from bench.workers.running import PROMISED, alive, command


def lead(out: Path | str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run to the end."""
    return subprocess.run(
        command(out, *words), cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False
    )


def promised(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in PROMISED}


def gone(pid: int) -> bool:
    """Return whether a process ends within seconds."""
    end = time.monotonic() + 5
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not alive(pid)
