# Run by BlenderProc for bench/cost/all.py and bench/blender/presets.py:
#   in_blender.py FOLDER speed|rendering|quality|persistent|parts [PRESET ...]
# What it measures goes to FOLDER/measured.json.
import blenderproc as bproc  # noqa: F401  # makes this script one that BlenderProc runs
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# Blender leaves it out
HERE = Path(__file__).resolve()
sys.path.insert(0, str(next(p for p in HERE.parents if (p / "pyproject.toml").is_file())))

from bench.cost.annotation import annotation_times
from bench.blender.parts import measured_parts
from bench.blender.photos import write_photos
from bench.blender.quality import measured_persistence, measured_quality
from bench.blender.frame import cycles_label_seconds, frame_seconds
from bench.scenes import SIZES_PX, Studio
from render.blender import session

BACKGROUNDS = ("room", "hdri", "photo", "white")


def rendering(folder: Path, presets: Sequence[str]) -> Mapping[str, Any]:
    """Return seconds a frame by preset and background."""
    photos = write_photos(folder / "photos")
    words = {name: [f"background={name}"] for name in BACKGROUNDS}
    words["photo"].append(f"background.folder={photos}")
    studios = {name: Studio.of_conf(*told) for name, told in words.items()}
    return {"frames": frame_seconds(studios, folder, presets)}


def speed(folder: Path, presets: Sequence[str]) -> Mapping[str, Any]:
    """Return all that bench/cost/all.py tells."""
    studio = Studio.of_conf()
    return {
        **rendering(folder, presets),
        "labels_s": cycles_label_seconds(studio),
        "annotation": {
            f"{size[0]}x{size[1]}": annotation_times(studio, size, folder / f"coco-{size[0]}")
            for size in SIZES_PX[1:]
        },
    }


def main() -> None:
    """Measure what the command line names."""
    folder, topic, presets = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    with session.chatter_to(folder / "blender.log"):
        session.start("cpu", 0)
        topics = {
            "speed": speed, "rendering": rendering, "quality": measured_quality,
            "persistent": measured_persistence, "parts": measured_parts,
        }  # fmt: skip
        measured = topics[topic](folder, presets)
    (folder / "measured.json").write_text(json.dumps(measured), encoding="utf-8")


main()
