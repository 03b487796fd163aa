"""The walk of `make join`: which images of which sets, and what may not be learned from."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from alignment.command.stages import Stages
from alignment.detection.shown.categories import shared_names
from alignment.detection.shown.labelled import free_name
from alignment.joining.joined import Part, join
from alignment.joining.settings import JoinSettings
from assets.errors import UserError
from scenes.files.atomic import make_folder
from scenes.files.lock import locked
from scenes.plan.splits import SplitRecord
from scenes.sets.annotated_set import AnnotatedImage

DRAW_STREAM = 37


class NothingToJoin(UserError):
    """A set without enough images to train on, or photos that are exposed here and judge there."""


def join_sets(settings: JoinSettings, stages: Stages) -> Path:
    """Write the joined set; return its folder. Raises UserError of many kinds."""
    assert settings.out is not None
    stages.begin("reading")
    parts: dict[str, Part] = {}
    for path in settings.set_paths:
        part = Part.of(path)
        parts[free_name(part.annotated.name, parts)] = part
    _check_apart(parts.values(), settings.out)
    names = _names(parts.values(), settings)
    told = [SplitRecord.beside(part.folder / "plan.jsonl") for part in parts.values()]
    splits = _together([one for one in told if one is not None])
    drawn = {name: _drawn(place, part, splits, settings)
             for place, (name, part) in enumerate(parts.items())}  # fmt: skip
    for name, part in drawn.items():
        gone = len(parts[name].shown) - len(part.shown)
        stages.say(f"{name}: {len(part.shown)} images" + (f", {gone} left" if gone else ""))
    stages.begin("joining")
    make_folder(settings.out)
    with locked(settings.out):
        join(drawn, names, splits, settings.out)
    stages.say(f"{sum(len(part.shown) for part in drawn.values())} images: {settings.out}")
    return settings.out


def _names(parts: Iterable[Part], settings: JoinSettings) -> tuple[str, ...]:
    """Return the categories that all sets with boxes have. Raises NothingToJoin, ..."""
    holding = [part.annotated for part in parts if part.annotated.annotations]
    if not holding:
        raise NothingToJoin("none of the sets has a box; expected one at least beside images "
                            "without targets")  # fmt: skip
    return shared_names(holding[0], holding[1:], settings.category)


def _check_apart(parts: Iterable[Part], out: Path) -> None:
    if any(out.resolve() == part.folder.resolve() for part in parts):
        raise UserError(f"OUT={out} is the folder of one of the sets; choose another, sets stay")


def _together(records: Sequence[SplitRecord]) -> SplitRecord:
    """Return what all plans saw, and what judges any of them. Raises NothingToJoin."""
    parts = dict.fromkeys(part for one in records for part in one.images)
    names = {
        part: tuple(dict.fromkeys(n for one in records for n in one.images.get(part, ())))
        for part in parts
    }
    first = records[0] if records else SplitRecord(seed=0, shares={}, images={})
    try:
        return replace(first, images=names)
    except ValueError as error:
        raise NothingToJoin(
            f"the sets' splits.json contradict each other: {error}; join sets whose plans saw the "
            "same photos"
        ) from None


def _drawn(place: int, part: Part, splits: SplitRecord, settings: JoinSettings) -> Part:
    """Return a set with the images that are wanted of it. Raises NothingToJoin."""
    free = [image for image in part.shown if not _judges(image, part, splits)]
    if len(free) < (settings.images or 1):
        raise NothingToJoin(
            f"{part.folder}: {len(free)} of {len(part.annotated.images)} images are on disk and "
            f"free to train on; expected {settings.images or 1} at least"
        )
    rng = np.random.default_rng([settings.seed, DRAW_STREAM, place])
    return part.only(free[n] for n in rng.permutation(len(free))[: settings.images])


def _judges(image: AnnotatedImage, part: Part, splits: SplitRecord) -> bool:
    """Return whether a photo is kept from training; no render is."""
    render = part.record(image).get("scene_seed") is not None
    return not render and splits.judges(image.file_name, image.id)
