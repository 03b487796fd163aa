"""Signals that end a run, kept from cutting an image off."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread


class Stopped(Exception):
    """A run that was told to stop by a signal. args: the signal's number."""


class Interrupts:
    """SIGINT and SIGTERM of one run.

    halt: set by a second Ctrl-C, which waits for nothing.
    """

    def __init__(self) -> None:
        self.halt = Event()
        self._signal = 0
        self._stop: Event | None = None

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Take the signals meanwhile; elsewhere than in the main thread they are another's."""
        if current_thread() is not main_thread():
            yield
            return
        kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in kept:
            signal.signal(number, self._hear)
        try:
            yield
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)

    @contextmanager
    def stopping(self, stop: Event) -> Iterator[None]:
        """Have a signal set `stop` and nothing more meanwhile. Raises Stopped at the end of it."""
        self._stop = stop
        try:
            yield
        finally:
            self._stop = None
        self.check()

    def check(self) -> None:
        """Raise Stopped where a signal was heard."""
        if self._signal:
            raise Stopped(self._signal)

    def _hear(self, number: int, _: object) -> None:
        if self._signal == number == signal.SIGINT:
            self.halt.set()
        self._signal = self._signal or number
        if self._stop is None:
            raise Stopped(number)
        self._stop.set()
