"""Names of exported images that every reader takes, no two of which share a label file."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST = 100  # characters of a stem: fewer than a file system's 255 bytes, of any script
_ODD = re.compile(r"[^\w.-]")
_TWIN = "+"  # which `plain` leaves in no name, so that what follows it cannot meet another


def plain(name: str) -> str:
    """Return the stem of a name without folders, spaces and other marks that lists trip over."""
    stem = PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/"))).stem
    return _ODD.sub("_", stem)[:LONGEST].strip(".") or "image"


def numbered(stem: str, key: int) -> str:
    """Return a stem that other images have as well, told apart by an image's id."""
    return f"{stem}{_TWIN}{key}"


def folded(stem: str) -> str:
    """Return what two stems share that some file system would take for one."""
    return unicodedata.normalize("NFC", stem.casefold())
