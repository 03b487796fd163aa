"""A new COCO set from a part of another, which stays as it is."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from alignment.features.backends.backend import Boxes, Picture, Rgb
from alignment.real.pair import NotOneCoco
from assets.errors import UserError
from scenes.dataset.manifest import CREDITED, read_manifest
from scenes.dataset.resume import first_difference
from scenes.files.atomic import make_folder, write_bytes
from scenes.files.canonical_json import json_bytes
from scenes.files.pictures import encode_png
from scenes.plan.splits import EXPOSED, SplitRecord
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet
from scenes.sets.identity import Key, key_of
from scenes.sets.photos import read_rgb
from scenes.sets.repair import RENUMBERED

Told = Callable[[int, int], None]
Box = tuple[float, float, float, float]
DECISION = "decision.json"


class OtherDecision(UserError):
    """A folder that holds a set made in another way."""


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """What changes. images and annotations: ids that go. blackened: annotations painted black.

    A blackened annotation goes too: nothing is to be found where it was.
    """

    images: frozenset[int]
    annotations: frozenset[int]
    blackened: frozenset[int]

    @property
    def gone(self) -> frozenset[int]:
        """Annotations that are no longer in the set, but for those of images that go."""
        return self.annotations | self.blackened


def check_derivable(annotated: AnnotatedSet, file: Path) -> None:
    """Raise NotOneCoco unless the set's ids are those that the file has."""
    if annotated.format != "coco" or not file.is_file():
        raise NotOneCoco(
            f"SET={file}: read as {annotated.format}; expected one COCO JSON file, "
            "e.g. SET=folder/annotations.json"
        )
    if annotated.repairs[RENUMBERED]:
        raise NotOneCoco(
            f"SET={file}: {annotated.repairs[RENUMBERED]} annotations have no id of their own; "
            "expected a unique id each, so that it can be said which ones go"
        )


def hold_decision(out: Path, told: Mapping[str, Any]) -> None:
    """Write down what the folder is made by, or compare. Raises OtherDecision, Unwritable."""
    path = out / DECISION
    if not path.is_file():
        write_bytes(path, json_bytes(told))
        return
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        found = None
    difference = first_difference(found, json.loads(json_bytes(told)))
    if difference:
        raise OtherDecision(
            f"{out} was made with other settings: {difference}; choose an empty OUT, or delete it"
        )


def write_lineage(
    folder: Path, out: Path, record: SplitRecord | None, seen: Mapping[str, str]
) -> None:
    """Say in `out` what its set was made with, so that `make judge` can tell a leak.

    folder: of the set that it was made from, whose manifest tells the files behind its objects.
    record: that set's splits. seen: more photos that were learned from, file names by the SHA-256
    of their bytes. Raises Unwritable.
    """
    if record is not None or seen:
        first = record or SplitRecord(seed=0, shares={}, images={})
        exposed = dict.fromkeys((*first.images.get(EXPOSED, ()), *sorted(seen.values())))
        told = replace(first, images={**first.images, EXPOSED: tuple(exposed)})
        told.write(out / "plan.jsonl")
    manifest = read_manifest(folder) or {}
    credits = {kind: list(manifest.get(kind) or ()) for kind in CREDITED}
    credits["photos"] += [{"name": name, "sha256": sha} for sha, name in sorted(seen.items())]
    if any(credits.values()):
        write_bytes(out / "manifest.json", json_bytes(credits))


def write_derived(
    out: Path, annotated: AnnotatedSet, file: Path, change: Derivation, count: Told
) -> Path:
    """Write images and annotations.json into `out`; return the latter, which comes last.

    Records are those of `file`, with all they hold. Images are copied byte by byte, but for those
    with a blackened box, which become PNG so that no other pixel changes. What an earlier, stopped
    run has copied is kept. Raises Unwritable, PhotoUnreadable.
    """
    images = [image for image in annotated.images if image.id not in change.images]
    boxes = _blackened_in(annotated, images, change)
    names = _names(images, boxes)
    make_folder(out)
    for done, image in enumerate(images, 1):
        _write_image(out / "images" / names[image.id], image, boxes[image.id])
        count(done, len(images))
    write_lineage(file.parent, out, SplitRecord.beside(file), {})
    path = out / "annotations.json"
    told = json.loads(file.read_text("utf-8-sig"))
    write_bytes(path, json_bytes(_records(told, annotated, names, change)))
    return path


def blackened(rgb: Rgb, boxes: Sequence[Boxes]) -> Rgb:
    """Return a copy with every pixel that a box (x, y, w, h) touches black."""
    made = rgb.copy()
    height, width = rgb.shape[:2]
    picture = Picture(size_px=(width, height), rgb=made)
    for box in boxes:
        picture.crop(box)[:] = 0
    return made


def _blackened_in(
    annotated: AnnotatedSet, images: Sequence[AnnotatedImage], change: Derivation
) -> dict[int, list[Box]]:
    boxes: dict[int, list[Box]] = {image.id: [] for image in images}
    there = {image.id for image in images if image.path is not None}
    for annotation in annotated.annotations:
        if annotation.id in change.blackened and annotation.image_id in there:
            boxes[annotation.image_id].append(annotation.bbox)
    return boxes


def _names(images: Sequence[AnnotatedImage], boxes: Mapping[int, list[Box]]) -> dict[int, str]:
    """Return file names inside images/, no two of them the same."""
    names: dict[int, str] = {}
    used: set[str] = set()
    for image in images:
        name = PurePosixPath(_inside(image))
        if boxes[image.id]:
            name = name.with_suffix(".png")
        while str(name) in used:
            name = name.with_stem(f"{name.stem}-{image.id}")
        used.add(str(name))
        names[image.id] = str(name)
    return names


def _write_image(path: Path, image: AnnotatedImage, boxes: list[Box]) -> None:
    if image.path is None:
        return
    make_folder(path.parent)
    if boxes:
        write_bytes(path, _painted(image, image.path, boxes))
    elif not path.is_file() or path.stat().st_size != image.path.stat().st_size:
        write_bytes(path, image.path.read_bytes())


def _painted(image: AnnotatedImage, path: Path, boxes: list[Box]) -> bytes:
    rgb = read_rgb(path, (image.width_px, image.height_px))
    scale = np.tile((rgb.shape[1] / image.width_px, rgb.shape[0] / image.height_px), 2)
    return encode_png(blackened(rgb, [np.asarray(box) * scale for box in boxes]))


def _inside(image: AnnotatedImage) -> str:
    """Return a name that stays in its folder: no drive, no root, no way up."""
    parts = PurePosixPath(image.file_name.replace("\\", "/")).parts
    kept = [part for part in parts if part not in ("..", ".", "/") and ":" not in part]
    name = PurePosixPath(*kept) if kept else PurePosixPath(f"{image.id}")
    if image.path is not None and not name.suffix:
        name = name.with_suffix(image.path.suffix)
    return str(name)


def _records(
    told: dict[str, Any], annotated: AnnotatedSet, names: Mapping[int, str], change: Derivation
) -> Mapping[str, Any]:
    """Return the file's content without what goes; ids stay as the file has them."""
    kept = {image.told_id: names[image.id] for image in annotated.images if image.id in names}
    gone = {a.told_id for a in annotated.annotations if a.id in change.gone}
    images = [
        {**record, "file_name": kept[key]} for record in told["images"]
        if (key := _key(record, "id")) in kept and key is not None
    ]  # fmt: skip
    annotations = [
        record for record in told["annotations"]
        if _key(record, "image_id") in kept and _key(record, "id") not in gone
    ]  # fmt: skip
    return {**told, "images": images, "annotations": annotations}


def _key(record: Any, place: str) -> Key | None:
    return key_of(record.get(place)) if isinstance(record, dict) else None
