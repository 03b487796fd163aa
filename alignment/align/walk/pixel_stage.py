"""The second stage of a run: a cheap render of the plan, and effects that align its pixels."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from alignment.align.brief.brief import Job
from alignment.align.pixels.fit import Negative, before, fit
from alignment.align.pixels.solve import Solved
from alignment.align.pixels.solved_file import digest, keep, kept
from alignment.align.walk.cheap_renders import Cheap, relit, render_cheaply
from alignment.command.stages import Stages
from alignment.distances.floor import Comparison, compare
from alignment.real.split import fittable
from alignment.samples.bins import Bins
from alignment.samples.sample import Sample
from scenes.model.effects import UNTOUCHED
from scenes.plan.plan import Plan, PlannedScene

FloatArray = npt.NDArray[np.float64]

STREAM = 15  # of the run's seed
SOLVED = "solved.json"
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, kw_only=True, eq=False)
class Developed:
    """A plan with its effects, and what its cheap pictures measured before and after.

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
            *map(_sentence, self.comparisons),
            f"second stage, {len(self.plan)} scenes: at a bound {bounds or 'none'}{lamps}{left}",
        )


def why_not(job: Job) -> str:
    """Return why there is no second stage, or "" where there is one."""
    asked = job.settings.second_stage.attributes
    lacking = [name for name in asked if name not in job.real.table.attributes]
    reasons = {
        "pixel_attributes is empty": not asked,
        "nothing is rendered": not job.settings.render,
        "quality.colour is false": not job.settings.quality["colour"],
        f"the set has no photos to tell {', '.join(lacking)}": bool(lacking),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def second_stage(job: Job, plan: Plan, stages: Stages) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan with post-effects that align its pixels, and what is to be said of it.

    Raises RenderFailed, and what reading pictures raises.
    """
    reason = why_not(job)
    if reason:
        stages.say(f"no second stage, pixels stay as they come: {reason}")
        return plan, ()
    stages.begin("cheap renders")
    total = len(plan)
    told = lambda done: stages.at(done, total, f"{done}/{total} images")  # noqa: E731  # a line
    cheap = {lamps: render_cheaply(job, plan, told, lamps) for lamps in lamps_of(job, plan)}
    stages.begin("second stage")
    found = develop(job, plan, cheap, stages)
    for note in found.notes:
        stages.say(note)
    return found.plan, found.notes


def lamps_of(job: Job, plan: Plan) -> tuple[float, ...]:
    """Return what lamps are multiplied by, the scenes' own light first."""
    lit = any(one.scene.lights for one in plan.scenes)
    others = (lamps for lamps in job.settings.second_stage.lamps if lamps != 1.0 and lit)
    return (1.0, *others)


def develop(job: Job, plan: Plan, light: Mapping[float, Cheap], stages: Stages) -> Developed:
    """Return the plan with effects solved on its cheap pictures, from the exposed photos alone.

    light: pictures by what lamps were multiplied by, the scenes' own first.
    What an earlier run solved of the same is read back: another machine might round otherwise, and
    the plan in a folder must stay as it is.
    """
    settings, cheap = job.settings.second_stage, light[1.0]
    there = [one for one in plan.scenes if all(kind.has(one.index) for kind in light.values())]
    shots = [_shot(one, tuple(light.values())) for one in there]
    path, key = cheap.folder / SOLVED, digest(plan, job.exposed, settings)
    results = kept(path, key, len(shots))
    if results is None:
        rng = np.random.default_rng([job.settings.seed, STREAM])
        told = lambda done: stages.at(done, len(shots), f"{done}/{len(shots)} solved")  # noqa: E731  # used once
        results = fit(rng, job.exposed, shots, settings, told)
        keep(path, key, results)
    lamps = tuple(light)
    solved = {
        one.index: replace(relit(one.scene, lamps[found.picture]), post=found.post)
        for one, found in zip(there, results, strict=True)
    }
    return Developed(
        plan=Plan(scenes=tuple(
            replace(one, scene=solved.get(one.index, one.scene)) for one in plan.scenes
        )),
        comparisons=_comparisons(job, before(shots, settings.attributes), results),
        at_bound=Counter(knob for found in results for knob in found.at_bound),
        missing=len(plan) - len(there),
        relit=Counter(lamps[found.picture] for found in results if found.picture),
    )  # fmt: skip


def _shot(one: PlannedScene, light: Sequence[Cheap]) -> Negative:
    own, *others = (partial(cheap.light, one.index, one.scene) for cheap in light)
    return Negative(
        light=own, others=tuple(others), seed=one.scene.seed, base=one.scene.post or UNTOUCHED
    )


def _comparisons(job: Job, first: FloatArray, results: Sequence[Solved]) -> tuple[Comparison, ...]:
    then = np.array([one.measured for one in results]).reshape(first.shape)
    images = np.arange(len(first))
    rng, report = np.random.default_rng([job.settings.seed, STREAM, 1]), job.settings.report
    found = []
    for place, name in enumerate(job.settings.second_stage.attributes):
        real = Sample.of(fittable(job.exposed), [name])
        rendered = {
            key: Sample(attributes=(name,), values=values[:, [place]], images=images)
            for key, values in ((BEFORE, first), (AFTER, then))
        }
        found.append(compare(rng, real, rendered, Bins.of(real, report.bins), report.splits))
    return tuple(found)


def _sentence(one: Comparison) -> str:
    first, then = (one.gaps[key].at_equal_size for key in (BEFORE, AFTER))
    return (
        f"second stage, {one.attributes[0]}: distance {first:.3f} before, {then:.3f} after, floor "
        f"{one.floor:.3f} (on the cheap render)"
    )
