# Run by BlenderProc for bench/speed.py and bench/presets.py: in_blender.py FOLDER speed|quality.
# What it measures goes to FOLDER/measured.json.
import blenderproc as bproc  # noqa: F401  # makes this script one that BlenderProc runs
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # Blender leaves it out

from bench.annotation import annotation_times
from bench.photos import write_photos
from bench.quality import measured_quality
from bench.rendering import cycles_label_seconds, frame_seconds
from bench.studio import SIZES_PX, Studio
from render import session

BACKGROUNDS = ("room", "hdri", "photo", "white")


def speed(folder: Path) -> Mapping[str, Any]:
    """Return what bench/speed.py tells."""
    photos = write_photos(folder / "photos")
    words = {name: [f"background={name}"] for name in BACKGROUNDS}
    words["photo"].append(f"background.folder={photos}")
    studios = {name: Studio.of_conf(*told) for name, told in words.items()}
    studio = studios["room"]
    return {
        "labels_s": cycles_label_seconds(studio),
        "frames": frame_seconds(studios, folder),
        "annotation": {
            f"{size[0]}x{size[1]}": annotation_times(studio, size, folder / f"coco-{size[0]}")
            for size in SIZES_PX[1:]
        },
    }


def main() -> None:
    """Measure what the command line names."""
    folder, topic = Path(sys.argv[1]), sys.argv[2]
    with session.chatter_to(folder / "blender.log"):
        session.start("cpu", 0)
        measured = {"speed": speed, "quality": measured_quality}[topic](folder)
    (folder / "measured.json").write_text(json.dumps(measured), encoding="utf-8")


main()
