"""What is going on, said all the time: a live display on a terminal, lines elsewhere."""

import time
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

LINE_EVERY_S = 5.0
PACE_FROM_S = 1.0  # before, a pace says nothing of the time left


class Stages:
    """Shows one stage after another. Use as a context manager; nothing here reaches a file.

    Where there is no terminal, a thread says a line every LINE_EVERY_S, however long a stage is
    silent. incomplete: scenes were set aside, which the exit code is to tell.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.incomplete = False
        self._console = Console(stderr=True, highlight=False, soft_wrap=True, quiet=quiet)
        self._live = Progress(
            TextColumn("{task.description:<10}"), BarColumn(), TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(), console=self._console, transient=True,
        )  # fmt: skip
        self._task: TaskID | None = None
        self._stage, self._told, self._began = "", "", 0.0
        self._first: tuple[int, float] | None = None  # done and when, as first heard
        self._over = Event()
        self._teller = Thread(target=self._keep_telling, daemon=True)

    def __enter__(self) -> "Stages":
        if self._console.is_terminal:
            self._live.start()
        else:
            self._teller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._console.is_terminal:
            self._live.stop()

    def say(self, text: str) -> None:
        """Say one line that stays."""
        self._console.print(text, markup=False)

    def begin(self, name: str) -> None:
        """Begin a stage; the clock of its rate and time left starts here."""
        self._stage, self._told, self._first = name, "", None
        self._began = time.monotonic()
        if self._task is not None:
            self._live.remove_task(self._task)
        self._task = self._live.add_task(name, total=None, told="")
        if not self._console.is_terminal:
            self.say(name)

    def at(self, done: int, total: int, told: str) -> None:
        """Say how far the stage is: `done` of `total`, and in words."""
        if self._task is not None:
            self._live.update(self._task, completed=done, total=total, told=told)
        if self._first is None:
            self._first = done, time.monotonic()
        self._told = told + self._left(done, total, self._first)

    def counting(self, what: str) -> Callable[[int, int], None]:
        """Return what says how many of how many there are."""
        return lambda done, total: self.at(done, total, f"{done}/{total} {what}")

    def rate(self, count: int) -> float:
        """Return how many a second since the stage began."""
        return count / max(time.monotonic() - self._began, 1e-9)

    @staticmethod
    def _left(done: int, total: int, first: tuple[int, float]) -> str:
        """Return the time left at the pace since `first`, so that resumed work does not count."""
        made, passed_s = done - first[0], time.monotonic() - first[1]
        if not made or passed_s < PACE_FROM_S:
            return ""
        return f", {(total - done) * passed_s / made:.0f} s left"

    def _keep_telling(self) -> None:
        while not self._over.wait(LINE_EVERY_S):
            self.say(": ".join(filter(None, (self._stage, self._told or "at work"))))
