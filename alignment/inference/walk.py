"""The walk of `make infer`: read, render what to learn from, describe, fit, predict, tell."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.command.stages import Stages
from alignment.command.words import weight_words
from alignment.features.extract import box_features
from alignment.features.features import Features, side_by_side
from alignment.features.registry import backends_of
from alignment.inference.learning.problem import SHAPE
from alignment.inference.outcome import Described, Outcome, infer
from alignment.inference.page import Inference, write_inference
from alignment.inference.pinhole import knows_lenses, pinhole_features
from alignment.inference.renders_to_learn_from import baseline_plan, render_baseline
from alignment.inference.settings import PINHOLE, InferenceSettings
from alignment.inference.shape_shares import weights_of
from alignment.real.category import choose_category
from alignment.real.inferred import Inferred
from alignment.real.pair import coco_file, narrowed
from alignment.real.proportions import scaled
from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.meshes.folder import catalogue_of
from scenes.files.atomic import make_folder, write_text, writing
from scenes.files.lock import locked
from scenes.formats.coco import read_coco
from scenes.formats.read import read_real
from scenes.measuring.measure import measure
from scenes.sets.annotated_set import AnnotatedSet

FIT_STREAM = 41
INFERRED, OPTIONS = "inferred.parquet", "options.txt"


class NoStandIn(UserError):
    """A category that no asset family serves, with no rendered set to learn from."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sources:
    """The real set, what its objects are rendered as, and whether its lenses are known."""

    real: AnnotatedSet
    category: str
    family: str
    catalogue: Catalogue
    lenses: bool


def run(settings: InferenceSettings, stages: Stages) -> Path:
    """Run the walk; return the folder. Raises UserError of many kinds."""
    stages.begin("reading")
    sources = _sources(settings)
    real = sources.real
    stages.say(
        f"{real.name}: {len(real.annotations)} boxes of {sources.category} on {len(real.images)} "
        f"photos, learned from {sources.family}"
    )
    out = settings.out or Path("out") / f"{real.name}-inferred"
    make_folder(out)
    rendered = _rendered(settings, sources, stages, out)
    sets = tuple(
        described(settings, sources, one, stages, name)
        for name, one in (("renders", rendered), ("photos", real))
    )
    outcomes = _outcomes(settings, (sets[0], sets[1]), stages)
    found = Inference(
        real=real, category=sources.category, family=sources.family, outcomes=outcomes,
        learned=sets[0], told=sets[1], coverage=settings.accept.coverage, lenses=sources.lenses,
        sheet_images=settings.sheet_images,
    )  # fmt: skip
    with locked(out), writing(out):
        _inferred(found).write(out / INFERRED)
        page = write_inference(out, found)
        words = _shape_words(sources, found)
        write_text(out / OPTIONS, f"{words}\n")
    for line in found.lines():
        stages.say(line)
    if words:
        stages.say(f"to show the shapes' shares: make align OPTIONS='{words}' ({out / OPTIONS})")
    stages.say(f"predicted columns: {out / INFERRED}")
    stages.say(f"report: {page}")
    return out


def _sources(settings: InferenceSettings) -> Sources:
    assert settings.real is not None
    catalogue = catalogue_of(settings.baseline.variants, settings.baseline.meshes)
    whole = read_real(settings.real, format=settings.format)
    category_id = choose_category(whole, settings.category, catalogue.serving)
    category = whole.categories[category_id]
    family = catalogue.serving(settings.family or category)
    if family is None:
        raise NoStandIn(
            f"no asset family serves {settings.family or category!r}; expected one of "
            f"{', '.join(sorted(catalogue.categories))} as family=..., or MESHES=a folder of yours"
        )
    real = whole.of_categories({category_id})
    return Sources(
        real=real, category=category, family=family, catalogue=catalogue,
        lenses=knows_lenses(real),
    )  # fmt: skip


def _rendered(
    settings: InferenceSettings, sources: Sources, stages: Stages, out: Path
) -> AnnotatedSet:
    path = settings.set
    if path is None:
        sizes = [scaled(i.width_px / i.height_px, settings.baseline.long_side_px)
                 for i in sources.real.images]  # fmt: skip
        stages.begin("planning")
        plan = baseline_plan(settings, sources.catalogue, sources.family, sizes)
        path = render_baseline(settings, sources.catalogue, plan, out / "baseline", stages)
    whole = read_coco(coco_file(path))
    return narrowed(whole, None if len(whole.categories) == 1 else sources.family)


def described(
    settings: InferenceSettings, sources: Sources, annotated: AnnotatedSet, stages: Stages,
    name: str,
) -> Described:  # fmt: skip
    """Return a set's table and the columns of every extractor."""
    stages.begin(f"measuring {name}")
    table = measure(annotated, pixels=name == "renders")
    parts = {}
    for backend in settings.backends:
        stages.begin(f"describing {name} by {backend}")
        how = settings.feature_settings(backend)
        parts[backend] = box_features(
            annotated, backends_of(how), settings.cache, stages.counting("images described")
        )
    height_m = sources.catalogue.real_height_m(sources.family)
    fov_deg = settings.assumed_fov_deg
    parts[PINHOLE] = pinhole_features(annotated, height_m, fov_deg, trust=sources.lenses)
    shared = side_by_side(list(parts.values())).keys
    kept = {key: one.rows(np.isin(one.keys, shared)) for key, one in parts.items()}
    keys = table.table["annotation_id"].to_numpy()
    return Described(
        table=table, rows=np.flatnonzero(np.isin(keys, shared)),
        extractors={key: _beside(kept, names) for key, names in settings.extractors.items()},
    )  # fmt: skip


def _beside(parts: dict[str, Features], names: tuple[str, ...]) -> Features:
    return side_by_side([parts[name] for name in names])


def _outcomes(
    settings: InferenceSettings, sets: tuple[Described, Described], stages: Stages
) -> tuple[Outcome, ...]:
    rng = np.random.default_rng([settings.seed, FIT_STREAM])
    found = []
    for attribute, own in zip(
        settings.attributes, rng.spawn(len(settings.attributes)), strict=True
    ):
        stages.begin(f"fitting {attribute}")
        found.append(infer(own, attribute, sets, settings, stages.counting("folds")))
    return tuple(found)


def _shape_words(sources: Sources, found: Inference) -> str:
    """Return what makes `make align` show shapes as often as predicted, "" where none are."""
    told = [o.prediction for o in found.outcomes if o.attribute == SHAPE and o.prediction]
    weights = [weights_of(p.shares, sources.catalogue, sources.family) for p in told]
    return " ".join(word for one in weights for word in weight_words(one))


def _inferred(found: Inference) -> Inferred:
    table = found.told.table
    return Inferred(
        image_ids=table.image_ids,
        annotation_ids=np.asarray(table.table["annotation_id"].to_numpy(), dtype=np.int64),
        predictions=tuple(o.prediction for o in found.outcomes if o.prediction is not None),
    )  # fmt: skip
