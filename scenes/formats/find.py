"""Looking what a file or folder of the user's holds, without reading it all."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.errors import UserError
from scenes.formats.coco import is_coco
from scenes.formats.yolo import YoloFiles

SPLITS = ("train", "training", "valid", "val", "validation", "test", "testing")
KNOWN_COCO = ("annotations.json", "_annotations.coco.json")
NAMES = ("data.yaml", "data.yml", "dataset.yaml", "dataset.yml", "classes.txt", "obj.names")
EXPECTED = (
    "expected a COCO JSON (in the folder, in annotations/ or in split folders), Pascal VOC XML "
    "files (in the folder or in Annotations/), or YOLO labels/ with a data.yaml"
)


class SetNotFound(UserError):
    """A place that holds no set we can read."""


class AmbiguousSet(UserError):
    """A place that holds more than one set, so that reading any would be a guess."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Annotation files of one format. where: what was seen, as the user is told.

    yolo: how a YOLO set's files belong together, None for the other formats.
    """

    format: str
    files: tuple[Path, ...]
    where: str
    yolo: YoloFiles | None = None


def find_set(path: Path, wanted: str | None) -> Found:
    """Return the one set in a file or folder, of the wanted format if one is wanted.

    Raises SetNotFound, and AmbiguousSet, which lists what was found and how to choose.
    """
    looks = _LOOKS if wanted is None else {wanted: _LOOKS[wanted]}
    try:
        if not path.exists():
            raise SetNotFound(f"REAL={path}: nothing is there; {EXPECTED}")
        found = [seen for look in looks.values() if (seen := look(path)) is not None]
    except OSError as error:
        raise SetNotFound(f"REAL={path}: {error.strerror}; {EXPECTED}") from None
    if not found:
        raise SetNotFound(f"REAL={path}: found {_contents(path, wanted)}; {EXPECTED}")
    if len(found) > 1:
        raise AmbiguousSet(
            f"REAL={path}: found {'; '.join(f'{f.format}: {f.where}' for f in found)}; expected "
            f"one; choose with FORMAT={'|'.join(f.format for f in found)}"
        )
    return found[0]


def _coco(path: Path) -> Found | None:
    if path.is_file():
        return Found(format="coco", files=(path,), where=path.name) if _json(path) else None
    for folders in ([path], [path / "annotations"], _splits(path)):
        files = _coco_files(folder for folder in folders if folder.is_dir())
        if files:
            return Found(format="coco", files=_one_a_split(path, files), where=_told(path, files))
    return None


def _coco_files(folders: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for folder in folders:
        there = sorted(file for file in folder.iterdir() if file.is_file() and _json(file))
        known = [f for f in there if f.name in KNOWN_COCO or f.name.startswith("instances_")]
        files += known or [file for file in there if _looks_like_coco(file)]
    return files


def _one_a_split(path: Path, files: list[Path]) -> tuple[Path, ...]:
    splits = all(f.parent.name in SPLITS or f.name.startswith("instances_") for f in files)
    if len(files) > 1 and not splits:
        raise AmbiguousSet(
            f"REAL={path}: found {len(files)} COCO files ({', '.join(f.name for f in files)}); "
            "expected one; name the file itself in REAL="
        )
    return tuple(files)


def _looks_like_coco(path: Path) -> bool:
    try:
        return is_coco(json.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, RecursionError):
        return False


def _voc(path: Path) -> Found | None:
    if path.is_file():
        one = path.suffix.lower() == ".xml"
        return Found(format="voc", files=(path,), where=path.name) if one else None
    for folders in ([path / "Annotations"], [path], [path / "annotations"], _splits(path)):
        files = _of_suffix((folder for folder in folders if folder.is_dir()), ".xml")
        if files:
            return Found(format="voc", files=tuple(files), where=_told(path, files))
    return None


def _yolo(path: Path) -> Found | None:
    root = path.parent if path.is_file() else path
    names = path if path.is_file() else _first(path, NAMES)
    if names is None and (path / "labels").is_dir():
        names = _first(path.absolute().parent, NAMES)  # path is one split of a set
    if names is None or (names.suffix not in (".yaml", ".yml") and names.name not in NAMES):
        return None
    labels = [f for f in _label_files(root) if not _about(f)]
    if not labels:
        return None
    files = YoloFiles(root=root, names=names, labels=tuple(labels))
    where = f"{_told(root, labels)} with {names.name}"
    return Found(format="yolo", files=tuple(labels), where=where, yolo=files)


def _about(file: Path) -> bool:
    return file.name in NAMES or file.name.lower().startswith("readme")


def _label_files(root: Path) -> list[Path]:
    trees = [root / "labels", *(split / "labels" for split in _splits(root))]
    nested = [file for tree in trees if tree.is_dir() for file in sorted(tree.rglob("*.txt"))]
    return nested or _of_suffix([root, *_splits(root)], ".txt")


def _splits(path: Path) -> list[Path]:
    return [path / name for name in SPLITS if (path / name).is_dir()]


def _of_suffix(folders: Iterable[Path], suffix: str) -> list[Path]:
    return [
        file
        for folder in folders
        for file in sorted(folder.iterdir())
        if file.suffix.lower() == suffix and file.is_file()
    ]


def _first(folder: Path, names: Iterable[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _json(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def _told(root: Path, files: list[Path]) -> str:
    kind = files[0].suffix.lstrip(".").upper().replace("TXT", "label")
    places = dict.fromkeys(file.parent.relative_to(root).as_posix() for file in files)
    within = ", ".join("the folder itself" if place == "." else f"{place}/" for place in places)
    if len(files) == 1:
        return f"{files[0].relative_to(root).as_posix()}"
    return f"{len(files)} {kind} files in {within}"


def _contents(path: Path, wanted: str | None) -> str:
    of_format = f" of FORMAT={wanted}" if wanted else ""
    if path.is_file():
        return f"a file that is no set{of_format}"
    names = sorted(entry.name + "/" * entry.is_dir() for entry in path.iterdir())
    return f"no set{of_format} among {', '.join(names[:8]) or 'nothing'}" + " ..." * (
        len(names) > 8
    )


_LOOKS: Mapping[str, Callable[[Path], Found | None]] = {"coco": _coco, "voc": _voc, "yolo": _yolo}
FORMATS = tuple(_LOOKS)
