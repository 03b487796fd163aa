"""A rendered set's images as they are exported, one at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from alignment.export.settings import SplitSettings
from alignment.export.taken.classes import Classes
from alignment.export.taken.index import CocoIndex, index_coco
from alignment.export.taken.names import folded, numbered, plain
from alignment.export.taken.shot import Shot
from alignment.export.taken.split import PARTS, Parts, SceneGroups, drawn, parents_of, parted
from alignment.export.taken.strict import BadRendered, named_and_sized, thing_of
from scenes.sets.photos import find_photo
from scenes.writers.example import Example

RENDERED = "rendered"
OF_IMAGE = ("scene_seed", "config_id", "focal_px")


@dataclass(frozen=True, kw_only=True, eq=False)
class RenderedSource:
    """A rendered set. parts (n,): of its images. prefix: of every exported name."""

    index: CocoIndex
    classes: Classes
    parts: Parts
    prefix: str

    def __len__(self) -> int:
        return len(self.index)

    @property
    def splits(self) -> frozenset[str]:
        """The parts that hold any image."""
        return frozenset(PARTS[part] for part in np.unique(self.parts))

    def shots(self, first: int) -> Iterator[Shot]:
        """Yield the images by ascending id, numbered from `first`. Raises BadRendered."""
        for i, (image, boxes) in enumerate(self.index.records()):
            name, size = named_and_sized(image)
            path = self._path(name)
            places = ((told, self._place(told)) for told in boxes)
            yield Shot(path=path, example=Example(
                number=first + i, file_name=f"{self._stem(name, image['id'])}{path.suffix.lower()}",
                split=PARTS[self.parts[i]], source=RENDERED, width_px=size[0], height_px=size[1],
                things=tuple(thing_of(told, k, size) for told, k in places if k is not None),
                facts={"original": name, **_facts(image)},
            ))  # fmt: skip

    def _place(self, told: Mapping[str, Any]) -> int | None:
        """Return the place of an annotation's class, None of one that CATEGORY leaves out."""
        category = told.get("category_id")
        if type(category) is not int or category not in self._known:
            raise BadRendered(
                f"annotation {told.get('id')} has category_id {category!r}; expected one of "
                f"{', '.join(map(str, self._known))}; give the set as REAL=, where it is mended"
            )
        return self.classes.rendered.get(category)

    @cached_property
    def _known(self) -> list[Any]:
        return [record["id"] for record in self.index.categories]

    def _path(self, name: str) -> Path:
        path = find_photo(name, self._folders)
        if path is None:
            raise BadRendered(
                f"image {name} is not in {self._folders[0]}; expected the set as it was rendered; "
                "bring its images back, or render again: finished ones are kept"
            )
        return path

    @cached_property
    def _folders(self) -> tuple[Path, ...]:
        beside = self.index.path.parent
        return (beside / "images", beside, beside.parent / "images")

    def _stem(self, name: str, key: int) -> str:
        stem = plain(name)
        twin = name_mark({"file_name": name}) in self._twins
        return self.prefix + (numbered(stem, key) if twin else stem)

    @cached_property
    def _twins(self) -> frozenset[int]:
        marks, counts = np.unique(self.index.marks[:, 1], return_counts=True)
        return frozenset(marks[counts > 1].tolist())


def indexed(file: Path, settings: SplitSettings) -> CocoIndex:
    """Return a rendered set's index; its marks are of groups and of names. Raises BadCoco."""
    groups = SceneGroups(settings=settings, parents=parents_of(file.parent / "plan.jsonl"))
    return index_coco(file, (groups.mark, name_mark))


def rendered_source(index: CocoIndex, classes: Classes, settings: SplitSettings) -> RenderedSource:
    """Return the images of an index that `indexed` made, parted by their groups."""
    parts = parted(index.marks[:, 0], settings)
    return RenderedSource(index=index, classes=classes, parts=parts, prefix="")


def name_mark(record: Mapping[str, Any]) -> int:
    """Return equal numbers for names that some file system would take for one."""
    return drawn(0, folded(plain(str(record.get("file_name")))))


def _facts(image: Mapping[str, Any]) -> dict[str, Any]:
    return {key: image[key] for key in OF_IMAGE if image.get(key) is not None}
