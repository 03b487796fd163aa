"""What Blender made of files that only Blender reads (fbx), kept by the hash of their bytes."""

import os
from pathlib import Path

from assets.meshes.checks import BrokenMesh


def conversion_path(sha256: str) -> Path:
    """Return where the conversion of a file lies, in the user's cache (XDG_CACHE_HOME)."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "twinset" / "meshes" / f"{sha256}.npz"


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
        "`make align` do so; or export it as glb"
    )
