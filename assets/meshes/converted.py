"""What Blender made of files that only Blender reads (fbx), kept by the hash of their bytes."""

import hashlib
import os
from pathlib import Path

from assets.meshes.checks import BrokenMesh
from assets.meshes.files import MOST_BYTES, regular_file_inside

VERSION = 2  # of what a conversion holds: from 2 on, notes of what it lacks


def conversion_path(sha256: str) -> Path:
    """Return where the conversion of a file lies, in the user's cache (XDG_CACHE_HOME)."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "twinset" / "meshes" / f"{sha256}.{VERSION}.npz"


def refusal_path(sha256: str) -> Path:
    """Return where it is noted that Blender could not read a file, and why."""
    return conversion_path(sha256).with_suffix(".refused")


def converted(sha256: str) -> bytes:
    """Return the conversion of a file with this hash. Raises BrokenMesh where there is none."""
    try:
        return conversion_path(sha256).read_bytes()
    except FileNotFoundError:
        pass
    refusal = refusal_path(sha256)
    if refusal.is_file():
        raise BrokenMesh(f"cannot be read by Blender ({refusal.read_text('utf-8')[:200]})")
    raise BrokenMesh(
        "is fbx, which is read through Blender, and has not been converted yet: `make plan` and "
        "`make align` do so, and `blenderproc run render/convert.py FILE`; or export it as glb"
    )


def unconverted(folder: Path) -> tuple[Path, ...]:
    """Return the fbx files inside a folder that were neither converted nor refused yet."""
    found = (
        path for path in sorted(folder.rglob("*"))
        if path.suffix.lower() == ".fbx" and not regular_file_inside(path, folder)
        and path.stat().st_size <= MOST_BYTES
    )  # fmt: skip
    return tuple(path.resolve() for path in found if not _known(path))


def _known(path: Path) -> bool:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return conversion_path(sha256).is_file() or refusal_path(sha256).is_file()
