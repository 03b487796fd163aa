"""What lies in a YOLO set and belongs to no split or to no label, as notes."""

from collections.abc import Container, Iterable, Sequence
from pathlib import Path

from scenes.formats.places import files_in
from scenes.sets.belonging import folded
from scenes.sets.photos import SUFFIXES


def unlisted(labels: Sequence[Path], led: Container[Path], names: Path) -> list[str]:
    """Return the note on label files that lie where others do, and no list or split leads to."""
    apart = sum(label.resolve() not in led for label in labels)
    if not 0 < apart < len(labels):
        return []
    return [f"{apart} label files to which {names.name} and lists of photos do not lead, read too"]


def unlabelled(labels: Sequence[Path], folders: Iterable[Path]) -> list[str]:
    """Return the note on photos beside the labels, or in the splits' folders, that have none."""
    stems = {folded(label.stem) for label in labels}
    homes = dict.fromkeys([*(_images_of(label.parent) for label in labels), *folders])
    without = sum(
        photo.suffix.lower() in SUFFIXES and not {folded(photo.stem), folded(photo.name)} & stems
        for home in homes for photo in files_in(home)
    )  # fmt: skip
    left = "photos without a label file, which are not part of the set"
    return [f"{without} {left}"] if without else []


def _images_of(folder: Path) -> Path:
    parts = folder.parts
    if "labels" not in parts:
        return folder
    last = len(parts) - 1 - parts[::-1].index("labels")
    return Path(*parts[:last], "images", *parts[last + 1 :])
