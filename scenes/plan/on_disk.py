"""A plan that may be longer than memory: its lines stay on disk, parsed when they are asked for."""

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, overload

from scenes.files.atomic import nameless, writing
from scenes.plan.plan import BadPlan, Plan, PlannedScene, parsed_line


class StoredScenes(Sequence[PlannedScene]):
    """The lines of an open plan file. Memory holds where each ends, 8 bytes a scene.

    name: of the file, for errors. Any thread may read.
    """

    def __init__(self, file: IO[bytes], name: Path) -> None:
        self._file, self._name = file, name
        file.seek(0)
        self._ends = array("Q", [0])
        for line in file:
            self._ends.append(self._ends[-1] + len(line))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> PlannedScene: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PlannedScene]: ...
    def __getitem__(self, index: int | slice) -> PlannedScene | Sequence[PlannedScene]:
        """Return a line, parsed. Raises BadPlan, IndexError."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        return parsed_line(self._name, number + 1, self.line(number).decode())

    def line(self, number: int) -> bytes:
        """Return a line as it is on disk."""
        begin, end = self._ends[number : number + 2]
        return os.pread(self._file.fileno(), end - begin, begin)


class StoredPlan(Plan):
    """A plan of stored scenes, each line as `Plan.write` has it."""

    def lines(self) -> Iterator[str]:
        """Yield the lines that `write` writes, unparsed."""
        scenes = self.scenes
        assert isinstance(scenes, StoredScenes)  # by the only two functions that make one
        return (scenes.line(number).decode() for number in range(len(scenes)))


def stored_plan(lines: Iterable[PlannedScene], folder: Path) -> Plan:
    """Return a plan whose lines lie in a nameless file on a folder's disk, gone with the process.

    Raises Unwritable.
    """
    file = nameless(folder)
    with writing(folder):
        file.writelines(line.encode() for line in Plan.written(lines))
        file.flush()
    return StoredPlan(scenes=StoredScenes(file, folder / "plan.jsonl"))


def open_plan(path: Path) -> Plan:
    """Return the plan in a file, which is to stay as it is meanwhile. Raises BadPlan."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadPlan(f"plan {path}: {error}; expected the plan.jsonl of `make plan`") from None
    plan = StoredPlan(scenes=StoredScenes(file, path))
    if not len(plan):
        raise BadPlan(f"plan {path} is empty; expected one scene a line")
    return plan
