"""What a mesh file may read beside itself: files of the user's own folder, and nothing else."""

import re
from pathlib import Path
from urllib.parse import unquote

from trimesh.resolvers import Resolver

from assets.meshes.files import MOST_BYTES

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")  # http:, file:, and C: of Windows


class References(Resolver):
    """Reads what a mesh file names, inside `root` alone, and remembers what it read or refused.

    Loaders swallow errors of theirs, so a caller looks at `refused` (name to reason) afterwards.
    """

    def __init__(self, root: Path, file: Path) -> None:
        self.root = root.resolve()
        self.beside = file.parent
        self.file_name = file.name
        self.read: dict[str, bytes] = {}
        self.refused: dict[str, str] = {}

    def get(self, key: str) -> bytes:
        """Return a named file's bytes. Raises FileNotFoundError where it is refused or missing."""
        name = str(key).strip()
        if name not in self.read:
            path, why = self._inside(name)
            if path is None:
                self.refused[name] = why
                raise FileNotFoundError(f"{name!r} {why}")
            self.read[name] = path.read_bytes()
        return self.read[name]

    def named_in(self, told: str) -> tuple[str, ...]:
        """Return the names in a line that holds one with spaces, or several between spaces."""
        whole = self._inside(told.strip('"'))[0] is not None
        return (told.strip('"'),) if whole or not told else tuple(told.split())

    def keys(self) -> tuple[str, ...]:
        """Return no names: a loader opens what a file names, and does not look around."""
        return ()

    def write(self, name: str, data: object) -> None:
        """Refuse: nothing is written into a user's folder."""
        raise NotImplementedError(name)

    def namespaced(self, namespace: str) -> "References":
        """Refuse: no loader needs a folder of its own."""
        raise NotImplementedError(namespace)

    def _inside(self, name: str) -> tuple[Path | None, str]:
        """Return the file of a name, or None and why it is not read."""
        for spelling in dict.fromkeys((name, unquote(name))):
            if not spelling or "\0" in spelling:
                return None, "is no file name"
            if _SCHEME.match(spelling) or Path(spelling).is_absolute():
                return None, "lies outside the folder of meshes"
            path = (self.beside / spelling.replace("\\", "/")).resolve()
            if not path.is_relative_to(self.root):
                return None, "lies outside the folder of meshes"
            if path.is_file():
                taken = sum(map(len, self.read.values()))
                if path.stat().st_size + taken > MOST_BYTES:
                    return None, f"is too large; expected at most {MOST_BYTES >> 20} MiB in all"
                return path, ""
        return None, "is missing"
