"""Runs of render/main.py that things happen to, and what they write for machines."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from assets.project import PROJECT

TINY = ("quality=draft", "quality.samples=1", "resolution_px=[64,48]")
PROMISED = ("annotations.json", "plan.jsonl", "metadata.parquet")
PATIENCE_S = 280


def command(out: Path | str, *words: str) -> list[str]:
    """Return the command line that renders tiny images into `out`."""
    mode = [word for word in words if word.startswith("-")]  # Hydra wants these first
    rest = [word for word in words if word not in mode]
    return [sys.executable, "render/main.py", *mode, f"out={out}", *TINY, *rest]


class Running:
    """A run in a session of its own. Use as a context manager, which kills what is left of it."""

    def __init__(self, out: Path, *words: str) -> None:
        self.out = out
        self.process = subprocess.Popen(
            command(out, *words), cwd=PROJECT, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        self._read = (out / "log/progress.jsonl").stat().st_size if self._lines.exists() else 0

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()

    @property
    def _lines(self) -> Path:
        return self.out / "log" / "progress.jsonl"

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what happens, as it happens, until the run ends."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            over = self.process.poll() is not None
            for line in self._new_lines():
                yield json.loads(line)
            if over:
                return
            time.sleep(0.005)
        raise AssertionError("waited in vain")

    def first(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for the first event that is wanted, and return it."""
        return next(event for event in self.events() if wanted(event))

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Keep the leader from doing anything but holding its folder."""
        self.process.send_signal(signal.SIGSTOP)
        yield
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill the leader."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=PATIENCE_S)

    def ended(self) -> tuple[int, str]:
        """Return the exit code and what was said."""
        _, told = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, told

    def _new_lines(self) -> list[str]:
        if not self._lines.exists():
            return []
        with self._lines.open() as file:
            file.seek(self._read)
            told = file.read()
        whole = told[: told.rfind("\n") + 1]
        self._read += len(whole.encode())
        return whole.splitlines()


def alive(pid: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(pid: int) -> None:
    """Kill a process, if it is still there."""
    with suppress(ProcessLookupError):  # it has ended already
        os.kill(pid, signal.SIGKILL)
