"""Sets joined into one: hard links of their images and maps, and which set each is from."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from alignment.curation.derived_set import check_derivable
from alignment.detection.shown.categories import labels_by_id
from alignment.real.pair import coco_file
from scenes.dataset.manifest import CREDITED, read_manifest
from scenes.files.atomic import make_folder, write_bytes, writing
from scenes.files.canonical_json import json_bytes
from scenes.files.placing import put
from scenes.formats.coco import read_coco_part
from scenes.plan.splits import SplitRecord
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet
from scenes.sets.identity import Key, key_of
from scenes.sets.repair import settled

MAPS = {"depth": ".exr", "segmentation": ".png"}  # folders of them, as scenes.dataset writes them
Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """One of the sets: its folder, it as read, and its own records by id."""

    folder: Path
    annotated: AnnotatedSet
    images: Mapping[Key, Record]
    annotations: Mapping[Key, Record]
    categories: Mapping[Key, Record]
    licences: Mapping[Key, Record]

    @classmethod
    def of(cls, path: Path) -> "Part":
        """Return a COCO set. path: its file, or the folder that has it. Raises NotOneCoco."""
        file = coco_file(path)
        annotated = read_set(file)
        check_derivable(annotated, file)
        told = json.loads(file.read_text("utf-8-sig"))
        return cls(
            folder=file.parent, annotated=annotated, images=_by_key(told["images"]),
            annotations=_by_key(told["annotations"]), categories=_by_key(told["categories"]),
            licences=_by_key(told.get("licenses", [])),
        )  # fmt: skip

    @property
    def shown(self) -> tuple[AnnotatedImage, ...]:
        """The images that are on disk."""
        return tuple(image for image in self.annotated.images if image.path is not None)

    def record(self, image: AnnotatedImage) -> Record:
        """Return what the set's file says of an image."""
        return self.images[image.id if image.told_id is None else image.told_id]

    def only(self, images: Iterable[AnnotatedImage]) -> "Part":
        """Return the part with some of its images alone."""
        kept = tuple(sorted(images, key=lambda image: image.id))
        return replace(self, annotated=replace(self.annotated, images=kept))


def read_set(file: Path) -> AnnotatedSet:
    """Return a COCO set as `read_coco`, or one without a single box, which that refuses."""
    part = read_coco_part(file)
    return settled(part) if part.annotations else part


def join(parts: Mapping[str, Part], names: Sequence[str], splits: SplitRecord, out: Path) -> Path:
    """Write sets' images and boxes of some categories as one set; return its folder.

    parts: by what they are called. Records keep all they hold and say where they are from; depth
    and segmentation maps come along. annotations.json comes last: with the same parts, the same
    bytes. Raises CategoriesDiffer, Unwritable.
    """
    told: dict[str, list[Record]] = {
        "categories": _categories(list(parts.values()), names),
        "licenses": [], "images": [], "annotations": [],
    }  # fmt: skip
    kept: set[Path] = set()
    for place, (name, part) in enumerate(parts.items()):
        files = {image.id: _file_name(place, image) for image in part.shown}
        _add(told, part, (name, names, files))
        kept.update(*(_put(image, part, out, files[image.id]) for image in part.shown))
    _drop_others(out, kept)
    splits.write(out / "plan.jsonl")
    write_bytes(out / "manifest.json", json_bytes(_credits(parts)))
    write_bytes(out / "annotations.json", json_bytes(told))
    return out


def _file_name(place: int, image: AnnotatedImage) -> str:
    return f"{place:02d}-{image.id:06d}{PurePosixPath(image.file_name).suffix}"


def _put(image: AnnotatedImage, part: Part, out: Path, name: str) -> list[Path]:
    """Link an image and its maps; return where they lie."""
    assert image.path is not None  # else it is not shown
    stem, beside = PurePosixPath(name).stem, PurePosixPath(image.file_name).stem
    wanted = [(image.path, out / "images" / name)]
    wanted += [(part.folder / folder / f"{beside}{suffix}", out / folder / f"{stem}{suffix}")
               for folder, suffix in MAPS.items()]  # fmt: skip
    there = [(source, target) for source, target in wanted if source.is_file()]
    for source, target in there:
        make_folder(target.parent)
        put(source, target)
    return [target for _, target in there]


def _by_key(records: Iterable[Any]) -> dict[Key, Record]:
    keyed = ((key_of(one.get("id")), one) for one in records if isinstance(one, dict))
    return {key: one for key, one in keyed if key is not None}


def _add(
    told: Mapping[str, list[Record]], part: Part, how: tuple[str, Sequence[str], Mapping[int, str]]
) -> None:
    """Add a part's licences, images and boxes, numbered on. how: its name, the categories, files.

    Images without a box of these categories stay, as pictures that show none.
    """
    name, names, files = how
    own = labels_by_id(part.annotated, names) if part.annotated.annotations else {}
    licences = {key: len(told["licenses"]) + n for n, key in enumerate(part.licences, 1)}
    told["licenses"].extend({**one, "id": licences[key]} for key, one in part.licences.items())
    numbers = {image.id: len(told["images"]) + n for n, image in enumerate(part.shown, 1)}
    for image in part.shown:
        record = part.record(image)
        licence = licences.get(key_of(record.get("license")) or 0)
        told["images"].append({
            **{key: value for key, value in record.items() if key != "license"},
            "id": numbers[image.id], "file_name": files[image.id],
            "source_set": name, "source_image": image.file_name,
            **({"license": licence} if licence else {}),
        })  # fmt: skip
    for one in part.annotated.annotations:
        if one.category_id in own and one.image_id in numbers:
            record = part.annotations[one.id if one.told_id is None else one.told_id]
            told["annotations"].append({
                **record, "id": len(told["annotations"]) + 1, "image_id": numbers[one.image_id],
                "category_id": own[one.category_id] + 1,
            })  # fmt: skip


def _categories(parts: Sequence[Part], names: Sequence[str]) -> list[Record]:
    """Return categories with what the last set that has boxes says of them, such as keypoints."""
    last = next(one for one in reversed(parts) if one.annotated.annotations)
    keys = {label: key for key, label in labels_by_id(last.annotated, names).items()}
    return [{**last.categories.get(keys[label], {}), "id": label + 1, "name": name}
            for label, name in enumerate(names)]  # fmt: skip


def _credits(parts: Mapping[str, Part]) -> Mapping[str, Any]:
    manifests = [read_manifest(part.folder) for part in parts.values()]
    told: dict[str, Any] = {"joined": list(parts)}
    for kind in CREDITED:
        every = [c for one in manifests for c in (one or {}).get(kind, ())]
        told[kind] = list({json.dumps(c, sort_keys=True): c for c in every}.values())
    return told


def _drop_others(out: Path, kept: Collection[Path]) -> None:
    """Drop links of an earlier run with other settings."""
    for folder in ("images", *MAPS):
        for path in (out / folder).glob("*"):
            if path not in kept:
                with writing(path):
                    path.unlink()
