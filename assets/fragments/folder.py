"""A fragments folder: what `make fragments` wrote, and what a person made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assets.fragments.background import PaintedBackground, background_of
from assets.fragments.fragment import Fragment, read_fragment
from assets.fragments.set_ground import SetGround, ground_of_set
from assets.fragments.told import BadFragments, Told

INDEX, BACKGROUNDS, BACKGROUND_FOLDER = "fragments.json", "backgrounds.json", "backgrounds"
VERSION = 1


@dataclass(frozen=True, kw_only=True)
class FragmentFolder:
    """Fragments in the order of their photos and boxes, and backgrounds in that of their photos.

    real: the set they are of. counts: what was found and left, by sentence. ground: what its boxes
    tell together, None where they are too few.
    """

    path: Path
    real: str
    categories: tuple[str, ...]
    counts: Mapping[str, int]
    fragments: tuple[Fragment, ...]
    backgrounds: tuple[PaintedBackground, ...]
    ground: SetGround | None

    @property
    def used(self) -> tuple[Fragment, ...]:
        """Those that are to be used."""
        return tuple(one for one in self.fragments if one.is_used)

    @property
    def used_backgrounds(self) -> tuple[PaintedBackground, ...]:
        """Those that are to be used."""
        return tuple(one for one in self.backgrounds if one.used)


def is_fragment_folder(path: Path) -> bool:
    """Return whether `make fragments` wrote there."""
    return (path / INDEX).is_file()


def read_fragments(path: Path) -> FragmentFolder:
    """Return what a folder holds; no picture is opened. Raises BadFragments."""
    if not is_fragment_folder(path):
        raise BadFragments(
            f"{path}: no {INDEX}; expected a folder of fragments; make one by "
            "`make fragments REAL=set OUT=folder`"
        )
    told = Told.read(path / INDEX)
    if told.values.get("version") != VERSION:
        raise told.wrong("version", str(VERSION))
    counts = told.part("counts")
    return FragmentFolder(
        path=path, real=told.text("real"), categories=told.texts("categories"),
        counts={key: int(counts.number(key)) for key in counts.values},
        fragments=tuple(read_fragment(path / name) for name in told.texts("fragments")),
        backgrounds=_backgrounds(path), ground=ground_of_set(told),
    )  # fmt: skip


def _backgrounds(path: Path) -> tuple[PaintedBackground, ...]:
    """Return none where no background was asked for."""
    if not (path / BACKGROUNDS).is_file():
        return ()
    told = Told.read(path / BACKGROUNDS)
    folder = path / BACKGROUND_FOLDER
    return tuple(background_of(one, folder) for one in told.parts("backgrounds"))
