"""The worst misses and the strongest false positives as pictures, with what is like them."""

from collections.abc import Sequence
from dataclasses import dataclass

from alignment.command.stages import Stages
from alignment.detection.scoring.worst import Sight, strongest_false, worst_misses
from alignment.detection.settings import JudgeSettings
from alignment.detection.shown.sets import Brought
from alignment.detection.verdict.crops import Outlined, crop
from alignment.detection.verdict.neighbours import Eye, Near, nearest
from alignment.detection.verdict.standing import Standing
from alignment.features.registry import backends_of, cache_of
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet

_A_PHOTO = 2  # at most, so that one bad photo does not fill the page


@dataclass(frozen=True, kw_only=True)
class Pictured:
    """A crop as a data URI, and what is said below it."""

    uri: str
    told: str


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One sighting, and the nearest renders and photos that may be learned from."""

    seen: Pictured
    renders: tuple[Pictured, ...]
    photos: tuple[Pictured, ...]


@dataclass(frozen=True, kw_only=True)
class Exhibits:
    """What an arm gets most wrong. renders_of: the set that neighbours are from."""

    arm: str
    renders_of: str
    misses: tuple[Exhibit, ...]
    false: tuple[Exhibit, ...]


def exhibits_of(
    standing: Standing, renders_of: str, brought: Brought, settings: JudgeSettings, stages: Stages
) -> Exhibits:
    """Return the exhibits of an arm. Raises PhotoUnreadable, NoBackend, Unwritable."""
    page, test = settings.page, brought.unseen.for_judging()
    misses = worst_misses(standing.judged, page.worst, _A_PHOTO)
    false = strongest_false(standing.judged, page.worst, _A_PHOTO)
    eye = Eye(
        backends=backends_of(settings.features), cache=cache_of(settings.features),
        space=settings.space,
        told=lambda done, total: stages.at(done, total, f"{done}/{total} images described"),
    )  # fmt: skip
    source = next(one for one in brought.sources if one.name == renders_of)
    shown = brought.real.of_images({p.image_id for p in brought.photos.pictures})
    kinds = ("wanted",) * len(misses) + ("found",) * len(false)
    sights = (*misses, *false)
    near = nearest(sights, test, (source.annotated, shown), eye, page.neighbours)
    told = [
        _exhibit(one, kind, test, beside)
        for one, kind, beside in zip(sights, kinds, near, strict=True)
    ]
    return Exhibits(
        arm=standing.name, renders_of=renders_of, misses=tuple(told[: len(misses)]),
        false=tuple(told[len(misses) :]),
    )  # fmt: skip


def _exhibit(
    sight: Sight, kind: str, test: AnnotatedSet, beside: Sequence[Sequence[Near]]
) -> Exhibit:
    image = test.images[sight.photo]
    told = f"overlap {sight.iou:.2f}" if kind == "wanted" else f"score {sight.score:.2f}"
    renders, photos = beside
    return Exhibit(
        seen=Pictured(uri=_cropped(image, sight.box, kind), told=f"{image.file_name}, {told}"),
        renders=tuple(map(_beside, renders)), photos=tuple(map(_beside, photos)),
    )  # fmt: skip


def _beside(near: Near) -> Pictured:
    return Pictured(
        uri=_cropped(near.image, near.box, "near"),
        told=f"{near.image.file_name}, distance {near.distance:.2g}",
    )


def _cropped(image: AnnotatedImage, box: tuple[float, float, float, float], kind: str) -> str:
    assert image.path is not None  # those that are not on disk were left out
    size_px = (image.width_px, image.height_px)
    return crop(Outlined(path=image.path, size_px=size_px, box=box, kind=kind))
