"""What a JSON file of annotations is, by its shape: files seldom say it."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from scenes.formats.coco import COCO_LISTS, BadCoco, is_coco
from scenes.formats.json_stream import top_level
from scenes.formats.places import files_in
from scenes.formats.tools.label_studio_min import is_min

_BROKEN = "no whole JSON"
LOOKED_AT = 40  # files of a folder: the others are taken to be alike, and counted where they aren't


def kind_in(path: Path) -> str | None:
    """Return the format of a JSON file, None where it is none that is read.

    COCO is told by its keys, of which the last comes before most records of a long file; any other
    file is parsed as a whole. Looking for each format asks for the same files again.
    """
    kind = _seen(path)
    return None if kind == _BROKEN else kind


def files_of_kind(folder: Path, kind: str) -> list[Path]:
    """Return a folder's files of a format; where each photo has one, all but those of another."""
    files = files_in(folder, ".json")
    kinds = {file: kind_in(file) for file in files[:LOOKED_AT]}
    if kind not in kinds.values():
        return []
    if kind not in PER_PHOTO:
        return [file for file, found in kinds.items() if found == kind]
    return [file for file in files if kinds.get(file, kind) in (kind, None) and not _about(file)]


def broken_files(folder: Path) -> list[Path]:
    """Return a folder's JSON files that are not whole, of the first LOOKED_AT."""
    files = files_in(folder, ".json")[:LOOKED_AT]
    return [file for file in files if _seen(file) == _BROKEN]


def _seen(path: Path) -> str | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return _kind(path.absolute(), (seen.st_ino, seen.st_mtime_ns, seen.st_size))


@lru_cache(maxsize=1024)
def _kind(path: Path, _: tuple[int, int, int]) -> str | None:
    if _begins_as_coco(path):
        return "coco"
    told = _parsed(path)
    if told is None:
        return _BROKEN
    return next((kind for kind, fits in _SHAPES.items() if fits(told)), None)


def _begins_as_coco(path: Path) -> bool:
    lacking = set(COCO_LISTS)
    try:
        with path.open("rb") as file:
            for key, _, _ in top_level(path, file):
                lacking.discard(key)
                if not lacking:
                    return True
    except (OSError, BadCoco):
        pass
    return False


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None


def _about(file: Path) -> bool:
    return file.name in ("meta.json", "obj_class_to_machine_color.json")


def _labelme(told: Any) -> bool:
    return _has(told, shapes=list) and ("imagePath" in told or "imageWidth" in told)


def _via(told: Any) -> bool:
    if not isinstance(told, dict) or not told:
        return False
    inner = told.get("_via_img_metadata", told)
    return isinstance(inner, dict) and any(
        _has(one, filename=str) and "regions" in one for one in inner.values()
    )


def _label_studio(told: Any) -> bool:
    if not isinstance(told, list):
        return False
    whole = (_has(one, data=dict) and ("annotations" in one or "completions" in one)
             for one in told)  # fmt: skip
    return any(whole) or any(map(is_min, told))


def _create_ml(told: Any) -> bool:
    if not isinstance(told, list):
        return False
    return any(_has(one, annotations=list) and isinstance(one.get("image", one.get(
        "imagefilename")), str) for one in told)  # fmt: skip


def _supervisely(told: Any) -> bool:
    return _has(told, objects=list, size=dict)


def _vott(told: Any) -> bool:
    if _has(told, asset=dict, regions=list):
        return True
    assets = told["assets"].values() if _has(told, assets=dict) else ()  # a manifest has some, too
    return any(_has(one, asset=dict) or _has(one, name=str) for one in assets)


def _has(told: Any, **kinds: type) -> bool:
    return isinstance(told, dict) and all(isinstance(told.get(k), v) for k, v in kinds.items())


_SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "coco": is_coco, "labelme": _labelme, "via": _via, "labelstudio": _label_studio,
    "createml": _create_ml, "supervisely": _supervisely, "vott": _vott,
}  # fmt: skip
PER_PHOTO = ("labelme", "supervisely", "vott")
