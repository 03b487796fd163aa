"""The seats of a run: how many, where, with which GPU and how many threads each."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from threading import Event
from typing import Any

from render.asked.settings import Settings
from render.workers.hardware import gpus, shared_threads, variable, worker_count
from render.workers.local_seat import LocalSeat, Seat
from render.workers.process import Launch, blender_beside
from render.workers.ray_seat import ray_seats
from scenes.files.atomic import writing

_IN_MEMORY = ("/dev/shm", "/tmp")  # where BlenderProc writes as well


@dataclass(frozen=True, kw_only=True, eq=False)
class Seating:
    """Where a run's workers sit.

    told: the settings as plain data. number: of the job in a sweep. folder: for sockets and what
    Blender writes meanwhile. place: its log/ takes what workers say. halt: ends them at once.
    """

    settings: Settings
    told: Mapping[str, Any]
    number: int
    folder: Path
    place: Path
    halt: Event

    @contextmanager
    def seats(self, tasks: int) -> Iterator[tuple[Seat, ...]]:
        """Yield seats for so many tasks, on this machine or in a cluster."""
        if self.settings.executor == "ray":
            wanted = self.settings.workers
            with ray_seats(self.launch(), self.settings.worker, wanted, tasks) as seats:
                yield seats
            return
        yield self.local(tasks)

    def local(self, tasks: int) -> tuple[Seat, ...]:
        """Return seats on this machine; jobs of a sweep side by side begin at other GPUs."""
        settings, launch = self.settings, self.launch()
        pins = gpus(settings.device, os.environ)
        count = worker_count(settings.workers, settings.device, tasks, len(pins))
        name = variable(settings.device)
        first = self.number * count % max(1, len(pins))
        pinned = ({name: pin} if pins else {} for pin in islice(cycle(pins or ("",)), first, None))
        launches = (
            replace(
                launch, threads=threads, environment=next(pinned),
                log=launch.log.with_name(f"worker-{number}.log"),
            )
            for number, threads in enumerate(shared_threads(settings.threads, count))
        )  # fmt: skip
        return tuple(LocalSeat(one, settings.worker, self.halt) for one in launches)

    def launch(self) -> Launch:
        """Return how one worker is started that has no GPU of its own."""
        return Launch(
            told=self.told, threads=1, environment={}, folder=self.folder,
            engine=self.settings.engine,
            blender=blender_beside(self.settings.blender),
            log=self.place.absolute() / "log" / "worker.log",
        )  # fmt: skip


@contextmanager
def in_memory(out: Path) -> Iterator[Path]:
    """Yield a folder for sockets and Blender's own files, known by the dataset's place.

    What a killed run left there goes away here. Raises Unwritable.
    """
    name = hashlib.sha256(os.fsencode(out.resolve())).hexdigest()[:16]
    base = next(path for path in map(Path, _IN_MEMORY) if path.is_dir())
    folder = base / f"twinset-{os.getuid()}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    with writing(folder):
        folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
