"""The walk of `make augment-images`: copies drawn, pictures and labels written beside the set's."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import cv2
import numpy as np

from alignment.augmentation.moved import Labelled, moved
from alignment.augmentation.settings import ImagesSettings
from alignment.command.stages import Stages
from alignment.curation.derived_set import check_derivable, hold_decision
from alignment.detection.training.views.augmentation import drawn_warp
from alignment.detection.training.views.photometry import developed
from alignment.detection.training.views.view import Rgb, edges_of
from alignment.detection.training.views.warp import Warp
from alignment.real.pair import coco_file
from assets.errors import UserError
from scenes.files.atomic import make_folder, write_bytes
from scenes.files.canonical_json import json_bytes
from scenes.files.lock import locked
from scenes.files.pictures import encode_jpeg, encode_png
from scenes.files.placing import copy
from scenes.formats.coco import read_coco
from scenes.plan.splits import SplitRecord
from scenes.sets.annotated_set import AnnotatedImage
from scenes.sets.identity import key_of
from scenes.sets.photos import read_rgb

COPY_STREAM = 31
STAYS = ("scene_seed", "config_id")  # by which make export keeps images of a scene in one split


class NothingToChange(UserError):
    """A set without an image that may be changed."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """An image that is copied. name: of its file in the new set. record, records: the set's own.

    records: all that the set has of the image, crowds and what cannot be read as a label included.
    """

    image: AnnotatedImage
    path: Path
    record: Mapping[str, Any]
    records: Sequence[Mapping[str, Any]]
    labels: Sequence[Labelled]
    name: str


def augment_images(settings: ImagesSettings, stages: Stages) -> Path:
    """Write the set with its copies; return its folder. Raises UserError of many kinds.

    annotations.json comes last; what a stopped run has written is kept.
    """
    assert settings.set is not None
    stages.begin("reading")
    file = coco_file(settings.set)
    told = json.loads(file.read_text("utf-8-sig"))
    sources, judging = _sources(file, told)
    if judging:
        stages.say(f"{judging} photos that only judge, by splits.json, are left out")
    out = settings.out or Path("out") / f"{file.absolute().parent.name}-augmented"
    if out.absolute() == file.absolute().parent:
        raise UserError(f"OUT={out} is the set's own folder; choose another, the set stays")
    make_folder(out / "images")
    with locked(out):
        hold_decision(out, _decision(settings, file))
        records = _written(settings, sources, out, stages)
        names = {key_of(one.get("id")): one.get("keypoints", ()) for one in told["categories"]}
        lists = _lists(settings, records, names)
        write_bytes(out / "annotations.json", json_bytes({**told, **lists}))
    stages.say(f"{len(lists['images'])} images, {len(lists['annotations'])} labels: {out}")
    return out


def drawn_copy(
    settings: ImagesSettings, source: Source, number: int
) -> tuple[np.random.Generator, Warp]:
    """Return the map of a copy and the generator that its light is drawn from."""
    rng = np.random.default_rng([settings.seed, COPY_STREAM, source.image.id, number])
    size = (source.image.width_px, source.image.height_px)
    boxes = np.array([one.annotation.bbox for one in source.labels]).reshape(-1, 4)
    return rng, drawn_warp(rng, size, edges_of(boxes), size, settings.change)


def _sources(file: Path, told: Mapping[str, Any]) -> tuple[list[Source], int]:
    """Return what may be copied, and how many photos may not, since they judge."""
    annotated = read_coco(file)
    check_derivable(annotated, file)
    images = {key_of(one.get("id")): one for one in told["images"] if isinstance(one, dict)}
    labels = {key_of(one.get("id")): one for one in told["annotations"] if isinstance(one, dict)}
    of: dict[int, list[Labelled]] = defaultdict(list)
    for one in annotated.annotations:
        of[one.image_id].append(Labelled(annotation=one, record=labels[one.told_id]))
    records: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for record in labels.values():
        records[key_of(record.get("image_id"))].append(record)
    there = [(i, i.path, images[i.told_id]) for i in annotated.images if i.path is not None]
    kept = [one for one in there if one[0].file_name not in _judging(file, one[2])]
    if not kept:
        raise NothingToChange(
            f"SET={file}: none of {len(annotated.images)} images is on disk and free to train on; "
            "expected one at least: bring the pictures, or a set whose splits.json exposes some"
        )
    names = _names([image for image, _, _ in kept])
    return [
        Source(
            image=image,
            path=path,
            record=record,
            records=records[image.told_id],
            labels=of[image.id],
            name=names[image.id],
        )
        for image, path, record in kept
    ], len(there) - len(kept)


def _judging(file: Path, record: Mapping[str, Any]) -> frozenset[str]:
    """Return the photos that splits.json keeps from training; no render is one of them."""
    found = SplitRecord.beside(file)
    if found is None or record.get("scene_seed") is not None:
        return frozenset()
    return frozenset(
        name.removesuffix(f" (image {record.get('id')})")
        for part, names in found.images.items() if part != "exposed" for name in names
    )  # fmt: skip


def _names(images: Sequence[AnnotatedImage]) -> dict[int, str]:
    """Return file names, no two of them the same."""
    names: dict[int, str] = {}
    used: set[str] = set()
    for image in images:
        assert image.path is not None
        name = PurePosixPath(image.file_name.replace("\\", "/")).stem + image.path.suffix
        names[image.id] = f"{image.id}-{name}" if PurePosixPath(name).stem in used else name
        used.add(PurePosixPath(name).stem)
    return names


def _decision(settings: ImagesSettings, file: Path) -> dict[str, Any]:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    own = {key: value for key, value in asdict(settings).items() if key not in ("set", "out")}
    return {**own, "annotations": digest}


def _copies(settings: ImagesSettings, sources: Sequence[Source]) -> Iterator[tuple[Source, int]]:
    """Yield each source with the number of its copy, round by round."""
    for place in range(settings.images or len(sources)):
        yield sources[place % len(sources)], place // len(sources)


def _written(
    settings: ImagesSettings, sources: Sequence[Source], out: Path, stages: Stages
) -> list[tuple[str, Source, Warp | None]]:
    """Write the pictures; return the name of each, its source and its map, None of originals."""
    found: list[tuple[str, Source, Warp | None]] = []
    stages.begin("copying")
    for source in sources if settings.originals else ():
        copy(source.path, out / "images" / source.name)
        found.append((source.name, source, None))
    stages.begin("changing")
    count = stages.counting("images")
    for done, (source, number) in enumerate(_copies(settings, sources), 1):
        # the mark by which make export, as Roboflow has it, tells copies of one picture
        name = f"{PurePosixPath(source.name).stem}.rf.{number:016d}.{settings.image_format}"
        rng, warp = drawn_copy(settings, source, number)
        if not (out / "images" / name).is_file():
            picture = developed(rng, warp.picture(_picture(source)), settings.change.photometry)
            write_bytes(out / "images" / name, _encoded(picture, settings))
        found.append((name, source, warp))
        count(done, settings.images or len(sources))
    return found


def _picture(source: Source) -> Rgb:
    size = (source.image.width_px, source.image.height_px)
    rgb = read_rgb(source.path, size)
    if rgb.shape[1::-1] == size:
        return rgb
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _encoded(picture: Rgb, settings: ImagesSettings) -> bytes:
    if settings.image_format == "png":
        return encode_png(picture)
    return encode_jpeg(picture, settings.jpeg_quality)


def _lists(
    settings: ImagesSettings,
    written: Sequence[tuple[str, Source, Warp | None]],
    names: Mapping[Any, Sequence[str]],
) -> dict[str, list[dict[str, Any]]]:
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for name, source, warp in written:
        key = len(images) + 1
        images.append(_image(name, source, warp) | {"id": key})
        for record in source.records if warp is None else _moved(settings, source, warp, names):
            annotations.append({**record, "id": len(annotations) + 1, "image_id": key})
    return {"images": images, "annotations": annotations}


def _moved(
    settings: ImagesSettings, source: Source, warp: Warp, names: Mapping[Any, Sequence[str]]
) -> list[dict[str, Any]]:
    found = [
        moved(
            warp, source.image, label, settings.change.least_visible,
            names.get(key_of(label.record["category_id"]), ()),
        )
        for label in source.labels
    ]  # fmt: skip
    return [one for one in found if one is not None]


def _image(name: str, source: Source, warp: Warp | None) -> dict[str, Any]:
    if warp is None:
        return {**source.record, "file_name": name}
    return {
        "file_name": name, "width": warp.view_px[0], "height": warp.view_px[1],
        "source_image": source.name,
        **{key: source.record[key] for key in STAYS if key in source.record},
    }  # fmt: skip
