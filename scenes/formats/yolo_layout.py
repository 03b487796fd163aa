"""Where a YOLO or Darknet set keeps what: its names, its label files, its photos.

Label files are those of labels/ (in the folder, in splits, in any folder below), or beside the
photos, and those that data.yaml's train, val and test or Darknet's lists lead to. A list of photos
is no label file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from scenes.formats.places import files_in, folders_in
from scenes.formats.yolo_left import unlabelled, unlisted
from scenes.sets.boxes.orders import number_of
from scenes.sets.photos import SUFFIXES

NAMES = (
    "data.yaml", "data.yml", "dataset.yaml", "dataset.yml", "classes.txt", "obj.names",
    "predefined_classes.txt", "_darknet.labels", "labels.txt",
)  # fmt: skip
LOST = "photos of lists are not there, and no label files of theirs"
ENTRIES = ("train", "val", "valid", "validation", "test")
YAML = (".yaml", ".yml")


@dataclass(frozen=True, kw_only=True)
class YoloFiles:
    """Where a YOLO set keeps what: class names, and label files of all its splits.

    photos: folders to look in beside those that go with a label's. others: what else beside `names`
    tells names. notes: what was told and is not there, what is there and is not read.
    """

    root: Path
    names: Path
    labels: tuple[Path, ...]
    photos: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    others: tuple[Path, ...] = ()


def yolo_files(path: Path) -> YoloFiles | None:
    """Return what a folder, or the folder of a file of names, holds; None where no labels do."""
    root = path.parent if path.is_file() else path
    names = _names_file(path)
    if names is None:
        return None
    entries, notes = _entries(names, root)
    told = [label for entry in entries for label in _labels_of(entry)]
    led = {label.resolve() for label in told if label.is_file()}
    labels = {file.resolve(): file for file in [*_structural(root), *told] if file.is_file()}
    kept = tuple(sorted(file for file in labels.values()
                        if not _about(file, names) and _is_label(file)))  # fmt: skip
    if not kept:
        return None
    folders = dict.fromkeys(entry if entry.is_dir() else entry.parent for entry in entries)
    return YoloFiles(
        root=root, names=names, labels=kept, photos=tuple(folders),
        notes=(*notes, *_lost(entries), *unlisted(kept, led, names), *unlabelled(kept, folders)),
        others=_others(names),
    )  # fmt: skip


def is_list_of_photos(file: Path) -> bool:
    """Return True for a text file whose first line is a photo's path, as Darknet's train.txt."""
    first = next(_lines(file), "")
    return suffix(first) in SUFFIXES


def suffix(name: str) -> str:
    """Return a path's suffix in lower case."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def _names_file(path: Path) -> Path | None:
    if path.is_file():
        known = path.suffix in YAML or path.name in NAMES or path.suffix in (".names", ".data")
        return _of_data(path) if known else None
    homes = [path, path / "labels", *sorted(folders_in(path))]
    if path.name == "labels" or (path / "labels").is_dir():
        homes.append(path.absolute().parent)  # path is one split of a set
    for home in homes:
        found = next((home / name for name in NAMES if (home / name).is_file()), None)
        found = found or _only(home, (".names", ".data")) or _only_yaml(home)
        if found is not None:
            return _of_data(found)
    return None


def _only(home: Path, suffixes: Sequence[str]) -> Path | None:
    there = [file for file in files_in(home) if file.suffix in suffixes]
    return there[0] if there else None


def _only_yaml(home: Path) -> Path | None:
    there = [file for file in files_in(home) if file.suffix in YAML and _yaml(file).get("names")]
    return there[0] if len(there) == 1 else None


def _others(names: Path) -> tuple[Path, ...]:
    """Return the further files of names beside the one that is taken."""
    return tuple(
        file for file in files_in(names.parent) if file != names and (
            file.name in NAMES or file.suffix == ".names"
            or (file.suffix in YAML and bool(_yaml(file).get("names"))))
    )  # fmt: skip


def _of_data(file: Path) -> Path:
    """Return the names that an obj.data leads to, any other file as it is."""
    if file.suffix != ".data":
        return file
    told = _data(file).get("names", "obj.names")
    return _resolved(told, (file.parent,)) or file.with_suffix(".names")


def _entries(names: Path, root: Path) -> tuple[list[Path], list[str]]:
    """Return the folders and lists that a data.yaml, obj.data or lists of photos tell."""
    if names.suffix in YAML:
        told, bases = _yaml(names), _bases(names)
    else:
        data = [file for home in (root, names.parent) for file in files_in(home)
                if file.suffix == ".data"]  # fmt: skip
        told, bases = (_data(data[0]) if data else {}), (root, names.parent)
    found, notes = [], []
    for split in ENTRIES:
        for entry in _texts(told.get(split)):
            at = _resolved(entry, bases)
            found += [at] if at else []
            if at is None or (names.suffix in YAML and not _is_told(at, entry)):
                taken = f", {at.name} is taken" if at else ""
                notes.append(f"{split}: {entry} of {names.name} is not there{taken}")
    lists = [file for file in files_in(root) if file.suffix == ".txt" and is_list_of_photos(file)]
    return list(dict.fromkeys([*found, *lists])), notes


def _bases(names: Path) -> tuple[Path, ...]:
    told = _yaml(names).get("path")
    home = names.parent
    return (home / told, home) if isinstance(told, str) and told else (home,)


def _resolved(told: str, bases: Sequence[Path]) -> Path | None:
    """Return the place that a path leads to, from its whole to its last part, or None."""
    parts = PurePosixPath(told.strip().replace("\\", "/")).parts
    candidates = [base / told.strip() for base in bases]
    kept = [part for part in parts if part not in ("..", ".", "/")]
    candidates += [base.joinpath(*kept[n:]) for base in bases for n in range(len(kept))]
    return next((place for place in candidates if place.exists()), None)


def _is_told(at: Path, told: str) -> bool:
    """Return whether a place ends as its path does, whatever leads up out of a folder."""
    parts = PurePosixPath(told.strip().replace("\\", "/")).parts
    kept = tuple(part for part in parts if part not in ("..", ".", "/"))
    return at.exists() and (at.absolute().parts[-len(kept) :] == kept or at == Path(told.strip()))


def _labels_of(entry: Path) -> list[Path]:
    """Return where the labels of a folder's or list's photos may lie."""
    if entry.is_dir():
        return sorted(_beside_images(entry).rglob("*.txt")) or sorted(entry.rglob("*.txt"))
    photos = (_resolved_photo(line, _bases_of(entry)) for line in _lines(entry))
    return [label for photo in photos for label in _labels_of_photo(photo)]


def _lost(entries: Sequence[Path]) -> list[str]:
    """Return the note on photos of lists of which neither they nor their labels are there."""
    listed = [(line, _bases_of(entry)) for entry in entries if entry.is_file()
              for line in _lines(entry) if suffix(line) in SUFFIXES]  # fmt: skip
    lost = [
        line for line, bases in listed if _resolved(line, bases) is None
        and not any(label.is_file() for label in _labels_of_photo(_resolved_photo(line, bases)))
    ]  # fmt: skip
    return [f"{len(lost)} {LOST}, such as {lost[0]}"] if lost else []


def _bases_of(entry: Path) -> tuple[Path, ...]:
    return (entry.parent, *entry.parents[1:2])


def _labels_of_photo(photo: Path) -> tuple[Path, Path]:
    return _beside_images(photo.parent) / f"{photo.stem}.txt", photo.with_suffix(".txt")


def _resolved_photo(told: str, bases: Sequence[Path]) -> Path:
    """Return where a listed photo lies, or its labels would if it were there."""
    parts = [p for p in PurePosixPath(told.replace("\\", "/")).parts if p not in ("..", ".", "/")]
    for base in bases:
        for start in range(len(parts)):
            place = base.joinpath(*parts[start:])
            if any(label.is_file() for label in _labels_of_photo(place)):
                return place
    return bases[0] / (parts[-1] if parts else "")


def _beside_images(folder: Path) -> Path:
    """Return the folder with its last `images` read as `labels`."""
    parts = folder.parts
    if "images" not in parts:
        return folder
    last = len(parts) - 1 - parts[::-1].index("images")
    return Path(*parts[:last], "labels", *parts[last + 1 :])


def _structural(root: Path) -> list[Path]:
    trees = [home for home in (root / "labels", *_below(root)) if home.name == "labels"]
    nested = [file for tree in trees if tree.is_dir() for file in sorted(tree.rglob("*.txt"))]
    if nested or root.name == "labels":
        return nested or sorted(root.rglob("*.txt"))
    homes = [
        root,
        *folders_in(root),
        *(deep for home in folders_in(root) for deep in folders_in(home)),
    ]
    return [file for home in homes for file in files_in(home) if file.suffix.lower() == ".txt"]


def _below(root: Path) -> list[Path]:
    """Return the folders down to three below, but for labels' and images' own."""
    level, found = [root], []
    for _ in range(3):
        level = [deep for home in level if home.name not in ("labels", "images")
                 for deep in folders_in(home)]  # fmt: skip
        found += level
    return list(dict.fromkeys(found))


def _about(file: Path, names: Path) -> bool:
    told = file.name.lower()
    return (
        file.name in NAMES or file == names or told.startswith(("readme", "notes", "licen"))
        or is_list_of_photos(file)
    )  # fmt: skip


def _is_label(file: Path) -> bool:
    """Return True for what lies in labels/, beside its photo, or begins as a label does."""
    if "labels" in file.parts or any((file.with_suffix(s)).is_file() for s in SUFFIXES):
        return True
    words = next(_lines(file), "").replace(",", " ").split()
    return len(words) >= 5 and all(number_of(word) is not None for word in words[1:])


def _yaml(file: Path) -> dict[str, Any]:
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _data(file: Path) -> dict[str, Any]:
    pairs = (line.partition("=") for line in _lines(file))
    return {key.strip(): value.strip() for key, equals, value in pairs if equals}


def _texts(told: Any) -> list[str]:
    return [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, str)
            and one.strip()]  # fmt: skip


def _lines(file: Path) -> Iterator[str]:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            yield from filter(None, map(str.strip, lines))
    except (OSError, ValueError):
        return
