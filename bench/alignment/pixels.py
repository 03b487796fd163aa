"""The second stage judged on photos it never saw: `make bench-second-stage REAL=set`.

Scenes are rendered twice, as cheaply as the stage does and as `quality=standard`. Half of the
photos, drawn anew for every split, are exposed: effects are solved on the cheap pictures from them,
and developed on the standard ones, by the code that develops a final render. Every distance is to
the held-out half; the floor is that of as many exposed photos as there are pictures.
"""

import argparse
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import process_time

import numpy as np
import numpy.typing as npt
from hydra import compose, initialize_config_dir
from scipy.stats import wasserstein_distance

from alignment.align.brief.settings import settings_from
from alignment.align.pixels.fit import Negative, before, fit
from alignment.align.pixels.settings import SecondStageSettings
from alignment.align.walk.cheap_renders import relit
from alignment.real.split import split
from alignment.samples.bins import Bins, bhattacharyya
from alignment.samples.sample import Sample
from assets.errors import UserError
from assets.project import CONF, PROJECT
from scenes.effects.linear_picture import FOLDER, read_light
from scenes.formats.read import read_real
from scenes.measuring.measure import measure
from scenes.measuring.table import MetadataTable
from scenes.model.effects import UNTOUCHED
from scenes.plan.plan import Plan

FloatArray = npt.NDArray[np.float64]
BINS = 8
OFF = " standard against cheap, sd |"
HEADS = ("floor", "cheap, before", "cheap, after", "standard, before", "standard, after")


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """photos: measured at the size of the renders. cheap, standard: the same scenes.

    With other lamps there are no standard ones: which they would be differs from split to split.
    """

    photos: MetadataTable
    cheap: tuple[Negative, ...]
    standard: tuple[Negative, ...]
    settings: SecondStageSettings


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """One split. distances: (heads, d, 2), Bhattacharyya and Wasserstein; the rest by attribute.

    off: (d,) mean difference of standard and cheap pictures, in the photos' standard deviations.
    """

    distances: FloatArray
    off: FloatArray
    at_bound: Mapping[str, int]


def main() -> None:
    """Print the table of one set."""
    asked = _asked()
    case = _case(asked)
    began, trials = process_time(), []
    for number in range(asked.splits):
        trials.append(_trial(case, number))
        sys.stderr.write(f"split {number}\n")
    spent_s = (process_time() - began) / asked.splits / asked.images
    sys.stdout.write(_table(asked, case, trials, spent_s))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--category", default="chair", help="of the scenes that are rendered")
    parser.add_argument("--size", type=int, nargs=2, default=[320, 240], help="of the renders, px")
    parser.add_argument("--images", type=int, default=20)
    parser.add_argument("--splits", type=int, default=30)
    parser.add_argument("--attributes", nargs="+", help="in place of conf/align.yaml's")
    parser.add_argument("--lamps", type=float, nargs="+", default=[1.0],
                        help="what lamps may be multiplied by; then cheap pictures alone are judged"
                        )  # fmt: skip
    parser.add_argument("--out", type=Path, default=PROJECT / "out" / "bench-second-stage")
    return parser.parse_args()


def _case(asked: argparse.Namespace) -> Case:
    real = os.environ.get("TWINSET_REAL")
    if not real:
        sys.exit("bench-second-stage: say REAL=path of an annotated set with photos")
    with initialize_config_dir(str(CONF), version_base="1.3"):
        settings = settings_from(compose("align", overrides=["preset=none"]))
    stage = settings.second_stage
    stage = replace(stage, attributes=tuple(asked.attributes or stage.attributes),
                    lamps=tuple(asked.lamps))  # fmt: skip
    cheap = (f"++quality.samples={stage.samples}",
             f"++quality.noise_threshold={stage.noise_threshold}")  # fmt: skip
    annotated = read_real(Path(real), format=None)
    own = _rendered(asked, "cheap", *cheap)
    others = [_relit(asked, lamps, *cheap) for lamps in stage.lamps if lamps != 1.0]
    return Case(
        photos=measure(annotated, pixels=True, long_side_px=max(asked.size)), settings=stage,
        cheap=tuple(
            replace(shot, others=tuple(one.light for one in lit))
            for shot, *lit in zip(own, *others, strict=True)
        ),
        standard=() if others else _rendered(asked, "standard"),
    )  # fmt: skip


def _relit(asked: argparse.Namespace, lamps: float, *words: str) -> tuple[Negative, ...]:
    plan = Plan.read(_folder(asked, "cheap") / "plan.jsonl")
    scenes = (replace(one, scene=relit(one.scene, lamps)) for one in plan.scenes)
    path = asked.out / f"{asked.category}-lamps-{lamps:g}.jsonl"
    Plan(scenes=tuple(scenes)).write(path)
    return _rendered(asked, f"lamps-{lamps:g}", f"plan={path}", *words)


def _folder(asked: argparse.Namespace, name: str) -> Path:
    width, height = asked.size
    folder: Path = asked.out / f"{asked.category}-{width}x{height}-{name}"
    return folder


def _rendered(asked: argparse.Namespace, name: str, *words: str) -> tuple[Negative, ...]:
    (width, height), out = asked.size, _folder(asked, name)
    subprocess.run([
        sys.executable, "render/main.py", f"out={out}", f"images={asked.images}",
        f"category={asked.category}", f"resolution_px=[{width},{height}]", "background=mixed",
        "image_format=png", "linear=keep", "quality=standard", *words,
    ], cwd=PROJECT, check=True, stdout=sys.stderr)  # fmt: skip
    return tuple(
        Negative(light=partial(read_light, out / FOLDER / f"{one.index:06d}.exr"),
                 base=UNTOUCHED, seed=one.scene.seed)
        for one in Plan.read(out / "plan.jsonl").scenes
    )  # fmt: skip


def _trial(case: Case, number: int) -> Trial:
    names, count = case.settings.attributes, len(case.cheap)
    splits, solving, few = np.random.default_rng([number, 9]).spawn(3)
    exposed, held_out = split(splits, case.photos, len(np.unique(case.photos.image_ids)) // 2)
    judge = Sample.of(held_out.for_judging(), names)
    shown = Sample.of(exposed.table, names).values
    found = fit(solving, exposed, case.cheap, case.settings, lambda _: None)
    cheap = np.array([one.measured for one in found])
    sets = [few.permutation(shown)[:count], before(case.cheap, names), cheap]
    off = np.full(len(names), np.nan)
    if case.standard:
        pairs = zip(case.standard, found, strict=True)
        standard = before([replace(shot, base=one.post) for shot, one in pairs], names)
        sets += [before(case.standard, names), standard]
        off = np.abs(standard - cheap).mean(axis=0) / shown.std(axis=0)
    return Trial(
        distances=np.array([_distances(judge, one) for one in sets]),
        off=off,
        at_bound=Counter(knob for one in found for knob in one.at_bound),
    )


def _distances(judge: Sample, values: FloatArray) -> list[tuple[float, float]]:
    told = []
    for place, name in enumerate(judge.attributes):
        ours, column = values[:, place], judge.values[:, place]
        one = Sample(attributes=(name,), values=column[:, None], images=judge.images)
        spread = float(np.subtract(*np.percentile(column, [75, 25])))
        told.append((
            bhattacharyya(one.values, ours[:, None], Bins.of(one, BINS)),
            float(wasserstein_distance(column, ours)) / spread,
        ))  # fmt: skip
    return told


def _table(asked: argparse.Namespace, case: Case, trials: list[Trial], spent_s: float) -> str:
    photos = len(np.unique(case.photos.image_ids))
    middle = np.median([trial.distances for trial in trials], axis=0)
    lines = [
        f"\n{Path(os.environ['TWINSET_REAL']).name}: {photos // 2} photos exposed, the others held "
        f"out; lamps times {', '.join(f'{lamps:g}' for lamps in case.settings.lamps)}; "
        f"{asked.images} scenes of {asked.category}; Bhattacharyya distance ({BINS} bins) / "
        f"Wasserstein distance over IQR to the held-out photos, median of {len(trials)} splits\n",
        f"| attribute | {' | '.join(HEADS[: len(middle)])} |{OFF if case.standard else ''}",
        "|---" * (len(middle) + 1 + bool(case.standard)) + "|",
    ]
    off = np.median([trial.off for trial in trials], axis=0)
    for place, name in enumerate(case.settings.attributes):
        cells = [f"{b:.3f} / {w:.2f}" for b, w in middle[:, place]]
        last = f" {off[place]:.2f} |" if case.standard else ""
        lines.append(f"| {name} | {' | '.join(cells)} |{last}")
    bounds = sum((Counter(trial.at_bound) for trial in trials), Counter[str]())
    told = ", ".join(f"{count} by {knob}" for knob, count in sorted(bounds.items()))
    lines.append(
        f"\nof {len(trials) * asked.images} solved scenes at a bound: {told or 'none'}; "
        f"{spent_s:.2f} CPU seconds a scene, measuring included"
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(f"bench-second-stage: {error}")
