"""Which images train and which judge: whole scenes and whole groups of photos, never parts of one.

A group's place is drawn from its name and the seed alone, so that the order of the images does not
matter, and most groups keep their part when a set grows.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from alignment.export.settings import SplitSettings
from scenes.plan.splits import SplitRecord
from scenes.sets.annotated_set import AnnotatedImage
from scenes.writers.example import TEST, TRAIN, VAL

PARTS = (TRAIN, VAL, TEST)
Marks = npt.NDArray[np.uint64]
Parts = npt.NDArray[np.int8]
_OF_RECORD = {"validation": VAL, "test": TEST}
_ROBOFLOW = re.compile(r"\.rf\.[0-9a-zA-Z]{16,}$")  # what it adds to each copy of a photo
_LIKE = re.compile(rb'"why":"like image (\d+), seed (\d+)"')


def drawn(seed: int, group: str) -> int:
    """Return a number of 64 bits for a group's name."""
    told = hashlib.blake2b(f"{seed}\n{group}".encode(), digest_size=8).digest()
    return int.from_bytes(told, "big")


def parted(marks: Marks, settings: SplitSettings) -> Parts:
    """Return each image's part, as its place in PARTS, from its group's mark (n,).

    Test takes the groups of the lowest marks, val the next ones, each as many as come nearest to
    its share of the images: at least one group where the share is above 0, and train keeps one.
    """
    groups, of, counts = np.unique(marks, return_inverse=True, return_counts=True)
    parts = np.zeros(len(groups), dtype=np.int8)
    first = 0
    for part, share in ((TEST, settings.test), (VAL, settings.val)):
        many = _nearest(counts[first : len(groups) - 1], share * len(marks)) if share else 0
        parts[first : first + many] = PARTS.index(part)
        first += many
    return np.asarray(parts[of.reshape(-1)])


@dataclass(frozen=True, kw_only=True)
class SceneGroups:
    """The group of a rendered image: its scene, its configuration, or the scene that it is like.

    parents: the seed of the scene that `make augment` made a scene after, by its own seed's place.
    """

    settings: SplitSettings
    parents: Mapping[int, str]

    def mark(self, record: Mapping[str, Any]) -> int:
        """Return the number of the group of an image's record."""
        return drawn(self.settings.seed, self._group(record))

    def _group(self, record: Mapping[str, Any]) -> str:
        if self.settings.by == "config" and record.get("config_id") is not None:
            return f"config {record['config_id']}"
        if (parent := self.parents.get(record["id"])) is not None:
            return f"scene {parent}"
        if record.get("scene_seed") is not None:
            return f"scene {record['scene_seed']}"
        return f"image {photo_group(str(record.get('file_name')), None)}"


def parents_of(plan: Path) -> dict[int, str]:
    """Return the seed of the scene that each image was made like, by image id; none elsewhere."""
    if not plan.is_file():
        return {}
    found: dict[int, str] = {}
    with plan.open("rb") as lines:
        for number, line in enumerate(lines, 1):  # image ids are the plan's index + 1
            told = _LIKE.search(line)
            if told is None:
                return {}
            found[number] = told.group(2).decode()
    return found


def photo_group(name: str, pattern: str | None) -> str:
    """Return what photos of one group share: what `pattern` matches, or the name before Roboflow's.

    Roboflow names the augmented copies of a photo PHOTO_jpg.rf.HASH.jpg.
    """
    stem = Path(name.replace("\\", "/")).stem
    if pattern is not None and (found := re.search(pattern, Path(name).name)) is not None:
        return found.group(1 if found.groups() else 0) or ""
    return _ROBOFLOW.sub("", stem)


def photo_marks(images: Sequence[AnnotatedImage], settings: SplitSettings) -> Marks:
    """Return the number of each photo's group: of one name, or of the same bytes."""
    groups = [f"photo {photo_group(image.file_name, settings.group)}" for image in images]
    same: dict[str, str] = {}
    for image, group in zip(images, groups, strict=True):
        if image.path is not None:
            _unite(same, group, f"bytes {hashlib.sha256(image.path.read_bytes()).hexdigest()}")
    return np.array([drawn(settings.seed, _first(same, group)) for group in groups], np.uint64)


def recorded(record: SplitRecord | None, images: Sequence[AnnotatedImage]) -> dict[int, str]:
    """Return the part of photos that a plan's splits.json kept from its fit, by image id."""
    if record is None:
        return {}
    of = {name: part for key, part in _OF_RECORD.items() for name in record.images.get(key, ())}
    told = {i.id: of.get(i.file_name) or of.get(f"{i.file_name} (image {i.id})") for i in images}
    return {key: part for key, part in told.items() if part is not None}


def _nearest(counts: npt.NDArray[np.int64], wanted: float) -> int:
    """Return how many groups hold the number of images nearest to `wanted`, at least one."""
    if not len(counts):
        return 0
    return int(np.abs(np.cumsum(counts) - wanted).argmin()) + 1


def _unite(same: dict[str, str], one: str, other: str) -> None:
    first, second = sorted((_first(same, one), _first(same, other)), reverse=True)
    if first != second:
        same[second] = first


def _first(same: Mapping[str, str], group: str) -> str:
    while group in same:
        group = same[group]
    return group
