"""The files of an export: small ones put at once, long ones grown record by record."""

import json
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, BinaryIO

from scenes.files.atomic import make_folder, nameless, writing, written


class Files:
    """Writes below one folder. What `begin` began stands when the stack ends well, else not.

    Small files are renamed into place but not fsynced: an export that a power cut met is written
    again, as its record (the last file, fsynced) is not there.
    """

    def __init__(self, out: Path, stack: ExitStack) -> None:
        self.out = out
        self._stack = stack
        self._made: set[str] = set()

    def put(self, name: str, content: bytes) -> None:
        """Write a whole file at a path inside the folder. Raises Unwritable."""
        path = self.place(name)
        beside = f"{path}.part"
        with writing(path):
            with open(beside, "wb") as handle:  # noqa: PTH123  # 100,000 of them: a Path costs more
                handle.write(content)
            Path(beside).replace(path)

    def place(self, name: str) -> Path:
        """Return the path of a file inside the folder, whose own folder is there then."""
        folder = name.rpartition("/")[0]
        if folder not in self._made:
            make_folder(self.out / folder)
            self._made.add(folder)
        return self.out / name

    def begin(self, name: str) -> BinaryIO:
        """Return a file to write on until the export ends. Raises Unwritable."""
        return self._stack.enter_context(written(self.place(name)))

    def aside(self) -> IO[bytes]:
        """Return a nameless file for what has to wait. Raises Unwritable."""
        make_folder(self.out)
        return self._stack.enter_context(nameless(self.out))


class Records:
    """Records between a head and a tail, one a line; `more` are lists told after the first.

    They wait in nameless files, so that memory does not grow with them.
    """

    def __init__(self, files: Files, name: str, head: str, more: tuple[str, ...] = ()) -> None:
        self._file = files.begin(name)
        self._file.write(head.encode())
        self._waiting = {key: files.aside() for key in more}
        self._filled: set[str] = set()

    def add(self, record: Any, key: str = "") -> None:
        """Write one record into the first list, or into the one of that name."""
        handle = self._waiting.get(key, self._file)
        handle.write(b",\n" if key in self._filled else b"\n")
        handle.write(text(record).encode())
        self._filled.add(key)

    def end(self, tail: str) -> None:
        """Tell the further lists, each after its name, and the tail."""
        for key, handle in self._waiting.items():
            self._file.write(f'\n],\n"{key}":['.encode())
            handle.seek(0)
            shutil.copyfileobj(handle, self._file, 1 << 20)
        self._file.write(tail.encode())


def text(told: Any) -> str:
    """Return compact JSON, which NaN cannot enter."""
    return json.dumps(told, allow_nan=False, separators=(",", ":"), ensure_ascii=False)


def tidy(number: float) -> float | int:
    """Return a number of pixels as it is told: whole where it is whole, else to 0.001."""
    rounded = round(number, 3)
    return int(rounded) if rounded == int(rounded) else rounded
