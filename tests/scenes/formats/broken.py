"""The check that every broken set goes through: right, said or refused; never in silence."""

import itertools
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.errors import UserError
from scenes.formats.read import read_real
from scenes.sets.annotated_set import AnnotatedSet
from tests.scenes.formats.breaking import Break, breaks
from tests.scenes.formats.good_sets import WRITERS, Files, Truth, truth

TRUTHS = 4
EXAMPLES = 2000
# Label Studio tells where a photo lay on its server.
GOOD = {"labelstudio": {"photos found without the folders of their name": 3}}


class Desk:
    """A folder of one set at a time, of another name each, of which only what changes is written.

    A new name each time, because what a file is found to be is kept by path, size and time.
    """

    def __init__(self, home: Path) -> None:
        self._home, self._numbers, self._lying = home, itertools.count(), Files()
        self._place = home / "set"
        self._place.mkdir(parents=True)

    def laid(self, files: Files) -> Path:
        """Return the folder, with these files in it and nothing else."""
        self._place = self._place.rename(self._home / str(next(self._numbers)))
        for name in self._lying.keys() - files.keys():
            path = self._place / name
            path.unlink()
            while path.parent != self._place and not any(path.parent.iterdir()):
                path = path.parent
                path.rmdir()
        written(self._place, {n: d for n, d in files.items() if self._lying.get(n) != d})
        self._lying = dict(files)
        return self._place


def written(folder: Path, files: Files) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def seen(annotated: AnnotatedSet) -> list[tuple[str, ...]]:
    """Return (photo, category, sides of the box) of every object, with the pixels or without."""
    images = {image.id: image for image in annotated.images}
    return sorted(
        (_photo(images[a.image_id].path), annotated.categories[a.category_id],
         *(f"{side:.1f}" for side in a.bbox))
        for a in annotated.annotations
    )  # fmt: skip


def _photo(path: Path | None) -> str:
    return "" if path is None else path.name[0].lower()


def meant(told: Truth) -> list[tuple[str, ...]]:
    return sorted((on, name, *(f"{side:.1f}" for side in box)) for on, name, box in told.objects)


@cache
def good(format: str, number: int) -> Files:
    return WRITERS[format](truth(number))


@cache
def every_break(format: str) -> tuple[tuple[int, Break], ...]:
    return tuple((n, one) for n in range(TRUTHS) for one in breaks(good(format, n)))


def check(desk: Desk, format: str, number: int, broken: Break) -> None:
    place = desk.laid(broken.of(good(format, number)))
    try:
        found = read_real(place, format=None)
    except UserError as error:
        assert str(error)
        return
    said = (found.repairs, len(found.notes)) != (GOOD.get(format, {}), 1)
    assert said or seen(found) == meant(truth(number)), "another set, and not a word"


def try_examples(folder: Path, format: str) -> None:
    """Break one thing in a good set, EXAMPLES times, and check each.

    In memory where the system has a place for it: a disk takes a third of the time.
    """
    memory = Path("/dev/shm")  # mkdtemp makes a folder of this run's own there
    if os.access(memory, os.W_OK):
        with TemporaryDirectory(dir=memory) as home:
            _try_examples(Desk(Path(home) / format), format)
    else:
        _try_examples(Desk(folder / format), format)


def _try_examples(desk: Desk, format: str) -> None:
    @settings(max_examples=EXAMPLES, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.sampled_from(every_break(format)))
    def tried(one: tuple[int, Break]) -> None:
        check(desk, format, *one)

    tried()
