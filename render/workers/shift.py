"""All tasks worked off by all seats: retried, set aside, stopped on request."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Condition, Event, Thread
from typing import Any, Literal

from assets.errors import UserError
from render.workers.local_seat import Seat, brought_up
from render.workers.messages import Answer, Task
from render.workers.process import Halted, NoBlender

LOOK_S = 0.2  # how often a leader looks up from its workers


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What became of a task at a seat. attempt: counts from 1."""

    kind: Literal["began", "done", "failed", "set aside"]
    seat: int
    pid: int
    task: Task
    attempt: int
    answer: Answer


class Shift:
    """Threads, one a seat, that take tasks from one queue.

    heard: told of every happening. welcome: told what a worker says of itself before its task.
    A scene that fails is tried again, by a fresh worker, after the others; after `attempts` it is
    set aside. A worker that is lost while it starts is started again, as often; then its seat stays
    empty. A mistake of the user's ends the shift. `stop` lets each seat finish its scene.
    """

    def __init__(
        self,
        seats: Sequence[Seat],
        attempts: int,
        heard: Callable[[Happening], None],
        welcome: Callable[[Mapping[str, str]], None],
    ) -> None:
        self._seats, self._attempts = seats, attempts
        self._heard, self._welcome = heard, welcome
        self._fresh: Iterator[Task] = iter(())
        self._untried = 0  # of the fresh ones
        self._again: deque[Task] = deque()
        self._at_work = 0
        self._tried: Counter[int] = Counter()
        self._turn = Condition()
        self._error: BaseException | None = None
        self._unstarted: NoBlender | None = None
        self.stop = Event()
        self._over = Event()
        self.set_aside: list[int] = []

    def work_off(
        self, tasks: Iterable[Task], count: int, look: Callable[[], None], look_s: float
    ) -> None:
        """Return when all is done, set aside or stopped; `look` is called meanwhile.

        Each of the `count` tasks is asked for when a seat is free. Raises the first UserError that
        a seat came upon; NoBlender where all seats are empty and tasks are left.
        """
        self._fresh, self._untried = iter(tasks), count
        threads = [
            Thread(target=self._sit, args=(number,), daemon=True)
            for number in range(min(len(self._seats), count))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(look_s)
                look()
                if self.stop.is_set():
                    self._over.set()  # a seat may be waiting for its place in a cluster
        if self._error:
            raise self._error
        if self._unstarted and self._waiting and not self.stop.is_set():
            raise self._unstarted

    def _sit(self, number: int) -> None:
        seat = self._seats[number]
        try:
            while self._awaited() and (hello := self._hello(number)) is not None:
                with self._turn:
                    self._welcome(hello)
                task = self._next()
                if task is not None:
                    self._do(number, task)
        except Halted:
            pass  # the run is to end, as `stop` says by now
        except NoBlender as error:
            self._unstarted = error  # the others go on
        except BaseException as error:  # noqa: BLE001 - told by the thread that asked
            self._error = self._error or error
            self.stop.set()
        finally:
            seat.close()

    def _hello(self, number: int) -> dict[str, Any] | None:
        seat = self._seats[number]
        return brought_up(lambda: seat.hello(self._over), self._attempts, f"worker {number}")

    def _awaited(self) -> bool:
        """Return True once a task waits, False once none can come: those at work may come back."""
        with self._turn:
            while not self.stop.is_set() and (self._waiting or self._at_work):
                if self._waiting:
                    return True
                self._turn.wait(0.2)
            self._over.set()
            return False

    def _next(self) -> Task | None:
        with self._turn:
            if self.stop.is_set() or not self._waiting:
                return None
            task = next(self._fresh) if self._untried else self._again.popleft()
            self._untried = max(0, self._untried - 1)
            self._at_work += 1
            return task

    @property
    def _waiting(self) -> int:
        return self._untried + len(self._again)

    def _do(self, number: int, task: Task) -> None:
        try:
            self._tried[task.index] += 1
            self._tell("began", number, task, Answer())
            answer = self._seats[number].do(task)
            if answer.mistake:
                raise Mistake(answer.mistake)
            if not answer.error:
                self._tell("done", number, task, answer)
                del self._tried[task.index]
            elif not self.stop.is_set():
                self._failed(number, task, answer)
        finally:
            with self._turn:
                self._at_work -= 1
                self._turn.notify_all()

    def _failed(self, number: int, task: Task, answer: Answer) -> None:
        if answer.lost or self._tried[task.index] < self._attempts:
            self._tell("failed", number, task, answer)
            with self._turn:
                self._tried[task.index] -= answer.lost
                self._again.append(task)
            return
        self.set_aside.append(task.index)
        self._tell("set aside", number, task, answer)

    def _tell(
        self, kind: Literal["began", "done", "failed", "set aside"], number: int, task: Task,
        answer: Answer,
    ) -> None:  # fmt: skip
        with self._turn:
            self._heard(
                Happening(
                    kind=kind, seat=number, pid=self._seats[number].pid(), task=task,
                    attempt=self._tried[task.index], answer=answer,
                )
            )  # fmt: skip


class Mistake(UserError):
    """What a worker was told to do wrongly, in the worker's own words."""
