"""YOLO txt in: class, centre and size as shares of the image, an outline, or keypoints too.

Read by hand for the reasons told in voc.py: supervision, datumaro and globox need every photo, and
stop at the first bad row.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from assets.errors import UserError
from scenes.formats.yolo_layout import YAML, YoloFiles
from scenes.formats.yolo_rows import UNREADABLE_LINE, Row, Values, rows_of, values_of
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.assembly import FoundBox, FoundImage, FoundSet, assembled
from scenes.sets.boxes.orders import CENTRE_SHARES, number_of
from scenes.sets.boxes.turns import UPRIGHT, Turn
from scenes.sets.identity import Key, key_of
from scenes.sets.repair import RawBox

ASSUMED_PX = (1000, 1000)
UNREADABLE_FILE = "label files that are not text skipped"
OTHER_NAMES = "{other} names the classes otherwise than {taken}, which is taken"
GAPS = "{file} has empty lines between its names; each counts as a class"
OTHER_COUNT = "{file} says nc: {nc} and names {names} classes; the names count"


class BadYolo(UserError):
    """A data.yaml or classes.txt that names no classes."""


def read_yolo(files: YoloFiles) -> AnnotatedSet:
    """Return the set in YOLO label files, valid, with every repair counted.

    Class k has category id k + 1: ids start at 1 as COCO's do. A polygon's box is the smallest
    round it, and it is the object's mask. Images are numbered by label file from 1; their size is
    the photo's. Without the photo the file does not tell it: a square is assumed, `size_assumed` is
    set, and nothing that needs proportions (aspect, depth) is measured. Raises BadYolo, EmptySet.
    """
    names, about = _names(files.names), _about(files.names)
    repairs: Counter[str] = Counter()
    lines = [
        (number, values) for number, path in enumerate(files.labels, 1)
        for values in _values(path, names, repairs)
    ]  # fmt: skip
    rows = rows_of([values for _, values in lines], _kpt_shape(about), repairs)
    boxes = ((number, row) for (number, _), row in zip(lines, rows, strict=True) if row)
    annotated = assembled(FoundSet(
        name=files.root.absolute().name, format="yolo", root=files.root, repairs=repairs,
        images=[_image(n, path, files.photos) for n, path in enumerate(files.labels, 1)],
        boxes=[_box(index, number, row) for index, (number, row) in enumerate(boxes, 1)],
        categories=[(index + 1, name) for index, name in names.items()],
        notes=(
            *files.notes, *_contradiction(files.names, about, names), *_unlike(files, names),
            *_gaps(files.names, names),
        ),
    ))  # fmt: skip
    classes: dict[Key, int] = {
        int(key) - 1: number for key, number in annotated.category_keys.items()
    }
    return replace(annotated, category_keys=classes)


def _gaps(path: Path, names: Mapping[int, str]) -> tuple[str, ...]:
    """Return the note on empty lines between a file's names, which count, as Darknet counts them.

    A class of such a line is unknown.
    """
    if path.suffix in YAML or list(names) == list(range(len(names))):
        return ()
    return (GAPS.format(file=path.name),)


def _unlike(files: YoloFiles, names: Mapping[int, str]) -> tuple[str, ...]:
    """Return a note for each file beside the one taken that calls the classes otherwise."""
    return tuple(
        OTHER_NAMES.format(other=other.name, taken=files.names.name) for other in files.others
        if _told_names(other) not in (names, None)
    )  # fmt: skip


def _told_names(path: Path) -> dict[int, str] | None:
    try:
        return _names(path)
    except BadYolo:
        return None


def _names(path: Path) -> dict[int, str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        told = _names_in_yaml(text) if path.suffix in YAML else text.splitlines()
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise BadYolo(
            f"class names {path}: {' '.join(str(error).split())}; "
            "expected a data.yaml with `names`, or one name a line"
        ) from None
    if isinstance(told, list):
        told = dict(enumerate(told))
    if isinstance(told, dict):
        told = {key_of(key): name for key, name in told.items()}
    if not isinstance(told, dict) or not told or not all(type(k) is int and k >= 0 for k in told):
        raise BadYolo(
            f"class names {path}: `names` is {told!r}; expected a list, or a mapping from 0 upwards"
        )
    return {key: str(name).strip() for key, name in sorted(told.items()) if str(name).strip()}


def _names_in_yaml(text: str) -> Any:
    told = yaml.load(text, Loader=yaml.BaseLoader)  # text alone: `yes` is a name
    return told.get("names") if isinstance(told, dict) else None


def _about(path: Path) -> Mapping[str, Any]:
    """Return a data.yaml, whose names were read before; nothing of another file."""
    told = yaml.safe_load(path.read_text(encoding="utf-8-sig")) if path.suffix in YAML else {}
    return told if isinstance(told, dict) else {}


def _kpt_shape(about: Mapping[str, Any]) -> tuple[int, int] | None:
    told = about.get("kpt_shape")
    sides = [number_of(side) for side in told] if isinstance(told, list) else []
    if len(sides) != 2 or None in sides:
        return None
    count, width = (int(side or 0) for side in sides)
    return (count, width) if count > 0 and width in (2, 3) else None


def _contradiction(
    path: Path, about: Mapping[str, Any], names: Mapping[int, str]
) -> tuple[str, ...]:
    told = about.get("nc")
    if told is None or number_of(told) == len(names):
        return ()
    return (OTHER_COUNT.format(file=path.name, nc=told, names=len(names)),)


def _image(number: int, label: Path, more: Sequence[Path]) -> FoundImage:
    return FoundImage(
        key=number, file_name=label.stem + ".jpg", names=(label.stem,), size_px=None,
        folders=(*_photo_folders(label), *more), fallback_px=ASSUMED_PX, named_by_photo=True,
    )  # fmt: skip


def _photo_folders(label: Path) -> tuple[Path, ...]:
    """Return the label's folder with its last `labels` read as `images`, and the label's own."""
    parts = label.parent.parts
    if "labels" not in parts:
        return label.parent, label.parent / "images"
    last = len(parts) - 1 - parts[::-1].index("labels")
    return Path(*parts[:last], "images", *parts[last + 1 :]), label.parent


def _values(path: Path, names: Mapping[int, str], repairs: Counter[str]) -> list[Values]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        repairs[UNREADABLE_FILE] += 1
        return []
    classes = {name: index for index, name in names.items()}
    found = [values_of(line, classes) for line in filter(str.strip, lines)]
    repairs[UNREADABLE_LINE] += found.count(None)
    return [values for values in found if values is not None]


def _box(number: int, image: int, row: Row) -> FoundBox:
    raw = RawBox(
        id=None, image_id=None, category_id=None, order=CENTRE_SHARES,
        box=None if row.outlined else row.numbers, outlined=row.outlined,
        segmentation=[list(row.numbers)] if row.outlined else None, mask_in_shares=True,
        turn=Turn(degrees=row.turn, unsure=True) if row.turn else UPRIGHT,
    )  # fmt: skip
    return FoundBox(key=number, image=image, category=row.kind + 1, raw=raw)
