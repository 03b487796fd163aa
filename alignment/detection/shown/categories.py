"""Which categories are judged: those that all sets have, by name."""

from collections.abc import Sequence

from alignment.real.category import UnclearCategory, choose_categories, choose_category
from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedSet

Ids = dict[int, int]  # a set's own category id to the place in the list of names


class CategoriesDiffer(UserError):
    """Sets that have no category in common, by name."""


def shared_names(
    real: AnnotatedSet, others: Sequence[AnnotatedSet], wanted: str | None
) -> tuple[str, ...]:
    """Return the names, as the real set spells them, of the categories that are judged.

    wanted: one or several, parted by commas; None: all of the real set's that every other set has.
    Raises UnclearCategory, CategoriesDiffer.
    """
    if wanted is not None:
        ids = choose_categories(real, wanted, lambda _: None)
        names = tuple(real.categories[key] for key in ids)
        for other in others:
            for name in names:
                place_of(other, name)
        return names
    with_boxes = {annotation.category_id for annotation in real.annotations}
    there = [name for key, name in real.categories.items() if key in with_boxes]
    shared = tuple(name for name in there if all(_has(other, name) for other in others))
    if not shared:
        lacking = next(o for o in others if not all(_has(o, name) for name in there))
        raise CategoriesDiffer(_differ(lacking, " or ".join(map(repr, there))))
    return shared


def labels_by_id(annotated: AnnotatedSet, names: Sequence[str]) -> Ids:
    """Return the place of each category among the names by its id. Raises CategoriesDiffer."""
    return {place_of(annotated, name): label for label, name in enumerate(names)}


def place_of(annotated: AnnotatedSet, name: str) -> int:
    """Return the id of a set's category of that name. Raises CategoriesDiffer."""
    try:
        return choose_category(annotated, name, lambda _: None)
    except UnclearCategory:
        raise CategoriesDiffer(_differ(annotated, repr(name))) from None


def _has(annotated: AnnotatedSet, name: str) -> bool:
    try:
        place_of(annotated, name)
    except CategoriesDiffer:
        return False
    return True


def _differ(annotated: AnnotatedSet, wanted: str) -> str:
    there = {annotation.category_id for annotation in annotated.annotations}
    held = ", ".join(sorted(annotated.categories[key] for key in there))
    return (
        f"set {annotated.name} ({annotated.root}) has no boxes of {wanted}, but of {held}; "
        "categories are matched by name: rename them in one of the sets, or choose with CATEGORY="
    )
