"""The walk of `make filter`, `make shapes` and `make augment`."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from alignment.command.render_room import RenderJob, render
from alignment.command.stages import Stages
from alignment.command.words import path_words, quality_words, scene_words
from alignment.curation.augment import Workshop, augmented
from alignment.curation.derived_set import check_derivable, hold_decision, write_derived
from alignment.curation.judgement import Judgement, judged
from alignment.curation.listed import filter_by_list
from alignment.curation.page import Told, write_removed
from alignment.curation.settings import CurationSettings
from alignment.curation.shapes import ShapeScore, overrides, score_shapes, write_shapes
from alignment.curation.threshold import threshold_of
from alignment.feature_space.scores import Scores, score
from alignment.feature_space.space import FeatureSpace
from alignment.features.extract import box_features
from alignment.features.features import Features
from alignment.features.registry import backends_of, cache_of
from alignment.real.pair import Pair, load_pair
from assets.errors import UserError
from assets.meshes.folder import catalogue_of
from scenes.dataset.dataset import refuse_other_plan
from scenes.files.atomic import make_folder, writing
from scenes.files.lock import locked
from scenes.labels.previewer import Previewer
from scenes.plan.meshes import write_mesh_record
from scenes.plan.plan import Plan, PlannedScene
from scenes.sets.named_list import NamedList

SHAPE_STREAM = 21


class NotOfPlan(UserError):
    """A set whose images no plan tells how to make."""


def curate(settings: CurationSettings, stages: Stages) -> Path:
    """Run what settings.what says; return the folder. Raises UserError of many kinds."""
    stages.begin("reading")
    assert settings.set is not None
    if settings.is_listed:
        return filter_by_list(settings, stages)
    assert settings.real is not None
    pair = load_pair(settings.set, settings.real, settings.format, settings.category)
    for annotated in (pair.judged, pair.real):
        held = f"{len(annotated.annotations)} boxes on {len(annotated.images)} images"
        stages.say(f"{annotated.name}: {held}")
    out = settings.out or Path("out") / f"{pair.whole.name}-{settings.what}"
    if out.absolute() in (pair.file.absolute().parent, pair.whole.root.absolute()):
        raise UserError(
            f"OUT={out} is the set's own folder; choose another, the set stays as it is"
        )
    scores = _scores(settings, pair, stages)
    stages.say(
        f"median score {np.median(scores.values):.3g}; of the real boxes, each against the other "
        f"photos, {np.median(scores.real):.3g}"
    )
    make_folder(out)
    with locked(out):
        if settings.what == "shapes":
            _shapes(settings, pair, scores, out, stages)
        elif settings.what == "augment":
            _augment(settings, pair, scores, out, stages)
        else:
            _filter(settings, pair, scores, out, stages)
    return out


def _scores(settings: CurationSettings, pair: Pair, stages: Stages) -> Scores:
    backends, cache = backends_of(settings.features), cache_of(settings.features)

    def described(name: str, of_real: bool) -> Features:
        stages.begin(f"describing {name}")

        def told(done: int, total: int) -> None:
            stages.at(done, total, f"{done}/{total} images, {stages.rate(done):.0f} a second")

        return box_features(pair.real if of_real else pair.judged, backends, cache, told)

    real, own = described("the real set", True), described("the set", False)
    stages.begin("scoring")
    space = FeatureSpace.fit(real, pair.exposed, settings.space)
    return score(space, own, settings.scoring)


def _filter(
    settings: CurationSettings, pair: Pair, scores: Scores, out: Path, stages: Stages
) -> None:
    check_derivable(pair.whole, pair.file)
    if settings.what == "images":
        scores = scores.of_images(settings.scoring.image)
    found = judged(
        settings.what, pair.judged, scores, threshold_of(scores.values, settings.threshold)
    )
    hold_decision(out, {**_told(settings, pair), "removed": [r.to_json() for r in found.removals]})
    stages.begin("copying")
    write_derived(out, pair.whole, pair.file, found.derivation, stages.counting("images"))
    said = Told(
        set_name=pair.whole.name, real_name=pair.real.name, told=_told(settings, pair),
        notes=(*_unscored(pair, found), *pair.whole.notes),
    )  # fmt: skip
    page = write_removed(out, found, pair.judged, said, settings.sheet_images)
    verb = "painted black" if settings.what == "blackbox" else "removed"
    kind = "images" if settings.what == "images" else "boxes"
    count = f"{len(found.removals)} of {len(scores.values)}"
    stages.say(f"{count} {kind} {verb}: {found.threshold.why}")
    stages.say(f"new set: {out / 'annotations.json'}")
    stages.say(f"report: {page}")


def _shapes(
    settings: CurationSettings, pair: Pair, scores: Scores, out: Path, stages: Stages
) -> None:
    shapes = {a.id: str(a.extra["shape"]) for a in pair.judged.annotations if "shape" in a.extra}
    rng = np.random.default_rng([settings.seed, SHAPE_STREAM])
    rows = score_shapes(rng, scores, shapes, settings.shapes)
    stages.say("mean score by shape, worst first, with its 5-95 % interval:")
    for row in rows:
        stages.say(_line(row))
    path = write_shapes(out, rows)
    if overrides(rows):
        stages.say(f"to leave them out: make align OPTIONS='{' '.join(overrides(rows))}' ({path})")
    else:
        stages.say("no shape is clearly worse than the rest: none is proposed")


def _line(row: ShapeScore) -> str:
    mark = "  proposed for removal" if row.proposed else ""
    interval = f"{row.low:.3f}-{row.high:.3f}"
    return f"  {row.shape:<20}{row.mean:8.3f}  {interval}  {row.boxes:>5} boxes{mark}"


def _augment(
    settings: CurationSettings, pair: Pair, scores: Scores, out: Path, stages: Stages
) -> None:
    stages.begin("planning")
    told = settings.augment
    catalogue = catalogue_of(told.variants, told.meshes)
    parents = _parents(settings, pair, scores.of_images(settings.scoring.image))
    side = max(max(p.scene.camera.resolution_px) for p in parents)
    workshop = Workshop(
        catalogue=catalogue, settings=told, run_seed=settings.seed,
        previewer=Previewer(catalogue, settings.labels.policy, side),
    )  # fmt: skip
    plan = augmented(parents, workshop)
    with writing(out):
        refuse_other_plan(out, plan)
        plan.write(out / "plan.jsonl")
        write_mesh_record(out / "plan.jsonl", plan, catalogue)
    stages.say(f"{len(plan)} scenes after the {len(parents)} most alike: {out / 'plan.jsonl'}")


def _parents(settings: CurationSettings, pair: Pair, scores: Scores) -> tuple[PlannedScene, ...]:
    """Return the scenes that new ones are made after: the best, or those of a list."""
    if settings.only is None:
        return _best(pair, scores, settings.augment.best_share)
    chosen = NamedList.read(settings.only).of(pair.whole, pair.file)
    kept = np.isin(scores.keys, list(chosen.images))
    listed = replace(
        scores, values=scores.values[kept], keys=scores.keys[kept], image_ids=scores.image_ids[kept]
    )
    return _best(pair, listed, 1.0)


def _best(pair: Pair, scores: Scores, share: float) -> tuple[PlannedScene, ...]:
    path = pair.whole.root / "plan.jsonl"
    if not path.is_file():
        raise NotOfPlan(f"{path} is not there; what=augment needs a set that Twinset rendered")
    plan = {planned.index + 1: planned for planned in Plan.read(path).scenes}  # ids are index + 1
    best = scores.keys[np.argsort(scores.values, kind="stable")]
    known = [plan[key] for key in best.tolist() if key in plan]
    if not known:
        raise NotOfPlan(f"{path} holds none of the set's images; expected the plan it was made by")
    return tuple(known[: max(1, round(share * len(known)))])


def render_augmented(settings: CurationSettings, out: Path, stages: Stages) -> None:
    """Render the plan that lies in `out`. Raises RenderFailed."""
    told = settings.augment
    stages.begin("rendering")
    work = RenderJob(
        plan=out / "plan.jsonl", out=out, images=told.images, blender=told.blender,
        overrides=(
            *scene_words(told.variants, settings.seed, settings.labels),
            *quality_words(told.preset, settings.image_format, settings.quality),
            *path_words({"meshes": told.meshes}),
        ),
    )  # fmt: skip
    lacking = render(
        work, lambda done: stages.at(done, told.images, f"{done}/{told.images} images")
    )
    stages.incomplete = bool(lacking)
    if lacking:
        stages.say(lacking)
    stages.say(f"new set: {out / 'annotations.json'}")


def _told(settings: CurationSettings, pair: Pair) -> dict[str, str | int | float]:
    return {
        "set": pair.whole.name, "real": pair.real.name, "what": settings.what,
        "category": settings.category or "all", "real boxes": len(pair.real.annotations),
        "features": ", ".join(settings.features.backends),
        "dimensions": settings.space.dimensions, "score": settings.scoring.score,
        "neighbours": settings.scoring.neighbours, "image score": settings.scoring.image,
    }  # fmt: skip


def _unscored(pair: Pair, found: Judgement) -> tuple[str, ...]:
    if found.what == "images":
        left = len(pair.whole.images) - len(found.scores.values)
        return (f"{left} images without a described box stay",) if left else ()
    left = len(pair.whole.annotations) - len(found.scores.values)
    return (f"{left} boxes of other categories or without pixels stay",) if left else ()
