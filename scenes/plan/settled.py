"""Which scenes of a plan physics has still to lay down, whoever runs the physics."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from scenes.model.scene import Scene
from scenes.plan.digest import scene_digest
from scenes.plan.on_disk import open_plan, stored_plan
from scenes.plan.plan import BadPlan, Plan, PlannedScene

_SETTLED = "; settled from "


class _Before:
    """The settled lines of an earlier plan file, by why they are there; none if it is not whole."""

    def __init__(self, path: Path) -> None:
        self._scenes: Sequence[PlannedScene] = ()
        self._rows: Mapping[str, int] = {}
        try:
            self._scenes = open_plan(path).scenes
            self._rows = {line.why: row for row, line in enumerate(self._scenes)}
        except BadPlan:
            self._rows = {}

    def __contains__(self, why: str) -> bool:
        return why in self._rows

    def scene(self, why: str) -> Scene:
        return self._scenes[self._rows[why]].scene


def unsettled(plan: Plan, before: Path) -> tuple[int, ...]:
    """Return the indices of what neither is settled nor was so in an earlier plan file."""
    known = _Before(before)
    return tuple(
        p.index for p in plan.scenes if _SETTLED not in p.why and _settled_why(p) not in known
    )  # fmt: skip


def settled_plan(plan: Plan, before: Path, settle: Callable[[PlannedScene], Scene]) -> Plan:
    """Return the plan with every scene settled, stored; its lines say from which scene.

    before: the plan.jsonl of a run that was stopped, whose settled scenes are taken where they
    came from the same ones, so that what goes on is what was begun. What is settled stays so.
    Raises Unwritable.
    """
    known = _Before(before)
    return stored_plan(_settled_lines(plan, known, settle), before.parent)


def _settled_lines(
    plan: Plan, known: _Before, settle: Callable[[PlannedScene], Scene]
) -> Iterator[PlannedScene]:
    return (_settled_line(line, known, settle) for line in plan.scenes)


def _settled_line(
    line: PlannedScene, known: _Before, settle: Callable[[PlannedScene], Scene]
) -> PlannedScene:
    if _SETTLED in line.why:
        return line
    why = _settled_why(line)
    scene = known.scene(why) if why in known else settle(line)
    return replace(line, scene=scene, why=why)


def _settled_why(line: PlannedScene) -> str:
    return f"{line.why}{_SETTLED}{scene_digest(line.scene)[:16]}"
