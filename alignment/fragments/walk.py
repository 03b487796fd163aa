"""The walk of `make fragments`: read, fit the ground, cut, paint, write, and say what is there."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from alignment.command.stages import Stages
from alignment.fragments.backgrounds import Painting, painted, painting_of, photos_in, plain
from alignment.fragments.cutting import Photo, crop_of, fragment_of, mask_of
from alignment.fragments.ground import Fit, fit_photos, fit_set
from alignment.fragments.masking.method import Masker
from alignment.fragments.masking.registry import maskers_of
from alignment.fragments.photos import feet_of, photo_of, stems_of
from alignment.fragments.settings import FragmentsSettings
from alignment.fragments.store import (
    is_persons,
    judged,
    of_person,
    standing,
    write_cut,
    write_meta,
)
from alignment.fragments.surfaces.rectangles import with_surfaces
from alignment.fragments.taking import Taken, take
from assets.errors import UserError
from assets.fragments.background import PaintedBackground
from assets.fragments.folder import BACKGROUND_FOLDER, BACKGROUNDS, INDEX, VERSION
from assets.fragments.fragment import PROC, Fragment
from scenes.files.atomic import make_folder, write_bytes
from scenes.files.canonical_json import json_bytes
from scenes.files.lock import locked
from scenes.sets.photos import read_rgb


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """What every photo is cut with. fits: each photo's ground; of_set: what the set tells of it."""

    settings: FragmentsSettings
    taken: Taken
    stems: Mapping[int, str]
    fits: Mapping[int, Fit]
    of_set: Fit | None
    maskers: Sequence[Masker]
    recipe: str
    out: Path


def make_fragments(settings: FragmentsSettings, stages: Stages) -> Path:
    """Write the fragments and backgrounds; return their folder. Raises UserError of many kinds."""
    stages.begin("reading")
    work = _work(settings)
    _say_taken(work, stages)
    make_folder(work.out / BACKGROUND_FOLDER)
    with locked(work.out):
        counts: Counter[str] = Counter()
        how = painting_of(work.out, settings.backgrounds)
        fragments, backgrounds = _cut(work, how, counts, stages)
        backgrounds += _others(work, how, stages)
        told = {"backgrounds": [one.told for one in backgrounds], "recipe": how.recipe}
        write_bytes(work.out / BACKGROUNDS, json_bytes(told))
        counts += _counted(work.taken, fragments, backgrounds)
        write_bytes(work.out / INDEX, json_bytes(_index(work, fragments, counts)))
    for what, count in sorted(counts.items()):
        stages.say(f"{count} {what}")
    stages.say(f"fragments: {work.out}; look at them by `make rate REAL={work.out}`")
    return work.out


def _work(settings: FragmentsSettings) -> Work:
    taken = take(settings)
    stems = stems_of(taken.annotated.images)
    feet = feet_of(taken, stems, settings.cut)
    of_set = fit_set(feet, settings.ground)
    maskers = maskers_of(settings.masking)
    told = [asdict(settings.masking), settings.cut.margin, [m.identity for m in maskers]]
    return Work(
        settings=settings, taken=taken, stems=stems, of_set=of_set, maskers=maskers,
        fits={} if of_set is None else fit_photos(feet, of_set, settings.ground),
        recipe=hashlib.sha256(repr(told).encode()).hexdigest()[:16], out=_folder(settings, taken),
    )  # fmt: skip


def _folder(settings: FragmentsSettings, taken: Taken) -> Path:
    """Return where to write, which is not the set's own folder. Raises UserError."""
    out = settings.out or Path("out") / f"{taken.annotated.name}-fragments"
    own = taken.annotated.root.absolute()
    if out.absolute() == own:
        raise UserError(f"OUT={out} is the set's own folder; choose another, the set is kept")
    return out


def _say_taken(work: Work, stages: Stages) -> None:
    taken = work.taken
    for note in taken.annotated.notes:
        stages.say(note)
    for what, count in sorted(taken.annotated.repairs.items()):
        stages.say(f"REAL: {count} {what}")
    if taken.held_out:
        stages.say(f"{taken.held_out} photos are kept to judge; nothing of them is cut or painted")
    fit = work.of_set
    if fit is None:
        stages.say("ground: too few whole boxes to tell it; sizes do not follow rows")
    elif fit.horizon is None:
        stages.say(f"ground: before one's feet, size does not follow the row ({fit.boxes} boxes)")
    else:
        stages.say(f"ground: runs away to a horizon at {fit.horizon:.0%} of the height, from above "
                   f"({fit.boxes} boxes, {fit.gain:.0%} of their deviation)")  # fmt: skip
    if work.settings.backgrounds.unlabelled:
        stages.say(f"{len(taken.unlabelled)} photos without a box are trusted to show no thing")


def _cut(
    work: Work, how: Painting, counts: Counter[str], stages: Stages
) -> tuple[list[Fragment], list[PaintedBackground]]:
    stages.begin("cutting")
    fragments, backgrounds = [], []
    photos = work.taken.photos
    for done, (image, own) in enumerate(photos, 1):
        fit = work.fits.get(image.id, work.of_set)
        photo = photo_of(image, own, work.stems[image.id], work.taken, fit)
        fragments += _of_photo(photo, work, counts)
        if how.settings.painted:
            path = work.out / BACKGROUND_FOLDER / f"{work.stems[image.id]}.jpg"
            made = painted(photo, path, how)
            backgrounds.append(with_surfaces(made, image, work.settings.planes))
        stages.at(done, len(photos), f"{done}/{len(photos)} photos, {len(fragments)} fragments")
    return fragments, backgrounds


def _of_photo(photo: Photo, work: Work, counts: Counter[str]) -> list[Fragment]:
    found = []
    for one in (one for one in photo.boxes if one.target):
        if min(one.box[2:]) < work.settings.cut.least_px:
            counts[f"boxes below {work.settings.cut.least_px} px left out"] += 1
            continue
        crop = crop_of(one.box, photo.size_px, work.settings.cut.margin)
        bare = fragment_of(photo, one, crop, work.out / one.id, work.settings.cut)
        bare = replace(bare, recipe=work.recipe)
        stood = standing(bare.folder)
        kept = stood.kept if stood is not None and _same(stood, bare) else None
        found.append(_settled(replace(bare, kept=kept), stood, work, photo))
    return found


def _settled(bare: Fragment, stood: Fragment | None, work: Work, photo: Photo) -> Fragment:
    """Return the fragment, written where it does not stand already."""
    if is_persons(bare.folder, stood):
        made = of_person(bare, stood)
        write_meta(made)
        return made
    below = work.settings.masking.doubtful_below
    if stood is not None and _stands(stood, bare):
        made = judged(replace(
            bare, mask_source=stood.mask_source, mask_score=stood.mask_score,
            proc_sha256=stood.proc_sha256,
        ), doubtful=stood.mask_score < below)  # fmt: skip
        write_meta(made)
        return made
    one = next(one for one in photo.boxes if one.id == bare.id)
    crop = crop_of(one.box, photo.size_px, work.settings.cut.margin)
    mask = mask_of(photo, one, crop, work.maskers, work.settings.masking)
    made = judged(
        replace(bare, mask_source=mask.source, mask_score=mask.score), doubtful=mask.score < below
    )
    return write_cut(made, np.ascontiguousarray(crop.of(photo.rgb)), mask.alpha)


def _same(stood: Fragment, bare: Fragment) -> bool:
    """Return whether two are of one box of one photo, cropped alike."""
    keys = ("photo_sha256", "box_px", "crop_start_px", "crop_size_px", "category")
    return all(getattr(stood, key) == getattr(bare, key) for key in keys)


def _stands(stood: Fragment, bare: Fragment) -> bool:
    """Return whether there is nothing to do: made so, or what a person looked at and judged."""
    whole = (stood.folder / PROC).is_file() and _same(stood, bare)
    return whole and (stood.kept is not None or stood.recipe == bare.recipe)


def _others(work: Work, how: Painting, stages: Stages) -> list[PaintedBackground]:
    settings, folder = work.settings.backgrounds, work.out / BACKGROUND_FOLDER
    stages.begin("backgrounds")
    found = []
    if settings.unlabelled:
        stems = stems_of(work.taken.unlabelled)
        for image in work.taken.unlabelled:
            assert image.path is not None
            rgb = read_rgb(image.path, (image.width_px, image.height_px))
            path = folder / f"empty-{stems[image.id]}.jpg"
            made = plain(path, rgb, image.path, work.of_set, how)
            found.append(with_surfaces(made, image, work.settings.planes))
    if settings.folder is not None:
        for number, (photo, rgb) in enumerate(photos_in(settings.folder)):
            path = folder / f"given-{number:05d}.jpg"
            found.append(plain(path, rgb, photo, work.of_set, how))
    return found


def _counted(
    taken: Taken, fragments: Sequence[Fragment], backgrounds: Sequence[PaintedBackground]
) -> Counter[str]:
    counts = Counter(f"masks by {one.mask_source}" for one in fragments)
    counts += Counter(f"marked {mark}" for one in fragments for mark in one.marks)
    counts["fragments"] = len(fragments)
    counts["fragments used"] = sum(one.is_used for one in fragments)
    counts["photos that are not on disk"] = taken.missing
    counts["photos kept to judge"] = taken.held_out
    counts["backgrounds used"] = sum(one.used for one in backgrounds)
    counts["backgrounds not used, as too much is painted"] = sum(not b.used for b in backgrounds)
    return counts


def _index(work: Work, fragments: Sequence[Fragment], counts: Counter[str]) -> dict[str, Any]:
    masking = asdict(work.settings.masking)
    segmenter = masking["segmenter"]
    return {
        "version": VERSION, "real": work.taken.annotated.name,
        "categories": list(work.taken.names), "counts": dict(counts),
        "fragments": [one.id for one in fragments],
        "ground": None if work.of_set is None else work.of_set.of_set.told,
        "masking": masking | {"segmenter": None if segmenter is None else str(segmenter)},
    }  # fmt: skip
