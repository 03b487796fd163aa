"""What is going on, said all the time: a live display on a terminal, lines elsewhere."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

LINE_EVERY_S = 5.0


class Stages:
    """Shows one stage after another. Use as a context manager; nothing here reaches a file."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._live = Progress(
            TextColumn("{task.description:<10}"), BarColumn(), TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(), console=self._console, transient=True,
        )  # fmt: skip
        self._task: TaskID | None = None
        self._name, self._began, self._spoke = "", 0.0, 0.0

    def __enter__(self) -> "Stages":
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        """Say one line that stays."""
        self._console.print(text, markup=False)

    def begin(self, name: str) -> None:
        """Begin a stage; the clock of its rate and time left starts here."""
        self._name, self._began = name, time.monotonic()
        self._spoke = self._began - LINE_EVERY_S + 1.0
        if self._task is not None:
            self._live.remove_task(self._task)
        self._task = self._live.add_task(name, total=None, told="")

    def at(self, done: int, total: int, told: str) -> None:
        """Say how far the stage is: `done` of `total`, and in words."""
        if self._task is not None:
            self._live.update(self._task, completed=done, total=total, told=told)
        now = time.monotonic()
        if not self._console.is_terminal and now - self._spoke >= LINE_EVERY_S:
            self._spoke = now
            self.say(f"{self._name}: {told}{self._left(done, total)}")

    def rate(self, count: int) -> float:
        """Return how many a second since the stage began."""
        return count / max(time.monotonic() - self._began, 1e-9)

    def _left(self, done: int, total: int) -> str:
        if done == 0:
            return ""
        return f", {(total - done) / self.rate(done):.0f} s left"
