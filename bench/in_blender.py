# Run by BlenderProc for bench/speed.py: in_blender.py FOLDER. What it measures goes to
# FOLDER/measured.json.
import blenderproc as bproc  # noqa: F401  # makes this script one that BlenderProc runs
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # Blender leaves it out

from bench.annotation import annotation_times
from bench.rendering import cycles_label_seconds, preset_seconds
from bench.studio import SIZES_PX, Studio
from render import session

folder = Path(sys.argv[1])
studio = Studio.of_conf()
with session.chatter_to(folder / "blender.log"):
    session.start("cpu", 0)
    measured = {
        "labels_s": cycles_label_seconds(studio),
        "presets": preset_seconds(studio, folder),
        "annotation": {
            f"{size[0]}x{size[1]}": annotation_times(studio, size, folder / f"coco-{size[0]}")
            for size in SIZES_PX[1:]
        },
    }
(folder / "measured.json").write_text(json.dumps(measured), encoding="utf-8")
