"""Processes that share the work of one run: started once, and there until it is done."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from types import TracebackType
from typing import Any, TypeVar

from assets.errors import UserError

T = TypeVar("T")
R = TypeVar("R")
AHEAD = 3  # chunks a process that wait: what is to be done need never lie in memory whole


class LostProcess(UserError):
    """A process that ended before its work, as when the system kills it for memory."""


class Hands:
    """`count` processes, started when they are first needed; of one, the caller does all itself.

    Whatever is mapped comes back in order, so it is the same for any number of them. What they are
    given and give is pickled: a numpy Generator forgets by that what its children are spawned from,
    a SeedSequence does not. Use as a context manager.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"count is {count}; expected 1 or more")
        self.count = count
        self._processes: ProcessPoolExecutor | None = None
        self._line: Connection | None = None  # nothing is said on it but that it ends

    def __enter__(self) -> "Hands":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.rest()

    def map(self, work: Callable[[T], R], items: Iterable[T], chunk: int = 1) -> Iterator[R]:
        """Yield work(item) of every item, in order. Raises LostProcess, and what work raises.

        chunk: items that a process is handed at a time.
        """
        if self.count == 1:
            yield from map(work, items)
            return
        left, pending = iter(items), deque[Future[list[R]]]()
        try:
            while part := list(islice(left, chunk)):
                pending.append(self._submitted(_each, work, part))
                if len(pending) >= AHEAD * self.count:
                    yield from _result(pending.popleft())
            while pending:
                yield from _result(pending.popleft())
        finally:
            for future in pending:
                future.cancel()

    def shared(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Return work(item) of every item: as `map`, each process given its part in one go."""
        told = list(items)
        return list(self.map(work, told, max(1, -(-len(told) // self.count))))

    def warm(self, ready: Callable[..., object], *told: Any, most: int | None = None) -> None:
        """Start every process, or `most`, and have each call ready(*told); the caller goes on.

        Nothing comes of it but what a process keeps: imports, caches. What it raises, work raises
        again.
        """
        if self.count > 1:
            for _ in range(min(self.count, most or self.count)):
                self._submitted(partial(_warmed, ready), *told)

    def rest(self) -> None:
        """End the processes at once, whatever they are at; what is mapped later starts others."""
        if self._processes is not None and self._line is not None:
            self._line.close()
            self._processes.shutdown(cancel_futures=True)
        self._processes = self._line = None

    def _submitted(self, work: Callable[..., R], *told: Any) -> Future[R]:
        """Submit with SIGINT blocked, so that no process says a traceback as it starts."""
        if self._processes is None:
            context = get_context("spawn")
            theirs, self._line = context.Pipe(duplex=False)
            self._processes = ProcessPoolExecutor(
                self.count, mp_context=context, initializer=_begin, initargs=(theirs,)
            )
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return self._processes.submit(work, *told)
        except BrokenProcessPool as error:
            raise _lost() from error
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


ALONE = Hands(1)  # nobody but the caller


def _each(work: Callable[[T], R], part: list[T]) -> list[R]:
    return [work(item) for item in part]


def _warmed(ready: Callable[..., object], *told: Any) -> None:
    ready(*told)


def _result(future: Future[R]) -> R:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise _lost() from error


def _lost() -> LostProcess:
    return LostProcess(
        "a process of this run was killed, as systems do when memory runs out; run the same "
        "command again to go on, with workers=1 where there is little"
    )


def _begin(line: Connection) -> None:
    """Let a process end with who holds the line, or by an interrupt, at once and without a word."""
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:  # as a shell's background jobs do
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    Thread(target=_end_with, args=(line,), daemon=True).start()


def _end_with(line: Connection) -> None:
    with suppress(EOFError, OSError):
        line.recv()
    os._exit(1)
