"""Looking what a file or folder of the user's holds, without reading it all."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assets.errors import UserError
from scenes.formats.json_kinds import broken_files, files_of_kind, kind_in
from scenes.formats.places import (
    Tiers,
    files_in,
    folders_in,
    is_split,
    nearest,
    places_in,
    tiers_of,
    told_left,
)
from scenes.formats.yolo_layout import YoloFiles, yolo_files

KNOWN_COCO = ("annotations.json", "_annotations.coco.json")
EXPECTED = (
    "expected a COCO JSON (in the folder, in annotations/ or in split folders), Pascal VOC XML "
    "files (in the folder or in Annotations/), YOLO labels/ with a data.yaml, or an export of "
    "CVAT, Label Studio, Supervisely, VIA, labelme, VoTT or CreateML"
)
_OF_CVAT = re.compile(rb"<annotations[\s>]", re.IGNORECASE)
_OF_VOC = re.compile(rb"<([\w.-]+:)?annotation[\s>]", re.IGNORECASE)
_OF_MASKS = re.compile(r"segmentation(class|object)(raw)?|masks?", re.IGNORECASE)
_OF_JSON = ("coco", "labelstudio", "via", "createml")
_HEAD_BYTES = 4096


class SetNotFound(UserError):
    """A place that holds no set we can read."""


class AmbiguousSet(UserError):
    """A place that holds more than one set, so that reading any would be a guess."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Annotation files of one format. where: what was seen, as the user is told.

    yolo: how a YOLO set's files belong together, None for the other formats. notes: what is there
    and not read.
    """

    format: str
    files: tuple[Path, ...]
    where: str
    yolo: YoloFiles | None = None
    notes: tuple[str, ...] = ()


Look = Callable[[Path, Tiers], Found | None]


def find_set(path: Path, wanted: str | None) -> Found:
    """Return the one set in a file or folder, of the wanted format if one is wanted.

    Raises SetNotFound, and AmbiguousSet, which lists what was found and how to choose.
    """
    looks = _LOOKS if wanted is None else {wanted: _LOOKS[wanted]}
    try:
        if not path.exists():
            raise SetNotFound(f"REAL={path}: nothing is there; {EXPECTED}")
        tiers = tiers_of(path) if path.is_dir() else ()
        found = [seen for look in looks.values() if (seen := look(path, tiers)) is not None]
    except OSError as error:
        raise SetNotFound(f"REAL={path}: {error.strerror}; {EXPECTED}") from None
    if not found:
        raise SetNotFound(f"REAL={path}: found {_contents(path, wanted)}; {EXPECTED}")
    if len(found) > 1:
        found = [one for one in found if one.format != "voc" or any(map(_is_voc, one.files))]
    if len(found) > 1:
        raise AmbiguousSet(
            f"REAL={path}: found {'; '.join(f'{f.format}: {f.where}' for f in found)}; expected "
            f"one; choose with FORMAT={'|'.join(f.format for f in found)}"
        )
    return replace(found[0], notes=(*found[0].notes, *_unread(path, found[0])))


def _unread(path: Path, found: Found) -> tuple[str, ...]:
    """Return the notes on what may belong to the set and is not read."""
    if not path.is_dir():
        return ()
    masks = [f"{folder.name}/ is not read: masks are those that the annotations tell"
             for folder in folders_in(path) if _OF_MASKS.fullmatch(folder.name)]  # fmt: skip
    lists = [f"{folder.name}/ is not read: every XML file is taken, whichever its lists name"
             for folder in folders_in(path)
             if found.format == "voc" and folder.name.lower() == "imagesets"]  # fmt: skip
    cut = [file for place in places_in(path) for file in broken_files(place)
           if found.format in _OF_JSON and file not in found.files]  # fmt: skip
    whole = "is no whole JSON and is not read"
    return (*masks, *lists, *(f"{file.relative_to(path).as_posix()} {whole}" for file in cut))


def _coco(path: Path, tiers: Tiers) -> Found | None:
    if path.is_file():
        other = not _json(path) or kind_in(path) not in ("coco", None)
        return None if other else Found(format="coco", files=(path,), where=path.name)
    taken = nearest(tiers, _coco_files)
    if taken is None:
        return None
    files = list(_one_a_folder(path, taken.files))
    notes = (*told_left(path, taken.left, "COCO"), *_others(path, files))
    return Found(format="coco", files=tuple(files), where=_told(path, files), notes=notes)


def _others(path: Path, taken: Sequence[Path]) -> tuple[str, ...]:
    """Return the note that says which COCO files lie beside those that are read by their name."""
    homes = dict.fromkeys(file.parent for file in taken)
    left = [file for home in homes for file in files_of_kind(home, "coco") if file not in taken]
    names = ", ".join(file.relative_to(path).as_posix() for file in left[:5]) + " ..." * (
        len(left) > 5
    )
    return (f"{names}: more COCO that is not read; name it in REAL=",) if left else ()


def _coco_files(folder: Path) -> list[Path]:
    there = files_in(folder, ".json")
    known = [f for f in there if f.name in KNOWN_COCO or f.name.startswith("instances_")]
    told = {file: kind_in(file) for file in known}
    of_none = [file for file, kind in told.items() if kind in ("coco", None)]
    return of_none or files_of_kind(folder, "coco")


def _one_a_folder(path: Path, files: tuple[Path, ...]) -> tuple[Path, ...]:
    alone = len({f.parent for f in files}) == len(files)
    if not alone and not all(f.name.startswith("instances_") or is_split(f.stem) for f in files):
        raise AmbiguousSet(
            f"REAL={path}: found {len(files)} COCO files ({', '.join(f.name for f in files)}); "
            "expected one; name the file itself in REAL="
        )
    return files


def _voc(path: Path, tiers: Tiers) -> Found | None:
    return _xml((path, tiers), "voc", "Pascal VOC", lambda file: not _is_cvat(file))


def _cvat(path: Path, tiers: Tiers) -> Found | None:
    return _xml((path, tiers), "cvat", "CVAT", _is_cvat)


def _xml(
    looked: tuple[Path, Tiers], format: str, title: str, fits: Callable[[Path], bool]
) -> Found | None:
    path, _ = looked
    if path.is_file():
        one = path.suffix.lower() == ".xml" and fits(path)
        return Found(format=format, files=(path,), where=path.name) if one else None
    return _everywhere(
        looked, format, title, lambda folder: list(filter(fits, files_in(folder, ".xml")))
    )


def _everywhere(
    looked: tuple[Path, Tiers], format: str, title: str, files_of: Callable[[Path], list[Path]]
) -> Found | None:
    path, tiers = looked
    taken = nearest(tiers, files_of)
    if taken is None:
        return None
    return Found(format=format, files=taken.files, where=_told(path, list(taken.files)),
                 notes=told_left(path, taken.left, title))  # fmt: skip


def _of_kind(kind: str, title: str) -> Look:
    def look(path: Path, tiers: Tiers) -> Found | None:
        if path.is_file():
            one = _json(path) and kind_in(path) == kind
            return Found(format=kind, files=(path,), where=path.name) if one else None
        return _everywhere((path, tiers), kind, title, lambda folder: files_of_kind(folder, kind))

    return look


def _is_cvat(path: Path) -> bool:
    return _begins(path, _OF_CVAT)


def _is_voc(path: Path) -> bool:
    """Return whether an XML is VOC's rather than some other tool's settings."""
    return _begins(path, _OF_VOC)


def _begins(path: Path, wanted: re.Pattern[bytes]) -> bool:
    try:
        with path.open("rb") as file:
            return wanted.search(file.read(_HEAD_BYTES)) is not None
    except OSError:
        return False


def _yolo(path: Path, _: Tiers) -> Found | None:
    files = yolo_files(path)
    if files is None:
        return None
    labels = list(files.labels)
    where = f"{_told(files.root, labels)} with {files.names.name}"
    return Found(format="yolo", files=files.labels, where=where, yolo=files)


def _json(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def _told(root: Path, files: list[Path]) -> str:
    kind = files[0].suffix.lstrip(".").upper().replace("TXT", "label")
    places = dict.fromkeys(_below(root, file.parent) for file in files)
    within = ", ".join("the folder itself" if place == "." else f"{place}/" for place in places)
    if len(files) == 1:
        return _below(root, files[0])
    return f"{len(files)} {kind} files in {within}"


def _below(root: Path, place: Path) -> str:
    """Return a place as it lies below a folder, else whole: a data.yaml may lead anywhere."""
    return (place.relative_to(root) if root in (place, *place.parents) else place).as_posix()


def _contents(path: Path, wanted: str | None) -> str:
    of_format = f" of FORMAT={wanted}" if wanted else ""
    if path.is_file():
        return f"a file that is no set{of_format}"
    names = sorted(entry.name + "/" * entry.is_dir() for entry in path.iterdir())
    tables = " (CSV is not read: export the set as COCO)" * any(
        name.lower().endswith(".csv") for name in names
    )
    more = " ..." * (len(names) > 8)
    return f"no set{of_format} among {', '.join(names[:8]) or 'nothing'}{more}{tables}"


_LOOKS: Mapping[str, Look] = {
    "coco": _coco, "voc": _voc, "yolo": _yolo, "cvat": _cvat,
    "labelstudio": _of_kind("labelstudio", "Label Studio"),
    "supervisely": _of_kind("supervisely", "Supervisely"), "via": _of_kind("via", "VIA"),
    "labelme": _of_kind("labelme", "labelme"), "vott": _of_kind("vott", "VoTT"),
    "createml": _of_kind("createml", "CreateML"),
}  # fmt: skip
FORMATS = tuple(_LOOKS)
