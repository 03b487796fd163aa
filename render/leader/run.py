"""A plan rendered by worker processes that this one leads; Blender lives only in those."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from assets.errors import UserError
from render.asked.commission import Commission, made_by, prepared, provenance, tell
from render.asked.settings import Settings
from render.leader.settle import laid_down, some
from render.leader.slurm import Share, run_jobs, shared_out
from render.workers.hardware import gpus, worker_count
from render.workers.interrupts import Interrupts
from render.workers.local_seat import brought_up
from render.workers.messages import Task
from render.workers.process import Blender, Halted
from render.workers.seating import Seating, in_memory
from render.workers.shift import LOOK_S, Shift
from render.workers.watch import FAILED, Watch
from scenes.config.from_mapping import from_mapping
from scenes.dataset.dataset import (
    begin_dataset,
    merge_record,
    merge_shards,
    refuse_other_plan,
    undone,
)
from scenes.dataset.manifest import is_merged
from scenes.dataset.provenance import MergeRecord
from scenes.dataset.resume import hold_settings
from scenes.files.atomic import make_folder
from scenes.files.lock import locked
from scenes.plan.on_disk import open_plan
from scenes.plan.plan import Plan

log = logging.getLogger("twinset.render")


class SetAside(UserError):
    """Scenes that failed in every attempt; all others are rendered and merged."""


class Run:
    """One run in one folder, which it holds. number: of the job in a sweep."""

    def __init__(self, told: Mapping[str, Any], number: int = 0) -> None:
        self._told = {**told, "out": str(Path(told["out"]).absolute())}
        self._number = number
        self.settings = from_mapping(Settings, told)
        self._interrupts = Interrupts()
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
        return alone and settings.executor == "local" and settings.engine == "cycles"

    def lead(self) -> None:
        """Render what is missing and merge. Raises Stopped, SetAside and UserError of many kinds.

        Images that are finished are kept, so a killed run goes on where it was.
        """
        out = self.settings.out
        with self._interrupts.heard():
            work = prepared(self.settings)
            with locked(out), in_memory(out) as folder:
                seating = self._seating(folder, out)
                if self.settings.settle:
                    work = laid_down(work, seating, self._interrupts)
                self._fill(work, seating)

    def lead_share(self, share: Share) -> list[int]:
        """Render what is one job's of a run that another process leads, and merges."""
        out = self.settings.out
        place = out / "log" / f"job-{share.number}"
        make_folder(place)
        plan = open_plan(out / "plan.jsonl")
        with in_memory(place) as folder, self._interrupts.heard():
            seats = self._seating(folder, place).local(len(share.indices))
            with Watch(place, len(share.indices), 0) as watch:
                shift = Shift(
                    seats, self.settings.worker.attempts, watch.heard,
                    welcome=lambda hello: hold_settings(out, {**share.look, **_maker(hello)}),
                )  # fmt: skip
                with self._interrupts.stopping(shift.stop):
                    tasks = _tasks(plan, share.indices)
                    shift.work_off(tasks, len(share.indices), watch.look, LOOK_S)
        return shift.set_aside

    def _fill(self, work: Commission, seating: Seating) -> None:
        out = self.settings.out
        refuse_other_plan(out, work.plan)
        left = undone(out, work.plan)
        self._begun = len(left) < len(work.plan)
        if self._begun:
            self._open(work, MergeRecord.read(out).provenance.versions)
        aside = self._rendered(work, left, seating) if left else []
        if not left and is_merged(out):
            log.info("%d images in %s were finished before", len(work.plan), out)
            return
        tell(merge_shards(out, partial=bool(aside)), out)
        if aside:
            raise SetAside(
                f"{len(aside)} of {len(work.plan)} scenes failed {self.settings.worker.attempts} "
                f"times and were set aside ({some(aside)}); why is in {out / FAILED}; all others "
                "are there and merged"
            )

    def _rendered(self, work: Commission, left: Sequence[int], seating: Seating) -> list[int]:
        work.check_references(work.plan.scenes[index] for index in left)
        if self.settings.executor == "slurm":
            return self._by_jobs(work, left, seating)
        watch = Watch(self.settings.out, len(work.plan), len(work.plan) - len(left))
        with watch, seating.seats(len(left)) as seats:
            watch.say("start", pid=os.getpid(), workers=len(seats))
            shift = Shift(
                seats, self.settings.worker.attempts, watch.heard,
                welcome=lambda hello: self._open(work, hello),
            )  # fmt: skip
            with self._interrupts.stopping(shift.stop):
                try:
                    shift.work_off(_tasks(work.plan, left), len(left), watch.look, LOOK_S)
                finally:
                    watch.look()
                    watch.say("stopped" if shift.stop.is_set() else "end")
        return shift.set_aside

    def _by_jobs(self, work: Commission, left: Sequence[int], seating: Seating) -> list[int]:
        settings, out = self.settings, self.settings.out
        with self._interrupts.stopping(Event()):  # run_jobs looks for a signal, and cancels
            self._open(work, self._hello_here(seating))
            told = {**self._told, "executor": "local"}
            shares = [
                Share(told=told, number=number, look=work.look, indices=own)
                for number, own in enumerate(shared_out(left, settings.slurm.jobs))
            ]
            folder = out.absolute() / "log" / "jobs"
            check = self._interrupts.check
            return run_jobs(settings.slurm, folder, shares, check, render_share)

    def _hello_here(self, seating: Seating) -> dict[str, Any]:
        """Return what a Blender says of itself that this process starts, and ends."""
        launch, halt = seating.launch(), self._interrupts.halt
        try:
            first = brought_up(
                lambda: Blender(launch, halt), self.settings.worker.attempts, "Blender here"
            )
        except Halted:
            self._interrupts.check()
            raise
        first.close()
        return first.hello

    def _open(self, work: Commission, versions: Mapping[str, str]) -> None:
        """Begin the dataset at the first worker's word, hold the others to the same Blender."""
        out, look = self.settings.out, {**work.look, **_maker(versions)}
        if self._begun:
            hold_settings(out, look)
            return
        begin_dataset(out, work.plan, look)
        merge_record(work.plan, work.catalogue, provenance(self.settings, versions)).write(out)
        self._begun = True

    def _seating(self, folder: Path, place: Path) -> Seating:
        return Seating(
            settings=self.settings, told=self._told, number=self._number, folder=folder,
            place=place, halt=self._interrupts.halt,
        )  # fmt: skip


def render_share(share: Share) -> list[int] | UserError:
    """Render a job's share on the node that this runs on; return what had to be set aside.

    What a user is to mend is returned as it is, since a job that raises is told as lost.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    os.environ.pop("PYTHONPATH", None)
    try:
        return Run(share.told).lead_share(share)
    except UserError as error:
        return error


def _maker(versions: Mapping[str, Any]) -> dict[str, str]:
    """Return what makes the pictures and may not change within a dataset."""
    return {key: told for key, told in made_by(versions).items() if key != "blenderproc"}


def _tasks(plan: Plan, indices: Sequence[int]) -> Iterator[Task]:
    """Yield the tasks one by one, so that only those at work are in memory."""
    return (
        Task(kind="render", index=index, scene=plan.scenes[index].scene.to_json())
        for index in indices
    )
