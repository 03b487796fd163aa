"""Which scenes of a plan physics has still to lay down, whoever runs the physics."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from scenes.plan import BadPlan, Plan, PlannedScene
from scenes.scene import Scene
from scenes.shard import scene_digest

_SETTLED = "; settled from "


def unsettled(plan: Plan, before: Path) -> tuple[PlannedScene, ...]:
    """Return the lines that neither are settled nor were so in an earlier plan file."""
    known = _settled_before(before)
    return tuple(
        p for p in plan.scenes if _SETTLED not in p.why and _settled_why(p) not in known
    )  # fmt: skip


def settled_plan(plan: Plan, before: Path, settle: Callable[[Scene], Scene]) -> Plan:
    """Return the plan with every scene settled; its lines say from which scene.

    before: the plan.jsonl of a run that was stopped, whose settled scenes are taken where they
    came from the same ones, so that what goes on is what was begun. What is settled stays so.
    """
    known = _settled_before(before)
    return Plan(scenes=tuple(_settled_line(line, known, settle) for line in plan.scenes))


def _settled_line(
    line: PlannedScene, known: Mapping[str, PlannedScene], settle: Callable[[Scene], Scene]
) -> PlannedScene:
    if _SETTLED in line.why:
        return line
    why = _settled_why(line)
    if why in known:
        return replace(line, scene=known[why].scene, why=why)
    return replace(line, scene=settle(line.scene), why=why)


def _settled_why(line: PlannedScene) -> str:
    return f"{line.why}{_SETTLED}{scene_digest(line.scene)[:16]}"


def _settled_before(path: Path) -> Mapping[str, PlannedScene]:
    if not path.is_file():
        return {}
    try:
        return {line.why: line for line in Plan.read(path).scenes}
    except BadPlan:
        return {}
