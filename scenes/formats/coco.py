"""COCO JSON in: what Roboflow, CVAT, Label Studio and our own renders write."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assets.errors import UserError
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.assembly import REPEATED_CATEGORY, FoundBox, FoundImage, FoundSet, part_of
from scenes.sets.boxes.orders import CORNERS, XYWH, Order, number_of
from scenes.sets.boxes.turns import turn_of
from scenes.sets.identity import Key, key_of
from scenes.sets.repair import RawBox, settled

EXTRAS = (
    "visible_fraction", "depth", "depth_min", "occlusion_index", "shape", "truncated", "difficult",
    "amodal_bbox", "scene_seed", "config_id",
)  # fmt: skip
BAD_RECORDS = "{kind} that are no records with an id left out"
UNNAMED = "images without a file's name named by their id"
FROM_URL = "images without a file's name named by their address"
NUMBER_AS_NAME = "categories named by a number: the number is the name"
COCO_LISTS = ("images", "annotations", "categories")
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
    return settled(_part(_loaded(path), path, image_root))


def read_coco_part(path: Path) -> AnnotatedSet:
    """Return one of several COCO files of a set, to be `settled` when they are one again."""
    return _part(_loaded(path), path, None)


def _part(told: Mapping[str, Any], path: Path, image_root: Path | None) -> AnnotatedSet:
    repairs: Counter[str] = Counter()
    categories = _categories(path, _records(path, told, "categories", repairs), repairs)
    images = _records(path, told, "images", repairs)
    boxes = _records(path, told, "annotations", repairs)
    folders = _photo_folders(path, image_root)
    return part_of(FoundSet(
        name=_set_name(path), format="coco", root=_set_root(path), categories=categories,
        images=[_image(record, folders, repairs) for record in images],
        boxes=[_box(record) for record in boxes], repairs=repairs,
    ))  # fmt: skip


def is_coco(told: object) -> bool:
    """Return True where parsed JSON has COCO's three lists."""
    return isinstance(told, dict) and all(isinstance(told.get(key), list) for key in COCO_LISTS)


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


def _records(
    path: Path, told: Mapping[str, Any], kind: str, repairs: Counter[str]
) -> list[dict[str, Any]]:
    """Return the records that can be used. Raises BadCoco where there are some and none can."""
    records: list[Any] = told[kind]
    sound = [record for record in records if _is_record(kind, record)]
    if records and not sound:
        raise BadCoco(
            f"annotations {path}: {kind}[0] is {str(records[0])[:80]!r}; expected an object with "
            f"{_EXPECTED[kind]}"
        )
    repairs[BAD_RECORDS.format(kind=kind)] += len(records) - len(sound)
    return sound


def _is_record(kind: str, record: object) -> bool:
    return isinstance(record, dict) and (kind == "annotations" or key_of(record.get("id")) is not
                                         None)  # fmt: skip


def _categories(
    path: Path, records: list[dict[str, Any]], repairs: Counter[str]
) -> list[tuple[Key, str]]:
    names: dict[Key, str] = {}
    for record in records:
        key, name = key_of(record["id"]), record.get("name")
        assert key is not None
        if type(name) is int:
            repairs[NUMBER_AS_NAME] += 1
            name = str(name)
        if not isinstance(name, str) or not name.strip():
            raise BadCoco(f"annotations {path}: category {key} has name {name!r}; "
                          "expected some text")  # fmt: skip
        if names.setdefault(key, name) != name:
            raise ConflictingCategories(
                f"annotations {path}: category id {key} is both {names[key]!r} and {name!r}; "
                "expected one name an id; give one of them another id"
            )
    repairs[REPEATED_CATEGORY] += len(records) - len(names)
    return list(names.items())


def _image(
    record: Mapping[str, Any], folders: tuple[Path, ...], repairs: Counter[str]
) -> FoundImage:
    key = key_of(record["id"])
    assert key is not None
    name = record.get("file_name")
    if not isinstance(name, str) or not name.strip():
        urls = (record.get(place) for place in ("coco_url", "flickr_url", "url", "path"))
        url = next((url for url in urls if isinstance(url, str) and url), None)
        repairs[UNNAMED if url is None else FROM_URL] += 1
        name = str(key) if url is None else url
    return FoundImage(
        key=key, file_name=name, names=(name,), folders=folders, size_px=_size(record),
        focal_px=_positive(record.get("focal_px")),
    )  # fmt: skip


def _box(record: Mapping[str, Any]) -> FoundBox:
    attributes = record.get("attributes")
    return FoundBox(
        key=key_of(record.get("id")), image=key_of(record.get("image_id")),
        category=key_of(record.get("category_id")),
        raw=RawBox(
            id=None, image_id=None, category_id=None, box=record.get("bbox"),
            order=_MODES.get(number_of(record.get("bbox_mode")), XYWH),
            crowd=number_of(record.get("iscrowd")) == 1 or record.get("iscrowd") is True,
            segmentation=record.get("segmentation"), area=record.get("area"),
            turn=turn_of(attributes, record),
            extra={key: record[key] for key in EXTRAS if key in record},
        ),
    )  # fmt: skip


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


def _size(record: Mapping[str, Any]) -> tuple[int, int] | None:
    sides = [_positive(record.get(side)) for side in ("width", "height")]
    if any(side is None or not 1 <= side <= MAX_SIDE_PX for side in sides):
        return None
    width, height = (round(side) for side in sides if side is not None)
    return width, height


def _positive(value: object) -> float | None:
    number = number_of(value)
    return number if number is not None and number > 0 else None


_MODES: Mapping[float | None, Order] = {  # detectron2's; its fourth, turned, has five numbers
    0: CORNERS, 1: XYWH, 2: Order("x1, y1, x2, y2", shares=True),
    3: Order("x, y, w, h", shares=True),
}  # fmt: skip
_EXPECTED = {
    "images": "an id (a number or a name) and file_name", "categories": "an id and a name",
    "annotations": "image_id, category_id and bbox",
}  # fmt: skip
