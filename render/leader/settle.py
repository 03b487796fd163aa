"""Scenes of a plan laid down by physics in worker processes, before any is rendered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assets.errors import UserError
from render.asked.commission import Commission
from render.workers.interrupts import Interrupts
from render.workers.messages import Task
from render.workers.seating import Seating
from render.workers.shift import LOOK_S, Happening, Shift
from scenes.files.atomic import nameless, writing
from scenes.model.scene import Scene
from scenes.plan.plan import PlannedScene
from scenes.plan.settled import settled_plan, unsettled


class Unsettled(UserError):
    """Scenes that physics does not come to an end with."""


def laid_down(work: Commission, seating: Seating, interrupts: Interrupts) -> Commission:
    """Return the commission with a plan that is all settled. Raises Unsettled, Stopped."""
    settings, scenes = work.settings, work.plan.scenes
    before = settings.out / "plan.jsonl"
    loose, laid = unsettled(work.plan, before), _Laid(settings.out)
    tasks = (Task(kind="settle", index=i, scene=scenes[i].scene.to_json()) for i in loose)
    with seating.seats(len(loose)) as seats:
        attempts = settings.worker.attempts
        shift = Shift(seats, attempts, laid.hear, welcome=lambda _: None)
        with interrupts.stopping(shift.stop):
            shift.work_off(tasks, len(loose), lambda: None, LOOK_S)
    if shift.set_aside:
        raise Unsettled(
            f"physics failed {attempts} times on scenes {some(shift.set_aside)}; expected "
            "none to; leave them out of the plan, or render with settle=false"
        )
    return replace(work, plan=settled_plan(work.plan, before, laid.scene))


def some(indices: Sequence[int]) -> str:
    """Return the first ten indices in words."""
    told = ", ".join(map(str, indices[:10]))
    return f"{told}, ..." if len(indices) > 10 else told


class _Laid:
    """Settled scenes by index, in a nameless file on a folder's disk."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._begins = folder, dict[int, int]()
        self._file = nameless(folder)

    def hear(self, what: Happening) -> None:
        if what.kind == "done" and what.answer.scene:
            with writing(self._folder):
                self._begins[what.task.index] = self._file.seek(0, 2)
                self._file.write(f"{json.dumps(what.answer.scene)}\n".encode())
                self._file.flush()

    def scene(self, line: PlannedScene) -> Scene:
        self._file.seek(self._begins[line.index])
        told: Mapping[str, Any] = json.loads(self._file.readline())
        return Scene.from_json(told)
