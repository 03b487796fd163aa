"""COCO JSON in: what Roboflow, CVAT, Label Studio and our own renders write."""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.photos import find_photo
from scenes.sets.repair import RawBox, RawImage, repair_boxes, repair_images, settled

EXTRAS = (
    "visible_fraction", "depth", "depth_min", "occlusion_index", "shape", "truncated", "difficult",
    "amodal_bbox", "scene_seed", "config_id",
)  # fmt: skip
REPEATED_CATEGORY = "repeated categories merged"
MAX_SIDE_PX = 65_535  # a JPEG's; what claims more is no photo
_PLAIN_STEMS = ("annotations", "_annotations.coco", "instances", "coco", "result")


class SetMissing(UserError):
    """A set that is not where it was said to be."""


class BadCoco(UserError):
    """A file that is not JSON, or not of COCO's shape."""


class ConflictingCategories(UserError):
    """Two names for one category id."""


def read_coco(path: Path, image_root: Path | None = None) -> AnnotatedSet:
    """Return the set in a COCO JSON file, valid, with every repair counted.

    Photos are looked for under `image_root`, or beside the file and in the usual folders. Sizes and
    boxes are taken as the file has them; a photo only fills in a size that the file lacks. Category
    id 0 becomes the next free id and is noted, because 0 marks unlabelled clutter in our scenes.
    Raises SetMissing, BadCoco, ConflictingCategories, ConflictingImages, UnknownImageSize,
    EmptySet.
    """
    return coco_set(_loaded(path), path, image_root)


def coco_set(told: Mapping[str, Any], path: Path, image_root: Path | None = None) -> AnnotatedSet:
    """Return the set that parsed COCO JSON tells, as `read_coco` does of the file at `path`."""
    categories, moved, repairs = _categories(path, told["categories"])
    folders = _photo_folders(path, image_root)
    images, of_images = repair_images(
        _raw_image(path, index, record, folders) for index, record in enumerate(told["images"])
    )
    annotations, of_boxes = repair_boxes(
        (_raw_box(path, i, record, moved) for i, record in enumerate(told["annotations"])),
        images, categories,
    )  # fmt: skip
    return settled(AnnotatedSet(
        name=_set_name(path), format="coco", root=_set_root(path), images=images,
        annotations=annotations, categories=categories, repairs=repairs + of_images + of_boxes,
        notes=tuple(f"category id {old} is used as {new}" for old, new in moved.items()),
    ))  # fmt: skip


def is_coco(told: object) -> bool:
    """Return True where parsed JSON has COCO's three lists."""
    return isinstance(told, dict) and all(
        isinstance(told.get(key), list) for key in ("images", "annotations", "categories")
    )


def _loaded(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SetMissing(
            f"annotations {path}: {error.strerror}; expected a COCO JSON file; check REAL="
        ) from None
    except json.JSONDecodeError as error:
        raise BadCoco(
            f"annotations {path}, line {error.lineno}, column {error.colno}: {error.msg}; "
            "expected whole JSON; export the set again"
        ) from None
    except (ValueError, RecursionError) as error:  # no UTF-8, or a number of endless digits
        raise BadCoco(f"annotations {path}: {error}; expected UTF-8 JSON") from None
    if not is_coco(told):
        raise BadCoco(
            f"annotations {path}: found {_shape(told)}; expected an object with the lists images, "
            "annotations and categories; export the set as COCO"
        )
    return dict(told)


def _shape(told: object) -> str:
    if not isinstance(told, dict):
        return f"a {type(told).__name__}"
    return "keys " + (", ".join(f"{k} ({type(v).__name__})" for k, v in told.items()) or "none")


def _categories(
    path: Path, records: list[Any]
) -> tuple[dict[int, str], dict[int, int], Counter[str]]:
    names: dict[int, str] = {}
    repairs: Counter[str] = Counter()
    for index, record in enumerate(records):
        key, name = _id_of(path, "categories", index, record), record.get("name")
        if not isinstance(name, str) or not name.strip():
            raise BadCoco(f"annotations {path}: categories[{index}] has name {name!r}; "
                          "expected some text")  # fmt: skip
        if names.setdefault(key, name) != name:
            raise ConflictingCategories(
                f"annotations {path}: category id {key} is both {names[key]!r} and {name!r}; "
                "expected one name an id; give one of them another id"
            )
        repairs[REPEATED_CATEGORY] += 1
    repairs[REPEATED_CATEGORY] -= len(names)
    moved = {0: max(names) + 1} if 0 in names else {}
    return {moved.get(key, key): names[key] for key in sorted(names)}, moved, repairs


def _raw_image(path: Path, index: int, record: Any, folders: tuple[Path, ...]) -> RawImage:
    key = _id_of(path, "images", index, record)
    name = record.get("file_name")
    if not isinstance(name, str) or not name:
        raise BadCoco(
            f"annotations {path}: images[{index}] has file_name {name!r}; expected a file's name"
        )
    return RawImage(
        id=key, file_name=name, path=find_photo(name, folders),
        size_px=_size(record), focal_px=_positive(record.get("focal_px")),
    )  # fmt: skip


def _raw_box(path: Path, index: int, record: Any, moved: Mapping[int, int]) -> RawBox:
    if not isinstance(record, dict):
        raise BadCoco(
            f"annotations {path}: annotations[{index}] is a {type(record).__name__}; "
            "expected an object with image_id, category_id and bbox"
        )
    category = _whole(record.get("category_id"))
    return RawBox(
        id=_whole(record.get("id")),
        image_id=_whole(record.get("image_id")),
        category_id=None if category is None else moved.get(category, category),
        box=record.get("bbox"),
        crowd=record.get("iscrowd") in (1, True),
        segmentation=record.get("segmentation"),
        extra={key: record[key] for key in EXTRAS if key in record},
    )


def _photo_folders(path: Path, image_root: Path | None) -> tuple[Path, ...]:
    if image_root is not None:
        return image_root, image_root / "images"
    split = path.stem.removeprefix("instances_")
    return tuple(
        base / folder for base in (path.parent, _set_root(path))
        for folder in ("", "images", split, f"images/{split}", "data")
    )  # fmt: skip


def _set_root(path: Path) -> Path:
    return path.parent.parent if path.parent.name == "annotations" else path.parent


def _set_name(path: Path) -> str:
    root = _set_root(path.absolute()).name
    plain = path.stem in _PLAIN_STEMS or path.stem.startswith("instances_")
    return root if plain and root else path.stem


def _id_of(path: Path, kind: str, index: int, record: Any) -> int:
    key = _whole(record.get("id")) if isinstance(record, dict) else None
    if key is None:
        raise BadCoco(
            f"annotations {path}: {kind}[{index}] is {str(record)[:80]!r}; "
            "expected an object whose id is a whole number of 0 or more"
        )
    return key


def _size(record: Mapping[str, Any]) -> tuple[int, int] | None:
    sides = [_positive(record.get(side)) for side in ("width", "height")]
    if any(side is None or not 1 <= side <= MAX_SIDE_PX for side in sides):
        return None
    width, height = (round(side) for side in sides if side is not None)
    return width, height


def _positive(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value <= sys.float_info.max else None


def _whole(value: object) -> int | None:
    # Exporters write ids as 7, 7.0 or "7"; anything else identifies nothing.
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value < 2**63 else None
