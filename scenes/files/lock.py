"""One run at a time in a folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assets.errors import UserError
from scenes.files.atomic import writing


class FolderBusy(UserError):
    """A folder that another run is writing."""


@contextmanager
def locked(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a folder for this process. Raises FolderBusy at once if another one holds it, or waits.

    The kernel lets go when the process ends, however it ends, so a dead run holds nothing; the
    file .lock itself stays. Forked children would inherit the hold: workers are spawned.
    """
    path = folder / ".lock"
    with writing(path):
        handle = path.open("a+", encoding="ascii")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise FolderBusy(_busy(path)) from None
        with writing(path):  # by no buffer, which would be written once more at the end
            os.ftruncate(handle.fileno(), 0)
            os.write(handle.fileno(), str(os.getpid()).encode())
        yield


def holder(folder: Path) -> str | None:
    """Return the process id of who holds a folder, or None where nobody does."""
    path = folder / ".lock"
    try:
        with path.open(encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return path.read_text("ascii").strip() or "unknown"
    except OSError:
        return None
    return None


def _busy(path: Path) -> str:
    owner = path.read_text("ascii").strip() or "unknown"
    return (
        f"{path.parent} is being written by another run (process {owner}); "
        "wait for it, stop it, or choose another folder"
    )
