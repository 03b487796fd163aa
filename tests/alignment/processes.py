"""A run in a session of its own, to be stopped from outside, and what is left of it then."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from assets.project import PROJECT
from tests.alignment.commanded import command, environment

PATIENCE_S = 120


def stopped(
    when: Callable[[int], bool], stop: Callable[[int], None], *words: str,
    main: str = "alignment.align.main", **paths: Path | str,
) -> tuple[int, str]:  # fmt: skip
    """Start a run, wait until `when` and `stop`, told its process id; return exit code and stderr.

    `when` must come true before the run ends by itself.
    """
    with subprocess.Popen(
        command(*words, main=main), cwd=PROJECT, env=environment(**paths), stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as process:  # fmt: skip
        _wait(lambda: when(process.pid) or process.poll() is not None)
        assert process.poll() is None, process.communicate()[1]
        stop(process.pid)
        _, told = process.communicate(timeout=PATIENCE_S)
    _wait(lambda: not alive(process.pid))
    return process.returncode, told


def kill_all(pid: int) -> None:
    os.killpg(pid, signal.SIGKILL)


def press_ctrl_c(pid: int) -> None:
    os.killpg(pid, signal.SIGINT)


def terminate(pid: int) -> None:
    """Tell the first process alone, as a scheduler or `timeout` does."""
    os.kill(pid, signal.SIGTERM)


def alive(session: int) -> list[str]:
    """Return the command lines of a session's processes that are no zombies."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, its_session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
    return found


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
