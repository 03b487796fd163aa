"""The sets that are looked at, each with what its file and its plan tell beside its boxes."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from alignment.exploration.settings import ExplorationSettings
from assets.errors import UserError
from scenes.formats.coco import read_coco
from scenes.formats.find import find_set
from scenes.formats.names import FormatName
from scenes.formats.read import read_real
from scenes.measuring.table import MetadataTable
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.identity import Key, key_of
from scenes.sets.named_list import NamedList, digest_of

ANNOTATIONS = "annotations.json"  # of ours, which other files of ours lie beside
MANIFEST, PLAN = "manifest.json", "plan.jsonl"
NO_COMPONENT = -1


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside the boxes: in the file by its own ids, in the plan by the image's stem.

    keypoints: COCO's triples (x, y in pixels, visibility). bones: pairs of places among them, by
    category's name. components: of the target's mixture. reasons: why a scene was planned.
    """

    keypoints: Mapping[Key, tuple[float, ...]]
    bones: Mapping[str, tuple[tuple[int, int], ...]]
    components: Mapping[Key, int]
    reasons: Mapping[str, str]
    is_rendered: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Opened:
    """One set as it was read. files: its annotations."""

    annotated: AnnotatedSet
    files: Sequence[Path]
    beside: Beside

    @property
    def side_px(self) -> int:
        """The median of its images' longer sides."""
        return int(np.median([max(i.width_px, i.height_px) for i in self.annotated.images]))


@dataclass(frozen=True, kw_only=True, eq=False)
class Member:
    """One set. table: a row a box, in any order; outcomes: what a detector made of each, or none.

    digest: of its annotations, "" where they are many files. is_reference: others are held against
    it, as against photos where there are any.
    """

    annotated: AnnotatedSet
    digest: str
    beside: Beside
    table: MetadataTable
    is_reference: bool
    outcomes: tuple[str, ...] = ()


class NothingListed(UserError):
    """A list that is of none of the sets."""


def opened(path: Path, settings: ExplorationSettings) -> Opened:
    """Return a set, of a list where settings name one. Raises what reading raises, BadList."""
    annotated, files = _read(path, settings.format)
    if settings.only is not None:
        annotated = _listed(annotated, files, NamedList.read(settings.only))
    alone = files[0] if annotated.format == "coco" and len(files) == 1 else None
    return Opened(annotated=annotated, files=files, beside=_beside(alone, annotated.root))


def member_of(one: Opened, table: MetadataTable) -> Member:
    """Return a set with what was measured of it."""
    alone = one.annotated.format == "coco" and len(one.files) == 1
    return Member(
        annotated=one.annotated, digest=digest_of(one.files[0]) if alone else "",
        beside=one.beside, table=table, is_reference=not one.beside.is_rendered,
    )  # fmt: skip


def _read(path: Path, format: FormatName | None) -> tuple[AnnotatedSet, Sequence[Path]]:
    """Return a set and its files; of ours without a look at each picture, which takes minutes."""
    own = path / ANNOTATIONS
    if format in (None, "coco") and own.is_file() and (path / MANIFEST).is_file():
        return _with_pictures(read_coco(own, image_root=Path(os.devnull))), (own,)
    if format is None and own.is_file():
        format = "coco"
    try:
        return read_real(path, format=format), find_set(path, format).files
    except UserError as error:  # which speaks of the set that it is mostly asked for
        raise type(error)(str(error).replace("REAL=", "SETS=", 1)) from None


def _with_pictures(annotated: AnnotatedSet) -> AnnotatedSet:
    folder = annotated.root / "images"
    there = {entry.name for entry in os.scandir(folder)} if folder.is_dir() else set()
    images = tuple(
        replace(image, path=folder / image.file_name) if image.file_name in there else image
        for image in annotated.images
    )
    return replace(annotated, images=images)


def reason_of(beside: Beside, file_name: str) -> str:
    """Return why an image's scene was planned, "" where no plan says it."""
    return beside.reasons.get(PurePosixPath(file_name.replace("\\", "/")).stem, "")


def _listed(annotated: AnnotatedSet, files: Sequence[Path], told: NamedList) -> AnnotatedSet:
    digests = {digest_of(file) for file in files}
    if not any(one.digest in digests or one.set_name == annotated.name for one in told.sets):
        return annotated.of_images(())
    return annotated.of_images(told.of(annotated, files[0]).images)


def _beside(file: Path | None, root: Path) -> Beside:
    told = {} if file is None else json.loads(file.read_text("utf-8-sig"))
    names = {key_of(c.get("id")): c for c in _records(told, "categories")}
    images = _records(told, "images")
    return Beside(
        keypoints={
            key: tuple(map(float, one["keypoints"])) for one in _records(told, "annotations")
            if one.get("keypoints") and (key := key_of(one.get("id"))) is not None
        },
        bones={str(c.get("name")): _bones(c.get("skeleton")) for c in names.values()},
        components={
            key: int(one["component"]) for one in images
            if isinstance(one.get("component"), int) and (key := key_of(one.get("id"))) is not None
        },
        reasons=_reasons(root / PLAN),
        is_rendered=any("scene_seed" in one for one in images),
    )  # fmt: skip


def _records(told: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one for one in told.get(kind, ()) if isinstance(one, dict)]


def _bones(told: Any) -> tuple[tuple[int, int], ...]:
    return tuple((int(a) - 1, int(b) - 1) for a, b in told or ())


def _reasons(plan: Path) -> dict[str, str]:
    """Return why each scene was planned, by the stem of its image; as much as can be read."""
    if not plan.is_file():
        return {}
    reasons = {}
    with plan.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            reasons[f"{told['index']:06d}"] = str(told.get("why", ""))
    return reasons
