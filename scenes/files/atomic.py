"""Writing files so that each is either the old one or the whole new one, whatever happens."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from assets.errors import UserError

_ROOM = "free some space or choose another folder, then run again: finished images are kept"
_RIGHTS = "make it writable or choose another folder"
_CAUSES = {
    errno.ENOSPC: ("the disk is full", _ROOM),
    errno.EDQUOT: ("the disk quota is used up", _ROOM),
    errno.EFBIG: ("the file exceeds the size that this process or file system allows", _ROOM),
    errno.EROFS: ("the file system is read-only", _RIGHTS),
    errno.EACCES: ("permission is denied", _RIGHTS),
    errno.EPERM: ("the operation is not permitted", _RIGHTS),
    errno.ENOENT: ("no such folder is there, and none can be made", "choose another folder"),
    errno.ENAMETOOLONG: ("its name is too long", "choose a shorter one"),
    errno.ELOOP: ("its links lead in a circle", "choose another folder"),
    errno.EINVAL: ("the file system takes no such name", "choose another one"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "choose another folder"),
    errno.EEXIST: ("a file stands where a folder is expected", "choose another folder"),
    errno.EISDIR: ("a folder stands where a file is expected", "move it away"),
}


class Unwritable(UserError):
    """A path that the disk, the file system or the rights do not let us write."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell an OSError that is the user's to mend (full, no rights, no such place) as Unwritable."""
    try:
        yield
    except OSError as error:
        if error.errno not in _CAUSES:
            raise
        found, cure = _CAUSES[error.errno]
        raise Unwritable(f"cannot write {path}: {found}; {cure}") from None


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Yield a binary file beside `path`; fsync and rename it when the block ends well.

    When it does not, `path` stays as it was and nothing is left beside it. Raises Unwritable.
    """
    beside = path.with_name(path.name + ".part")
    with writing(path):
        try:
            with beside.open("wb") as handle:
                yield handle
                handle.flush()
                os.fsync(handle.fileno())
            beside.replace(path)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole file, as `written` does. Raises Unwritable."""
    with written(path) as handle:
        handle.write(content)


def write_text(path: Path, text: str) -> None:
    """Write a whole file in UTF-8, as `written` does. Raises Unwritable."""
    write_bytes(path, text.encode())


def nameless(folder: Path) -> IO[bytes]:
    """Return a file on a folder's disk that goes away with the process. Raises Unwritable."""
    with writing(folder):
        return tempfile.TemporaryFile(dir=folder)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, if they are not there. Raises Unwritable."""
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)
