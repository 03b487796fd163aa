"""A set filtered by a list that somebody kept, without scores."""

from pathlib import Path

from alignment.command.stages import Stages
from alignment.curation.derived_set import (
    Derivation,
    check_derivable,
    hold_decision,
    write_derived,
)
from alignment.curation.settings import CurationSettings, What
from alignment.real.pair import coco_file
from assets.errors import UserError
from scenes.files.atomic import make_folder
from scenes.files.lock import locked
from scenes.formats.coco import read_coco
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.named_list import Chosen, NamedList, digest_of


def filter_by_list(settings: CurationSettings, stages: Stages) -> Path:
    """Write the set without what a list says; return its folder. Raises UserError of many kinds."""
    assert settings.set is not None
    file = coco_file(settings.set)
    whole = read_coco(file)
    check_derivable(whole, file)
    path = settings.only or settings.without
    assert path is not None
    chosen = NamedList.read(path).of(whole, file)
    change = derivation_of(settings.what, whole, chosen, keeps=settings.only is not None)
    out = settings.out or Path("out") / f"{whole.name}-{settings.what}"
    if out.absolute() in (file.absolute().parent, whole.root.absolute()):
        raise UserError(
            f"OUT={out} is the set's own folder; choose another, the set stays as it is"
        )
    make_folder(out)
    with locked(out):
        hold_decision(out, {
            "annotations": digest_of(file), "what": settings.what, "list": digest_of(path),
            "keeps": settings.only is not None,
        })  # fmt: skip
        stages.begin("copying")
        write_derived(out, whole, file, change, stages.counting("images"))
    stages.say(
        f"{len(change.images)} of {len(whole.images)} images and "
        f"{len(change.gone)} of {len(whole.annotations)} boxes removed, by {path}"
    )
    stages.say(f"new set: {out / 'annotations.json'}")
    return out


def derivation_of(what: What, whole: AnnotatedSet, chosen: Chosen, *, keeps: bool) -> Derivation:
    """Return what changes where a list says what stays, or else what goes.

    By boxes, an image of which no box is listed stays as it is: it was not looked at.
    """
    nothing: frozenset[int] = frozenset()
    if what == "images":
        every = frozenset(image.id for image in whole.images)
        gone = every - chosen.images if keeps else chosen.images
        return Derivation(images=gone, annotations=nothing, blackened=nothing)
    own = frozenset(a.id for a in whole.annotations if a.image_id in chosen.images)
    gone = own - chosen.annotations if keeps else chosen.annotations
    black = what == "blackbox"
    return Derivation(
        images=nothing, annotations=nothing if black else gone, blackened=gone if black else nothing
    )
