"""What of a set is copied: images that are there and free to train on, and of a list."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from alignment.augmentation.moved import Labelled
from alignment.augmentation.settings import ImagesSettings
from alignment.curation.derived_set import check_derivable
from assets.errors import UserError
from scenes.plan.splits import NAME, SplitRecord
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet
from scenes.sets.identity import key_of
from scenes.sets.named_list import NamedList


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What of a set may be copied. judging: the photos that may not, as they only judge.

    split: what says so.
    """

    free: Sequence["Source"]
    judging: Sequence[Path]
    split: SplitRecord | None


class NothingToChange(UserError):
    """A set without an image that may be changed."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """An image that is copied. name: of its file in the new set. record, records: the set's own.

    records: all that the set has of the image, crowds and what cannot be read as a label included.
    """

    image: AnnotatedImage
    path: Path
    record: Mapping[str, Any]
    records: Sequence[Mapping[str, Any]]
    labels: Sequence[Labelled]
    name: str

    @property
    def is_photo(self) -> bool:
        """Whether it is no render."""
        return self.record.get("scene_seed") is None


def sources_of(
    file: Path, told: Mapping[str, Any], annotated: AnnotatedSet, splits: Path | None
) -> Sources:
    """Return what may be copied. splits: a splits.json, or a folder with one; None: file's own.

    Raises NothingToChange, BadSplitRecord.
    """
    check_derivable(annotated, file)
    images = {key_of(one.get("id")): one for one in told["images"] if isinstance(one, dict)}
    labels = {key_of(one.get("id")): one for one in told["annotations"] if isinstance(one, dict)}
    of: dict[int, list[Labelled]] = defaultdict(list)
    for one in annotated.annotations:
        of[one.image_id].append(Labelled(annotation=one, record=labels[one.told_id]))
    records: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for record in labels.values():
        records[key_of(record.get("image_id"))].append(record)
    there = [(i, i.path, images[i.told_id]) for i in annotated.images if i.path is not None]
    split = _record(file, splits)
    judging = [one for one in there if split is not None and _judges(split, one[0], one[2])]
    kept = [one for one in there if one not in judging]
    if not kept:
        raise NothingToChange(
            f"SET={file}: none of {len(annotated.images)} images is on disk and free to train on; "
            "expected one at least: bring the pictures, or a set whose splits.json exposes some"
        )
    names = _names([image for image, _, _ in kept])
    free = [
        Source(
            image=image,
            path=path,
            record=record,
            records=records[image.told_id],
            labels=of[image.id],
            name=names[image.id],
        )
        for image, path, record in kept
    ]
    return Sources(free=free, judging=[path for _, path, _ in judging], split=split)


def _record(file: Path, splits: Path | None) -> SplitRecord | None:
    if splits is None:
        return SplitRecord.beside(file)
    record = SplitRecord.beside((splits / NAME if splits.is_dir() else splits).with_name(NAME))
    if record is None:
        raise NothingToChange(f"splits={splits}: no {NAME} there; expected what make align wrote")
    return record


def _judges(splits: SplitRecord, image: AnnotatedImage, record: Mapping[str, Any]) -> bool:
    """Return whether a photo is kept from training; no render is one of them."""
    return record.get("scene_seed") is None and splits.judges(image.file_name, image.id)


def _names(images: Sequence[AnnotatedImage]) -> dict[int, str]:
    """Return file names, no two of them the same."""
    names: dict[int, str] = {}
    used: set[str] = set()
    for image in images:
        assert image.path is not None
        name = PurePosixPath(image.file_name.replace("\\", "/")).stem + image.path.suffix
        names[image.id] = f"{image.id}-{name}" if PurePosixPath(name).stem in used else name
        used.add(PurePosixPath(name).stem)
    return names


def copied_of(
    settings: ImagesSettings, sources: Sequence[Source], annotated: AnnotatedSet, file: Path
) -> Sequence[Source]:
    """Return what copies are made of: all, but for what a list says. Raises BadList."""
    path = settings.only or settings.without
    if path is None:
        return sources
    named = NamedList.read(path).of(annotated, file).images
    kept = [one for one in sources if (one.image.id in named) == (settings.only is not None)]
    if not kept:
        raise NothingToChange(
            f"{path} leaves none of {len(sources)} images to copy; expected one at least"
        )
    return kept
