"""Which files of a folder are meshes that are read, without what reads them."""

import stat
from pathlib import Path

FORMATS = (".fbx", ".glb", ".gltf", ".obj", ".ply", ".stl")
MOST_BYTES = 128 * 2**20  # of one file, and of all that it refers to


def regular_file_inside(file: Path, root: Path) -> str:
    """Return "" for an ordinary file whose true place is inside `root`, else what is wrong."""
    true = file.resolve()
    if not true.is_relative_to(root.resolve()):
        return "is a link to a place outside the folder; copy the file into it"
    if not true.exists():
        return "is a link to nothing"
    if not stat.S_ISREG(true.stat().st_mode):
        return "is not an ordinary file"
    return ""
