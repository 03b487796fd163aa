"""A command of make's as a process of its own, with what it took."""

import os
import re
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.project import PROJECT

POLL_S = 0.05


@dataclass(frozen=True, kw_only=True)
class Taken:
    """passed_s: by the clock. busy_s: of the CPU. peak_mb: of resident memory."""

    passed_s: float
    busy_s: float
    peak_mb: float

    def row(self, images: int) -> list[str]:
        """Return the cells of seconds, those of the CPU, ms an image and MB."""
        return [
            f"{self.passed_s:.0f}", f"{self.busy_s:.0f}", f"{1e3 * self.busy_s / images:.2f}",
            f"{self.peak_mb:.0f}",
        ]  # fmt: skip


HEAD = ("s", "of the CPU", "CPU ms an image", "peak resident, MB")


def watched(command: Sequence[str]) -> Taken:
    """Run a command in the project. Raises CalledProcessError.

    Memory is looked up while it runs: what the system tells of a process that is over counts what
    it was forked from.
    """
    began, peak_mb = time.perf_counter(), 0.0
    with subprocess.Popen(command, cwd=PROJECT) as run:
        while not (over := os.wait4(run.pid, os.WNOHANG))[0]:
            peak_mb = max(peak_mb, _peak_mb(run.pid))
            time.sleep(POLL_S)
        run.returncode = os.waitstatus_to_exitcode(over[1])
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, command)
    return Taken(
        passed_s=time.perf_counter() - began, busy_s=over[2].ru_utime + over[2].ru_stime,
        peak_mb=peak_mb,
    )  # fmt: skip


def _peak_mb(process: int) -> float:
    told = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    return int(found[1]) / 1024 if found else 0.0  # a process that has ended has none
