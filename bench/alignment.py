"""Alignment judged on photos it never saw: `make bench-alignment REAL=set CATEGORY=name`.

Some photos are exposed and all others held out. Target, grid and plan see the exposed ones alone;
every distance is to the held-out boxes, on bins that these fix. The floor is the distance of the
exposed photos themselves. Previews at the size of rendering stand for the renders.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from hydra import compose, initialize_config_dir

from alignment.distances import Bins, bhattacharyya
from alignment.grid import grid_of
from alignment.label_policy import Scaling, learn_policy
from alignment.methods.config import choose
from alignment.planning import BASELINE_STREAM, Studio, draw_plan, shared_out
from alignment.pool import Probing, preview_pool
from alignment.real.split import Exposed, HeldOut, split
from alignment.real_set import RealSet, load_real
from alignment.sample import Sample
from alignment.settings import AlignSettings, settings_from
from alignment.target import fit_target
from assets.catalogue import load_catalogue
from assets.errors import UserError
from scenes.config import SceneConfig
from scenes.metadata import MetadataTable
from scenes.policy import LabelPolicy
from scenes.previewed import Previewer
from scenes.settings import from_mapping

CONF = Path(__file__).resolve().parent.parent / "conf"
JOINT = ("bbox_area", "center_y")
Distances = Mapping[str, Mapping[tuple[str, ...], float]]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One split: what is fitted to, what judges, and the run's settings."""

    settings: AlignSettings
    real: RealSet
    exposed: Exposed
    held_out: HeldOut


def main() -> None:
    """Print a table of median distances to held-out photos."""
    asked = _asked()
    settings = _settings(asked)
    real = load_real(settings, load_catalogue(settings.variants))
    trials = [_distances(_trial(settings, real, asked.exposed, n)) for n in range(asked.splits)]
    sys.stdout.write(_table(real, asked, trials))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exposed", type=int, default=60, help="photos that alignment may see")
    parser.add_argument("--splits", type=int, default=5, help="how often photos are drawn anew")
    parser.add_argument("--images", type=int, default=1000, help="scenes planned each time")
    return parser.parse_args()


def _settings(asked: argparse.Namespace) -> AlignSettings:
    if not os.environ.get("TWINSET_REAL"):
        sys.exit("bench-alignment: say REAL=path of an annotated set, and CATEGORY=name")
    with initialize_config_dir(str(CONF), version_base="1.3"):
        told = compose("align", overrides=["preset=none"], return_hydra_config=False)
    return replace(settings_from(told), images=asked.images)


def _trial(settings: AlignSettings, real: RealSet, exposed: int, number: int) -> Trial:
    seeded = replace(settings, seed=number)
    shown, kept = split(np.random.default_rng([number, 5]), real.table, exposed)
    return Trial(settings=seeded, real=real, exposed=shown, held_out=kept)


def _distances(trial: Trial) -> Distances:
    groups: list[tuple[str, ...]] = [(name,) for name in trial.settings.report.attributes]
    judge = trial.held_out.for_judging()
    sets = _sets(trial)
    found: dict[str, dict[tuple[str, ...], float]] = {name: {} for name in sets}
    for names in [*groups, JOINT]:
        real = Sample.of(judge, names)
        bins = Bins.of(real, trial.settings.report.bins if len(names) == 1 else 8)
        for name, table in sets.items():
            found[name][names] = bhattacharyya(real.values, Sample.of(table, names).values, bins)
    return found


def _sets(trial: Trial) -> dict[str, MetadataTable]:
    """Return the exposed photos (the floor), the default configuration, and the aligned plan."""
    settings, scene = trial.settings, _scene(trial)
    side = settings.image.long_side_px
    policy = _policy(trial)
    catalogue = load_catalogue(settings.variants)
    scaling = Scaling(photo_px=trial.real.photo_px, long_side_px=side)
    policy = learn_policy(trial.exposed, scaling, settings.labels).settings.policy
    studio = Studio(
        catalogue=catalogue, previewer=Previewer(catalogue, policy, side),
        long_side_px=side, run_seed=settings.seed,
    )  # fmt: skip
    rng = np.random.default_rng([settings.seed, 11])
    target = fit_target(rng, trial.exposed, settings.target.attributes, settings.target)
    probing = Probing(
        variants=settings.variants, meshes=settings.meshes, policy=policy, run_seed=settings.seed,
        long_side_px=settings.preview_long_side_px, attributes=target.attributes,
        spread=Sample.of(trial.exposed.table, target.attributes).values.std(axis=0),
        grid=settings.grid,
    )  # fmt: skip
    pool = preview_pool(
        grid_of(scene, settings.grid), probing, os.cpu_count() or 1, lambda _done, _scenes: None
    )
    _, aligned = draw_plan(studio, shared_out(studio, choose(target, pool)), settings.images)
    default = from_mapping(SceneConfig, scene, "scene")
    baseline = studio.table(studio.draw(default, BASELINE_STREAM, settings.images))
    sys.stderr.write(f"split {settings.seed}: {target.why}\n")
    return {"floor": trial.exposed.table, "baseline": baseline, "aligned": aligned}


def _policy(trial: Trial) -> LabelPolicy:
    """Return the label limits that the exposed boxes teach."""
    scaling = Scaling(photo_px=trial.real.photo_px, long_side_px=trial.settings.image.long_side_px)
    return learn_policy(trial.exposed, scaling, trial.settings.labels).settings.policy


def _scene(trial: Trial) -> Mapping[str, Any]:
    shown = set(trial.exposed.table.image_ids.tolist())
    images = tuple(i for i in trial.real.annotated.images if i.id in shown)
    sizes = replace(trial.real, annotated=replace(trial.real.annotated, images=images))
    return {
        **trial.settings.scene,
        "category": trial.real.category,
        "category_id": trial.real.category_id,
        "resolutions_px": sizes.resolutions_px(trial.settings.image.long_side_px),
    }


def _table(real: RealSet, asked: argparse.Namespace, trials: Sequence[Distances]) -> str:
    photos = len(real.annotated.images)
    lines = [
        f"{real.annotated.name}, {real.category}: {asked.exposed} photos exposed, "
        f"{photos - asked.exposed} held out, {asked.images} scenes planned; median of "
        f"{len(trials)} splits, Bhattacharyya distance to the held-out boxes\n",
        "| attribute | floor (exposed photos) | baseline | aligned | aligned / floor |",
        "|---|---|---|---|---|",
    ]
    for names in trials[0]["floor"]:
        floor, base, ours = (
            float(np.median([trial[name][names] for trial in trials]))
            for name in ("floor", "baseline", "aligned")
        )
        lines.append(
            f"| {' x '.join(names)} | {floor:.3f} | {base:.3f} | {ours:.3f} | {ours / floor:.2f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(f"bench-alignment: {error}")
