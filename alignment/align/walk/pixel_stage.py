"""The second stage of a run: effects that align its pixels, solved on its linear pictures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from alignment.align.brief.brief import Job
from alignment.align.pixels.compared import Fineness, comparisons, sentence
from alignment.align.pixels.fit import Negative, before, fit
from alignment.align.pixels.solve import Solved
from alignment.align.pixels.solved_file import Record, digest, keep, kept
from alignment.align.walk.cheap_renders import Cheapened, Pictures, relit, render_cheaply
from alignment.command.stages import Stages
from alignment.distances.floor import Comparison
from scenes.model.effects import UNTOUCHED
from scenes.plan.plan import Plan, PlannedScene

STREAM = 15  # of the run's seed
SOLVED = "solved.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class Developed:
    """A plan with its effects, and what its pictures measured before and after.

    at_bound: how many scenes ended at a bound, by effect. missing: scenes without a picture.
    relit: how many scenes came nearer with lamps multiplied, by what.
    """

    plan: Plan
    comparisons: tuple[Comparison, ...]
    at_bound: Mapping[str, int]
    missing: int
    relit: Mapping[float, int]

    @property
    def notes(self) -> tuple[str, ...]:
        """What was reached, in sentences."""
        bounds = ", ".join(f"{count} by {knob}" for knob, count in sorted(self.at_bound.items()))
        left = f", {self.missing} without a picture were left as they were" if self.missing else ""
        lit = ", ".join(f"{count} times {lamps:g}" for lamps, count in sorted(self.relit.items()))
        lamps = f", lamps of {lit}" if lit else ""
        return (
            *map(sentence, self.comparisons),
            f"second stage, {len(self.plan)} scenes: at a bound {bounds or 'none'}{lamps}{left}",
        )


def in_best_light(job: Job, plan: Plan, stages: Stages) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan in the light that suits the photos, with effects, and what is to be said.

    By cheap renders in every light that is asked for. Where none but the scenes' own is, the plan
    is returned as it is: effects are solved on what is rendered. Raises RenderFailed, and what
    reading pictures raises.
    """
    reason = job.why_no_second_stage
    if reason:
        stages.say(f"no second stage, pixels stay as they come: {reason}")
    if reason or job.develops:
        return plan, ()
    stages.begin("cheap renders")
    total = len(plan)
    told = lambda done: stages.at(done, total, f"{done}/{total} images")  # noqa: E731  # a line
    cheap = {
        lamps: render_cheaply(job, plan, told, Cheapened(lamps=lamps))
        for lamps in lamps_of(job, plan)
    }
    found = with_effects(job, plan, cheap, stages)
    return found.plan, found.notes


def is_solved(job: Job, plan: Plan) -> bool:
    """Return whether an earlier run solved this plan's effects, and so had rendered it."""
    if not job.develops:
        return False
    key = digest(plan, job.exposed, job.settings.second_stage)
    return kept(job.out / SOLVED, key) is not None


def lamps_of(job: Job, plan: Plan) -> tuple[float, ...]:
    """Return what lamps are multiplied by, the scenes' own light first."""
    lit = any(one.scene.lights for one in plan.scenes)
    others = (lamps for lamps in job.settings.second_stage.lamps if lamps != 1.0 and lit)
    return (1.0, *others)


def with_effects(
    job: Job, plan: Plan, light: Mapping[float, Pictures], stages: Stages
) -> Developed:
    """Return the plan with effects solved on its pictures, from the exposed photos alone.

    light: pictures by what lamps were multiplied by, the scenes' own first.
    What an earlier run solved of the same is read back: another machine might round otherwise, and
    the plan in a folder must stay as it is.
    """
    stages.begin("second stage")
    path = light[1.0].folder / SOLVED
    key = digest(plan, job.exposed, job.settings.second_stage)
    record = kept(path, key)
    if record is None:
        record = _solved(job, plan, tuple(light.values()), stages)
        keep(path, key, record)
    lamps = tuple(light)
    effects = dict(zip(record.indices, record.solved, strict=True))
    found = Developed(
        plan=Plan(scenes=tuple(_given(one, effects.get(one.index), lamps) for one in plan.scenes)),
        comparisons=_compared(job, record),
        at_bound=Counter(knob for one in record.solved for knob in one.at_bound),
        missing=len(plan) - len(record.indices),
        relit=Counter(lamps[one.picture] for one in record.solved if one.picture),
    )  # fmt: skip
    for note in found.notes:
        stages.say(note)
    return found


def _solved(job: Job, plan: Plan, light: Sequence[Pictures], stages: Stages) -> Record:
    settings = job.settings.second_stage
    there = [one for one in plan.scenes if all(kind.has(one.index) for kind in light)]
    shots = [_shot(one, light) for one in there]
    rng, total = np.random.default_rng([job.settings.seed, STREAM]), len(shots)
    told = lambda done: stages.at(done, total, f"{done}/{total} solved")  # noqa: E731  # used once
    return Record(
        indices=tuple(one.index for one in there), before=before(shots, settings.attributes),
        solved=fit(rng, job.exposed, shots, settings, told),
    )  # fmt: skip


def _given(one: PlannedScene, found: Solved | None, lamps: Sequence[float]) -> PlannedScene:
    if found is None:
        return one
    lit = relit(one.scene, lamps[found.picture])
    return replace(one, scene=replace(lit, post=found.post))


def _shot(one: PlannedScene, light: Sequence[Pictures]) -> Negative:
    own, *others = (partial(cheap.light, one.index, one.scene) for cheap in light)
    return Negative(
        light=own, others=tuple(others), seed=one.scene.seed, base=one.scene.post or UNTOUCHED
    )


def _compared(job: Job, record: Record) -> tuple[Comparison, ...]:
    rng, report = np.random.default_rng([job.settings.seed, STREAM, 1]), job.settings.report
    how = job.settings.second_stage.attributes, Fineness(bins=report.bins, splits=report.splits)
    return comparisons(rng, job.exposed, record.before, record.solved, how)
