"""Which of a set's categories is meant."""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedSet


class UnclearCategory(UserError):
    """A category that the set does not hold, or none named where several could be meant."""


def choose_category(
    annotated: AnnotatedSet, wanted: str | None, serving: Callable[[str], str | None]
) -> int:
    """Return the id of the category meant by `wanted`, or of the only one that can be meant.

    A name is matched exactly first, then whatever its case, separators and plural. Without one, the
    set's only category with boxes is meant, else the only one that an asset family serves.
    serving: a category's name to the family that serves it, or None. Raises UnclearCategory, which
    lists the choices with their counts.
    """
    count = Counter(a.category_id for a in annotated.annotations)
    there = [key for key in annotated.categories if count[key]]
    if wanted is not None:
        return _named(annotated, there, wanted)
    if len(there) == 1:
        return there[0]
    served = [key for key in there if serving(annotated.categories[key]) is not None]
    if len(served) == 1:
        return served[0]
    why = f"asset families serve {len(served)} of them" if served else "no asset family serves any"
    raise UnclearCategory(
        f"set {annotated.name!r} has {len(there)} categories and {why}; "
        f"choose one with CATEGORY=...: {_listed(annotated, served or there)}"
    )


def choose_categories(
    annotated: AnnotatedSet, wanted: str | None, serving: Callable[[str], str | None]
) -> tuple[int, ...]:
    """Return the ids of the categories meant by "chair,table", or the one of `choose_category`.

    Raises UnclearCategory, also where two are one, or one asset family serves two.
    """
    if wanted is None or "," not in wanted or wanted in annotated.categories.values():
        return (choose_category(annotated, wanted, serving),)
    words = [word.strip() for word in wanted.split(",")]
    found = tuple(choose_category(annotated, word, serving) for word in words)
    by_family: dict[str, int] = {}
    for key in found:
        name = annotated.categories[key]
        other = by_family.setdefault(serving(name) or name, key)
        if found.count(key) > 1:
            raise UnclearCategory(f"CATEGORY={wanted} names {name} twice; expected each once")
        if other != key:
            raise UnclearCategory(
                f"CATEGORY={wanted}: one asset family, {serving(name)}, serves both "
                f"{annotated.categories[other]} and {name}, so no scene could tell them apart; "
                "align them one by one, or bring meshes of your own for one of them"
            )
    return found


def left_aside(annotated: AnnotatedSet, wanted: str | None, ids: Iterable[int]) -> tuple[str, ...]:
    """Return the note that says which categories of nearly the wanted name were not taken."""
    taken = set(ids)
    words = [] if wanted is None else [_forms(word) for word in (wanted, *wanted.split(","))]
    alike = [
        key for key in {a.category_id for a in annotated.annotations} - taken
        if any(_forms(annotated.categories[key]) & forms for forms in words)
    ]  # fmt: skip
    return (f"CATEGORY={wanted} leaves aside {_listed(annotated, alike)}",) if alike else ()


def _named(annotated: AnnotatedSet, there: list[int], wanted: str) -> int:
    exact = [key for key in there if annotated.categories[key] == wanted]
    alike = [key for key in there if _forms(annotated.categories[key]) & _forms(wanted)]
    found = exact or alike
    if len(found) == 1:
        return found[0]
    problem = f"is {len(found)} categories" if found else "is not a category with boxes"
    raise UnclearCategory(
        f"CATEGORY={wanted} {problem} of set {annotated.name!r}; "
        f"expected one of: {_listed(annotated, found or there)}"
    )


def _listed(annotated: AnnotatedSet, ids: Iterable[int]) -> str:
    count = Counter(a.category_id for a in annotated.annotations)
    most_first = sorted(ids, key=lambda key: (-count[key], key))
    return ", ".join(f"{annotated.categories[key]} ({count[key]} boxes)" for key in most_first)


def _forms(name: str) -> frozenset[str]:
    """Every word that the name could be the plural of, and itself."""
    word = re.sub(r"[\W_]+", "", name.casefold())
    return frozenset({word, *(word.removesuffix(end) + to for end, to in _PLURALS
                              if word.endswith(end) and len(word) > len(end) + 1)})  # fmt: skip


_PLURALS = (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("ves", "fe"))
