"""A plan rendered by worker processes that this one leads; Blender lives only in those."""

import hashlib
import logging
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import Any

from assets.errors import UserError
from render.blender import Blender, Launch, blender_beside
from render.hardware import gpus, shared_threads, variable, worker_count
from render.messages import Task
from render.on_ray import ray_seats
from render.on_slurm import Share, run_jobs, shared_out
from render.preparing import Commission, prepared, provenance, tell
from render.seats import LocalSeat, Seat
from render.settings import Settings
from render.shift import Happening, Shift
from render.watch import FAILED, Watch
from scenes.dataset import begin_dataset, merge_record, merge_shards, refuse_other_plan, undone
from scenes.disk import make_folder
from scenes.lock import locked
from scenes.manifest import is_merged
from scenes.merge_record import MergeRecord
from scenes.plan import PlannedScene
from scenes.resumption import hold_settings
from scenes.scene import Scene
from scenes.settings import from_mapping
from scenes.settling import settled_plan, unsettled

LOOK_S = 0.2
_IN_MEMORY = ("/dev/shm", "/tmp")  # where BlenderProc writes as well
log = logging.getLogger("twinset.render")


class Stopped(Exception):
    """A run that was told to stop by a signal. args: the signal's number."""


class SetAside(UserError):
    """Scenes that failed in every attempt; all others are rendered and merged."""


class Unsettled(UserError):
    """Scenes that physics does not come to an end with."""


class Run:
    """One run in one folder, which it holds. number: of the job in a sweep."""

    def __init__(self, told: Mapping[str, Any], number: int = 0) -> None:
        self._told, self._number = told, number
        self.settings = from_mapping(Settings, told)
        self._halt = Event()
        self._shift: Shift | None = None
        self._signal = 0
        self._begun = False

    @property
    def needs_one_process(self) -> bool:
        """Whether the settings come down to a single worker on this machine."""
        settings, count = self.settings, self.settings.images
        if settings.plan and settings.plan.is_file():
            with settings.plan.open("rb") as lines:
                count = sum(1 for _ in lines)
        found = len(gpus(settings.device, os.environ))
        alone = worker_count(settings.workers, settings.device, count, found) == 1
        return alone and settings.executor == "local"

    def lead(self) -> None:
        """Render what is missing and merge. Raises Stopped, SetAside and UserError of many kinds.

        Images that are finished are kept, so a killed run goes on where it was.
        """
        work = prepared(self.settings)
        make_folder(self.settings.out)
        with locked(self.settings.out), _in_memory(self.settings.out) as folder, self._signals():
            if self.settings.settle:
                work = self._settled(work, folder)
            self._fill(work, folder)

    def _fill(self, work: Commission, folder: Path) -> None:
        out = self.settings.out
        refuse_other_plan(out, work.plan)
        left = undone(out, work.plan)
        self._begun = len(left) < len(work.plan)
        if self._begun:
            self._open(work, MergeRecord.read(out).provenance.versions)
        aside = self._rendered(work, left, folder) if left else []
        if not left and is_merged(out):
            log.info("%d images in %s were finished before", len(work.plan), out)
            return
        tell(merge_shards(out, partial=bool(aside)), out)
        if aside:
            raise SetAside(
                f"{len(aside)} of {len(work.plan)} scenes failed {self.settings.worker.attempts} "
                f"times and were set aside ({_some(aside)}); why is in {out / FAILED}; all others "
                "are there and merged"
            )

    def _rendered(
        self, work: Commission, left: tuple[PlannedScene, ...], folder: Path
    ) -> list[Task]:
        work.check_references(left)
        tasks = [Task(kind="render", index=p.index, scene=p.scene.to_json()) for p in left]
        if self.settings.executor == "slurm":
            return self._by_jobs(work, tasks, folder)
        watch = Watch(self.settings.out, len(work.plan), len(work.plan) - len(left))
        with watch, self._seated(len(tasks), folder) as seats:
            watch.say("start", pid=os.getpid(), workers=len(seats))
            shift = self._shift = Shift(
                seats, self.settings.worker.attempts, watch.heard,
                welcome=lambda hello: self._open(work, hello),
            )  # fmt: skip
            try:
                shift.work_off(tasks, watch.look, LOOK_S)
            finally:
                watch.look()
                watch.say("stopped" if shift.stop.is_set() else "end")
        self._check_signal()
        return shift.set_aside

    def lead_share(self, share: Share) -> list[Task]:
        """Render what is one job's of a run that another process leads, and merges."""
        out = self.settings.out
        place = out / "log" / f"job-{share.number}"
        make_folder(place)
        with _in_memory(place) as folder, self._signals():
            launches = self._local_seats(len(share.tasks), folder, place)
            with Watch(place, len(share.tasks), 0) as watch:
                shift = self._shift = Shift(
                    launches, self.settings.worker.attempts, watch.heard,
                    welcome=lambda hello: hold_settings(out, {**share.look, "bpy": hello["bpy"]}),
                )  # fmt: skip
                shift.work_off(share.tasks, watch.look, LOOK_S)
            self._check_signal()
        return shift.set_aside

    def _by_jobs(self, work: Commission, tasks: list[Task], folder: Path) -> list[Task]:
        settings, out = self.settings, self.settings.out
        first = Blender(self._launch(folder), self._halt)  # for what it says of itself
        self._open(work, first.hello)
        first.close()
        told = _plain({**self._told, "executor": "local"})
        shares = [
            Share(told=told, number=number, look=work.look, tasks=some)
            for number, some in enumerate(shared_out(tasks, settings.slurm.jobs))
        ]
        return run_jobs(settings.slurm, out.absolute() / "log" / "jobs", shares, self._check_signal)

    def _settled(self, work: Commission, folder: Path) -> Commission:
        before = self.settings.out / "plan.jsonl"
        loose = unsettled(work.plan, before)
        laid: dict[int, Scene] = {}

        def heard(what: Happening) -> None:
            if what.kind == "done" and what.answer.scene:
                laid[what.task.index] = Scene.from_json(dict(what.answer.scene))

        tasks = [Task(kind="settle", index=p.index, scene=p.scene.to_json()) for p in loose]
        with self._seated(len(tasks), folder) as seats:
            attempts = self.settings.worker.attempts
            shift = self._shift = Shift(seats, attempts, heard, welcome=lambda _: None)
            shift.work_off(tasks, lambda: None, LOOK_S)
        self._check_signal()
        if shift.set_aside:
            raise Unsettled(
                f"physics failed {attempts} times on scenes {_some(shift.set_aside)}; expected "
                "none to; leave them out of the plan, or render with settle=false"
            )
        of_scene = {id(p.scene): p.index for p in work.plan.scenes}
        plan = settled_plan(work.plan, before, lambda s: laid[of_scene[id(s)]])
        return replace(work, plan=plan)

    def _open(self, work: Commission, versions: Mapping[str, str]) -> None:
        """Begin the dataset at the first worker's word, hold the others to the same Blender."""
        out, look = self.settings.out, {**work.look, "bpy": versions["bpy"]}
        if self._begun:
            hold_settings(out, look)
            return
        begin_dataset(out, work.plan, look)
        merge_record(work.plan, work.catalogue, provenance(self.settings, versions)).write(out)
        self._begun = True

    @contextmanager
    def _seated(self, tasks: int, folder: Path) -> Iterator[tuple[Seat, ...]]:
        settings = self.settings
        if settings.executor == "ray":
            with ray_seats(self._launch(folder), settings.worker, settings.workers, tasks) as seats:
                yield seats
            return
        yield self._local_seats(tasks, folder, settings.out)

    def _local_seats(self, tasks: int, folder: Path, place: Path) -> tuple[Seat, ...]:
        settings, launch = self.settings, self._launch(folder, place)
        pins = gpus(settings.device, os.environ)
        count = worker_count(settings.workers, settings.device, tasks, len(pins))
        shares = shared_threads(settings.threads, count)
        name = variable(settings.device)
        pinned = ({name: pin} if pins else {} for pin in self._turns(pins, count))
        launches = (
            replace(
                launch, threads=threads, environment=next(pinned),
                log=launch.log.with_name(f"worker-{number}.log"),
            )
            for number, threads in enumerate(shares)
        )  # fmt: skip
        return tuple(LocalSeat(one, settings.worker, self._halt) for one in launches)

    def _launch(self, folder: Path, place: Path | None = None) -> Launch:
        out = (place or self.settings.out).absolute()
        return Launch(
            told=_plain(self._told), threads=1, environment={}, folder=folder,
            blender=blender_beside(self.settings.blender),
            log=out / "log" / "worker.log",
        )  # fmt: skip

    def _turns(self, pins: tuple[str, ...], count: int) -> Iterator[str]:
        """Yield a GPU for each worker; jobs of a sweep that run side by side begin at others."""
        first = self._number * count % max(1, len(pins))
        return islice(cycle(pins or ("",)), first, None)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Let the first signal stop the run after the images at work, a second Ctrl-C at once."""
        if current_thread() is not main_thread():
            yield
            return
        kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in kept:
            signal.signal(number, self._heard_signal)
        try:
            yield
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)

    def _heard_signal(self, number: int, _: object) -> None:
        if self._signal == number == signal.SIGINT:
            self._halt.set()
        self._signal = self._signal or number
        if self._shift is None:
            if self.settings.executor != "slurm":
                raise Stopped(number)
            return  # run_jobs looks for it
        self._shift.stop.set()

    def _check_signal(self) -> None:
        if self._signal:
            raise Stopped(self._signal)


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    return {**told, "out": str(Path(told["out"]).absolute())}


def _some(tasks: list[Task]) -> str:
    told = ", ".join(f"{task.index}" for task in tasks[:10])
    return f"{told}, ..." if len(tasks) > 10 else told


@contextmanager
def _in_memory(out: Path) -> Iterator[Path]:
    """Yield a folder for sockets and Blender's own files, known by the dataset's place.

    What a killed run left there goes away here.
    """
    name = hashlib.sha256(os.fsencode(out.resolve())).hexdigest()[:16]
    base = next(
        path for path in map(Path, ("/dev/shm", "/tmp")) if path.is_dir()
    )  # as BlenderProc does
    folder = base / f"twinset-{os.getuid()}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
