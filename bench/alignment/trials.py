"""One trial of an alignment: some photos are exposed, and all the others judge what comes of it."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from alignment.align.brief.brief import Job, hands_for, job_of
from alignment.align.brief.default_scenes import draw_baseline
from alignment.align.brief.real_set import RealSet
from alignment.align.brief.settings import AlignSettings
from alignment.align.population.target import fit_targets
from alignment.align.walk.search import Searched, search
from alignment.command.stages import Stages
from alignment.real.split import HeldOut, split
from alignment.samples.bins import Bins, bhattacharyya
from alignment.samples.facet import Facet, categories_of, facet, pairs_of
from scenes.labels.previewer import PREVIEWED
from scenes.measuring.table import MetadataTable

JOINT = ("bbox_area", "center_y")
JOINT_BINS = 8
FLOOR, BASELINE = "floor", "baseline"
MethodName = Literal["scenes", "mixture", "config"]
Distances = Mapping[str, Mapping[str, float]]  # by set, and by attributes joined with " x "


@dataclass(frozen=True, kw_only=True)
class Case:
    """A category of a set, how many photos are exposed, which methods are judged."""

    real: RealSet
    settings: AlignSettings
    exposed: int
    methods: tuple[MethodName, ...]


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A trial's exposed photos, what judges them, and the job of a method that sees only these."""

    exposed: MetadataTable
    held_out: HeldOut
    jobs: Mapping[MethodName, Job]
    stages: Stages


def distances(case: Case, number: int) -> Distances:
    """Return how far the exposed photos, the default scenes and every plan are from the judges."""
    with begun(case, number) as trial:
        sets = {FLOOR: trial.exposed}
        for method, job in trial.jobs.items():
            sets.setdefault(BASELINE, _baseline(job))
            sets[method] = planned(job, trial.stages)
        judge = trial.held_out.for_judging()
        return {
            name: {
                told: bhattacharyya(one.sample(judge).values, one.sample(table).values, bins)
                for told, (one, bins) in judged_on(judge, case.settings).items()
            }
            for name, table in sets.items()
        }


@contextmanager
def begun(case: Case, number: int) -> Iterator[Begun]:
    """Give a trial, whose split of the photos and whose seed its number decides."""
    rng = np.random.default_rng([number, 5])
    exposed, held_out = split(rng, case.real.table, case.exposed)
    with (
        tempfile.TemporaryDirectory() as folder, Stages(quiet=True) as stages,
        hands_for(case.settings) as hands,
    ):  # fmt: skip
        seen = case.real.only(exposed.table)
        plain = replace(case.settings, seed=number, render=False, out=Path(folder) / "out")
        jobs = {
            method: job_of(replace(plain, method=method), seen, stages, hands)
            for method in case.methods
        }
        yield Begun(exposed=exposed.table, held_out=held_out, jobs=jobs, stages=stages)


def judged_on(judge: MetadataTable, settings: AlignSettings) -> dict[str, tuple[Facet, Bins]]:
    """Return by name what is judged, and the bins that the held-out boxes fix for it."""
    groups = [*((name,) for name in settings.report.attributes if name in PREVIEWED), JOINT]
    categories = categories_of(judge)
    every = [*(facet(c, names) for c in categories for names in groups), *pairs_of(categories)]
    return {
        _told(one, several=len(categories) > 1): (
            one,
            Bins.of(one.sample(judge), settings.report.bins if len(one.names) == 1 else JOINT_BINS),
        )
        for one in every
    }


def _told(one: Facet, *, several: bool) -> str:
    if one.together:
        return f"{' x '.join(one.categories)}, counts per image"
    return f"{one.categories[0]}: " * several + " x ".join(one.names)


def searched(job: Job, stages: Stages) -> Searched:
    """Return what a method makes of the exposed photos, as `make align` does."""
    rng = np.random.default_rng([job.settings.seed, 11])
    targets = fit_targets(rng, job.exposed, job.attributes, job.settings.target)
    return search(job, job.exposed, targets, stages)


def planned(job: Job, stages: Stages) -> MetadataTable:
    """Return the previewed metadata of a plan."""
    found = searched(job, stages)
    studio = replace(job.studio, dressed=False)
    return found.route.method.plan(studio, found.selection, job.settings.images)[1]


def _baseline(job: Job) -> MetadataTable:
    studio = replace(job.studio, dressed=False)
    return studio.table(draw_baseline(job.baselines, studio, job.settings.images))
