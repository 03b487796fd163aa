"""The walk of `make evaluate`: read, measure, describe, compare, tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.command.stages import Stages
from alignment.distances.distance import on_bins
from alignment.evaluation.composite import Measured, measured
from alignment.evaluation.detector_failures import (
    SampleWise,
    best_ious,
    read_predictions,
    sample_wise,
    unmatched,
)
from alignment.evaluation.page import Evaluation, write_evaluation
from alignment.evaluation.settings import EvaluationSettings
from alignment.feature_space.distance import energy_between, feature_sample, knn_between
from alignment.feature_space.scores import knn_distance
from alignment.feature_space.space import FeatureSpace
from alignment.features.extract import box_features
from alignment.features.features import Features
from alignment.features.registry import backends_of, cache_of
from alignment.real.pair import coco_file, narrowed
from alignment.real.split import Exposed
from alignment.samples.bins import Bins
from alignment.samples.sample import Sample
from assets.errors import UserError
from scenes.files.atomic import make_folder, writing
from scenes.formats.coco import read_coco
from scenes.formats.read import read_real
from scenes.measuring.measure import measure
from scenes.measuring.table import ATTRIBUTES, MetadataTable
from scenes.sets.annotated_set import AnnotatedSet

SPLIT_STREAM, SAMPLE_STREAM = 31, 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Read:
    """The real set and the others by name, with their tables and features.

    side_px: the longer side that pixels of all of them were measured at.
    """

    real: AnnotatedSet
    sets: Mapping[str, AnnotatedSet]
    tables: Mapping[str, MetadataTable]
    features: Mapping[str, Features]
    side_px: int


REAL = "real"  # its key in `Read`; the sets have names of their own


def evaluate(settings: EvaluationSettings, stages: Stages) -> Path:
    """Run the walk; return the page. Raises UserError of many kinds."""
    read = _read(settings, stages)
    parts, notes = _parts(settings, read, stages)
    _check(settings, parts)
    failures, unmatched_notes = _sample_wise(settings, read, stages)
    found = Evaluation(
        real_name=read.real.name, names=tuple(read.sets), parts=parts,
        notes=(*notes, *unmatched_notes), told=_told(settings, read),
        boxes={n: len(t) for n, t in read.tables.items()},
        weights=settings.weights, sample_wise=failures,
    )  # fmt: skip
    out = settings.out or Path("out") / f"{read.real.name}-evaluation"
    make_folder(out)
    with writing(out):
        page = write_evaluation(out, found)
    for line in found.lines():
        stages.say(line)
    stages.say(f"report: {page}")
    return page


class NoSuchPart(UserError):
    """A weight of what is not compared."""


def _check(settings: EvaluationSettings, parts: tuple[Measured, ...]) -> None:
    known = {part.name for part in parts} | set(ATTRIBUTES)
    for name in settings.weights:
        if name not in known:
            raise NoSuchPart(f"weights has {name!r}; expected some of {', '.join(sorted(known))}")


def _read(settings: EvaluationSettings, stages: Stages) -> Read:
    assert settings.real is not None
    stages.begin("reading")
    real = narrowed(read_real(settings.real, format=settings.format), settings.category)
    sets: dict[str, AnnotatedSet] = {}
    for path in settings.paths:
        annotated = narrowed(read_coco(coco_file(path)), settings.category)
        sets[_free(annotated.name, sets)] = annotated
    tables, features = {}, {}
    every = {REAL: real, **sets}
    side_px = min(settings.long_side_px, *map(_side_px, every.values()))
    backends, cache = backends_of(settings.features), cache_of(settings.features)
    for name, annotated in every.items():
        stages.begin(f"measuring {name}")
        pixels = annotated.has_photos and any(map(_of_pixels, settings.attributes))
        tables[name] = measure(annotated, pixels=pixels, long_side_px=side_px)
        features[name] = box_features(
            annotated, backends, cache, stages.counting("images described")
        )
        stages.say(f"{name}: {len(tables[name])} boxes on {len(annotated.images)} images")
    return Read(real=real, sets=sets, tables=tables, features=features, side_px=side_px)


def _side_px(annotated: AnnotatedSet) -> int:
    return int(np.median([max(i.width_px, i.height_px) for i in annotated.images]))


def _of_pixels(attribute: str) -> bool:
    return attribute.startswith(("image_", "bbox_", "background_")) and attribute != "bbox_area"


def _parts(
    settings: EvaluationSettings, read: Read, stages: Stages
) -> tuple[tuple[Measured, ...], tuple[str, ...]]:
    seed = int(np.random.SeedSequence([settings.seed, SPLIT_STREAM]).generate_state(1)[0])
    there = [n for n in settings.attributes if all(n in t.attributes for t in read.tables.values())]
    lacking = [name for name in settings.attributes if name not in there]
    notes = (f"not compared, since not every set has it: {', '.join(lacking)}",) if lacking else ()
    parts = []
    for done, name in enumerate(there):
        stages.begin(f"comparing {name}")
        samples = {key: Sample.of(table, (name,)) for key, table in read.tables.items()}
        real = samples.pop(REAL)
        distance = on_bins(Bins.of(real, settings.bins))
        part = measured(seed, settings.splits, distance, real, samples)
        parts.append(Measured(name=name, floor=part.floor, of_sets=part.of_sets))
        stages.at(done + 1, len(there), name)
    given = {key: feature_sample(features) for key, features in read.features.items()}
    real, blocks = given.pop(REAL), read.features[REAL].blocks
    for apart in (
        knn_between(blocks, settings.space, settings.neighbours, settings.most_boxes),
        energy_between(blocks, settings.space, settings.most_boxes),
    ):
        stages.begin(f"comparing {apart.name}")
        parts.append(measured(seed, settings.splits, apart, real, given))
    return tuple(parts), notes


def _sample_wise(
    settings: EvaluationSettings, read: Read, stages: Stages
) -> tuple[SampleWise | None, tuple[str, ...]]:
    """Return what predictions by a detector that the first set trained come to, and notes."""
    if settings.predictions is None:
        return None, ()
    stages.begin("matching predictions")
    predictions = read_predictions(settings.predictions, read.real)
    ious = best_ious(read.real, predictions, settings.sample_wise.least_score)
    trained_on = next(iter(read.sets))
    # the training set is what may be seen here, and the real photos are what is judged
    training = Exposed(table=read.tables[trained_on])
    space = FeatureSpace.fit(read.features[trained_on], training, settings.space)
    real = read.features[REAL]
    distances = knn_distance(space.project(real), space.reference, settings.neighbours)
    matched = np.array([ious[key] for key in real.keys.tolist()])
    rng = np.random.default_rng([settings.seed, SAMPLE_STREAM])
    told = sample_wise(rng, (distances, matched), real.image_ids, settings.sample_wise)
    return told, unmatched(read.real, predictions)


def _told(settings: EvaluationSettings, read: Read) -> dict[str, str | int]:
    return {
        "photos": len(read.real.images), "boxes": len(read.tables[REAL]),
        "category": settings.category or "all",
        "features": ", ".join(settings.features.backends), "splits": settings.splits,
        "neighbours": settings.neighbours, "dimensions": settings.space.dimensions,
        "pixels measured at, longer side": read.side_px, "seed": settings.seed,
        "weights other than 1": _words(settings.weights),
    }  # fmt: skip


def _words(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {weight:g}" for name, weight in sorted(weights.items())) or "none"


def _free(name: str, taken: Mapping[str, object]) -> str:
    numbers = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return name if name not in (*taken, REAL) else next(n for n in numbers if n not in taken)
