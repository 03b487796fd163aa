"""Which photos and boxes of a set may be cut out: those that a fit may see, and no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alignment.fragments.settings import FragmentsSettings
from alignment.real.category import choose_categories
from alignment.real.split import SPLIT_STREAM, Exposed, fittable, three_way_split
from assets.errors import UserError
from scenes.formats.read import read_real
from scenes.measuring.measure import measure
from scenes.plan.splits import NAME, SplitRecord
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation

_JUDGING = ("validation", "test")


class NothingToCut(UserError):
    """A set whose photos are not there, or all kept to judge."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Taken:
    """What of a set may be cut out.

    annotated: all boxes of the exposed photos, those of other categories too. chosen: category ids
    that are cut out. unlabelled: photos without a box, none of them kept to judge. held_out,
    missing: photos that judge; that are not on disk.
    """

    annotated: AnnotatedSet
    chosen: frozenset[int]
    unlabelled: tuple[AnnotatedImage, ...]
    held_out: int
    missing: int

    @property
    def photos(self) -> tuple[tuple[AnnotatedImage, tuple[Annotation, ...]], ...]:
        """Every photo on disk with all of its boxes."""
        by_image: dict[int, list[Annotation]] = {}
        for one in self.annotated.annotations:
            by_image.setdefault(one.image_id, []).append(one)
        return tuple(
            (image, tuple(by_image.get(image.id, ())))
            for image in self.annotated.images if image.path is not None
        )  # fmt: skip

    @property
    def names(self) -> tuple[str, ...]:
        """The categories that are cut out, in alphabetical order."""
        return tuple(sorted(self.annotated.categories[key] for key in self.chosen))


def take(settings: FragmentsSettings) -> Taken:
    """Read the set and leave out what judges. Raises what reading raises, and NothingToCut."""
    assert settings.real is not None
    whole = read_real(settings.real, format=settings.format, paths=settings.paths)
    chosen = _chosen(whole, settings.category)
    record = _record(settings.splits)
    exposed = _exposed(whole.of_categories(chosen), settings, record)
    ids = frozenset(np.unique(fittable(exposed).image_ids).tolist())
    holding = {one.image_id for one in whole.annotations}
    judging = {i.id for i in whole.images if record and _part(record, i) in _JUDGING}
    shown = whole.of_images(ids)
    missing = sum(image.path is None for image in shown.images)
    if missing == len(shown.images):
        raise NothingToCut(
            f"REAL={settings.real}: none of its {missing} exposed photos is on disk; expected "
            "photos beside the annotations; give their place, for Label Studio by "
            "OPTIONS='paths={what it tells: where it is}'"
        )
    wanted = {one.image_id for one in whole.annotations if one.category_id in chosen}
    return Taken(
        annotated=shown, chosen=chosen, held_out=len(wanted - ids), missing=missing,
        unlabelled=tuple(
            i for i in whole.images if i.id not in holding | judging and i.path is not None
        ),
    )  # fmt: skip


def _chosen(whole: AnnotatedSet, wanted: str | None) -> frozenset[int]:
    if wanted is None:
        return frozenset(one.category_id for one in whole.annotations)
    return frozenset(choose_categories(whole, wanted, lambda _: None))


def _exposed(
    annotated: AnnotatedSet, settings: FragmentsSettings, record: SplitRecord | None
) -> Exposed:
    """Return the rows that make align, asked alike, would fit to; or those that a record names."""
    table = measure(annotated, pixels=False)
    if record is None:
        rng = np.random.default_rng([settings.seed, SPLIT_STREAM])
        return three_way_split(rng, table, settings.split).exposed
    shown = [image.id for image in annotated.images if _part(record, image) == "exposed"]
    if not shown:
        raise NothingToCut(
            f"splits={settings.splits} exposes none of this set's photos; expected the record of "
            "a plan that was made with the same REAL"
        )
    return Exposed(table=table.of_images(np.array(shown)))


def _record(path: Path | None) -> SplitRecord | None:
    if path is None:
        return None
    record = SplitRecord.beside((path / NAME if path.is_dir() else path).with_name("plan.jsonl"))
    if record is None:
        raise NothingToCut(f"splits={path}: no {NAME} there; expected what make align wrote")
    return record


def _part(record: SplitRecord, image: AnnotatedImage) -> str | None:
    names: Mapping[str, str] = {n: part for part, told in record.images.items() for n in told}
    return names.get(image.file_name) or names.get(f"{image.file_name} (image {image.id})")
