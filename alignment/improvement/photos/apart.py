"""All that is read first: photos that plans may see, that failures are seen on, and that judge."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from alignment.detection.scoring.truth import Truth
from alignment.detection.shown.categories import shared_names
from alignment.detection.shown.labelled import Labelled, labelled
from alignment.detection.shown.made_with import MadeWith, as_told, made_with, refuse_seen
from alignment.detection.shown.pictures import Shown, Unseen
from alignment.detection.shown.sets import NoImages, NoTestPhotos
from alignment.improvement.photos.validation import Validation
from alignment.improvement.settings import ImproveSettings
from alignment.real.pair import coco_file
from alignment.real.split import SPLIT_STREAM, three_way_split
from alignment.samples.halves import FEWEST_PHOTOS
from assets.errors import UserError
from scenes.formats.coco import read_coco
from scenes.formats.read import read_real
from scenes.measuring.measure import measure
from scenes.plan.splits import SplitRecord
from scenes.sets.annotated_set import AnnotatedSet, Annotation


class TooFewExposed(UserError):
    """Hardly a photo that plans may be fitted to."""


Others = Mapping[int, Sequence[tuple[str, Annotation]]]  # by image id, with their category's name
Parts = Mapping[str, frozenset[int]]  # image ids by exposed, validation, test


@dataclass(frozen=True, kw_only=True, eq=False)
class Apart:
    """What a run works with. names: of the categories, in the order of labels.

    exposed: photos that plans are fitted to, annotated as read, of the categories. unseen, truth:
    of the photos that judge in the end. record: of these parts. real: all of it, as read. others:
    boxes of what is not judged on validation photos, by image id. notes: to be said aloud.
    """

    names: tuple[str, ...]
    exposed: AnnotatedSet
    validation: Validation
    unseen: Unseen
    truth: Truth
    record: SplitRecord
    real: AnnotatedSet
    others: Others
    notes: tuple[str, ...]

    @property
    def judging(self) -> tuple[str, ...]:
        """SHA-256 of all photos that no render may take anything from."""
        return tuple(sorted(self.unseen.digests | self.validation.unseen.digests))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Read:
    real: AnnotatedSet
    first: AnnotatedSet | None
    made: MadeWith | None
    given: AnnotatedSet | None


def hold_apart(settings: ImproveSettings) -> Apart:
    """Read and part the photos. Raises UserError of many kinds: Leak, TooFewImages, ..."""
    read = _read(settings)
    others = [one for one in (read.first, read.given) if one is not None]
    names = shared_names(read.real, others, settings.category)
    real = labelled(read.real, read.real.name, names)
    parts, notes = _parted(real.annotated, read, settings)
    judging = (
        labelled(read.given, read.given.name, names) if read.given else _of(real, parts["test"])
    )
    unseen = Unseen(judging.annotated, judging.digests, names)
    held = _of(real, parts["validation"])
    validation = Validation(shown=_shown(held, unseen), annotated=held.annotated)
    exposed = _of(real, parts["exposed"])
    _check_exposed(exposed)
    for other in (unseen, validation.unseen):
        _shown(exposed, other)
        if read.first is not None and read.made is not None:
            known = {name: real.digests[key] for name, key in _known(real.annotated).items()}
            _refuse(read.first.name, read.made, (other, other is unseen), known)
    return Apart(
        names=names, exposed=exposed.annotated, validation=validation, unseen=unseen,
        truth=Truth.of(unseen.for_judging(), names), real=real.annotated,
        others=_others(read.real, real, parts["validation"]),
        record=_record(real.annotated, parts, settings), notes=(*read.real.notes[:1], *notes),
    )  # fmt: skip


def _read(settings: ImproveSettings) -> _Read:
    assert settings.real is not None
    real = read_real(settings.real, format=settings.format)
    if not real.has_photos:
        raise NoImages(f"REAL={settings.real}: none of its photos is on disk; expected them, to "
                       "see what a detector misses on them")  # fmt: skip
    given = None if settings.test is None else read_real(settings.test, format=None)
    if given is not None and not given.has_photos:
        raise NoTestPhotos(f"TEST={settings.test}: none of its photos is on disk; expected "
                           "labelled photos, in any of the formats that REAL may have")  # fmt: skip
    if settings.set is None:
        return _Read(real=real, first=None, made=None, given=given)
    first = read_coco(coco_file(settings.set))
    if not first.has_photos:
        raise NoImages(f"SET={settings.set}: none of its images is on disk; expected a rendered "
                       "set, or none, so that one is rendered here")  # fmt: skip
    return _Read(real=real, first=first, made=made_with(first.root), given=given)


def _parted(
    real: AnnotatedSet, read: _Read, settings: ImproveSettings
) -> tuple[Parts, tuple[str, ...]]:
    """Return which photos with boxes are what, as splits.json beside the set has it, or drawn."""
    known = _known(real)
    told = {part: frozenset(known[name] for name in names if name in known)
            for part, names in _told(read.made).items()}  # fmt: skip
    if read.made is not None and not told["test"] and read.given is None:
        raise NoTestPhotos(
            f"SET={settings.set}: no splits.json beside it keeps photos of REAL for the test, and "
            "its plan may have seen any; give labelled photos that it was not made with, "
            "TEST=folder, or leave SET away, so that one is rendered here"
        )
    kept = told["validation"] | told["test"]
    own = {a.image_id for a in real.annotations}
    free = frozenset((told["exposed"] or own) & own - kept)
    if told["validation"]:
        return {"exposed": free, **{p: told[p] for p in ("validation", "test")}}, ()
    drawn = _drawn(real, free, settings, test=read.made is None and read.given is None)
    if read.made is None:
        return drawn, ()
    return {**drawn, "test": told["test"]}, (
        "no splits.json keeps photos for validation: some are drawn, whose boxes the set's own "
        "plan may have seen; no plan of a round does",
    )  # fmt: skip


def _check_exposed(exposed: Labelled) -> None:
    if (photos := len(exposed.annotated.images)) < FEWEST_PHOTOS:
        raise TooFewExposed(
            f"{photos} photos are left for plans to be fitted to; expected {FEWEST_PHOTOS} or "
            "more; bring more photos, or smaller shares: OPTIONS=split.validation=0.2"
        )


def _told(made: MadeWith | None) -> Mapping[str, tuple[str, ...]]:
    if made is None:
        return {"exposed": (), "validation": (), "test": ()}
    return {"exposed": made.exposed, "validation": made.validation, "test": made.test}


def _drawn(
    real: AnnotatedSet, free: Collection[int], settings: ImproveSettings, *, test: bool
) -> Parts:
    """Return a drawn part of photos, as make align would part them with this seed."""
    shares = settings.split if test else replace(settings.split, test=0.0)
    rng = np.random.default_rng([settings.seed, SPLIT_STREAM])
    found = three_way_split(rng, measure(real, pixels=False).of_images(free), shares)
    return {part: frozenset(ids) for part, ids in found.image_ids.items()}


def _known(real: AnnotatedSet) -> dict[str, int]:
    return as_told((image.id, image.file_name) for image in real.images)


def _of(whole: Labelled, ids: Collection[int]) -> Labelled:
    digests = {key: digest for key, digest in whole.digests.items() if key in ids}
    return replace(whole, annotated=whole.annotated.of_images(ids), digests=digests)


def _others(read: AnnotatedSet, judged: Labelled, ids: Collection[int]) -> Others:
    found: dict[int, list[tuple[str, Annotation]]] = defaultdict(list)
    for one in read.annotations:
        if one.image_id in ids and one.category_id not in judged.labels:
            found[one.image_id].append((read.categories[one.category_id], one))
    return found


def _shown(part: Labelled, unseen: Unseen) -> Shown:
    return Shown(pictures=part.pictures(real=True), unseen=unseen)


def _refuse(
    name: str, made: MadeWith, judging: tuple[Unseen, bool], known: Mapping[str, str]
) -> None:
    """Raise Leak where a set shows what judges; a plan may have seen boxes of validation photos."""
    unseen, in_the_end = judging
    refuse_seen(name, made if in_the_end else replace(made, exposed=()), unseen, known)


def _record(real: AnnotatedSet, parts: Parts, settings: ImproveSettings) -> SplitRecord:
    return SplitRecord(
        seed=settings.seed, shares={"validation": settings.split.validation,
                                    "test": settings.split.test},
        images={part: _names(real, ids) for part, ids in parts.items()},
    )  # fmt: skip


def _names(real: AnnotatedSet, ids: Collection[int]) -> tuple[str, ...]:
    every: Sequence[str] = [image.file_name for image in real.images]
    return tuple(
        image.file_name if every.count(image.file_name) == 1
        else f"{image.file_name} (image {image.id})"
        for image in real.images if image.id in ids
    )  # fmt: skip
