"""How well each attribute of held-out renders is told: `python -m bench.features.inference`.

Renders its own sets into out/bench-inference with the embedded Blender: half an hour on two
cores, once; a second run only fits. `python -m bench.features.inference bag` does one category.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from alignment.command.stages import Stages
from alignment.inference.learning.choose import Chosen, choose
from alignment.inference.learning.outer_fold import inner_scores
from alignment.inference.learning.problem import Problem, problem_of, r2
from alignment.inference.outcome import Described
from alignment.inference.page import physical_r2
from alignment.inference.settings import InferenceSettings
from alignment.inference.walk import FIT_STREAM, Sources, described
from assets.catalogue import load_catalogue
from assets.project import PROJECT
from bench.scenes import composed
from bench.tables import table
from scenes.config.from_mapping import from_mapping
from scenes.formats.coco import read_coco
from scenes.sets.annotated_set import AnnotatedSet

OUT = PROJECT / "out" / "bench-inference"
NEAR = "scene.camera.distance_m={low: 0.8, high: 4.0, log: true}"  # bags are small


OF_LENSES = ("depth", "occlusion_index")  # what a focal length may tell of


@dataclass(frozen=True, kw_only=True)
class Case:
    """One category. study: its best extractor's figure an attribute, Zhang 2023."""

    category: str
    images: int
    words: tuple[str, ...]
    study: dict[str, float]


CASES = (
    Case(category="chair", images=150, words=(), study={
        "shape": 0.70, "depth": 0.66, "occlusion_index": 0.75, "background_similarity": 0.76,
    }),
    Case(category="bag", images=120, words=(NEAR,), study={
        "shape": 0.81, "depth": 0.38, "occlusion_index": 0.66, "background_similarity": 0.64,
    }),
)  # fmt: skip


def main() -> None:
    """Print one table a category and attribute, and one beside the study's figures."""
    wanted = sys.argv[1:]
    for case in (c for c in CASES if c.category in wanted or not wanted):
        path = rendered(case)
        for lenses in (True, False):
            _tell(case, path, lenses)


def rendered(case: Case) -> Path:
    """Return the category's set, rendered where it is not yet there."""
    scene = composed("infer", "real=none", "baseline.preset=none", *case.words)["scene"]
    ranges = [
        f"scene.{part}.{key}={_range(one)}"
        for part, keys in (
            ("camera", ("distance_m", "height_m", "aim_x", "aim_y", "focal_mm")),
            ("clutter", ("occluders",)),
        )
        for key in keys if (one := scene[part][key])
    ]  # fmt: skip
    out = OUT / case.category
    command = [
        sys.executable, str(PROJECT / "render/main.py"), f"images={case.images}", f"out={out}",
        f"category={case.category}", "background=mixed", "quality=draft", "image_format=jpg",
        "resolution_px=[256,192]", "strategy=cluttered", *ranges,
    ]  # fmt: skip
    if not (out / "annotations.json").is_file():
        subprocess.run(command, cwd=PROJECT, check=True, stdout=sys.stderr)
    return out / "annotations.json"


def _range(told: Mapping[str, Any]) -> str:
    return f"{{low: {told['low']}, high: {told['high']}, log: {str(told['log']).lower()}}}"


def _tell(case: Case, path: Path, lenses: bool) -> None:
    told = composed("infer", "real=none", "baseline.preset=none")
    settings = from_mapping(InferenceSettings, told)
    annotated = read_coco(path)
    sources = Sources(
        real=annotated, category=case.category, family=case.category,
        catalogue=load_catalogue(settings.baseline.variants), lenses=lenses,
    )  # fmt: skip
    with Stages() as stages:
        found = described(settings, sources, annotated, stages, "renders")
        names = settings.attributes if lenses else OF_LENSES
        chosen = [_chosen(settings, found, name, stages) for name in names]
        halved = [_halved(settings, one) for one in chosen]
    boxes, images = len(found.table), len(annotated.images)
    lens = "known" if lenses else "assumed"
    title = f"{case.category}: {boxes} boxes on {images} images, focal lengths {lens}"
    rows = [_row(extractor, chosen) for extractor in settings.extractors]
    sys.stdout.write(table(title, ("extractor (best head)", *names), rows) + "\n")
    head = ("", *names)
    sys.stdout.write(
        table("chosen without the fold that judges", head, _beside(case, chosen, halved))
    )
    if lenses:
        with Stages() as stages:
            sys.stdout.write(_of_the_study(settings, found, annotated, stages))
    for what, value in physical_r2(found).items():
        sys.stdout.write(f"plain pinhole depth, {what}: R2 of the log {value:.2f}\n")
    sys.stdout.write("\n")


def _of_the_study(
    settings: InferenceSettings, found: Described, annotated: AnnotatedSet, stages: Stages
) -> str:
    """Return how well the study's own occlusion is told: visible share of the image times d^2."""
    problem = problem_of("occlusion_index", found.table.rows(found.rows), found.given)
    assert problem is not None
    scale = {i.id: (i.focal_px or 1.0) ** 2 / (i.width_px * i.height_px) for i in annotated.images}
    logs = problem.truth + np.log([scale[key] for key in problem.images.tolist()])
    told = _fitted(settings, replace(problem, truth=logs), settings.attributes.index(OF_LENSES[1]),
                   stages)  # fmt: skip
    raw = r2(np.exp(logs), np.exp(told.told))
    return (
        "the study's a d^2 (visible share of the image x depth^2): R2 of the log "
        f"{told.score:.2f}, in its unit {raw:.2f}\n"
    )


def _chosen(
    settings: InferenceSettings, found: Described, attribute: str, stages: Stages
) -> Chosen:
    problem = problem_of(attribute, found.table.rows(found.rows), found.given)
    assert problem is not None
    return _fitted(settings, problem, settings.attributes.index(attribute), stages)


def _fitted(settings: InferenceSettings, problem: Problem, place: int, stages: Stages) -> Chosen:
    rng = np.random.default_rng([settings.seed, FIT_STREAM]).spawn(place + 1)[place]
    stages.begin(f"fitting {problem.attribute}")
    told = lambda done, total: stages.at(done, total, "")  # noqa: E731  # too long below
    return choose(rng, problem, settings.fitting, settings.cache, told)


def _halved(settings: InferenceSettings, chosen: Chosen) -> float:
    """Return the chosen candidate's cross-validated score on half of the images."""
    problem, (extractor, head) = chosen.problem, chosen.best
    half = problem.rows(problem.images % 2 == 0)
    alone = replace(settings.fitting, heads=(head,))
    rng = np.random.default_rng([settings.seed, FIT_STREAM, 1])
    of_one = replace(half, given={extractor: half.given[extractor]})
    return max(inner_scores(rng, of_one, replace(alone, inner_folds=alone.folds)).values())


def _row(extractor: str, chosen: Sequence[Chosen]) -> tuple[str, ...]:
    cells = []
    for one in chosen:
        own = {c.head: score for c, score in one.scores.items() if c.extractor == extractor}
        head = max(own, key=lambda name: own[name])
        cells.append(f"{own[head]:.2f} ({head})")
    return extractor, *cells


def _beside(case: Case, chosen: Sequence[Chosen], halved: Sequence[float]) -> list[tuple[str, ...]]:
    study = [case.study.get(one.problem.attribute) for one in chosen]
    return [
        ("score", *(f"{one.score:.2f}" for one in chosen)),
        ("R2 in the attribute's unit", *(_raw(one) for one in chosen)),
        ("extractor / head", *(f"{c.best.extractor} / {c.best.head}" for c in chosen)),
        ("the same candidate on half of the images", *(f"{score:.2f}" for score in halved)),
        ("the study's best", *("" if v is None else f"{v:.2f}" for v in study)),
    ]


def _raw(chosen: Chosen) -> str:
    problem = chosen.problem
    if problem.is_class:
        return ""
    return f"{r2(problem.unfitted(problem.truth), problem.unfitted(chosen.told)):.2f}"


if __name__ == "__main__":
    main()
