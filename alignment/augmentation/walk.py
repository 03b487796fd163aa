"""The walk of `make augment-images`: copies drawn, pictures and labels written beside the set's."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import cv2
import numpy as np

from alignment.augmentation.cut_outs import pasting_of
from alignment.augmentation.moved import moved
from alignment.augmentation.pasting import (
    Pasted,
    Pasting,
    pasted_records,
    seen_beside,
    with_pasted,
)
from alignment.augmentation.settings import ImagesSettings
from alignment.augmentation.sources import Source, copied_of, sources_of
from alignment.command.stages import Stages
from alignment.curation.derived_set import hold_decision, write_lineage
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
from scenes.sets.identity import key_of
from scenes.sets.named_list import digest_of
from scenes.sets.photos import read_rgb

COPY_STREAM, PASTE_STREAM = 31, 32
STAYS = ("scene_seed", "config_id")  # by which make export keeps images of a scene in one split


def augment_images(settings: ImagesSettings, stages: Stages) -> Path:
    """Write the set with its copies; return its folder. Raises UserError of many kinds.

    annotations.json comes last; what a stopped run has written is kept.
    """
    assert settings.set is not None
    stages.begin("reading")
    file = coco_file(settings.set)
    told = json.loads(file.read_text("utf-8-sig"))
    annotated = read_coco(file)
    sources = sources_of(file, told, annotated, settings.splits)
    copied = copied_of(settings, sources.free, annotated, file)
    if sources.judging:
        stages.say(f"{len(sources.judging)} photos that only judge, by splits.json, are left out")
    pasting = pasting_of(settings, sources, annotated, stages.say)
    out = settings.out or Path("out") / f"{file.absolute().parent.name}-augmented"
    if out.absolute() == file.absolute().parent:
        raise UserError(f"OUT={out} is the set's own folder; choose another, the set stays")
    make_folder(out / "images")
    with locked(out):
        hold_decision(out, _decision(settings, file, sources.split, pasting))
        stages.begin("copying")
        made = _originals(settings, sources.free, out)
        stages.begin("changing")
        copying = _Copying(settings=settings, pasting=pasting, categories=told["categories"])
        made += _changed(copying, copied, out, stages)
        lists = _lists(made)
        used = sources.free if settings.originals else copied
        write_lineage(file.parent, out, sources.split, _learned_from(used, pasting))
        write_bytes(out / "annotations.json", json_bytes({**told, **lists}))
    stages.say(f"{len(lists['images'])} images, {len(lists['annotations'])} labels: {out}")
    return out


@dataclass(frozen=True, kw_only=True, eq=False)
class _Made:
    """An image of the new set: its record, and those of its labels, but for their ids."""

    image: Mapping[str, Any]
    labels: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Copying:
    """How copies are made. categories: the set's own records of them."""

    settings: ImagesSettings
    pasting: Pasting | None
    categories: Sequence[Mapping[str, Any]]

    @cached_property
    def keypoints(self) -> Mapping[Any, Sequence[str]]:
        """The names of keypoints by category."""
        return {key_of(one.get("id")): one.get("keypoints", ()) for one in self.categories}

    @cached_property
    def ids(self) -> Mapping[str, Any]:
        """The ids of categories by name."""
        return {str(one.get("name")): one.get("id") for one in self.categories}


def drawn_copy(
    settings: ImagesSettings, source: Source, number: int
) -> tuple[np.random.Generator, Warp]:
    """Return the map of a copy and the generator that its light is drawn from."""
    rng = np.random.default_rng([settings.seed, COPY_STREAM, source.image.id, number])
    size = (source.image.width_px, source.image.height_px)
    boxes = np.array([one.annotation.bbox for one in source.labels]).reshape(-1, 4)
    return rng, drawn_warp(rng, size, edges_of(boxes), size, settings.change)


def _decision(
    settings: ImagesSettings, file: Path, split: SplitRecord | None, pasting: Pasting | None
) -> dict[str, Any]:
    digest = digest_of(file)
    lists = {
        name: path and digest_of(path)
        for name, path in (("only", settings.only), ("without", settings.without))
    }
    left = {"set", "out", "fragments", "splits", *(() if settings.fragments else ("paste",))}
    own = {key: value for key, value in asdict(settings).items() if key not in left}
    told = {**own, **lists, "annotations": digest}
    if settings.splits is not None and split is not None:
        told["judging"] = sorted(split.judging)
    if pasting is not None:
        told["cut_outs"] = [one.sha256 for one in pasting.cut_outs]
    return told


def _copies(settings: ImagesSettings, copied: Sequence[Source]) -> Iterator[tuple[Source, int]]:
    """Yield each source with the number of its copy, round by round."""
    for place in range(settings.images or len(copied)):
        yield copied[place % len(copied)], place // len(copied)


def _originals(settings: ImagesSettings, sources: Sequence[Source], out: Path) -> list[_Made]:
    """Write the set's own pictures; return what is said of them."""
    if not settings.originals:
        return []
    for source in sources:
        copy(source.path, out / "images" / source.name)
    return [
        _Made(image={**source.record, "file_name": source.name}, labels=source.records)
        for source in sources
    ]


def _changed(
    copying: _Copying, copied: Sequence[Source], out: Path, stages: Stages
) -> Iterator[_Made]:
    """Write the copies and yield what is said of them."""
    settings = copying.settings
    count = stages.counting("images")
    for done, (source, number) in enumerate(_copies(settings, copied), 1):
        # the mark by which make export, as Roboflow has it, tells copies of one picture
        name = f"{PurePosixPath(source.name).stem}.rf.{number:016d}.{settings.image_format}"
        rng, warp = drawn_copy(settings, source, number)
        labels = _moved(copying, source, warp)
        pasted = _pasted(copying, source, number, (warp, labels))
        if not (out / "images" / name).is_file():
            picture = with_pasted(warp.picture(_picture(source)), pasted)
            picture = developed(rng, picture, settings.change.photometry)
            write_bytes(out / "images" / name, _encoded(picture, settings))
        yield _Made(image=_image(name, source, warp), labels=_labels(copying, labels, pasted, warp))
        count(done, settings.images or len(copied))


def _pasted(
    copying: _Copying, source: Source, number: int, seen: tuple[Warp, Sequence[Mapping[str, Any]]]
) -> list[Pasted]:
    """Return what is pasted into a copy, which shows these labels."""
    if copying.pasting is None:
        return []
    warp, labels = seen
    rng = np.random.default_rng([copying.settings.seed, PASTE_STREAM, source.image.id, number])
    return copying.pasting.drawn(rng, warp.view_px, [tuple(one["bbox"]) for one in labels])


def _labels(
    copying: _Copying, labels: Sequence[dict[str, Any]], pasted: Sequence[Pasted], warp: Warp
) -> list[dict[str, Any]]:
    if not pasted:
        return list(labels)
    least = copying.settings.change.least_visible
    in_polygons = any(isinstance(one.get("segmentation"), list) for one in labels)
    return [
        *seen_beside(labels, pasted, warp.view_px, least),
        *pasted_records(pasted, warp.view_px, copying.ids, in_polygons=in_polygons, least=least),
    ]


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


def _lists(made: Sequence[_Made]) -> dict[str, list[dict[str, Any]]]:
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for one in made:
        key = len(images) + 1
        images.append({**one.image, "id": key})
        for record in one.labels:
            annotations.append({**record, "id": len(annotations) + 1, "image_id": key})
    return {"images": images, "annotations": annotations}


def _moved(copying: _Copying, source: Source, warp: Warp) -> list[dict[str, Any]]:
    found = [
        moved(
            warp, source.image, label, copying.settings.change.least_visible,
            copying.keypoints.get(key_of(label.record["category_id"]), ()),
        )
        for label in source.labels
    ]  # fmt: skip
    return [one for one in found if one is not None]


def _image(name: str, source: Source, warp: Warp) -> dict[str, Any]:
    return {
        "file_name": name, "width": warp.view_px[0], "height": warp.view_px[1],
        "source_image": source.name,
        **{key: source.record[key] for key in STAYS if key in source.record},
    }  # fmt: skip


def _learned_from(used: Sequence[Source], pasting: Pasting | None) -> dict[str, str]:
    """Return the photos that shape the set, file names by the SHA-256 of their bytes."""
    photos = {digest_of(one.path): one.image.file_name for one in used if one.is_photo}
    for one in pasting.cut_outs if pasting else ():
        photos.setdefault(one.fragment.photo_sha256, one.fragment.photo)
    return photos
