"""The classes of an export: those of the rendered set, and what the photos add to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.errors import UserError
from scenes.writers.example import Category


class UnknownClass(UserError):
    """A category that none of the sets has, or records of categories that tell none."""


@dataclass(frozen=True, kw_only=True)
class Classes:
    """categories: in order. rendered, real: a set's category id to the place among them.

    A category that CATEGORY leaves out has no place. notes: what was taken for one, and what only
    one of the sets labels.
    """

    categories: tuple[Category, ...]
    rendered: Mapping[int, int]
    real: Mapping[int, int]
    notes: tuple[str, ...]


def united(records: Sequence[Any], real: Mapping[int, str], wanted: str | None) -> Classes:
    """Return the classes of a COCO file's category records and of a real set's categories.

    Names are one whatever their case; ids are the rendered set's, and the real set's where they are
    free. Raises UnknownClass.
    """
    every = [_category(i, record) for i, record in enumerate(records)]
    told = {one.id: one.name for one in every}
    ids = {_key(one.name): one for one in reversed(every)}
    for number, name in real.items():
        if _key(name) not in ids:
            taken = {one.id for one in ids.values()}
            free = number if number not in taken else max(taken) + 1
            ids[_key(name)] = Category(id=free, name=name)
    chosen = _chosen(ids, wanted)
    place = {_key(one.name): k for k, one in enumerate(chosen)}
    return Classes(
        categories=chosen,
        rendered={key: place[_key(name)] for key, name in told.items() if _key(name) in place},
        real={key: place[_key(name)] for key, name in real.items() if _key(name) in place},
        notes=tuple(_notes(told, real, chosen)),
    )


def _category(index: int, record: Any) -> Category:
    told = record if isinstance(record, dict) else {}
    number, name = told.get("id"), told.get("name")
    if type(number) is not int or not isinstance(name, str) or not name.strip():
        raise UnknownClass(
            f"categories[{index}] is {str(record)[:60]}; expected an object with a whole id and "
            "a name"
        )
    points, skeleton = told.get("keypoints") or (), told.get("skeleton") or ()
    return Category(id=number, name=name, keypoints=tuple(points),
                    skeleton=tuple((int(a), int(b)) for a, b in skeleton))  # fmt: skip


def _chosen(ids: Mapping[str, Category], wanted: str | None) -> tuple[Category, ...]:
    every = sorted(ids.values(), key=lambda one: one.id)
    if wanted is None or _key(wanted) in ids:
        return tuple(every) if wanted is None else (ids[_key(wanted)],)
    words = [_key(word) for word in wanted.split(",")]
    if unknown := [word for word in words if word not in ids]:
        raise UnknownClass(
            f"CATEGORY={wanted}: {unknown[0]!r} is in none of the sets; expected some of "
            f"{', '.join(one.name for one in every)}"
        )
    return tuple(one for one in every if _key(one.name) in words)


def _notes(
    told: Mapping[int, str], real: Mapping[int, str], chosen: Sequence[Category]
) -> list[str]:
    pairs = ((a, b) for a in told.values() for b in real.values())
    spelled = [f"{a!r} and {b!r} are taken for one class"
               for a, b in pairs if a != b and _key(a) == _key(b)]  # fmt: skip
    if not told or not real:
        return spelled
    rendered = {_key(name) for name in told.values()}
    lacking = [one.name for one in chosen if _key(one.name) not in rendered]
    if not lacking:
        return spelled
    return [
        *spelled,
        f"only the photos label {', '.join(lacking)}: rendered images may show such things without "
        "a label; leave them out with CATEGORY=",
    ]


def _key(name: str) -> str:
    return name.strip().casefold()
