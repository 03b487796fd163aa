"""One trial of an alignment: some photos are exposed, and all the others judge what comes of it."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from alignment.commission import Job, job_of
from alignment.distances import Bins, bhattacharyya
from alignment.progress import Stages
from alignment.real.split import HeldOut, split
from alignment.real_set import RealSet
from alignment.sample import Sample
from alignment.search import Searched, search
from alignment.settings import AlignSettings
from alignment.studio import BASELINE_STREAM
from alignment.target import fit_target
from scenes.metadata import MetadataTable
from scenes.previewed import PREVIEWED

FloatArray = npt.NDArray[np.float64]

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
                " x ".join(names): bhattacharyya(*_values(judge, table, names), bins)
                for names, bins in judged_on(judge, case.settings).items()
            }
            for name, table in sets.items()
        }


@contextmanager
def begun(case: Case, number: int) -> Iterator[Begun]:
    """Give a trial, whose split of the photos and whose seed its number decides."""
    rng = np.random.default_rng([number, 5])
    exposed, held_out = split(rng, case.real.table, case.exposed)
    with tempfile.TemporaryDirectory() as folder, Stages(quiet=True) as stages:
        seen = case.real.only(exposed.table)
        plain = replace(case.settings, seed=number, render=False, out=Path(folder) / "out")
        jobs = {
            method: job_of(replace(plain, method=method), seen, stages) for method in case.methods
        }
        yield Begun(exposed=exposed.table, held_out=held_out, jobs=jobs, stages=stages)


def judged_on(judge: MetadataTable, settings: AlignSettings) -> dict[tuple[str, ...], Bins]:
    """Return what is judged, and the bins that the held-out boxes fix for it."""
    there = [name for name in settings.report.attributes if name in PREVIEWED]
    return {
        names: Bins.of(
            Sample.of(judge, names), settings.report.bins if len(names) == 1 else JOINT_BINS
        )
        for names in [*((name,) for name in there), JOINT]
    }


def searched(job: Job, stages: Stages) -> Searched:
    """Return what a method makes of the exposed photos, as `make align` does."""
    rng = np.random.default_rng([job.settings.seed, 11])
    target = fit_target(rng, job.exposed, job.attributes, job.settings.target)
    return search(job, job.exposed, target, stages)


def planned(job: Job, stages: Stages) -> MetadataTable:
    """Return the previewed metadata of a plan."""
    found = searched(job, stages)
    studio = replace(job.studio, dressed=False)
    return found.route.method.plan(studio, found.selection, job.settings.images)[1]


def _baseline(job: Job) -> MetadataTable:
    studio = replace(job.studio, dressed=False)
    return studio.table(studio.draw(job.baseline, BASELINE_STREAM, job.settings.images))


def _values(
    judge: MetadataTable, table: MetadataTable, names: Sequence[str]
) -> tuple[FloatArray, FloatArray]:
    return Sample.of(judge, names).values, Sample.of(table, names).values
