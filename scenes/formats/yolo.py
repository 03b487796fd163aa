"""YOLO txt in: class, centre and size as shares of the image, or a polygon.

Read by hand for the reasons told in voc.py: supervision, datumaro and globox need every photo, and
stop at the first bad row.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedImage, AnnotatedSet
from scenes.sets.photos import find_photo
from scenes.sets.repair import RawBox, RawImage, repair_boxes, repair_images, settled

ASSUMED_PX = (1000, 1000)
UNREADABLE_LINE = "lines that are neither a YOLO box nor a polygon dropped"
UNREADABLE_FILE = "label files that are not text skipped"


class BadYolo(UserError):
    """A data.yaml or classes.txt that names no classes."""


@dataclass(frozen=True, kw_only=True)
class YoloFiles:
    """Where a YOLO set keeps what: class names, and label files of all its splits."""

    root: Path
    names: Path
    labels: tuple[Path, ...]


def read_yolo(files: YoloFiles) -> AnnotatedSet:
    """Return the set in YOLO label files, valid, with every repair counted.

    Class k has category id k + 1: ids start at 1 as COCO's do. A polygon's box is the smallest
    round it, and it is the object's mask. Images are numbered by label file from 1; their size is
    the photo's. Without the photo the file does not tell it: a square is assumed, `size_assumed` is
    set, and nothing that needs proportions (aspect, depth) is measured. Raises BadYolo, EmptySet.
    """
    categories = {index + 1: name for index, name in _names(files.names).items()}
    labels = sorted(files.labels)
    images, of_images = repair_images(_raw_image(i, path) for i, path in enumerate(labels, 1))
    repairs: Counter[str] = Counter()
    rows = [row for path, image in zip(labels, images, strict=True)
            for row in _rows(path, image, repairs)]  # fmt: skip
    annotations, of_boxes = repair_boxes(
        (_raw_box(i, image, values) for i, (image, values) in enumerate(rows, 1)),
        images, categories,
    )  # fmt: skip
    assumed = sum(image.size_assumed for image in images)
    return settled(AnnotatedSet(
        name=files.root.absolute().name, format="yolo", root=files.root, images=images,
        annotations=annotations, categories=categories, repairs=repairs + of_images + of_boxes,
        notes=(f"{assumed} images without a photo: YOLO labels do not tell their proportions, so "
               "a square is assumed and aspect is not measured",) if assumed else (),
    ))  # fmt: skip


def _names(path: Path) -> dict[int, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        told = text.splitlines() if path.suffix in (".txt", ".names") else _names_in_yaml(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadYolo(
            f"class names {path}: {' '.join(str(error).split())}; "
            "expected a data.yaml with `names`, or one name a line"
        ) from None
    if isinstance(told, list):
        told = dict(enumerate(told))
    if not isinstance(told, dict) or not told or not all(type(k) is int and k >= 0 for k in told):
        raise BadYolo(
            f"class names {path}: `names` is {told!r}; expected a list, or a mapping from 0 upwards"
        )
    return {key: str(name).strip() for key, name in sorted(told.items()) if str(name).strip()}


def _names_in_yaml(text: str) -> Any:
    told = yaml.safe_load(text)
    return told.get("names") if isinstance(told, dict) else None


def _raw_image(number: int, label: Path) -> RawImage:
    folders = _photo_folders(label)
    found = find_photo(label.stem, folders)
    return RawImage(
        id=number, file_name=found.name if found else label.stem + ".jpg", path=found,
        size_px=None, fallback_px=ASSUMED_PX,
    )  # fmt: skip


def _photo_folders(label: Path) -> tuple[Path, ...]:
    """Return the label's folder with its last `labels` read as `images`, and the label's own."""
    parts = label.parent.parts
    if "labels" not in parts:
        return label.parent, label.parent / "images"
    last = len(parts) - 1 - parts[::-1].index("labels")
    return Path(*parts[:last], "images", *parts[last + 1 :]), label.parent


def _rows(
    path: Path, image: AnnotatedImage, repairs: Counter[str]
) -> Iterator[tuple[AnnotatedImage, Sequence[float]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        repairs[UNREADABLE_FILE] += 1
        return
    for line in filter(str.strip, lines):
        values = _values(line)
        if values is None:
            repairs[UNREADABLE_LINE] += 1
        else:
            yield image, values


def _values(line: str) -> Sequence[float] | None:
    try:
        values = [float(word) for word in line.split()]
    except ValueError:
        return None
    polygon = len(values) >= 7 and len(values) % 2 == 1
    return values if (len(values) == 5 or polygon) and values[0].is_integer() else None


def _raw_box(number: int, image: AnnotatedImage, values: Sequence[float]) -> RawBox:
    width, height = image.width_px, image.height_px
    scaled = [v * (height if i % 2 else width) for i, v in enumerate(values[1:])]
    box: tuple[float, ...]
    outline: Any = None
    if len(scaled) == 4:
        cx, cy, w, h = scaled
        box = (cx - w / 2, cy - h / 2, w, h)
    else:
        xs, ys = np.array(scaled[0::2]), np.array(scaled[1::2])  # whose min passes a NaN on
        box = tuple(float(v) for v in (xs.min(), ys.min(), np.ptp(xs), np.ptp(ys)))
        outline = [scaled]
    return RawBox(
        id=number, image_id=image.id, category_id=int(values[0]) + 1, box=box, segmentation=outline,
    )  # fmt: skip
