"""One image of a dataset on disk, complete or not there at all."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from assets.errors import UserError
from scenes.dataset.rows import measured_rows
from scenes.dataset.texts import text_records
from scenes.files.atomic import make_folder, write_bytes, writing
from scenes.files.canonical_json import json_bytes
from scenes.files.exr import encode_exr
from scenes.files.pictures import Rgb, decode_picture, encode_jpeg, encode_png
from scenes.files.polygons import polygons
from scenes.files.rle import Mask, rle, tight_box
from scenes.labels.labels import Labels, ObjectLabel
from scenes.measuring.measure import Shown
from scenes.model.frame import Frame
from scenes.model.scene import Scene
from scenes.passes.passes import file_names
from scenes.plan.digest import scene_digest

DECIMALS = (
    6  # of every float in a label file: finer than a pixel, a tenth of a millimetre or float32
)
FOLDERS = ("images", "depth", "segmentation", "shards")
_WRITERS = ThreadPoolExecutor(4)  # of a process: its threads start with its first image
_MOST_INSTANCES = np.iinfo(np.uint16).max


class StaleShard(UserError):
    """A finished image that another plan asked for."""


@dataclass(frozen=True, kw_only=True)
class WriteOptions:
    """How a dataset is written. jpeg_quality: 1 to 100, used for jpg only.

    pixels: metadata has the attributes that need photos.
    """

    image_format: Literal["png", "jpg"]
    jpeg_quality: int
    segmentation: Literal["rle", "polygon"]
    pixels: bool

    def __post_init__(self) -> None:
        if self.image_format not in ("png", "jpg"):
            raise UserError(f"image_format is {self.image_format!r}; expected png or jpg")
        if self.segmentation not in ("rle", "polygon"):
            raise UserError(f"segmentation is {self.segmentation!r}; expected rle or polygon")
        if not 1 <= self.jpeg_quality <= 100:
            raise UserError(f"jpeg_quality is {self.jpeg_quality}; expected 1 to 100")


@dataclass(frozen=True, kw_only=True)
class Shard:
    """What is known of one finished image.

    scene_digest: of what it shows. files: path inside the dataset to size in bytes. image and
    annotations: COCO records but for their ids. measured: column to values, a row a
    label. dropped: what `Labels` counts as such. texts: records of text.json but for their ids, or
    None where none is asked for.
    """

    scene_digest: str
    files: Mapping[str, int]
    image: Mapping[str, Any]
    annotations: Sequence[Mapping[str, Any]]
    measured: Mapping[str, Sequence[Any]]
    dropped: Mapping[str, int]
    texts: Sequence[Mapping[str, Any]] | None = None


def write_shard(out: Path, index: int, frame: Frame, labels: Labels, write: WriteOptions) -> None:
    """Write one image with its depth, segmentation and labels; the label file comes last.

    Its presence means that the others are whole. Any process may write any index, each index one
    process at a time, in a folder that `open_dataset` holds. Raises Unwritable; ValueError for
    labels that the frame's masks do not bear out.
    """
    _check(frame, labels.kept)
    with writing(shard_path(out, index)):
        shard_path(out, index).unlink(missing_ok=True)
    image_name = f"{index:06d}.{write.image_format}"
    contents = {
        f"images/{image_name}": encoded_image(frame.image, frame.jpeg, write),
        f"depth/{index:06d}.exr": encode_exr(frame.depth_m),
        f"segmentation/{index:06d}.png": encode_png(frame.instances.astype(np.uint16)),
        **file_names(index, frame.passes),
    }
    image, annotations = _image_record(frame, image_name), annotation_records(frame, labels, write)
    with _writing(out, contents):  # a disk's answer takes as long as what is measured meanwhile
        measured = measured_rows(
            _shown(frame, contents[f"images/{image_name}"], write), image, annotations,
            {k.category_id: k.category for k in labels.kept},
        )  # fmt: skip
    told = {
        "scene_digest": frame.shot.digest,
        "files": {name: len(content) for name, content in contents.items()},
        "image": image,
        "annotations": annotations,
        "measured": measured,
        "dropped": dict(labels.dropped),
        **({} if frame.lettering is None else {"texts": text_records(frame)}),
    }
    write_bytes(shard_path(out, index), json_bytes(told))


@contextmanager
def _writing(out: Path, contents: Mapping[str, bytes]) -> Iterator[None]:
    """Write files side by side meanwhile; all are on disk when the block is left, or it raises."""
    jobs = []
    try:
        for name, content in contents.items():
            if name.partition("/")[0] not in FOLDERS:  # which `open_dataset` has made
                make_folder((out / name).parent)
            jobs.append(_WRITERS.submit(write_bytes, out / name, content))
        yield
    finally:
        wait(jobs)
    for job in jobs:
        job.result()


def annotation_records(frame: Frame, labels: Labels, write: WriteOptions) -> list[dict[str, Any]]:
    """Return the COCO records of what is labelled in a frame, but for their ids."""
    return [_annotation(frame, label, write) for label in labels.kept]


def is_done(out: Path, index: int, scene: Scene) -> bool:
    """Return whether an image is finished, its files all there and whole.

    Raises StaleShard when it is finished but shows another scene than this one.
    """
    shard = read_shard(out, index)
    if shard is None:
        return False
    if shard.scene_digest != scene_digest(scene):
        raise StaleShard(_stale(out, index, scene, shard))
    return is_whole(out, shard)


def is_whole(out: Path, shard: Shard) -> bool:
    """Return whether the files of a finished image are there and of their size."""
    return all(_size(out / name) == size for name, size in shard.files.items())


def read_shard(out: Path, index: int) -> Shard | None:
    """Return what is known of a finished image, or None where there is none."""
    try:
        return Shard(**json.loads(shard_path(out, index).read_bytes()))
    except (FileNotFoundError, TypeError, ValueError):
        return None  # a label file that a disk fault has damaged is made again


def shard_path(out: Path, index: int) -> Path:
    """Return where the label file of an image lies."""
    return out / "shards" / f"{index:06d}.json"


def _check(frame: Frame, labels: Iterable[ObjectLabel]) -> None:
    if frame.instances.min() < 0 or frame.instances.max() > _MOST_INSTANCES:
        raise ValueError(f"instance ids leave 0 to {_MOST_INSTANCES}, which 16-bit PNG holds")
    for label in labels:
        mask = frame.instances == label.instance
        area = int(mask.sum())
        if area == 0 or area != label.visible_px or tight_box(mask) != tuple(label.bbox):
            raise ValueError(
                f"label of instance {label.instance} says {label.visible_px} px in {label.bbox}, "
                f"its mask has {area} px; expected a label of this frame's own mask, not empty"
            )


def _image_record(frame: Frame, file_name: str) -> dict[str, Any]:
    height, width = frame.instances.shape
    shot = frame.shot
    lens = {} if shot.focal_px is None else {"focal_px": round(float(shot.focal_px), DECIMALS)}
    return {
        "file_name": file_name, "width": width, "height": height, **lens,
        "scene_seed": shot.seed, "config_id": shot.config_id,
    }  # fmt: skip


def _annotation(frame: Frame, label: ObjectLabel, write: WriteOptions) -> dict[str, Any]:
    return {
        "category_id": label.category_id, "instance": label.instance, "shape": label.shape,
        "asset_id": label.asset_id, "iscrowd": 0, "truncated": int(label.truncated),
        "bbox": [int(n) for n in label.bbox],
        "amodal_bbox": [int(n) for n in label.amodal_bbox],
        "area": int(label.visible_px),
        "visible_fraction": round(float(label.visible_fraction), DECIMALS),
        "depth": round(float(label.depth_m), DECIMALS),
        "depth_min": round(float(label.depth_min_m), DECIMALS),
        "occlusion_index": round(float(label.occlusion_index), DECIMALS),
        "segmentation": _segmentation(frame.instances == label.instance, write),
        **_further(label),
    }  # fmt: skip


def _further(label: ObjectLabel) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if label.keypoints is not None:
        told["keypoints"] = list(label.keypoints)
        told["num_keypoints"] = sum(v > 0 for v in label.keypoints[2::3])
    if label.amodal_mask is not None:
        told["amodal_segmentation"] = rle(label.amodal_mask)
    return told


def _segmentation(mask: Mask, write: WriteOptions) -> dict[str, Any] | list[list[int]]:
    return rle(mask) if write.segmentation == "rle" else polygons(mask)


def encoded_image(image: Rgb, jpeg: bytes | None, write: WriteOptions) -> bytes:
    """Return the file of (H, W, 3) sRGB. jpeg: the one that it was decoded from, if any."""
    if jpeg is not None and write.image_format == "jpg":
        return jpeg  # the scene's own JPEG, not one made from it
    if write.image_format == "png":
        return encode_png(image)
    return encode_jpeg(image, write.jpeg_quality)


def _shown(frame: Frame, file: bytes, write: WriteOptions) -> Shown:
    """Return what reading a frame's files back would give. file: the image's."""
    if not write.pixels:
        return Shown(rgb=None, depth_m=frame.depth_m)
    kept = write.image_format == "png" or frame.jpeg is not None
    return Shown(rgb=frame.image if kept else decode_picture(file), depth_m=frame.depth_m)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _stale(out: Path, index: int, scene: Scene, shard: Shard) -> str:
    found = f"seed {shard.image['scene_seed']}, config {shard.image['config_id']}"
    return (
        f"{shard_path(out, index)}: image {index} shows another scene ({found}) than the plan's "
        f"(seed {scene.seed}, config {scene.config_id}); a dataset follows one plan only: "
        "choose an empty folder, or delete this one to render anew"
    )
