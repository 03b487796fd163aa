"""Where one scene at a time is worked on: a Blender, renewed when it is old, large or lost."""

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any, Protocol, TypeVar

from render.asked.limits import WorkerLimits
from render.workers.messages import Answer, Task
from render.workers.process import Blender, Halted, Launch, NoBlender, WorkerLost

T = TypeVar("T")
log = logging.getLogger("twinset.render")


def brought_up(start: Callable[[], T], attempts: int, name: str) -> T:
    """Return what `start` returns, called again where it raises WorkerLost.

    Raises NoBlender where `attempts` of them in a row did; Halted at once.
    """
    said = ""
    for attempt in range(1, attempts + 1):
        try:
            return start()
        except Halted:
            raise
        except WorkerLost as error:
            said = str(error)
            log.warning("%s did not come up at attempt %d: %s", name, attempt, said)
    raise NoBlender(
        f"Blender did not come up {attempts} times in a row; expected {name} to; run `make setup`, "
        f"name another one by blender=FOLDER, or mend what it says: {said}"
    )


class Seat(Protocol):
    """Takes one task at a time. Any thread may call it, one at a time."""

    def hello(self, over: Event) -> dict[str, Any] | None:
        """Return the versions of bpy and blenderproc, bringing a worker up if there is none.

        None where `over` is set before one is up. Raises WorkerLost where one is lost before it is.
        """

    def pid(self) -> int:
        """Return the process that works now, 0 where there is none."""

    def do(self, task: Task) -> Answer:
        """Do one task; what goes wrong is in the answer."""

    def close(self) -> None:
        """Let the worker go."""


class LocalSeat:
    """A seat whose Blender runs on this machine. halt: set to end its work at once."""

    def __init__(self, launch: Launch, limits: WorkerLimits, halt: Event) -> None:
        self._launch, self._limits, self._halt = launch, limits, halt
        self._blender: Blender | None = None
        self._images = 0

    def hello(self, over: Event) -> dict[str, Any] | None:  # noqa: ARG002  # it comes up at once
        """Return what the worker said when it came up.

        Raises WorkerLost, NoBlender, RefusedSettings.
        """
        return self._up().hello

    def pid(self) -> int:
        """Return the process id of the Blender that sits here."""
        return self._blender.pid if self._blender else 0

    def do(self, task: Task) -> Answer:
        """Do one task. A worker that failed at it is not used again."""
        try:
            blender = self._up()
        except (WorkerLost, NoBlender) as error:
            return Answer(error=str(error), lost=True)
        since = blender.said()
        asked = {"task": task.kind, "index": task.index, "scene": task.scene}
        try:
            told = blender.ask(asked, self._limits.timeout_s)
        except WorkerLost as error:
            self._blender = None
            return Answer(error=str(error), log=blender.log_tail(since))
        if "error" in told:
            self.close()
            return Answer(error=told["error"], log=blender.log_tail(since))
        if "mistake" in told:
            return Answer(mistake=told["mistake"])
        self._images += 1
        if self._images >= self._limits.most_images or (
            told["memory_mb"] > self._limits.most_memory_mb
        ):
            self.close()
        return Answer(memory_mb=told["memory_mb"], scene=told.get("scene"))

    def close(self) -> None:
        """Let the Blender go; the next task brings up a fresh one."""
        if self._blender:
            with suppress(WorkerLost):
                self._blender.close()
        self._blender = None

    def _up(self) -> Blender:
        if self._blender is None:
            blender = Blender(self._launch, self._halt)
            blender.configure()
            self._blender, self._images = blender, 0
        return self._blender
