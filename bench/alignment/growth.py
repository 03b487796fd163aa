"""What the last half of the pool buys: `python -m bench.alignment.growth --categories chair`.

A plan of 200 images is made from pools that stop at ever fewer effective scenes an image, and each
is judged on photos held out, as `make bench-alignment` does it. Pools of one split begin alike: the
smaller is the larger's beginning. TWINSET_REAL names the set.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.samples.bins import bhattacharyya
from bench.alignment.trials import Case, begun, judged_on, searched
from bench.alignment.unseen import cases_of
from bench.tables import table

FloatArray = npt.NDArray[np.float64]

ENOUGH = (12.0, 6.0, 4.0, 3.0, 2.0)  # effective scenes, per image of the plan
FIRST_SPLIT = 700


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What a plan from one pool came to. ratios: to the floor, by attribute."""

    scenes: int
    ratios: FloatArray


def main() -> None:
    """Print a table a category."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--categories", nargs="+", default=["chair"])
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--images", type=int, default=200)
    asked = parser.parse_args()
    for case in cases_of(asked.categories, [60], asked.images, ("scenes",), ()):
        found: dict[float, list[Planned]] = {enough: [] for enough in ENOUGH}
        for number in range(FIRST_SPLIT, FIRST_SPLIT + asked.splits):
            for enough, one in _of_split(case, number).items():
                found[enough].append(one)
            sys.stderr.write(f"{case.real.category}, split {number}\n")
        sys.stdout.write(_table(case, asked, found) + "\n")
        sys.stdout.flush()


def _of_split(case: Case, number: int) -> Mapping[float, Planned]:
    with begun(case, number) as trial:
        job = trial.jobs["scenes"]
        judge = trial.held_out.for_judging()
        planned = {}
        for enough in ENOUGH:
            pool = replace(job.settings.pool, effective_scenes=enough)
            own = replace(job, settings=replace(job.settings, pool=pool))
            found = searched(own, trial.stages)
            studio = replace(own.studio, dressed=False)
            plan = found.route.method.plan(studio, found.selection, own.settings.images)[1]
            ratios = [
                bhattacharyya(real, shown, bins) / bhattacharyya(real, floor, bins)
                for one, bins in judged_on(judge, case.settings).values()
                for real, floor, shown in [
                    [one.sample(t).values for t in (judge, trial.exposed, plan)]
                ]
            ]
            planned[enough] = Planned(scenes=len(found.route.pool), ratios=np.array(ratios))
        return planned


def _table(case: Case, asked: argparse.Namespace, found: Mapping[float, Sequence[Planned]]) -> str:
    rows: list[list[Any]] = []
    for enough, ones in found.items():
        ratios = np.array([one.ratios for one in ones])
        means = np.exp(np.log(ratios).mean(axis=1))
        worse = means - [np.exp(np.log(one.ratios).mean()) for one in found[ENOUGH[0]]]
        middle = np.median(ratios, axis=0)
        rows.append([
            f"{enough:g}", f"{np.median([one.scenes for one in ones]):.0f}",
            f"{np.median(means):.3f}", f"{worse.mean():+.3f} ± {_error(worse):.3f}",
            f"{middle.max():.2f}", f"{(middle <= 1).sum()} of {len(middle)}",
        ])  # fmt: skip
    title = (
        f"{case.real.category}: plans of {asked.images} images, {case.exposed} photos exposed, "
        f"{asked.splits} splits"
    )
    head = ["effective scenes an image", "previewed", "ratio to the floor, geometric mean",
            "against the largest pool, mean of splits", "worst attribute's median",
            "rows within the floor"]  # fmt: skip
    return table(title, head, rows)


def _error(values: FloatArray) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0


if __name__ == "__main__":
    if not os.environ.get("TWINSET_REAL"):
        sys.exit("bench.alignment.growth: TWINSET_REAL says where an annotated set is")
    main()
