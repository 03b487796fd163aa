"""A real set of the user's, whatever its format, as one AnnotatedSet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from assets.errors import UserError
from scenes.formats.coco import read_coco, read_coco_part
from scenes.formats.find import FORMATS, Found, find_set
from scenes.formats.split_folders import merged
from scenes.formats.tools.create_ml import read_create_ml
from scenes.formats.tools.cvat import read_cvat
from scenes.formats.tools.label_studio import read_label_studio
from scenes.formats.tools.labelme import read_labelme
from scenes.formats.tools.supervisely import read_supervisely
from scenes.formats.tools.via import read_via
from scenes.formats.tools.vott import read_vott
from scenes.formats.voc import read_voc
from scenes.formats.yolo import read_yolo
from scenes.sets.annotated_set import AnnotatedSet
from scenes.sets.repair import UnknownImageSize, settled

_TITLES = {
    "coco": "COCO", "voc": "Pascal VOC", "yolo": "YOLO", "cvat": "CVAT",
    "labelstudio": "Label Studio", "supervisely": "Supervisely", "via": "VIA",
    "labelme": "labelme", "vott": "VoTT", "createml": "CreateML",
}  # fmt: skip
_EXPORTS: Mapping[str, Callable[[Path, Sequence[Path]], AnnotatedSet]] = {
    "cvat": read_cvat, "supervisely": read_supervisely, "via": read_via, "labelme": read_labelme,
    "vott": read_vott, "createml": read_create_ml,
}  # fmt: skip


NO_SIZES = "{file} is left out: neither it nor a photo tells the size of any of its images"


class UnknownFormat(UserError):
    """A FORMAT that we do not read."""


def read_real(
    path: Path, *, format: str | None, paths: Mapping[str, str] = MappingProxyType({})
) -> AnnotatedSet:
    """Return the real set in a file or folder, valid, with every repair counted.

    The format is found by looking, unless `format` (one of FORMATS) says it; the first of the
    set's notes says what was taken, the next what was left. All splits of a set are read as one;
    name a split's own folder to read it alone. paths: from what a Label Studio export calls a
    folder to where it is. Raises UnknownFormat, SetNotFound, AmbiguousSet and what the format's
    reader raises, all of them UserError.
    """
    if format is not None and format not in FORMATS:
        raise UnknownFormat(f"FORMAT={format}; expected one of {', '.join(FORMATS)}, or none")
    found = find_set(path, format)
    annotated = _read(path, found, paths)
    taken = f"read as {_TITLES[found.format]}: {found.where}"
    return replace(annotated, notes=(taken, *found.notes, *annotated.notes))


def _read(path: Path, found: Found, paths: Mapping[str, str]) -> AnnotatedSet:
    root = path if path.is_dir() else path.parent
    if found.format == "labelstudio":
        return read_label_studio(root, found.files, paths)
    if paths:
        raise UnknownFormat(
            f"paths={dict(paths)} is of Label Studio's exports, and REAL={path} is read as "
            f"{_TITLES[found.format]}; leave it out, or choose FORMAT=labelstudio"
        )
    if found.yolo is not None:
        return read_yolo(found.yolo)
    if found.format == "voc":
        return read_voc(_voc_root(path), found.files)
    if found.format in _EXPORTS:
        return _EXPORTS[found.format](root, found.files)
    return _coco(path, found.files)


def _coco(path: Path, files: Sequence[Path]) -> AnnotatedSet:
    if path.is_file():
        return read_coco(path)
    if len(files) == 1:
        return merged(path, [read_coco(files[0])])
    return settled(merged(path, _parts(path, files)))


def _parts(root: Path, files: Sequence[Path]) -> list[AnnotatedSet]:
    """Return a set's files, one by one; those that tell no size of any image are left out aloud."""
    parts, first, left = [], None, []
    for file in files:
        try:
            parts.append(read_coco_part(file))
        except UnknownImageSize as error:
            first = first or error
            left.append(NO_SIZES.format(file=file.relative_to(root).as_posix()))
    if not parts and first is not None:
        raise first
    return [replace(part, notes=(*part.notes, *left)) for part in parts]


def _voc_root(path: Path) -> Path:
    folder = path.absolute() if path.is_dir() else path.absolute().parent
    return folder.parent if folder.name.lower() == "annotations" else folder
