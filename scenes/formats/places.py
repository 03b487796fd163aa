"""Where in a folder of the user's a format's files lie, and what of them is not read."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

SPLIT = re.compile(
    r"(train(ing|val)?|val(id(ation)?)?|test(ing)?|dev(el|elopment)?|eval(uation)?|minival|"
    r"hold-?out|fold|part|split|batch|job|task)s?[\W_\d]*(set)?[\W_\d]*",
    re.IGNORECASE,
)
HOMES = ("annotations", "annotation", "ann", "anns", "xml", "xmls", "json", "jsons", "labels")
PHOTOS = ("images", "image", "img", "imgs", "jpegimages", "depth", "segmentation", "shards")
DEEPEST = 3

FilesOf = Callable[[Path], Sequence[Path]]
Tiers = tuple[tuple[tuple[Path, tuple[Path, ...]], ...], ...]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Files of one format in the nearest places that hold any. left: folders that hold more."""

    files: tuple[Path, ...]
    left: tuple[Path, ...]


def tiers_of(path: Path) -> Tiers:
    """Return where in a folder annotations may lie, the nearest first, each with all below it.

    The folder's own annotation folders (with all below), the folder itself, its splits and their
    annotation folders, any other folders down to three below.
    """
    tiers = [_homes(path), [path], _with_homes(_splits(path))]
    tiers.append([place for place in _below(path) if not _under(place, [*tiers[0], *tiers[2]])])
    return tuple(tuple((place, _whole(place)) for place in tier) for tier in tiers)


def nearest(tiers: Tiers, files_of: FilesOf) -> Taken | None:
    """Return the files in the first of the tiers that holds any, or None."""
    found = [
        [(place, [file for one in whole for file in files_of(one)]) for place, whole in tier]
        for tier in tiers
    ]
    holding = [[(place, files) for place, files in tier if files] for tier in found]
    first = next((tier for tier in holding if tier), None)
    if first is None:
        return None
    taken = dict.fromkeys(file for _, files in first for file in files)
    left = [place for tier in holding if tier is not first for place, files in tier
            if not taken.keys() >= set(files)]  # fmt: skip
    return Taken(files=tuple(taken), left=tuple(dict.fromkeys(left)))


def is_split(name: str) -> bool:
    """Return whether a word of a name is a split's, as in `coco_train2017`."""
    return any(map(SPLIT.fullmatch, _words(name)))


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", name) if word.strip("0123456789")] or [name]


def places_in(path: Path) -> list[Path]:
    """Return a folder and the folders below it in which annotations may lie."""
    return [path, *_below(path)]


def told_left(root: Path, left: Sequence[Path], title: str) -> tuple[str, ...]:
    """Return the note that says which folders hold more that is not read."""
    if not left:
        return ()
    names = ", ".join(_within(root, place) for place in left[:5]) + " ..." * (len(left) > 5)
    return (
        f"{names} hold{'s' * (len(left) == 1)} more {title} that is not read; name it in REAL=",
    )


def _within(root: Path, place: Path) -> str:
    return "the folder itself" if place == root else f"{place.relative_to(root).as_posix()}/"


def _whole(place: Path) -> tuple[Path, ...]:
    return (place, *_below(place)) if place.name.casefold() in HOMES else (place,)


def _homes(path: Path) -> list[Path]:
    return [folder for folder in folders_in(path) if folder.name.casefold() in HOMES]


def _splits(path: Path) -> list[Path]:
    return [folder for folder in folders_in(path) if all(map(SPLIT.fullmatch, _words(folder.name)))]


def _with_homes(folders: Sequence[Path]) -> list[Path]:
    return [place for folder in folders for place in (folder, *_homes(folder))]


def _under(place: Path, others: Sequence[Path]) -> bool:
    return any(place == other or other in place.parents for other in others)


def _below(path: Path) -> list[Path]:
    level, found = [path], []
    for _ in range(DEEPEST):
        level = [deep for folder in level for deep in folders_in(folder)
                 if deep.name.casefold() not in PHOTOS]  # fmt: skip
        found += level
    return found


def folders_in(path: Path) -> list[Path]:
    """Return a folder's folders by name, but for hidden ones; none of what cannot be listed."""
    try:
        with os.scandir(path) as entries:
            names = sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))
    except OSError:
        return []
    return [path / name for name in names]


def files_in(path: Path, suffix: str = "") -> list[Path]:
    """Return a folder's files of a suffix, in any case, by name; none of what cannot be listed."""
    try:
        with os.scandir(path) as entries:
            names = sorted(e.name for e in entries if e.name.lower().endswith(suffix)
                           and e.is_file())  # fmt: skip
    except OSError:
        return []
    return [path / name for name in names]
