# Run by BlenderProc: fbx files into arrays that any process reads, kept by the hash of their bytes.
#   blenderproc run render/convert.py FILE.fbx ... [--custom-blender-path .blender]
import blenderproc as bproc  # noqa: F401  # makes this script one that BlenderProc runs
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assets.errors import UserError
from render.blender.fbx import convert

if __name__ == "__main__":
    for word in sys.argv[1:]:
        try:
            convert(Path(word))
        except UserError as error:
            sys.exit(f"convert: {error}")
