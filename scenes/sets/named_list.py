"""Images and boxes of sets that somebody picked, as a file that verbs take by `only=` and so on."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.files.atomic import write_bytes
from scenes.files.canonical_json import json_bytes
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.identity import Key, key_of

SCHEMA = 1


class BadList(UserError):
    """A file that is no list of picked images, or has none of the set it is held against."""


@dataclass(frozen=True, kw_only=True)
class PickedImage:
    """One image as its set's file calls it, and which of its boxes; no box where it was none's."""

    id: Key
    file_name: str
    annotations: tuple[Key, ...]


@dataclass(frozen=True, kw_only=True)
class Picked:
    """What of one set was picked. digest: SHA-256 of its annotations, "" where it has many."""

    set_name: str
    digest: str
    images: tuple[PickedImage, ...]


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What of a set a list names, by the ids that the set has here."""

    images: frozenset[int]
    annotations: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class NamedList:
    """What was picked, set by set, under a name."""

    name: str
    sets: tuple[Picked, ...]

    def write(self, path: Path) -> None:
        """Write JSON, whole or not at all. Equal lists give equal bytes. Raises Unwritable."""
        write_bytes(path, json_bytes(self.to_json()))

    def to_json(self) -> dict[str, Any]:
        """Return plain data; `read` reads it."""
        return {"schema": SCHEMA, "name": self.name, "sets": [_told(one) for one in self.sets]}

    @classmethod
    def read(cls, path: Path) -> "NamedList":
        """Return the list in a file. Raises BadList."""
        try:
            told = json.loads(path.read_text(encoding="utf-8-sig"))
            if told["schema"] != SCHEMA:
                raise BadList(f"list {path}: schema is {told['schema']!r}; expected {SCHEMA}")
            return cls(name=str(told["name"]), sets=tuple(map(_picked, told["sets"])))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, BadList):
                raise
            raise BadList(
                f"list {path}: {type(error).__name__} {error}; expected a list that make explore "
                "kept"
            ) from None

    def of(self, annotated: AnnotatedSet, file: Path) -> Chosen:
        """Return what the list names of a set that was read from `file`.

        The set is told by its annotations' bytes, else by its name. Raises BadList where the list
        knows neither, or names nothing that the set has.
        """
        digest = digest_of(file)
        named = [one for one in self.sets if one.digest == digest] or [
            one for one in self.sets if one.set_name == annotated.name
        ]
        if not named:
            raise BadList(
                f"list {self.name!r} is of {', '.join(one.set_name for one in self.sets) or 'none'}"
                f"; expected {annotated.name}; pick from that set with make explore"
            )
        chosen = _chosen(annotated, {image.id: image for one in named for image in one.images})
        if not chosen.images:
            raise BadList(
                f"list {self.name!r} names no image that {annotated.name} has; expected ids of "
                f"{file}; pick anew with make explore"
            )
        return chosen


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a set's annotations."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _chosen(annotated: AnnotatedSet, named: Mapping[Key, PickedImage]) -> Chosen:
    boxes = {key for image in named.values() for key in image.annotations}
    images = frozenset(i.id for i in annotated.images if i.told_id in named)
    annotations = frozenset(
        a.id for a in annotated.annotations if a.told_id in boxes and a.image_id in images
    )
    return Chosen(images=images, annotations=annotations)


def _told(one: Picked) -> dict[str, Any]:
    images = [
        {"id": i.id, "file_name": i.file_name, "annotations": list(i.annotations)}
        for i in one.images
    ]
    return {"name": one.set_name, "annotations_sha256": one.digest, "images": images}


def _picked(told: Mapping[str, Any]) -> Picked:
    return Picked(
        set_name=str(told["name"]), digest=str(told["annotations_sha256"]),
        images=tuple(
            PickedImage(
                id=_key(one["id"]), file_name=str(one["file_name"]),
                annotations=tuple(map(_key, one["annotations"])),
            )
            for one in told["images"]
        ),
    )  # fmt: skip


def _key(told: Any) -> Key:
    key = key_of(told)
    if key is None:
        raise ValueError(f"{told!r} is no id")
    return key
