"""Where arms fail: average precision and recall over attributes, beside what was trained on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alignment.detection.scoring.bins import AttributeBins, by_attribute
from alignment.detection.scoring.bootstrap import Resampling
from alignment.detection.settings import JudgeSettings
from alignment.detection.shown.sets import Brought
from alignment.detection.verdict.recipe import copies_for
from alignment.detection.verdict.standing import Standing
from alignment.real.inferred import with_inferred
from scenes.measuring.measure import measure
from scenes.measuring.table import NAMED, MetadataTable
from scenes.sets.annotated_set import AnnotatedSet

Told = Callable[[int, int, str], None]


@dataclass(frozen=True, kw_only=True)
class Failing:
    """One attribute's bins, of each arm by its name. names: of the bins; boxes: in each."""

    attribute: str
    estimated: bool
    names: tuple[str, ...]
    boxes: tuple[int, ...]
    of_arms: Mapping[str, AttributeBins]


@dataclass(frozen=True, kw_only=True, eq=False)
class Tables:
    """What was measured of the test boxes, of each set by name, and of the photos."""

    test: MetadataTable
    sets: Mapping[str, MetadataTable]
    photos: MetadataTable


def tables_of(brought: Brought, settings: JudgeSettings, told: Told) -> Tables:
    """Measure all that is told of. Raises PhotoUnreadable, NotInferred."""
    every = [brought.unseen.for_judging(), *(one.annotated for one in brought.sources),
             brought.real]  # fmt: skip
    found = []
    for done, one in enumerate(every):
        told(done, len(every), f"{one.name} measured")
        found.append(_measured(one, settings))
    test, *sets, photos = found
    if settings.inferred is not None:
        test, _ = with_inferred(test, settings.inferred)
    names = [source.name for source in brought.sources]
    return Tables(test=test, sets=dict(zip(names, sets, strict=True)), photos=photos)


def failings_of(
    standings: Sequence[Standing], tables: Tables, settings: JudgeSettings, resampling: Resampling
) -> tuple[Failing, ...]:
    """Return the bins of every attribute that the test boxes have, of each of the arms."""
    page, few = settings.page, resampling.first(settings.page.bin_draws)
    found = []
    for attribute in page.attributes:
        of_arms = {}
        for one in standings:
            pair = tables.test, _trained_on(one, tables, attribute)
            told = by_attribute(attribute, one.judged, pair, few, page.bins)
            if told is not None and len(told.bins) > 1:
                of_arms[one.name] = told
        if of_arms:
            first = next(iter(of_arms.values()))
            found.append(Failing(
                attribute=attribute, estimated=first.estimated, of_arms=of_arms,
                names=tuple(b.name for b in first.bins), boxes=tuple(b.boxes for b in first.bins),
            ))  # fmt: skip
    return tuple(found)


def _measured(annotated: AnnotatedSet, settings: JudgeSettings) -> MetadataTable:
    pixels = annotated.has_photos and any(map(_of_pixels, settings.page.attributes))
    return measure(annotated, pixels=pixels, long_side_px=settings.page.long_side_px)


def _of_pixels(attribute: str) -> bool:
    return attribute.startswith(("image_", "bbox_", "background_")) and attribute != "bbox_area"


def _trained_on(standing: Standing, tables: Tables, attribute: str) -> MetadataTable | None:
    """Return the values of what an arm was trained on, each as often as it was shown."""
    arm = standing.arm
    of_renders, of_photos = copies_for(arm.counts, arm.shown_share)
    parts = []
    for part in arm.parts:
        real = bool(len(part)) and part.pictures[0].example.real
        table = tables.photos if real else tables.sets[arm.set_name or ""]
        if not table.holds(attribute):
            return None
        shown = table.of_images({picture.image_id for picture in part.pictures})
        parts += [shown] * (of_photos if real else of_renders)
    if attribute in NAMED:
        words = [word for part in parts for word in part.names(attribute).to_pylist()]
        return MetadataTable.from_columns({attribute: words})
    return MetadataTable.from_columns(
        {attribute: np.concatenate([part.column(attribute) for part in parts])}
    )
