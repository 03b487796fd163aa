"""Sets joined into one: hard links of their images, and which set each is from."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alignment.curation.derived_set import check_derivable
from alignment.detection.shown.categories import labels_by_id
from alignment.improvement.photos.exposed_set import put
from alignment.real.pair import coco_file
from scenes.dataset.manifest import read_manifest
from scenes.files.atomic import make_folder, write_bytes, writing
from scenes.files.canonical_json import json_bytes
from scenes.formats.coco import read_coco
from scenes.plan.splits import SplitRecord
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet
from scenes.sets.identity import Key, key_of

_CREDITED = ("photos", "environments", "textures")  # files behind objects, by SHA-256
Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    name: str
    place: int
    annotated: AnnotatedSet
    images: Mapping[Key, Record]
    annotations: Mapping[Key, Record]
    categories: Mapping[Key, Record]
    licences: Mapping[Key, Record]

    @property
    def shown(self) -> tuple[AnnotatedImage, ...]:
        """The images that are on disk."""
        return tuple(image for image in self.annotated.images if image.path is not None)

    def file_name(self, image: AnnotatedImage) -> str:
        suffix = Path(image.file_name).suffix
        return f"{self.place:02d}-{image.id:06d}{suffix}"


def join(parts: Mapping[str, Path], names: Sequence[str], splits: SplitRecord, out: Path) -> Path:
    """Write sets' images and boxes of some categories as one set; return its folder.

    parts: COCO sets by what they are called. Records keep all they hold and say where they are
    from; depth and segmentation maps stay where they are. annotations.json comes last: with the
    same parts, the same bytes. Raises NotOneCoco, CategoriesDiffer, Unwritable.
    """
    read = [_read(name, folder, place) for place, (name, folder) in enumerate(parts.items())]
    told: dict[str, list[Record]] = {
        "categories": _categories(read, names), "licenses": [], "images": [], "annotations": [],
    }  # fmt: skip
    make_folder(out / "images")
    for part in read:
        _add(told, part, names)
        for image in part.shown:
            assert image.path is not None  # else it is not shown
            put(image.path, out / "images" / part.file_name(image))
    _drop_others(out / "images", {image["file_name"] for image in told["images"]})
    splits.write(out / "plan.jsonl")
    write_bytes(out / "manifest.json", json_bytes(_credits(parts)))
    write_bytes(out / "annotations.json", json_bytes(told))
    return out


def _read(name: str, folder: Path, place: int) -> _Part:
    file = coco_file(folder)
    annotated = read_coco(file)
    check_derivable(annotated, file)
    told = json.loads(file.read_text("utf-8-sig"))
    return _Part(
        name=name, place=place, annotated=annotated, images=_by_key(told["images"]),
        annotations=_by_key(told["annotations"]), categories=_by_key(told["categories"]),
        licences=_by_key(told.get("licenses", [])),
    )  # fmt: skip


def _by_key(records: Iterable[Any]) -> dict[Key, Record]:
    keyed = ((key_of(one.get("id")), one) for one in records if isinstance(one, dict))
    return {key: one for key, one in keyed if key is not None}


def _add(told: Mapping[str, list[Record]], part: _Part, names: Sequence[str]) -> None:
    """Add a part's licences, images and boxes, numbered on."""
    own = labels_by_id(part.annotated, names)
    licences = {key: len(told["licenses"]) + n for n, key in enumerate(part.licences, 1)}
    told["licenses"].extend({**one, "id": licences[key]} for key, one in part.licences.items())
    numbers = {image.id: len(told["images"]) + n for n, image in enumerate(part.shown, 1)}
    for image in part.shown:
        record = part.images[image.id if image.told_id is None else image.told_id]
        licence = licences.get(key_of(record.get("license")) or 0)
        told["images"].append({
            **{name: value for name, value in record.items() if name != "license"},
            "id": numbers[image.id], "file_name": part.file_name(image),
            "source_set": part.name, "source_image": image.file_name,
            **({"license": licence} if licence else {}),
        })  # fmt: skip
    for one in part.annotated.annotations:
        if one.category_id in own and one.image_id in numbers:
            record = part.annotations[one.id if one.told_id is None else one.told_id]
            told["annotations"].append({
                **record, "id": len(told["annotations"]) + 1, "image_id": numbers[one.image_id],
                "category_id": own[one.category_id] + 1,
            })  # fmt: skip


def _categories(parts: Sequence[_Part], names: Sequence[str]) -> list[Record]:
    """Return categories with what the last of the sets says of them, such as keypoints."""
    last = parts[-1]
    keys = {label: key for key, label in labels_by_id(last.annotated, names).items()}
    return [{**last.categories.get(keys[label], {}), "id": label + 1, "name": name}
            for label, name in enumerate(names)]  # fmt: skip


def _credits(parts: Mapping[str, Path]) -> Mapping[str, Any]:
    manifests = {name: read_manifest(coco_file(folder).parent) for name, folder in parts.items()}
    told: dict[str, Any] = {"joined": list(parts)}
    for kind in _CREDITED:
        every = [c for one in manifests.values() for c in (one or {}).get(kind, ())]
        told[kind] = list({json.dumps(c, sort_keys=True): c for c in every}.values())
    return told


def _drop_others(folder: Path, kept: set[str]) -> None:
    """Drop links of an earlier run with other settings."""
    for path in folder.iterdir():
        if path.name not in kept:
            with writing(path):
                path.unlink()
