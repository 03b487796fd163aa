"""What a run found of each category, and of categories together, with every distance computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alignment.align.methods.cross_fit import Folds, Route, cross_fit
from alignment.align.methods.registry import Stand
from alignment.align.population.target import Targets
from alignment.align.reach.reach import Unreached
from alignment.align.report.content import (
    ALIGNED,
    BASELINE,
    AttributeResult,
    CategoryContent,
    ChosenConfig,
)
from alignment.align.report.settings import ReportSettings
from alignment.distances.all_metadata import compare_metadata
from alignment.distances.distance import on_bins
from alignment.distances.floor import Comparison, compare, compare_by
from alignment.distances.held_out import Generalisation, generalisation
from alignment.distances.registry import beside_bhattacharyya
from alignment.real.split import HeldOut
from alignment.samples.bins import Bins
from alignment.samples.facet import Facet, categories_of, facet_of, pairs_of
from scenes.labels.previewer import PREVIEWED
from scenes.measuring.table import ATTRIBUTES, NAMED, MetadataTable
from scenes.processes.hands import Hands

JOINT = ("bbox_area", "center_y")
JOINT_BINS = 8

Judged = Mapping[Facet, Generalisation]


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables:
    """The three sets that are compared. aligned: rendered, or previewed where nothing was."""

    real: MetadataTable
    baseline: MetadataTable
    aligned: MetadataTable

    def of_category(self, name: str) -> "Tables":
        """Return the rows of one category."""
        return Tables(
            real=self.real.of_category(name), baseline=self.baseline.of_category(name),
            aligned=self.aligned.of_category(name),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """What is compared, on which bins, and what photos that no fit saw say of it."""

    tables: Tables
    bins: Mapping[Facet, Bins]
    judged: Judged
    settings: ReportSettings

    def results(self, rng: np.random.Generator, facets: Sequence[Facet]) -> list[AttributeResult]:
        """Return the result of each facet."""
        children = rng.spawn(len(facets))
        return [self._result(child, one) for child, one in zip(children, facets, strict=True)]

    def of_category(self, name: str) -> list[Facet]:
        """Return the facets of one category alone."""
        return [one for one in self.bins if one.categories == (name,)]

    @property
    def together(self) -> list[Facet]:
        """The facets of several categories."""
        return [one for one in self.bins if one.together]

    def _result(self, rng: np.random.Generator, one: Facet) -> AttributeResult:
        tables, splits = self.tables, self.settings.splits
        real, aligned = one.sample(tables.real), one.sample(tables.aligned)
        known = all(map(tables.baseline.holds, one.names))
        baseline = one.sample(tables.baseline) if known else None
        rendered = {ALIGNED: aligned, **({BASELINE: baseline} if baseline else {})}
        return AttributeResult(
            facet=one, comparison=compare(rng, real, rendered, self.bins[one], splits),
            bins=self.bins[one], real=real, aligned=aligned, baseline=baseline,
            beside=tuple(compare_by(rng, real, rendered, other, splits)
                         for other in beside_bhattacharyya(real)),
            generalisation=self.judged.get(one),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """What was aimed at, what stands for it and what of it is out of reach, by category."""

    targets: Targets
    stands: tuple[Stand, ...]
    unreached: Mapping[str, tuple[Unreached, ...]]
    images: int
    lacking: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, eq=False)
class Judging:
    """What tells how photos that no fit saw are matched: those kept apart, else halves by a route.

    hands: who makes the halves.
    """

    held_out: HeldOut | None
    route: Route
    hands: Hands


def compared(
    rng: np.random.Generator, settings: ReportSettings, tables: Tables, judging: Judging
) -> Compared:
    """Return the bins of every facet of the real set, and how each is judged by unseen photos.

    Those kept apart judge; where there are none, cross-fits do.
    """
    names = categories_of(tables.real)
    groups = [*((name,) for name in settings.attributes), JOINT]
    alone = [facet_of(tables.real, category, group) for category in names for group in groups]
    there = [one for one in (*alone, *pairs_of(names)) if _all_hold(tables, one)]
    bins = {
        one: Bins.of(one.sample(tables.real), settings.bins if len(one.names) == 1 else JOINT_BINS)
        for one in there
    }
    if judging.held_out is None:
        foretold = PREVIEWED | NAMED
        previewed = {one: held for one, held in bins.items() if foretold.issuperset(one.names)}
        judged = cross_fit(
            rng, tables.real, judging.route, previewed,
            Folds(count=settings.cross_fits, hands=judging.hands),
        )  # fmt: skip
    else:
        judged = _judged(rng, settings, (tables, judging.held_out.for_judging()), bins)
    return Compared(tables=tables, bins=bins, judged=judged, settings=settings)


def category_content(
    rng: np.random.Generator, found: Compared, category: str, made: Made
) -> CategoryContent:
    """Return what the report says of one category."""
    tables, target = found.tables.of_category(category), made.targets[category]
    results = found.results(rng, found.of_category(category))
    return CategoryContent(
        category=category, photos=len(np.unique(tables.real.image_ids)), boxes=len(tables.real),
        lacking=made.lacking, estimated=tables.real.estimated, results=tuple(results),
        classified=_classified(rng, found.settings, tables), target=target,
        components=_components([s for s in made.stands if s.category == category], made.images),
        unreached=made.unreached.get(category, ()),
    )  # fmt: skip


def _judged(
    rng: np.random.Generator, settings: ReportSettings, pair: tuple[Tables, MetadataTable],
    bins: Mapping[Facet, Bins],
) -> Judged:  # fmt: skip
    tables, judge = pair
    judged = {
        one: generalisation(
            rng, (one.sample(tables.real), one.sample(judge)), one.sample(tables.aligned),
            on_bins(held), settings.splits,
        )
        for one, held in bins.items()
    }  # fmt: skip
    return {one: found for one, found in judged.items() if found is not None}


def _classified(
    rng: np.random.Generator, settings: ReportSettings, tables: Tables
) -> Comparison | None:
    rendered = {ALIGNED: tables.aligned, BASELINE: tables.baseline}
    return compare_metadata(rng.spawn(1)[0], tables.real, rendered, settings.splits)


def _all_hold(tables: Tables, one: Facet) -> bool:
    both = all(tables.real.holds(n) and tables.aligned.holds(n) for n in one.names)
    return both and len(one.sample(tables.real)) > 0


def lacking(real: MetadataTable, *, has_photos: bool) -> dict[str, str]:
    """Return why a set has none of each attribute that it lacks."""
    pixels = "not measured" if has_photos else "the set has no photos"
    reasons = {
        "visible_fraction": "boxes do not tell what is hidden",
        "shape": "boxes do not tell the shape, make infer may",
        "background_similarity": "needs photos and masks",
    }
    return {
        name: reasons.get(
            name, pixels if name.startswith(("image_", "bbox_", "around_")) else "not measured"
        )
        for name in (*ATTRIBUTES, *sorted(NAMED))
        if not real.holds(name)
    }


def _components(stands: Sequence[Stand], images: int) -> tuple[ChosenConfig, ...]:
    return tuple(
        ChosenConfig(
            id=stand.name, values=stand.values, distance=float(stand.distance),
            image_share=stand.image_share, images=round(stand.image_share * images),
        )
        for stand in stands
    )  # fmt: skip
