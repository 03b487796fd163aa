"""What a run found, put together for the report."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from alignment.align.brief.real_set import RealSet
from alignment.align.brief.settings import AlignSettings
from alignment.align.methods.cross_fit import Route
from alignment.align.methods.registry import Stand
from alignment.align.population.oversampling import ON_PURPOSE
from alignment.align.population.target import Targets
from alignment.align.reach.reach import Unreached
from alignment.align.report.content import ReportContent
from alignment.align.walk.category_results import (
    Judging,
    Made,
    Tables,
    category_content,
    compared,
    lacking,
)
from alignment.charts.sheet import SheetImage
from alignment.real.label_limits import Learned
from scenes.formats.coco import read_coco
from scenes.labels.policy import LabelSettings
from scenes.plan.splits import SplitRecord
from scenes.processes.hands import Hands

SETTLED = (
    "renderer.settle: physics lays objects down when they are rendered, and they are measured as "
    "they lie then; configurations were chosen, and the baseline and what is held out were judged, "
    "by previews from before that"
)
HELD_OUT = (
    "planned from a random half of the photos, judged by preview on the other half; "
    "the median of {folds} halvings"
)
KEPT = (
    "judged on the {photos} photos of the {part} split, which nothing was fitted to, at the size "
    "of the smaller part"
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """All that a run found. dataset: rendered, None for a plan. unreached: of each target."""

    real: RealSet
    targets: Targets
    stands: tuple[Stand, ...]
    route: Route
    tables: Tables
    configurations: int
    scenes_previewed: int
    dataset: Path | None
    learned: Learned
    unreached: Mapping[str, tuple[Unreached, ...]]
    notes: tuple[str, ...] = ()


def content_of(settings: AlignSettings, found: Found, hands: Hands) -> ReportContent:
    """Return what the report says of a run, with every distance computed."""
    rng = np.random.default_rng([settings.seed, 77])
    annotated = found.real.annotated
    told = settings.report.with_names(name for (name,) in settings.match.looked_at)
    judging = Judging(held_out=found.real.held_out, route=found.route, hands=hands)
    of_all = compared(rng, told, found.tables, judging)
    made = Made(
        targets=found.targets, stands=found.stands, unreached=found.unreached,
        images=settings.images, lacking=lacking(found.tables.real, has_photos=annotated.has_photos),
    )  # fmt: skip
    return ReportContent(
        set_name=annotated.name, set_format=annotated.format, photos=len(annotated.images),
        images=settings.images, rendered=found.dataset is not None, repairs=annotated.repairs,
        notes=_notes(settings, found), told=_told(settings, found),
        held_out_told=_held_out_told(settings, found.real) if of_all.judged else "",
        categories=tuple(category_content(child, of_all, name, made)
                         for child, name in zip(rng.spawn(len(found.targets)), found.targets,
                                                strict=True)),
        together=tuple(of_all.results(rng, of_all.together)),
        sheet=_sheet(found.dataset, settings.report.sheet_images), durations_s=None,
    )  # fmt: skip


def _notes(settings: AlignSettings, found: Found) -> tuple[str, ...]:
    return (
        *found.real.notes,
        *(note for target in found.targets.values() for note in target.notes),
        *found.learned.notes,
        *found.notes,
        *([SETTLED] if settings.renderer.get("settle") else []),
    )


def _held_out_told(settings: AlignSettings, real: RealSet) -> str:
    if real.held_out is None:
        return HELD_OUT.format(folds=settings.report.cross_fits)
    part = "test" if real.record.images["test"] else "validation"
    return KEPT.format(photos=len(real.record.images[part]), part=part)


def _told(settings: AlignSettings, found: Found) -> dict[str, str | int | float]:
    return {
        "seed": settings.seed, "images": settings.images, "quality": settings.preset,
        "method": settings.method, "probe": settings.probe,
        "clustered": ", ".join(settings.target.attributes),
        **_matched(settings),
        **_oversampled(settings),
        **_classes(settings),
        "configurations": found.configurations,
        "scenes previewed": found.scenes_previewed,
        **_parts(found.real.record),
        "labelled from": _limits(found.learned.settings),
        **({"labels left out": _left_out(found.dataset)} if found.dataset else {}),
    }  # fmt: skip


def _matched(settings: AlignSettings) -> dict[str, str]:
    """Return what weights were to match; method=config matches what is clustered."""
    if settings.method == "config":
        return {}
    times = " \N{MULTIPLICATION SIGN} "
    told = {"matched": ", ".join(times.join(names) for names in settings.match.names)}
    looked = ", ".join(name for (name,) in settings.match.looked_at)
    return told | ({f"by {settings.looks} looks a scene": looked} if looked else {})


def _oversampled(settings: AlignSettings) -> dict[str, str]:
    how = settings.target.oversampling
    return {} if how.kind == "none" else {"oversampled": f"{how.kind}; {ON_PURPOSE}"}


def _classes(settings: AlignSettings) -> dict[str, str]:
    told = settings.match.class_weights
    if told is None:
        return {}
    named = ", ".join(f"{name} {weight:g}" for name, weight in told.items())
    return {"boxes of each category": f"{named or 'as many'}; {ON_PURPOSE}"}


def _parts(record: SplitRecord) -> dict[str, str]:
    """Return how many photos are in each part, where any were set apart."""
    counts = {part: len(names) for part, names in record.images.items() if names}
    told = ", ".join(f"{count} {part}" for part, count in counts.items())
    return {"photos split": told} if len(counts) > 1 else {}


def _limits(labels: LabelSettings) -> str:
    return ", ".join(f"{limit} {value}" for limit, value in asdict(labels.policy).items())


def _left_out(dataset: Path) -> str:
    """Return how many objects in view each limit left unlabelled, as the manifest says."""
    told = json.loads((dataset / "manifest.json").read_text(encoding="utf-8"))
    counts = told["labels_dropped_by_policy"]
    return ", ".join(f"{count} by {limit}" for limit, count in counts.items()) or "none"


def _sheet(dataset: Path | None, most: int) -> tuple[SheetImage, ...]:
    if dataset is None:
        return ()
    annotated = read_coco(dataset / "annotations.json", dataset / "images")
    boxes = {
        image.id: tuple(a.bbox for a in annotated.annotations if a.image_id == image.id)
        for image in annotated.images[:most]
    }
    return tuple(
        SheetImage(path=image.path, boxes=boxes[image.id], caption=image.file_name)
        for image in annotated.images[:most]
        if image.path is not None
    )
