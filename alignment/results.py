"""What a run found, put together for the report."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from alignment.content import (
    ALIGNED,
    BASELINE,
    AttributeResult,
    ChosenConfig,
    ReportContent,
    SheetImage,
)
from alignment.cross_fit import Route, cross_fit
from alignment.distances import Bins
from alignment.floor import Comparison, compare, compare_by
from alignment.generalisation import Generalisation, generalisation
from alignment.label_policy import Learned
from alignment.methods import Stand
from alignment.reachability import Unreached
from alignment.real_set import RealSet
from alignment.sample import Sample
from alignment.settings import AlignSettings, ReportSettings
from alignment.target import Target
from alignment.two_sample.choice import beside_bhattacharyya
from alignment.two_sample.distance import on_bins
from alignment.two_sample.metadata import compare_metadata
from scenes.coco_reader import read_coco
from scenes.metadata import ATTRIBUTES, MetadataTable
from scenes.policy import LabelSettings
from scenes.previewed import PREVIEWED
from scenes.split_record import SplitRecord

JOINT = ("bbox_area", "center_y")
JOINT_BINS = 8
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
class Tables:
    """The three sets that are compared. aligned: rendered, or previewed where nothing was."""

    real: MetadataTable
    baseline: MetadataTable
    aligned: MetadataTable


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """All that a run found. dataset: rendered, None for a plan. unreached: of the target."""

    real: RealSet
    target: Target
    stands: tuple[Stand, ...]
    route: Route
    tables: Tables
    configurations: int
    scenes_previewed: int
    dataset: Path | None
    learned: Learned
    notes: tuple[str, ...] = ()
    unreached: tuple[Unreached, ...] = ()


def content_of(settings: AlignSettings, found: Found) -> ReportContent:
    """Return what the report says of a run, with every distance computed."""
    rng = np.random.default_rng([settings.seed, 77])
    results = _results(rng, settings.report, found)
    judged = any(result.held_out is not None for result in results)
    return ReportContent(
        set_name=found.real.annotated.name,
        set_format=found.real.annotated.format,
        category=found.real.category,
        photos=len(found.real.annotated.images),
        boxes=len(found.tables.real),
        images=settings.images,
        rendered=found.dataset is not None,
        repairs=found.real.annotated.repairs,
        notes=(
            *found.real.notes,
            *found.target.notes,
            *found.learned.notes,
            *found.notes,
            *([SETTLED] if settings.renderer.get("settle") else []),
        ),
        lacking=_lacking(found),
        estimated=found.tables.real.estimated,
        told=_told(settings, found),
        results=results,
        classified=_classified(rng, settings.report, found.tables),
        held_out_told=_held_out_told(settings, found.real) if judged else "",
        target=found.target,
        components=_components(found.stands, settings.images),
        unreached=found.unreached,
        sheet=_sheet(found.dataset, settings.report.sheet_images),
        durations_s=None,
    )


def _held_out_told(settings: AlignSettings, real: RealSet) -> str:
    if real.held_out is None:
        return HELD_OUT.format(folds=settings.report.cross_fits)
    part = "test" if real.record.images["test"] else "validation"
    return KEPT.format(photos=len(real.record.images[part]), part=part)


def _results(
    rng: np.random.Generator, settings: ReportSettings, found: Found
) -> tuple[AttributeResult, ...]:
    tables = found.tables
    groups: list[tuple[str, ...]] = [(name,) for name in settings.attributes] + [JOINT]
    there = [names for names in groups if _all_hold(tables, names)]
    bins: dict[tuple[str, ...], Bins] = {
        names: Bins.of(Sample.of(tables.real, names), settings.bins if len(names) == 1 else
                       JOINT_BINS)
        for names in there
    }  # fmt: skip
    judged = _judged(rng, settings, found, bins)
    return tuple(
        _result(child, tables, bins[names], names, settings.splits, judged.get(names))
        for child, names in zip(rng.spawn(len(there)), there, strict=True)
    )


def _judged(
    rng: np.random.Generator, settings: ReportSettings, found: Found,
    bins: Mapping[tuple[str, ...], Bins],
) -> Mapping[tuple[str, ...], Generalisation]:  # fmt: skip
    """Return what photos that the fit did not see say: those kept apart, or else cross-fits."""
    tables, kept = found.tables, found.real.held_out
    if kept is None:
        return cross_fit(rng, tables.real, found.route, _previewed(bins), settings.cross_fits)
    judge = kept.for_judging()
    judged = {
        names: generalisation(
            rng, (Sample.of(tables.real, names), Sample.of(judge, names)),
            Sample.of(tables.aligned, names), on_bins(one), settings.splits,
        )
        for names, one in bins.items()
    }  # fmt: skip
    return {names: one for names, one in judged.items() if one is not None}


def _result(  # noqa: PLR0913, PLR0917  # one attribute's result is made of just these
    rng: np.random.Generator, tables: Tables, bins: Bins, names: tuple[str, ...], splits: int,
    judged: Generalisation | None,
) -> AttributeResult:  # fmt: skip
    real, aligned = Sample.of(tables.real, names), Sample.of(tables.aligned, names)
    known = all(name in tables.baseline.attributes for name in names)
    baseline = Sample.of(tables.baseline, names) if known else None
    rendered = {ALIGNED: aligned, **({BASELINE: baseline} if baseline else {})}
    comparison = compare(rng, real, rendered, bins, splits)
    return AttributeResult(
        comparison=comparison, bins=bins, real=real, aligned=aligned, baseline=baseline,
        beside=tuple(compare_by(rng, real, rendered, other, splits)
                     for other in beside_bhattacharyya(real)),
        generalisation=judged,
    )  # fmt: skip


def _classified(
    rng: np.random.Generator, settings: ReportSettings, tables: Tables
) -> Comparison | None:
    rendered = {ALIGNED: tables.aligned, BASELINE: tables.baseline}
    return compare_metadata(rng.spawn(1)[0], tables.real, rendered, settings.splits)


def _all_hold(tables: Tables, names: Sequence[str]) -> bool:
    both = set(tables.real.attributes) & set(tables.aligned.attributes)
    return set(names) <= both and len(Sample.of(tables.real, names)) > 0


def _previewed(bins: Mapping[tuple[str, ...], Bins]) -> dict[tuple[str, ...], Bins]:
    """Return the groups that a preview can foretell: all but what needs pixels."""
    return {names: one for names, one in bins.items() if PREVIEWED.issuperset(names)}


def _lacking(found: Found) -> dict[str, str]:
    there = found.tables.real.attributes
    pixels = "the set has no photos" if not found.real.annotated.has_photos else "not measured"
    reasons = {
        "visible_fraction": "boxes do not tell what is hidden",
        "shape": "boxes do not tell the shape",
        "background_similarity": "needs photos and masks",
    }
    return {
        name: reasons.get(name, pixels if name.startswith(("image_", "bbox_")) else "not measured")
        for name in ATTRIBUTES
        if name not in there
    }


def _told(settings: AlignSettings, found: Found) -> dict[str, str | int | float]:
    return {
        "seed": settings.seed, "images": settings.images, "quality": settings.preset,
        "method": settings.method, "probe": settings.probe,
        "fitted jointly": ", ".join(found.target.attributes),
        "configurations": found.configurations,
        "scenes previewed": found.scenes_previewed,
        **_parts(found.real.record),
        "labelled from": _limits(found.learned.settings),
        **({"labels left out": _left_out(found.dataset)} if found.dataset else {}),
    }  # fmt: skip


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


def _components(stands: Sequence[Stand], images: int) -> tuple[ChosenConfig, ...]:
    return tuple(
        ChosenConfig(
            id=stand.name, values=stand.values, distance=float(stand.distance),
            image_share=stand.image_share, images=round(stand.image_share * images),
        )
        for stand in stands
    )  # fmt: skip


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
