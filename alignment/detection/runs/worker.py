"""A process that fits what it is given, one run after another."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import FrameType

from threadpoolctl import threadpool_limits

from alignment.detection.detector import Detector
from alignment.detection.runs.run import train
from assets.errors import UserError

LEAST_TOLD = 0.005  # of a run; a share that grew by less is not told
Make = Callable[[], Detector]


def work(theirs: Connection, make: Make, cores: frozenset[int]) -> None:
    """Fit what comes through a pipe until its other end is closed. cores: to run on.

    Sends ("share", s) now and then, and at the end of a run ("done", None), ("failed", line) for a
    mistake of the user's, or ("broken", traceback).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells all; ours ends the others
    signal.signal(signal.SIGTERM, _leave)
    os.sched_setaffinity(0, cores)
    try:
        with threadpool_limits(1):
            _serve(theirs, make)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it is leaving already


def _serve(theirs: Connection, make: Make) -> None:
    detector: Detector | None = None
    while True:
        try:
            run, folder = theirs.recv()
        except (EOFError, OSError):
            return
        try:
            detector = detector or make()
            train(run, detector, folder, _teller(theirs))
            theirs.send(("done", None))
        except UserError as error:
            theirs.send(("failed", str(error)))
        except BrokenPipeError:
            return  # whoever asked is gone
        except Exception:  # noqa: BLE001  # told to the other end, which raises it there
            theirs.send(("broken", traceback.format_exc()))


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # signal's own shape
    """Unwind, so that what a library has begun is ended in order."""
    sys.exit(128 + number)


def _teller(theirs: Connection) -> Callable[[float], None]:
    last = 0.0

    def say(share: float) -> None:
        nonlocal last
        if share - last >= LEAST_TOLD:
            last = share
            theirs.send(("share", share))

    return say
