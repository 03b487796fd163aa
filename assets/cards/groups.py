"""Which things of one photo are pasted together, by how their boxes lie on each other."""

from collections.abc import Mapping, Sequence

from assets.fragments.fragment import OCCLUDED, Fragment

Box = tuple[float, float, float, float]
EMBEDDED = 0.5  # of a box's own area on another: it is a part of what the other shows
TOGETHER_IOU = 0.3  # boxes that share so much show neither thing without the other


def together(boxes: Sequence[Box]) -> tuple[tuple[int, ...], ...]:
    """Return for each box (x, y, w, h) the indices of those that come along when it is pasted.

    One that lies on another by half its own area or more comes along with that one, and by itself
    it goes alone; two that are mostly the same place go together, whichever is taken. Boxes that
    only touch go alone. The rule is that of SIGtor (Tufa and Hailu 2022), whose overlap is IoU.
    """
    return tuple(
        tuple(
            other for other, theirs in enumerate(boxes)
            if other != one and _comes_along(theirs, own)
        )
        for one, own in enumerate(boxes)
    )  # fmt: skip


def along_of(fragments: Sequence[Fragment]) -> Mapping[str, tuple[Fragment, ...]]:
    """Return by id what comes along with each fragment, all of its own photo."""
    found: dict[str, tuple[Fragment, ...]] = {}
    for photo in dict.fromkeys(one.photo for one in fragments):
        own = [one for one in fragments if one.photo == photo]
        for one, others in zip(own, together([f.box_px for f in own]), strict=True):
            found[one.id] = tuple(own[other] for other in others)
    return found


def usable(fragments: Sequence[Fragment]) -> tuple[Fragment, ...]:
    """Return those that can be pasted without losing a label or showing half a thing.

    What comes along with one must be good itself, or it would be seen and not labelled. One that is
    hidden by others is good where all of them come along. A person's word goes before.
    """
    good = {one.id for one in fragments if one.is_used}
    along = along_of(fragments)

    def whole(one: Fragment) -> bool:
        others = {other.id for other in along[one.id]}
        hidden = one.marks == (OCCLUDED,) and one.kept is None
        return others <= good and (
            one.id in good or (hidden and bool(one.occluded_by) and others >= set(one.occluded_by))
        )

    return tuple(one for one in fragments if one.kept == "keep" or whole(one))


def _comes_along(theirs: Box, own: Box) -> bool:
    shared = _shared(theirs, own)
    mine, other = own[2] * own[3], theirs[2] * theirs[3]
    embedded = other <= mine and shared >= EMBEDDED * other
    return embedded or shared >= TOGETHER_IOU * (mine + other - shared)


def _shared(a: Box, b: Box) -> float:
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(across, 0.0) * max(down, 0.0)
