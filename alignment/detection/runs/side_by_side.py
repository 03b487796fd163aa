"""Trainings side by side, each in a process of its own, so that a death costs one and no more."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from alignment.detection.runs.run import Run
from alignment.detection.runs.worker import Make, work
from alignment.detection.settings import SideSettings
from assets.errors import UserError

GIB = 2**30
_PATIENCE_S = 10
_ONE_THREAD = (
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)  # fmt: skip


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

    number: int
    process: BaseProcess
    ours: Connection
    job: Job | None = None


@dataclass(kw_only=True, eq=False)
class _Floor:
    """All seats. apart: each on cores of its own. shares: how far each begun run is, by key.

    died: titles by key of runs that died twice. again: keys of those that died once.
    """

    make: Make
    count: int
    apart: bool
    waiting: deque[Job]
    seats: list[_Seat] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)
    died: dict[str, str] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Side:
    """How many trainings go side by side, and whether each keeps to cores of its own."""

    count: int
    apart: bool


def side_by_side(settings: SideSettings, *, on_gpu: bool) -> Side:
    """Return what settings say; auto: as many as cores and memory take, or few that share a GPU.

    On a CPU each takes one core and a little of another, which draws its views. Beside a GPU each
    has cores of its own, since drawing views is what would make the GPU wait.
    """
    cores = len(os.sched_getaffinity(0))
    if isinstance(settings.workers, int):
        count = settings.workers
    elif on_gpu:
        count = min(settings.gpu_workers, cores // 2)
    else:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        count = min(cores, int(total / (settings.memory_gb * GIB)))
    return Side(count=max(1, count), apart=on_gpu and 1 < count <= cores)


def cores_of(number: int, count: int) -> frozenset[int]:
    """Return the cores of the seat of this number, of so many seats: all shared out evenly."""
    return frozenset(sorted(os.sched_getaffinity(0))[number::count])


def train_all(
    jobs: Sequence[Job], make: Make, side: Side, told: Callable[[Mapping[str, float]], None]
) -> None:
    """Train every job, some side by side, each with one thread.

    make: the detector, in the process that fits it; a function that can be pickled. told: the share
    of each run that was begun, by key, again and again. A run whose process dies is tried once
    more. Raises RunFailed at once, RunsLost when all others are done.
    """
    floor = _Floor(
        make=make, count=min(side.count, len(jobs)), apart=side.apart, waiting=deque(jobs)
    )
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
    lacking = floor.count - len(floor.seats)
    floor.seats += [_seat(floor) for _ in range(min(lacking, len(floor.waiting)))]
    for seat in tuple(floor.seats):
        if seat.job is None and floor.waiting:
            seat.job = floor.waiting.popleft()
            floor.shares[seat.job.run.key] = 0.0
            try:
                seat.ours.send((seat.job.run, seat.job.folder))
            except (BrokenPipeError, ConnectionResetError):
                _lose(floor, seat)


def _seat(floor: _Floor) -> _Seat:
    number = min(set(range(floor.count)) - {seat.number for seat in floor.seats})
    cores = cores_of(number, floor.count) if floor.apart else frozenset(os.sched_getaffinity(0))
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, floor.make, cores))
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
    return _Seat(number=number, process=process, ours=ours)


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
