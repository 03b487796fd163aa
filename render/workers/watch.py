"""What a run with workers is doing, for people and, as JSON lines, for machines."""

import json
import logging
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from render.workers.shift import Happening
from scenes.files.atomic import make_folder, writing

EVERY_S = 2.0
LINES = Path("log") / "progress.jsonl"
FAILED = Path("log") / "failed"
_PACE_OF = 200  # images
log = logging.getLogger("twinset.render")


class Watch:
    """Hears of every task, writes OUT/log/progress.jsonl, and shows a line or a live display.

    Times are seconds since the run began. Use as a context manager.
    """

    def __init__(self, out: Path, total: int, before: int) -> None:
        self._out, self._total, self._before = out, total, before
        self._began = self._spoke = time.monotonic()
        self._done: deque[float] = deque(maxlen=_PACE_OF)
        self._made = self._failures = self._set_aside = 0
        self._memory_mb: dict[int, float] = {}
        make_folder(out / FAILED)
        with writing(out / LINES):
            self._file = (out / LINES).open("a", encoding="utf-8", buffering=1)
        self._live = Progress(
            BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True),
            transient=True,
        )  # fmt: skip
        self._bar: TaskID | None = None

    def __enter__(self) -> "Watch":
        if sys.stderr.isatty():
            self._live.start()
            self._bar = self._live.add_task("starting Blender", total=self._total)
        if self._before:
            log.info("images %d/%d were finished before", self._before, self._total)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._live.stop()
        with suppress(OSError):  # what a full disk did not take is still to be written
            self._file.close()

    def say(self, event: str, **told: Any) -> None:
        """Write one line for machines, with how far the run is, how fast, and what failed."""
        line = {
            "event": event, "at_s": round(time.monotonic() - self._began, 3), **told,
            "done": self._before + self._made, "total": self._total, "failures": self._failures,
        }  # fmt: skip
        if self._made:
            line |= {"images_per_s": round(self._pace(), 4), "left_s": round(self._left_s())}
        with suppress(OSError):  # a full disk is told by the images, which need more room
            self._file.write(json.dumps(line) + "\n")

    def heard(self, what: Happening) -> None:
        """Take note of what happened to a task."""
        if what.kind == "done":
            self._made += 1
            self._done.append(time.monotonic())
            self._memory_mb[what.seat] = what.answer.memory_mb
        elif what.kind != "began":
            self._fail(what)
        error = {"error": what.answer.error} if what.answer.error else {}
        memory = {"memory_mb": round(what.answer.memory_mb)} if what.kind == "done" else {}
        self.say(
            what.kind, index=what.task.index, worker=what.seat, pid=what.pid,
            attempt=what.attempt, **memory, **error,
        )  # fmt: skip
        if what.kind == "done" and self._before + self._made == self._total:
            self._spoke = -EVERY_S  # the last line is always said

    def look(self) -> None:
        """Show how far the run is; called all the time."""
        told = self._told()
        if self._bar is not None:
            self._live.update(self._bar, completed=self._before + self._made, description=told)
        elif self._made and time.monotonic() - self._spoke >= EVERY_S:
            self._spoke = time.monotonic() if self._before + self._made < self._total else 1e18
            log.info("%s", told)

    def _told(self) -> str:
        done = self._before + self._made
        parts = [f"images {done}/{self._total}"]
        if self._made:
            parts += [f"{self._pace():.2f} a second", f"{self._left_s():.0f} s left"]
            each = " ".join(f"{self._memory_mb[seat]:.0f}" for seat in sorted(self._memory_mb))
            parts += [f"workers of {each} MB"]
        if self._failures:
            parts += [f"{self._failures} failures, {self._set_aside} set aside"]
        return " · ".join(parts)

    def _pace(self) -> float:
        """Return images a second, of the last ones."""
        passed = len(self._done) - 1
        passed_s = self._done[-1] - (self._done[0] if passed else self._began)
        return max(1, passed) / max(passed_s, 1e-3)

    def _left_s(self) -> float:
        return (self._total - self._before - self._made) / self._pace()

    def _fail(self, what: Happening) -> None:
        self._failures += 1
        self._set_aside += what.kind == "set aside"
        name = f"{what.task.index:06d}-{what.attempt}.log"
        with suppress(OSError):
            told = f"{what.answer.error}\n\n{what.answer.log}\n"
            (self._out / FAILED / name).write_text(told, encoding="utf-8")
        log.warning(
            "image %d failed at attempt %d: %s (%s)", what.task.index, what.attempt,
            what.answer.error, FAILED / name,
        )  # fmt: skip
