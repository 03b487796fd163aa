"""A file put into a folder: a hard link, a copy, or whichever the disk has."""

import errno
import shutil
from contextlib import suppress
from pathlib import Path

from assets.errors import UserError
from scenes.files.atomic import writing

_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP)


class NoHardLinks(UserError):
    """Two folders between which the file system makes no hard links."""


def copy(source: Path, target: Path) -> None:
    """Copy a file; one of that size that is there already is kept. Raises Unwritable."""
    with writing(target):
        if _size(target) == source.stat().st_size:
            return
        beside = target.with_name(f"{target.name}.part")
        try:
            shutil.copyfile(source, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def link(source: Path, target: Path) -> None:
    """Give a file a second name. Raises NoHardLinks, Unwritable."""
    with writing(target):
        try:
            target.hardlink_to(source)
        except FileExistsError:
            _link_anew(source, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            raise NoHardLinks(
                f"cannot link {target} to {source}: {error.strerror}; expected both on one file "
                "system; choose an OUT beside the set, or OPTIONS=link=false"
            ) from None


def put(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the disk links none. Raises Unwritable."""
    try:
        link(source.resolve(), target)
    except NoHardLinks:
        copy(source, target)


def _link_anew(source: Path, target: Path) -> None:
    if not target.samefile(source):
        target.unlink()
        link(source, target)


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return -1
