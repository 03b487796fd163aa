"""The real set, read, narrowed to one category and measured: all that alignment knows of it."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from alignment.align.brief.settings import AlignSettings
from alignment.real.category import choose_categories, left_aside
from alignment.real.depth import estimate_depth
from alignment.real.inferred import with_inferred
from alignment.real.proportions import scaled
from alignment.real.split import SPLIT_STREAM, HeldOut, Splits, three_way_split
from assets.catalogue import Catalogue
from assets.project import PROJECT
from scenes.formats.read import read_real
from scenes.measuring.measure import measure
from scenes.measuring.table import MetadataTable
from scenes.plan.splits import SplitRecord
from scenes.sets.annotated_set import AnnotatedSet


@dataclass(frozen=True, kw_only=True, eq=False)
class RealSet:
    """One category of a real set, or several, less what is kept to judge by.

    categories: id to name. annotated: their objects and the exposed images that hold any; table:
    these objects, measured.
    held_out: the test part, or else the validation part, or None. record: which image is where.
    inferred: the columns that `make infer` predicted, which are good enough to match. judging: the
    photos that no fit may see.
    """

    annotated: AnnotatedSet
    categories: Mapping[int, str]
    table: MetadataTable
    notes: tuple[str, ...]
    held_out: HeldOut | None
    record: SplitRecord
    inferred: frozenset[str]
    judging: tuple[Path, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The categories' names, in alphabetical order."""
        return tuple(sorted(self.categories.values()))

    @property
    def category(self) -> str:
        """The category's name, or several in a phrase."""
        return " and ".join(self.names)

    def only(self, table: MetadataTable) -> "RealSet":
        """Return the photos of some of this set's rows, and nothing of the others."""
        shown = self.annotated.of_images(frozenset(table.image_ids.tolist()))
        return replace(self, annotated=shown, table=table)

    @property
    def photo_folder(self) -> Path | None:
        """The deepest folder that holds every photo, or None where there is none on disk."""
        folders = {str(path.parent) for path in self._photos}
        return Path(os.path.commonpath(folders)) if folders else None

    @property
    def photo_names(self) -> tuple[str, ...]:
        """The photos on disk as paths inside `photo_folder`."""
        folder = self.photo_folder
        return tuple(path.relative_to(folder).as_posix() for path in self._photos if folder)

    @property
    def _photos(self) -> tuple[Path, ...]:
        return tuple(image.path.absolute() for image in self.annotated.images if image.path)

    def resolutions_px(self, long_side_px: int) -> tuple[tuple[int, int], ...]:
        """Return each photo's proportions at this longer side, one entry a photo."""
        return tuple(
            scaled(image.width_px / image.height_px, long_side_px)
            for image in self.annotated.images
        )

    @property
    def photo_px(self) -> dict[int, tuple[int, int]]:
        """Each photo's (W, H), by image id."""
        return {image.id: (image.width_px, image.height_px) for image in self.annotated.images}


def read_set(settings: AlignSettings) -> AnnotatedSet:
    """Return the set as it is, the embedded one where none is told. Raises what reading raises."""
    return read_real(settings.real or PROJECT / settings.embedded.path, format=settings.format)


def load_real(
    settings: AlignSettings, catalogue: Catalogue, whole: AnnotatedSet | None = None
) -> RealSet:
    """Choose the categories and measure; read, where it was not. Raises what each raises."""
    wanted = settings.category
    if settings.real is None:
        wanted = wanted or settings.embedded.category
    whole = whole or read_set(settings)
    ids = choose_categories(whole, wanted, catalogue.serving)
    categories = {key: whole.categories[key] for key in ids}
    annotated = whole.of_categories(set(ids))
    side_px = settings.image.long_side_px  # of what the photos will be compared with
    table = measure(annotated, pixels=annotated.has_photos, long_side_px=side_px)
    height_m = {key: catalogue.real_height_m(name) for key, name in categories.items()}
    estimate = estimate_depth(annotated, table, height_m, settings.assumed_fov_deg)
    rng = np.random.default_rng([settings.seed, SPLIT_STREAM])
    known, inferred = estimate.table, frozenset[str]()
    if settings.inferred is not None:
        known, inferred = with_inferred(known, settings.inferred)
    parts = three_way_split(rng, known, settings.split)
    return RealSet(
        annotated=annotated.of_images(frozenset(parts.image_ids["exposed"])),
        categories=categories, table=parts.exposed.table,
        notes=(
            *annotated.notes, *left_aside(whole, wanted, ids), *estimate.notes,
            *_inferred_notes(inferred),
        ),
        held_out=parts.test or parts.validation,
        record=_record(settings, annotated, parts), inferred=inferred,
        judging=_judging(annotated, parts),
    )  # fmt: skip


def _judging(annotated: AnnotatedSet, parts: Splits) -> tuple[Path, ...]:
    kept = {n for part, ids in parts.image_ids.items() if part != "exposed" for n in ids}
    return tuple(image.path for image in annotated.images if image.id in kept and image.path)


def _inferred_notes(names: frozenset[str]) -> tuple[str, ...]:
    return (f"predicted by make infer: {', '.join(sorted(names))}",) if names else ()


def _record(settings: AlignSettings, annotated: AnnotatedSet, parts: Splits) -> SplitRecord:
    seen = Counter(image.file_name for image in annotated.images)
    names = {i.id: i.file_name if seen[i.file_name] == 1 else f"{i.file_name} (image {i.id})"
             for i in annotated.images}  # fmt: skip
    return SplitRecord(
        seed=settings.seed, shares=asdict(settings.split),
        images={part: tuple(names[n] for n in ids) for part, ids in parts.image_ids.items()},
    )  # fmt: skip


def out_folder(settings: AlignSettings, annotated: AnnotatedSet, names: Iterable[str]) -> Path:
    """Return where a run of some of a set's categories goes."""
    told = "-".join(map(file_name, sorted(names)))
    return settings.out or Path("out") / f"{annotated.name}-{told}"


def file_name(category: str) -> str:
    """Return a category's name as part of a file's."""
    return re.sub(r"[^\w.-]+", "-", category)


def fixed_resolution(settings: AlignSettings) -> tuple[tuple[int, int], ...]:
    """Return the one resolution of proportions=fixed."""
    return (scaled(settings.image.aspect, settings.image.long_side_px),)
