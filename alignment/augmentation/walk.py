"""The walk of `make augment-images`: copies drawn, pictures and labels written beside the set's."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any

import cv2
import numpy as np

from alignment.augmentation.moved import moved
from alignment.augmentation.settings import ImagesSettings
from alignment.augmentation.sources import Source, copied_of, sources_of
from alignment.command.stages import Stages
from alignment.curation.derived_set import hold_decision
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
from scenes.sets.identity import key_of
from scenes.sets.named_list import digest_of
from scenes.sets.photos import read_rgb

COPY_STREAM = 31
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
    sources, judging = sources_of(file, told, annotated)
    copied = copied_of(settings, sources, annotated, file)
    if judging:
        stages.say(f"{judging} photos that only judge, by splits.json, are left out")
    out = settings.out or Path("out") / f"{file.absolute().parent.name}-augmented"
    if out.absolute() == file.absolute().parent:
        raise UserError(f"OUT={out} is the set's own folder; choose another, the set stays")
    make_folder(out / "images")
    with locked(out):
        hold_decision(out, _decision(settings, file))
        stages.begin("copying")
        originals = _originals(settings, sources, out)
        stages.begin("changing")
        records = [*originals, *_changed(settings, copied, out, stages)]
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


def _decision(settings: ImagesSettings, file: Path) -> dict[str, Any]:
    digest = digest_of(file)
    lists = {
        name: path and digest_of(path)
        for name, path in (("only", settings.only), ("without", settings.without))
    }
    own = {key: value for key, value in asdict(settings).items() if key not in ("set", "out")}
    return {**own, **lists, "annotations": digest}


def _copies(settings: ImagesSettings, copied: Sequence[Source]) -> Iterator[tuple[Source, int]]:
    """Yield each source with the number of its copy, round by round."""
    for place in range(settings.images or len(copied)):
        yield copied[place % len(copied)], place // len(copied)


def _originals(
    settings: ImagesSettings, sources: Sequence[Source], out: Path
) -> list[tuple[str, Source, None]]:
    """Write the set's own pictures; return the name of each and its source."""
    for source in sources if settings.originals else ():
        copy(source.path, out / "images" / source.name)
    return [(source.name, source, None) for source in sources if settings.originals]


def _changed(
    settings: ImagesSettings, copied: Sequence[Source], out: Path, stages: Stages
) -> list[tuple[str, Source, Warp]]:
    """Write the copies; return the name of each, its source and its map."""
    found: list[tuple[str, Source, Warp]] = []
    count = stages.counting("images")
    for done, (source, number) in enumerate(_copies(settings, copied), 1):
        # the mark by which make export, as Roboflow has it, tells copies of one picture
        name = f"{PurePosixPath(source.name).stem}.rf.{number:016d}.{settings.image_format}"
        rng, warp = drawn_copy(settings, source, number)
        if not (out / "images" / name).is_file():
            picture = developed(rng, warp.picture(_picture(source)), settings.change.photometry)
            write_bytes(out / "images" / name, _encoded(picture, settings))
        found.append((name, source, warp))
        count(done, settings.images or len(copied))
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
