"""Trainings side by side, each in a process of its own, so that a death costs one and no more."""

import multiprocessing
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType

from threadpoolctl import threadpool_limits

from alignment.detection.detectors.detector import Detector
from alignment.detection.runs import Run, train
from assets.errors import UserError

GIB = 2**30
_PATIENCE_S = 10
LEAST_TOLD = 0.005  # of a run; a share that grew by less is not told
_ONE_THREAD = (
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)  # fmt: skip
Make = Callable[[], Detector]


class RunFailed(UserError):
    """A training that could not go on, for a reason that its detector tells."""


class RunsLost(UserError):
    """Trainings whose process was killed."""


class BrokenWorker(Exception):  # not the user's mistake: it is shown with all that is known of it
    """An error of ours in a worker, with its traceback."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """A run, where its results go, and how it is called where something is wrong."""

    run: Run
    folder: Path
    title: str


@dataclass(kw_only=True, eq=False)
class _Seat:
    """A process and what it is at."""

    process: BaseProcess
    ours: Connection
    job: Job | None = None


@dataclass(kw_only=True, eq=False)
class _Floor:
    """All seats. shares: how far each begun run is, by key. again: runs that died once."""

    make: Make
    count: int
    waiting: deque[Job]
    seats: list[_Seat] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)
    died: dict[str, str] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)


def workers_of(told: int | str, memory_gb: float) -> int:
    """Return how many trainings go side by side: as told, or as many as cores and memory take."""
    if isinstance(told, int):
        return told
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(len(os.sched_getaffinity(0)), int(total / (memory_gb * GIB))))


def train_all(
    jobs: Sequence[Job], make: Make, count: int, told: Callable[[Mapping[str, float]], None]
) -> None:
    """Train every job, `count` at a time, each with one thread.

    make: the detector, in the process that fits it; a function that can be pickled. told: the share
    of each run that was begun, by key, again and again. A run whose process dies is tried once
    more. Raises RunFailed at once, RunsLost when all others are done.
    """
    floor = _Floor(make=make, count=min(count, len(jobs)), waiting=deque(jobs))
    with _stopping(floor):
        while floor.waiting or any(seat.job for seat in floor.seats):
            _fill(floor)
            busy = {seat.ours: seat for seat in floor.seats}
            for ready in wait(list(busy)):
                _hear(floor, busy[ready])  # type: ignore[index]  # what was waited for
            told(floor.shares)
    if floor.died:
        raise RunsLost(
            f"{len(floor.died)} trainings were killed twice ({', '.join(floor.died.values())}), as "
            "the system does where memory runs out; all others are kept: run the same command "
            "again to try them anew, with OPTIONS=training.workers=1 where memory is short"
        )


@contextmanager
def _stopping(floor: _Floor) -> Iterator[None]:
    try:
        yield
    finally:
        for seat in floor.seats:
            seat.ours.close()
            seat.process.terminate()
        for seat in floor.seats:
            seat.process.join(_PATIENCE_S)
            seat.process.kill()  # nothing happens to one that has ended
            seat.process.join()


def _fill(floor: _Floor) -> None:
    """Give every free seat a run."""
    while len(floor.seats) < floor.count:
        floor.seats.append(_seat(floor.make))
    for seat in tuple(floor.seats):
        if seat.job is None and floor.waiting:
            seat.job = floor.waiting.popleft()
            floor.shares[seat.job.run.key] = 0.0
            try:
                seat.ours.send((seat.job.run, seat.job.folder))
            except (BrokenPipeError, ConnectionResetError):
                _lose(floor, seat)


def _seat(make: Make) -> _Seat:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, make))
    kept = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))  # read when a library is loaded
    try:
        process.start()
    finally:
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    theirs.close()
    return _Seat(process=process, ours=ours)


def _hear(floor: _Floor, seat: _Seat) -> None:
    """Take what a process says of its run, or that it is no more."""
    job = seat.job
    try:
        kind, said = seat.ours.recv()
    except (EOFError, ConnectionResetError):
        _lose(floor, seat)
        return
    if job is None:
        return
    if kind == "share":
        floor.shares[job.run.key] = said
    elif kind == "done":
        floor.shares[job.run.key] = 1.0
        seat.job = None
    elif kind == "failed":
        raise RunFailed(f"{job.title}: {said}")
    else:
        raise BrokenWorker(f"{job.title}:\n{said}")


def _lose(floor: _Floor, seat: _Seat) -> None:
    seat.process.join()
    floor.seats.remove(seat)
    job = seat.job
    if job is None:
        return
    if job.run.key in floor.again:
        floor.died[job.run.key] = job.title
        floor.shares[job.run.key] = 1.0
    else:
        floor.again.add(job.run.key)
        floor.waiting.append(job)


def _work(theirs: Connection, make: Make) -> None:
    """Be a worker: fit what is given until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal tells all; ours ends the others
    signal.signal(signal.SIGTERM, _leave)
    with threadpool_limits(1):
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
