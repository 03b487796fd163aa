"""Cut-outs of a run's own photos, made on the way where nothing else serves its category."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from alignment.align.brief.real_set import out_folder
from alignment.align.brief.settings import AlignSettings
from alignment.command.enter import composed, settings_of
from alignment.command.stages import Stages
from alignment.command.words import words
from alignment.fragments.settings import FragmentsSettings
from alignment.fragments.walk import make_fragments
from alignment.real.category import choose_categories
from assets.catalogue import Catalogue
from assets.errors import UserError
from assets.fragments.folder import BACKGROUND_FOLDER, read_fragments
from assets.meshes.folder import catalogue_of
from scenes.sets.annotated_set import AnnotatedSet

FOLDER = "cut-outs"


class NothingServes(UserError):
    """A category without a family, a mesh, or a photo that it could be cut out of."""


class NoBackground(UserError):
    """Photos of which each shows too much of its things to paste others on."""


def with_own_cut_outs(
    settings: AlignSettings, whole: AnnotatedSet, catalogue: Catalogue, stages: Stages
) -> AlignSettings:
    """Return settings whose fragments are cut out of the run's own photos, where they have to be.

    They have to be where pictures are pasted, where no family and no mesh serves a category, and
    where cutting.when is "always". Without a category told, one that none serves is every category
    of the set. Raises NothingServes, NoBackground, and what cutting raises.
    """
    cutting = settings.cutting
    if settings.real is None:
        return settings
    if settings.fragments.folder is not None:
        return _of_the_folder(settings, whole, catalogue)
    if cutting.when == "never":
        return settings
    names = _named(settings, whole, catalogue)
    unserved = tuple(name for name in names if catalogue.serving(name) is None)
    if not unserved and cutting.when == "needed" and settings.engine != "paste":
        return settings
    why = f"no family and no mesh serves {', '.join(unserved)}" if unserved else "as is asked for"
    if not whole.has_photos:
        raise NothingServes(
            f"{why}, and none of the set's photos is on disk to cut anything out of; expected "
            "photos beside the annotations, FRAGMENTS=folder or MESHES=folder"
        )
    settings = replace(settings, category=",".join(names))
    folder = out_folder(settings, whole, names) / FOLDER
    stages.say(f"{why}: cut out of the photos, into {folder}")
    make_fragments(_fragments_settings(settings, folder), stages)
    stages.begin("reading")
    own = replace(settings, fragments=replace(settings.fragments, folder=folder))
    return _before_photos(own, folder, stages)


def _of_the_folder(
    settings: AlignSettings, whole: AnnotatedSet, catalogue: Catalogue
) -> AlignSettings:
    """Return settings that name what a folder of fragments serves, where nothing else was told."""
    every = tuple(whole.categories[key] for key in {one.category_id for one in whole.annotations})
    if settings.category is not None or any(map(catalogue.serving, every)):
        return settings
    own = catalogue_of(settings.variants, settings.meshes, settings.cut_outs)
    served = sorted(name for name in every if own.serving(name) is not None)
    return replace(settings, category=",".join(served)) if served else settings


def _named(settings: AlignSettings, whole: AnnotatedSet, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the names of the categories that are meant. Raises UnclearCategory."""
    there = {one.category_id for one in whole.annotations}
    every = tuple(sorted(whole.categories[key] for key in there))
    if settings.category is None and not any(map(catalogue.serving, every)):
        return every
    ids = choose_categories(whole, settings.category, catalogue.serving)
    return tuple(whole.categories[key] for key in ids)


def _fragments_settings(settings: AlignSettings, folder: Path) -> FragmentsSettings:
    """Return the settings of `make fragments`, with the split of this run. Raises BadSetting."""
    told = {
        "real": settings.real, "format": settings.format, "category": settings.category,
        "out": folder, "seed": settings.seed,
        "split": {"validation": settings.split.validation, "test": settings.split.test},
    }  # fmt: skip
    every = (*told.items(), *settings.cutting.settings.items())
    asked = [word for key, value in every for word in words(key, value)]
    return settings_of(composed("fragments", asked), FragmentsSettings)


def _before_photos(settings: AlignSettings, folder: Path, stages: Stages) -> AlignSettings:
    """Return settings by which some rendered scenes stand before the photos without their things.

    Those of a background of one's own, or of one kind alone, are left as they are. Raises
    NoBackground.
    """
    share, background = settings.cutting.backgrounds, settings.scene["background"]
    mixed = sum(weight > 0 for weight in background["weights"].values()) > 1
    used = len(read_fragments(folder).used_backgrounds)
    if settings.engine == "paste":
        if not used and background["folder"] is None:
            raise NoBackground(
                "no photo can be pasted on, as too much of each would be painted; expected "
                "BACKGROUNDS=folder of photos without these things, or "
                "+cutting.settings.backgrounds.most_painted=0.4 "
                "+cutting.settings.backgrounds.painter=shiftmap"
            )
        return settings
    if not share or background["folder"] is not None or not mixed:
        return settings
    if not used:
        stages.say("no photo is a background: too much of each would be painted; rooms stay")
        return settings
    stages.say(f"{share:.0%} of the scenes stand before {used} of the photos, things painted out")
    weights = _with_photos(background["weights"], share)
    own = {**background, "weights": weights, "folder": str(folder / BACKGROUND_FOLDER)}
    return replace(settings, scene={**settings.scene, "background": own})


def _with_photos(weights: Mapping[str, float], share: float) -> Mapping[str, float]:
    others = {kind: weight for kind, weight in weights.items() if kind != "photo"}
    rest = sum(others.values())
    return {
        **{kind: (1 - share) * weight / rest for kind, weight in others.items()}, "photo": share
    }  # fmt: skip
