"""The splits of one set, read file by file, made one set again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet, Annotation
from scenes.sets.identity import Key, joined_names

SEVERAL = "photos that several files of the set tell again (all kept)"


def merged(root: Path, parts: Sequence[AnnotatedSet]) -> AnnotatedSet:
    """Return one set of all parts' images, boxes and repairs.

    Categories of one name are one category. Ids stay as they are where no two parts clash, else
    images and annotations are numbered from 1 in the order of the parts, and categories by name.
    """
    if len(parts) == 1:
        return replace(parts[0], root=root, name=root.absolute().name)
    first, said = joined_names(name for part in parts for name in part.categories.values())
    parts = [replace(part, categories={key: first[name] for key, name in part.categories.items()})
             for part in parts]  # fmt: skip
    categories = _categories(parts)
    by_name = {name: key for key, name in categories.items()}
    images, annotations = _renumbered(parts, by_name)
    notes = dict.fromkeys([*said, *(note for part in parts for note in part.notes)])
    told = Counter(image.path for image in images if image.path is not None)
    return AnnotatedSet(
        name=root.absolute().name, format=parts[0].format, root=root, images=images,
        annotations=annotations, categories=categories,
        repairs=sum((part.repairs for part in parts), Counter(
            {SEVERAL: sum(count - 1 for count in told.values())})), notes=tuple(notes),
        category_keys=_keys(parts, by_name),
    )  # fmt: skip


def _categories(parts: Sequence[AnnotatedSet]) -> dict[int, str]:
    pairs = sorted({pair for part in parts for pair in part.categories.items()})
    together = dict(pairs)
    if len(together) == len(pairs) == len(set(together.values())):
        return together
    return dict(enumerate(sorted({name for _, name in pairs}), 1))


def _keys(parts: Sequence[AnnotatedSet], ids: Mapping[str, int]) -> dict[Key, int]:
    """Return what every part that knows a key calls by it; keys that parts disagree on are out."""
    found: dict[Key, set[int]] = {}
    for part in parts:
        for key, number in part.category_keys.items():
            found.setdefault(key, set()).add(ids[part.categories[number]])
    return {key: min(numbers) for key, numbers in found.items() if len(numbers) == 1}


def _renumbered(
    parts: Sequence[AnnotatedSet], category_ids: Mapping[str, int]
) -> tuple[tuple[AnnotatedImage, ...], tuple[Annotation, ...]]:
    ids = [image.id for part in parts for image in part.images]
    keep_images = len(set(ids)) == len(ids)
    keep_boxes = keep_images and _distinct([a.id for part in parts for a in part.annotations])
    image_number, box_number = count(1), count(1)
    images: list[AnnotatedImage] = []
    annotations: list[Annotation] = []
    for part in parts:
        moved = {i.id: i.id if keep_images else next(image_number) for i in part.images}
        images += [replace(image, id=moved[image.id]) for image in part.images]
        annotations += [
            replace(
                a, id=a.id if keep_boxes else next(box_number), image_id=moved[a.image_id],
                category_id=category_ids[part.categories[a.category_id]],
            )
            for a in part.annotations
        ]  # fmt: skip
    return tuple(images), tuple(annotations)


def _distinct(ids: Sequence[int]) -> bool:
    return len(set(ids)) == len(ids)
