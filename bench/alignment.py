"""Alignment judged on photos it never saw: `make bench-alignment REAL=set CATEGORY=name`.

Some photos are exposed and all others held out. Target, search and plan see the exposed ones alone;
every distance is to the held-out boxes, on bins that these fix. The floor is the distance of the
exposed photos themselves. Previews at the size of rendering stand for the renders. Tables go to
stdout as they are done; with --json, every distance of every split to a file as well.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Literal

import numpy as np
from hydra import compose, initialize_config_dir

from alignment.commission import Job, job_of
from alignment.distances import Bins, bhattacharyya
from alignment.progress import Stages
from alignment.real.split import HeldOut, split
from alignment.real_set import RealSet, load_real
from alignment.sample import Sample
from alignment.search import search
from alignment.settings import AlignSettings, settings_from
from alignment.studio import BASELINE_STREAM
from alignment.target import fit_target
from assets.catalogue import load_catalogue
from assets.errors import UserError
from scenes.metadata import MetadataTable
from scenes.previewed import PREVIEWED

CONF = Path(__file__).resolve().parent.parent / "conf"
JOINT = ("bbox_area", "center_y")
FLOOR, BASELINE = "floor", "baseline"
MethodName = Literal["scenes", "mixture", "config"]
Distances = Mapping[str, Mapping[tuple[str, ...], float]]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One table: a category of a set, how many photos are exposed, which methods are judged."""

    real: RealSet
    settings: AlignSettings
    exposed: int
    methods: tuple[MethodName, ...]


def main() -> None:
    """Print a table of median distances to held-out photos for every category and size."""
    asked = _asked()
    told = []
    for case in _cases(asked):
        trials = []
        for number in range(asked.splits):
            began = perf_counter()
            trials.append(_distances(case, number))
            _say(case, number, perf_counter() - began)
        sys.stdout.write(_table(case, asked, trials))
        sys.stdout.flush()
        told.append(_plain(case, trials))
        if asked.json:
            asked.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    numbers = {"type": int, "nargs": "+"}
    parser.add_argument("--exposed", **numbers, default=[60], help="photos that alignment may see")  # type: ignore[arg-type]  # argparse's own keywords
    parser.add_argument("--splits", type=int, default=5, help="how often photos are drawn anew")
    parser.add_argument("--images", type=int, default=1000, help="scenes planned each time")
    parser.add_argument("--categories", nargs="+", default=[os.environ.get("TWINSET_CATEGORY")])
    parser.add_argument("--methods", nargs="+", default=["config", "mixture", "scenes"])
    parser.add_argument("--json", type=Path, help="where every distance goes")
    parser.add_argument("words", nargs="*", help="KEY=VALUE, as for make align")
    return parser.parse_args()


def _cases(asked: argparse.Namespace) -> Iterator[Case]:
    if not os.environ.get("TWINSET_REAL"):
        sys.exit("bench-alignment: say REAL=path of an annotated set, and CATEGORY=name")
    with initialize_config_dir(str(CONF), version_base="1.3"):
        told = compose("align", overrides=["preset=none", *asked.words])
    settings = replace(settings_from(told), images=asked.images)
    for category in asked.categories:
        named = replace(settings, category=category)
        real = load_real(named, load_catalogue(settings.variants))
        for exposed in asked.exposed:
            yield Case(real=real, settings=named, exposed=exposed, methods=tuple(asked.methods))


def _distances(case: Case, number: int) -> Distances:
    held_out, sets = _sets(case, number)
    judge = held_out.for_judging()
    found: dict[str, dict[tuple[str, ...], float]] = {name: {} for name in sets}
    there = [name for name in case.settings.report.attributes if name in PREVIEWED]
    for names in [*((name,) for name in there), JOINT]:
        real = Sample.of(judge, names)
        bins = Bins.of(real, case.settings.report.bins if len(names) == 1 else 8)
        for name, table in sets.items():
            found[name][names] = bhattacharyya(real.values, Sample.of(table, names).values, bins)
    return found


def _sets(case: Case, number: int) -> tuple[HeldOut, dict[str, MetadataTable]]:
    """Return what judges, and by name the exposed photos, the default scenes and every plan."""
    rng = np.random.default_rng([number, 5])
    exposed, held_out = split(rng, case.real.table, case.exposed)
    sets = {FLOOR: exposed.table}
    with tempfile.TemporaryDirectory() as folder, Stages(quiet=True) as stages:
        for method in case.methods:
            settings = replace(
                case.settings, method=method, seed=number, render=False, out=Path(folder) / "out"
            )
            job = job_of(settings, case.real.only(exposed.table), stages)
            sets.setdefault(BASELINE, _baseline(job))
            sets[method] = _planned(job, stages)
    return held_out, sets


def _baseline(job: Job) -> MetadataTable:
    studio = replace(job.studio, dressed=False)
    return studio.table(studio.draw(job.baseline, BASELINE_STREAM, job.settings.images))


def _planned(job: Job, stages: Stages) -> MetadataTable:
    settings = job.settings
    rng = np.random.default_rng([settings.seed, 11])
    target = fit_target(rng, job.exposed, job.attributes, settings.target)
    found = search(job, job.exposed, target, stages)
    studio = replace(job.studio, dressed=False)
    return found.route.method.plan(studio, found.selection, settings.images)[1]


def _say(case: Case, number: int, seconds: float) -> None:
    sys.stderr.write(
        f"{case.real.category}, {case.exposed} exposed, split {number}: {seconds:.0f} s\n"
    )


def _table(case: Case, asked: argparse.Namespace, trials: Sequence[Distances]) -> str:
    photos = len(case.real.annotated.images)
    heads = [BASELINE, *case.methods]
    lines = [
        f"\n{case.real.annotated.name}, {case.real.category}: {case.exposed} photos exposed, "
        f"{photos - case.exposed} held out, {asked.images} scenes planned; Bhattacharyya distance "
        f"to the held-out boxes, median of {len(trials)} splits, and the median of its ratio to "
        "the floor\n",
        f"| attribute | floor (exposed photos) | {' | '.join(heads)} |",
        "|---" * (len(heads) + 2) + "|",
    ]
    for names in trials[0][FLOOR]:
        floors = np.array([trial[FLOOR][names] for trial in trials])
        cells = [f"{np.median(floors):.3f}"]
        for name in heads:
            found = np.array([trial[name][names] for trial in trials])
            cells.append(f"{np.median(found):.3f} ({np.median(found / floors):.2f})")
        lines.append(f"| {' x '.join(names)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _plain(case: Case, trials: Sequence[Distances]) -> dict[str, object]:
    return {
        "set": case.real.annotated.name, "category": case.real.category, "exposed": case.exposed,
        "distances": {
            name: {" x ".join(names): [trial[name][names] for trial in trials]
                   for names in trials[0][name]}
            for name in trials[0]
        },
    }  # fmt: skip


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(f"bench-alignment: {error}")
