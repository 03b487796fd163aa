"""Which image and which category of a set each prediction is about, by id or by name."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.identity import Key, key_of, spelling

NAMES = ("category_name", "category", "class_name", "label", "name")
NOWHERE = -1  # what is of another image or category of the set than those that are looked at


class NoMatch(UserError):
    """Predictions that cannot be matched with a set."""


def matched_images(annotated: AnnotatedSet, records: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the set's image id for each record, NOWHERE for images that it does not hold.

    A record tells an image by the id in the set's file, or by its file's name with or without
    suffix. Raises NoMatch where no image is the set's, or ids and names tell different ones.
    """
    told = [_image_key(record) for record in records]
    by_id = {key: image.id for image in annotated.images
             if (key := key_of(image.told_id)) is not None}  # fmt: skip
    by_name = _unique(
        (key, image.id) for image in annotated.images for key in _names(image.file_name)
    )
    ways = [way for way in (by_id, by_name) if any(key in way for key in told)]
    if not ways:
        examples = ", ".join(str(image.told_id) for image in annotated.images[:3])
        raise NoMatch(
            f"no image_id is of set {annotated.name}; expected ids such as {examples}, as in "
            "REAL's annotations, or names of its photos"
        )
    best = max(ways, key=lambda way: sum(key in way for key in told))
    others = [way for way in ways if way is not best]
    if annotated.format != "coco" and any(_disagree(best, way, told) for way in others):
        raise NoMatch(
            "image_id could be a number of the set's or a photo's name, and these are different "
            f"photos; expected names such as {annotated.images[0].file_name}"
        )
    found = {**by_name, **by_id} if annotated.format == "coco" else best
    return [NOWHERE if key is None else found.get(key, NOWHERE) for key in told]


def matched_categories(annotated: AnnotatedSet, records: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the set's category id for each record, NOWHERE for categories left out of it.

    A record tells a category by name, else by the id in the set's file, else by our own id (as in
    a set that was rendered for it). Raises NoMatch where ids fit neither numbering, or both.
    """
    names = {spelling(name): number for number, name in annotated.categories.items()}
    named = [_name(record) for record in records]
    if all(named) and any(spelling(name or "") in names for name in named):
        return [names.get(spelling(name or ""), NOWHERE) for name in named]
    told = [key_of(record.get("category_id")) for record in records]
    of_file = dict(annotated.category_keys)
    of_ours: dict[Key, int] = {number: number for number in of_file.values()}
    fitting = [way for way in (of_file, of_ours) if all(key in way for key in told)]
    if not fitting and annotated.format == "coco" and all(k in of_file | of_ours for k in told):
        fitting = [{**of_ours, **of_file}]
    if not fitting:
        stranger = next(key for key in told if key not in of_file)
        raise NoMatch(
            f"category_id {stranger} is none of set {annotated.name}; expected one of "
            f"{_listed(annotated)}; predict with these, or add category_name to each record"
        )
    if len(fitting) == 2 and _disagree(fitting[0], fitting[1], told):
        raise NoMatch(
            f"category_id {told[0]} could count the classes of set {annotated.name} from 0 or from "
            "1, and all of them fit both; add category_name to each record"
        )
    return [fitting[0][key] if key is not None else NOWHERE for key in told]


def _listed(annotated: AnnotatedSet) -> str:
    names = annotated.categories
    pairs = ((key, names.get(number, "")) for key, number in annotated.category_keys.items())
    return ", ".join(f"{key} ({name})" if name else str(key) for key, name in pairs)


def _disagree(one: Mapping[Key, int], other: Mapping[Key, int], keys: Iterable[Key | None]) -> bool:
    return any(
        one[key] != other[key] for key in keys if key is not None and key in one and key in other
    )


def _image_key(record: Mapping[str, Any]) -> Key | None:
    told = record.get("image_id")
    return key_of(told if told is not None else record.get("file_name"))


def _name(record: Mapping[str, Any]) -> str | None:
    return next((record[key] for key in NAMES if isinstance(record.get(key), str)), None)


def _names(file_name: str) -> set[Key]:
    """Return what detectors call a photo: its path, name or stem, a stem of digits as a number."""
    path = PurePosixPath(file_name.replace("\\", "/"))
    keys = (key_of(text) for text in (file_name, path.name, path.stem, path.stem.lstrip("0")))
    return {key for key in keys if key is not None}


def _unique(pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    found: dict[Key, set[int]] = {}
    for key, number in pairs:
        found.setdefault(key, set()).add(number)
    return {key: min(numbers) for key, numbers in found.items() if len(numbers) == 1}
