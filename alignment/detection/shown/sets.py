"""All that is read before anything is trained: what may be learned from, and what judges."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alignment.detection.scoring.truth import Truth
from alignment.detection.settings import JudgeSettings
from alignment.detection.shown.categories import shared_names
from alignment.detection.shown.labelled import Labelled, free_name, labelled
from alignment.detection.shown.made_with import MadeWith, as_told, made_with, refuse_seen
from alignment.detection.shown.pictures import Shown, Unseen
from alignment.real.pair import coco_file
from assets.errors import UserError
from scenes.formats.coco import read_coco
from scenes.formats.read import read_real
from scenes.sets.annotated_set import AnnotatedSet

REAL = "photos"  # what the real set is called beside the others


class NoTestPhotos(UserError):
    """Nothing to judge by."""


class NoImages(UserError):
    """A set to train on whose images are not on disk."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """One of the sets: its pictures, the photos that its plan was fitted to, and it as read."""

    name: str
    shown: Shown
    exposed: Shown
    annotated: AnnotatedSet


@dataclass(frozen=True, kw_only=True, eq=False)
class Brought:
    """What a judge works with. real: as read. photos: those that may be learned from.

    truth: what the photos that judge show.
    """

    sources: tuple[Source, ...]
    photos: Shown
    unseen: Unseen
    truth: Truth
    real: AnnotatedSet
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Read:
    """The sets as their files have them. known: a real photo's image id by each of its names."""

    real: AnnotatedSet
    sets: Mapping[str, AnnotatedSet]
    made: Mapping[str, MadeWith]
    test: AnnotatedSet

    @property
    def known(self) -> dict[str, int]:
        return as_told((image.id, image.file_name) for image in self.real.images)

    @property
    def kept(self) -> frozenset[int | None]:
        """The real photos that some set's splits.json keeps from fitting."""
        told = (name for made in self.made.values() for name in (*made.test, *made.validation))
        return frozenset(map(self.known.get, told))


def bring(settings: JudgeSettings) -> Brought:
    """Read, match and hold apart. Raises UserError of many kinds."""
    read = _read(settings)
    names = shared_names(read.real, (*read.sets.values(), read.test), settings.judged_category)
    judging = labelled(read.test, read.test.name, names)
    unseen = Unseen(judging.annotated, judging.digests, names)
    truth = Truth.of(unseen.for_judging(), names)
    real = labelled(read.real, REAL, names)
    known = {name: real.digests[key] for name, key in read.known.items() if key in real.digests}
    for name, made in read.made.items():
        refuse_seen(name, made, unseen, known)
    photos = _photos(read, real, unseen)
    return Brought(
        sources=tuple(_sources(read, photos, names)), photos=photos, unseen=unseen, truth=truth,
        real=real.annotated, notes=tuple(_notes(read, photos, (names, settings.training.images))),
    )  # fmt: skip


def _read(settings: JudgeSettings) -> _Read:
    real = read_real(settings.real_path, format=settings.format)
    sets: dict[str, AnnotatedSet] = {}
    made: dict[str, MadeWith] = {}
    for path in settings.set_paths:
        annotated = read_coco(_file(path, settings))
        if not annotated.has_photos:
            raise NoImages(
                f"set {path}: none of its {len(annotated.images)} images is on disk; expected "
                "them in images/; render the set, or leave it out of SETS"
            )
        name = free_name(annotated.name, (REAL, *sets))
        sets[name], made[name] = annotated, made_with(annotated.root)
    test = _kept(real, made) if settings.test is None else _given(settings)
    return _Read(real=real, sets=sets, made=made, test=test)


def _file(path: Path, settings: JudgeSettings) -> Path:
    """Return a set's COCO file. Raises SetNotFound, NotOneCoco."""
    try:
        return coco_file(path)
    except UserError as error:
        told = str(error).replace("SET=", "SETS=", 1)
        cure = "" if settings.sets else "; make align makes this one: run it first"
        raise type(error)(f"{told}{cure}") from None


def _given(settings: JudgeSettings) -> AnnotatedSet:
    assert settings.test is not None
    test = read_real(settings.test, format=None)
    if not test.has_photos:
        raise NoTestPhotos(
            f"TEST={settings.test}: none of its {len(test.images)} photos is on disk; expected "
            "labelled photos, in any of the formats that REAL may have"
        )
    return test


def _kept(real: AnnotatedSet, made: Mapping[str, MadeWith]) -> AnnotatedSet:
    """Return the real photos that some set's splits.json keeps for the test."""
    known = as_told((image.id, image.file_name) for image in real.images)
    named = {name for one in made.values() for name in one.test}
    found = real.of_images({known[name] for name in named if name in known})
    if found.has_photos:
        return found
    told = (
        f"none of the {len(named)} test photos that splits.json names is on disk in {real.root}"
        if named else "no photos to judge by: no set's splits.json keeps any for the test"
    )  # fmt: skip
    raise NoTestPhotos(
        f"{told}; give labelled photos that no set was made with, TEST=folder, or make the sets "
        "again with some of REAL kept: make align REAL=photos OPTIONS=split.test=0.3"
    )


def _photos(read: _Read, real: Labelled, unseen: Unseen) -> Shown:
    """Return the real photos with boxes, but for those that judge or are kept to, by any name."""
    kept = read.kept
    return Shown(
        pictures=tuple(
            p for p in real.pictures(real=True)
            if len(p.example.boxes) and p.image_id not in kept and p.digest not in unseen.digests
        ),
        unseen=unseen,
    )  # fmt: skip


def _sources(read: _Read, photos: Shown, names: Sequence[str]) -> Iterable[Source]:
    for name, annotated in read.sets.items():
        own = labelled(annotated, name, names)
        yield Source(
            name=name, shown=Shown(pictures=own.pictures(real=False), unseen=photos.unseen),
            exposed=_exposed(read, name, photos), annotated=own.annotated,
        )  # fmt: skip


def _exposed(read: _Read, name: str, photos: Shown) -> Shown:
    """Return the photos that a set's plan was fitted to.

    A set that does not say takes those of the first that does; where none does, all photos.
    """
    told = next((m.exposed for m in (read.made[name], *read.made.values()) if m.exposed), None)
    if told is None:
        return photos
    ids = {read.known.get(photo) for photo in told}
    return replace(photos, pictures=tuple(p for p in photos.pictures if p.image_id in ids))


def _notes(read: _Read, photos: Shown, wanted: tuple[Sequence[str], int | None]) -> Iterable[str]:
    names, images = wanted
    yield from read.real.notes[:1]
    held = {annotation.category_id for annotation in read.real.annotations}
    left = [n for key, n in read.real.categories.items() if key in held and n not in names]
    if left:
        yield f"not judged, since not every set has it: {', '.join(left)}"
    if not len(photos):
        yield "no real photo is there to train on: the sets are judged without any beside them"
    known = read.known
    for name, made in read.made.items():
        absent = sum(photo not in known for photo in made.exposed)
        if absent:
            yield f"{name}: {absent} of the photos that its plan was fitted to are not in REAL"
        if not made.exposed:
            yield f"{name}: no splits.json tells which photos its plan was fitted to"
        gone = sum(image.path is None for image in read.sets[name].images)
        if gone:
            yield f"{name}: {gone} of {len(read.sets[name].images)} images are not on disk"
        there = len(read.sets[name].images) - gone
        if images is not None and there < images:
            yield f"{name}: {there} images are all that it has of {images}"
