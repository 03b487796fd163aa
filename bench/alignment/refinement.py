"""How to look for configurations.

`python -m bench.alignment.refinement --categories chair diningtable`

Every way begins with the same broad scenes of conf/space and may then preview as many more, round
by round, in view of the weights that its scenes so far are given. Judged are the effective number
of scenes and, for a few hundred drawn of them, the distance to photos held out, as a ratio to the
floor. TWINSET_REAL names the set. Optuna is no dependency of the project: its row is left out
where it is not installed.
"""

import argparse
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc
from threadpoolctl import threadpool_limits

from alignment.align.brief.brief import Job
from alignment.align.matching.exchange import draw
from alignment.align.matching.match import groups_of, match, pool_moments
from alignment.align.matching.moments import Group
from alignment.align.matching.weights import USUAL_TAU, weigh
from alignment.align.pool.grid import Rounds
from alignment.align.pool.previews import Preview, Previewed, Probing, preview_pool
from alignment.align.pool.scene_pool import ScenePool
from alignment.align.pool.space import broad, folded, near, points_of
from alignment.samples.bins import bhattacharyya
from bench.alignment.trials import Begun, Case, begun, judged_on
from bench.alignment.unseen import cases_of
from bench.tables import table
from scenes.processes.hands import ALONE

FloatArray = npt.NDArray[np.float64]
Propose = Callable[[np.random.Generator, FloatArray, FloatArray, int], FloatArray]

SCENES_PER_CONFIG = 8
FIRST, LATER, ROUNDS = 64, 64, 4  # configurations, and rounds of them in all
FIRST_SPLIT = 100
IMAGES = 250  # drawn in the end
ELITE = 0.15  # of the configurations so far, the heaviest, are what CEM fits
LEAST_SPREAD = 0.05  # of a CEM's normal, so that it does not collapse
STEP = 0.08  # as conf/pool/standard.yaml


def sobol(
    _: np.random.Generator, coordinates: FloatArray, __: FloatArray, count: int
) -> FloatArray:
    """Look nowhere in particular: the next points of an evenly spread net."""
    net = qmc.Sobol(coordinates.shape[1], rng=np.random.default_rng(0))
    return np.asarray(net.fast_forward(len(coordinates)).random(count))


def population(
    rng: np.random.Generator, coordinates: FloatArray, heavy: FloatArray, count: int
) -> FloatArray:
    """Near configurations drawn by the weight of their scenes, as `alignment.align.pool.grow`."""
    return near(rng, coordinates, heavy, count, STEP)


def cross_entropy(
    rng: np.random.Generator, coordinates: FloatArray, heavy: FloatArray, count: int
) -> FloatArray:
    """From a normal fitted to the heaviest (Rubinstein 1999), each coordinate by itself."""
    elite = coordinates[np.argsort(-heavy)[: max(2, round(ELITE * len(heavy)))]]
    spread = np.maximum(elite.std(axis=0), LEAST_SPREAD)
    return folded(elite.mean(axis=0) + spread * rng.standard_normal((count, elite.shape[1])))


def tree_parzen(
    rng: np.random.Generator, coordinates: FloatArray, heavy: FloatArray, count: int
) -> FloatArray:
    """Where a tree-structured Parzen estimator expects heavy ones (Bergstra et al. 2011)."""
    optuna = importlib.import_module("optuna")  # no dependency of the project
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    seed = int(rng.integers(2**31))
    knobs = {
        f"x{n}": optuna.distributions.FloatDistribution(0, 1) for n in range(coordinates.shape[1])
    }
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, constant_liar=True, n_startup_trials=1),
    )
    for row, weight in zip(coordinates, heavy, strict=True):
        params = dict(zip(knobs, row.tolist(), strict=True))
        study.add_trial(optuna.create_trial(params=params, distributions=knobs, value=weight))
    asked = [study.ask(knobs).params for _ in range(count)]
    return np.array([[one[name] for name in knobs] for one in asked])


WAYS: Mapping[str, Propose] = {
    "Sobol net alone": sobol, "population Monte Carlo (ours)": population,
    "CEM": cross_entropy, "Optuna, TPE": tree_parzen,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What one way came to. ratios: to the floor, by attribute. asking_s: to propose."""

    effective: float
    ratios: FloatArray
    asking_s: float


def main() -> None:
    """Print a table of every way that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--categories", nargs="+", default=["chair"])
    parser.add_argument("--splits", type=int, default=3)
    asked = parser.parse_args()
    ways = {
        name: way for name, way in WAYS.items()
        if way is not tree_parzen or importlib.util.find_spec("optuna")
    }  # fmt: skip
    for case in cases_of(asked.categories, [60], IMAGES, ("scenes",), ()):
        found: dict[str, list[Looked]] = {name: [] for name in ways}
        for number in range(FIRST_SPLIT, FIRST_SPLIT + asked.splits):
            with begun(case, number) as trial, threadpool_limits(1):
                for name, way in ways.items():
                    found[name].append(_looked(case, trial, number, way))
                    sys.stderr.write(f"{case.real.category}, split {number}: {name}\n")
        sys.stdout.write(_table(case, asked.splits, found) + "\n")
        sys.stdout.flush()


def _looked(case: Case, trial: Begun, number: int, way: Propose) -> Looked:
    job = trial.jobs["scenes"]
    each = SCENES_PER_CONFIG
    how = Probing(
        variants=job.settings.variants, meshes=job.settings.meshes, policy=job.labels.policy,
        long_side_px=job.settings.preview_long_side_px, attributes=job.attributes,
        spread=np.ones(len(job.attributes)), run_seed=number, categories=job.labels.categories,
        rounds=Rounds(first_scenes=each, most_scenes=each, tolerance=1.0),
    )  # fmt: skip
    rng = np.random.default_rng([number, 21])
    groups = groups_of(np.random.default_rng([number, 22]), job.exposed, job.settings.match)
    preview = partial(preview_pool, how, ALONE)
    configs, asking_s = _grown(rng, job, groups, preview, way)
    pool = ScenePool.of(configs)
    matched = match(np.random.default_rng([number, 23]), job.exposed, pool, job.settings.match)
    weights = weigh(matched.moments, USUAL_TAU)
    chosen = draw(rng, pool, matched.moments, matched.weighted.weights, job.settings.images)
    plan = pool.drawn(chosen)
    judge = trial.held_out.for_judging()
    ratios = []
    for one, bins in judged_on(judge, case.settings).values():
        real, floor, shown = (one.sample(t).values for t in (judge, trial.exposed, plan))
        ratios.append(bhattacharyya(real, shown, bins) / bhattacharyya(real, floor, bins))
    return Looked(effective=weights.effective, ratios=np.array(ratios), asking_s=asking_s)


def _grown(
    rng: np.random.Generator, job: Job, groups: Sequence[Group], preview: Preview, way: Propose
) -> tuple[list[Previewed], float]:
    """Return the previewed configurations of all rounds, and the seconds spent on proposing."""
    coordinates = broad(np.random.default_rng(0), job.space, FIRST)
    configs: list[Previewed] = []
    asking_s = 0.0
    while True:
        points = points_of(job.baselines, job.space, coordinates[len(configs) :], len(configs))
        configs += preview(points, len(configs), lambda *_: None)
        if len(configs) >= FIRST + (ROUNDS - 1) * LATER:
            return configs, asking_s
        pool = ScenePool.of(configs)
        heavy = pool.by_config(weigh(pool_moments(groups, pool), USUAL_TAU).weights)
        began = perf_counter()
        coordinates = np.concatenate([coordinates, way(rng, coordinates, heavy, LATER)])
        asking_s += perf_counter() - began


def _table(case: Case, splits: int, found: Mapping[str, Sequence[Looked]]) -> str:
    rows: list[list[Any]] = []
    for name, looked in found.items():
        ratios = np.median([one.ratios for one in looked], axis=0)
        rows.append([
            name, f"{np.median([one.effective for one in looked]):.0f}",
            f"{np.exp(np.log(ratios).mean()):.2f}", f"{ratios.max():.2f}",
            f"{np.median([one.asking_s for one in looked]):.1f}",
        ])  # fmt: skip
    scenes = SCENES_PER_CONFIG * (FIRST + (ROUNDS - 1) * LATER)
    title = (
        f"{case.real.category}: {scenes} scenes previewed in {ROUNDS} rounds, {case.exposed} "
        f"photos exposed, medians of {splits} splits"
    )
    head = ["", f"effective scenes at tau {USUAL_TAU:g}", "ratio to the floor, geometric mean",
            "worst attribute's ratio", "s to propose"]  # fmt: skip
    return table(title, head, rows)


if __name__ == "__main__":
    if not os.environ.get("TWINSET_REAL"):
        sys.exit("bench.alignment.refinement: TWINSET_REAL says where an annotated set is")
    main()
