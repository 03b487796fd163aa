"""Which cut-outs may be pasted into copies of a set's images."""

from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

from alignment.augmentation.pasting import CutOut, Pasting
from alignment.augmentation.settings import ImagesSettings
from alignment.augmentation.sources import Sources
from alignment.fragments.marks import Box
from assets.cards.card import sha256_of
from assets.errors import UserError
from assets.fragments.folder import read_fragments
from assets.fragments.fragment import Fragment
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.named_list import digest_of

EMPTY = "that show nothing"
JUDGES, FOREIGN = "from photos that only judge", "of categories that the set has no boxes of"


class NothingToPaste(UserError):
    """A folder of cut-outs of which none may be pasted."""


def pasting_of(
    settings: ImagesSettings, sources: Sources, annotated: AnnotatedSet, say: Callable[[str], None]
) -> Pasting | None:
    """Return what is pasted, None where nothing is asked for. Says what is left out, and why.

    Raises BadFragments, NothingToPaste.
    """
    if settings.fragments is None:
        return None
    boxes = _boxes(sources, annotated)
    judging = {digest_of(path) for path in sources.judging}
    used, left = [], Counter[str]()
    for one in read_fragments(settings.fragments).used:
        if one.photo_sha256 in judging or (sources.split and _judges(sources, one)):
            left[JUDGES] += 1
        elif one.category not in boxes:
            left[FOREIGN] += 1
        elif not one.rgba()[..., 3].any():
            left[EMPTY] += 1
        else:
            used.append(CutOut(one, sha256_of(one.folder)))
    told = [f"{count} {why}" for why, count in left.items()]
    if not used:
        raise NothingToPaste(
            f"FRAGMENTS={settings.fragments}: no cut-out may be pasted"
            + (f" ({', '.join(told)})" if told else "")
            + "; expected some in use, of the set's categories and of photos free to train on"
        )
    say(f"{len(used)} cut-outs to paste" + (f"; left out: {', '.join(told)}" if told else ""))
    return Pasting(settings=settings.paste, cut_outs=tuple(used), boxes=boxes)


def _judges(sources: Sources, fragment: Fragment) -> bool:
    """Return whether a cut-out's photo is named among those that judge."""
    assert sources.split is not None
    names = {Path(name.partition(" (image ")[0]).name for name in sources.split.judging}
    return Path(fragment.photo).name in names


def _boxes(sources: Sources, annotated: AnnotatedSet) -> dict[str, list[Box]]:
    """Return by category the boxes of what may be copied, as shares of their picture's sides."""
    found: dict[str, list[Box]] = defaultdict(list)
    for source in sources.free:
        wide, high = source.image.width_px, source.image.height_px
        for label in source.labels:
            x, y, w, h = label.annotation.bbox
            name = annotated.categories[label.annotation.category_id]
            found[name].append((x / wide, y / high, w / wide, h / high))
    return dict(found)
