"""`make bench`: what previews, search, annotation and rendering cost, beside named references.

`python -m bench.cost.all draft standard` prints the table of rendering alone, with these presets.

All in one run, so that ratios hold on a shared machine where seconds do not.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from assets.project import PROJECT
from bench.scenes import SIZES_PX, TRIANGLES, Studio
from bench.search.preview import PreviewTimes, preview_times
from bench.search.search import TURNS, SearchTime, search_times
from bench.tables import milliseconds, table, times

PRESETS = ("draft", "standard", "final")
SIZES = [f"{width}x{height}" for width, height in SIZES_PX]


def main() -> None:
    """Print one table a topic; where presets are named, that of rendering with these alone."""
    machine, presets = _machine(), sys.argv[1:]
    if presets:
        _say(machine)
        _say(_rendering_table(in_blender("rendering", *presets)["frames"]))
        return
    _tell("previews")
    shown = preview_times(Studio.of_conf())
    _tell("search")
    searched = search_times()
    _tell("Cycles, annotation and presets in Blender, the longest part")
    measured = in_blender("speed", *PRESETS)
    _say(machine)
    _say(_preview_table(shown, measured["labels_s"]))
    _say(_search_table(searched))
    _say(_annotation_table(measured["annotation"]))
    _say(_rendering_table(measured["frames"]))
    _say("Quality, which takes longer: python -m bench.blender.presets")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _tell(step: str) -> None:
    sys.stderr.write(f"bench: {step}\n")


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _machine() -> str:
    told = ", ".join(f"{name} {version(name)}" for name in ("bpy", "blenderproc", "numba", "numpy"))
    return (
        f"{_cores()} cores ({platform.machine()}), no GPU used; Python "
        f"{platform.python_version()}, {told}; load average {os.getloadavg()[0]:.1f} at the start\n"
    )


def in_blender(topic: str, *presets: str) -> Mapping[str, Any]:
    """Return what bench/blender/in_blender.py measures on a topic."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            str(PROJECT / ".venv" / "bin" / "blenderproc"), "run",
            str(PROJECT / "bench" / "blender" / "in_blender.py"), folder, topic, *presets,
            "--custom-blender-path", str(PROJECT / ".blender"),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"bench: Blender ended with {done.returncode}\n{done.stderr[-2000:]}")
        told: Mapping[str, Any] = json.loads((Path(folder) / "measured.json").read_bytes())
    return told


def _preview_table(shown: PreviewTimes, cycles_s: list[float]) -> str:
    rows = {
        "a searched scene: sampling, preview, labels, table": shown.searched_s,
        "of that, sampling": shown.sampled_s,
        "of that, preview: ids, depth, amodal counts": shown.preview_s,
        "numpy z-buffer (bench/search/numpy_zbuffer.py): ids, depth": shown.numpy_s,
        f"Cycles, 1 sample, {_cores()} cores, through render/: ids, depth": cycles_s,
    }
    lines = [[name, *(milliseconds(s) for s in row)] for name, row in rows.items()]
    for name, slow in (("numpy z-buffer", shown.numpy_s), ("Cycles", cycles_s)):
        ratios = (times(a, b) for a, b in zip(slow, shown.preview_s, strict=True))
        lines.append([f"{name} / preview", *ratios])
    ratios = (times(a, b) for a, b in zip(cycles_s, shown.searched_s, strict=True))
    lines.append(["Cycles / searched scene", *ratios])
    title = (
        f"Previews: median ms a frame, one thread; scenes of {TRIANGLES[0]:,} to {TRIANGLES[-1]:,} "
        f"triangles (median {shown.triangles:,})"
    )
    return table(title, ["", *SIZES], lines)


def _search_table(searched: tuple[SearchTime, ...]) -> str:
    first = searched[0]
    rows = [
        [
            str(one.workers), f"{one.total_s:.1f}", f"{one.a_second:.0f}",
            f"{one.a_second / first.a_second:.2f}x",
        ]
        for one in searched
    ]  # fmt: skip
    title = (
        f"Search: alignment.align.pool.previews.preview_pool on {first.configs} "
        f"configurations, {first.scenes:,} scenes, long side 160, "
        f"processes' start included; best of {TURNS}; reference one worker"
    )
    return table(title, ["workers", "s", "scenes/s", "ratio"], rows)


def _annotation_table(measured: Mapping[str, list[Mapping[str, float]]]) -> str:
    rows = [
        [
            size, f"{one['images']:.0f}",
            milliseconds(one["ours_s"]), milliseconds(one["theirs_s"]),
            times(one["theirs_s"], one["ours_s"]),
            f"{one['ours_bytes'] / 1e3:.1f}", f"{one['theirs_bytes'] / 1e3:.1f}",
        ]
        for size, ones in measured.items()
        for one in ones
    ]  # fmt: skip
    objects = np.mean([one["objects"] for ones in measured.values() for one in ones])
    title = (
        f"Annotation: median ms an image of {objects:.1f} objects, RLE, without image files; ours "
        "(boxes, masks, depths, label file, share of the merge) beside BlenderProc "
        f"{version('blenderproc')}'s bproc.writer.write_coco_annotations, appending one image"
    )
    head = ["size", "images in the file", "ours", "BlenderProc", "ratio", "ours, kB an image",
            "BlenderProc, kB an image"]  # fmt: skip
    return table(title, head, rows)


def _rendering_table(frames: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    rows = [
        [
            preset, background, f"{one['samples']:.0f}", f"{one['frame']:.2f}",
            *(f"{one[part]:.2f}" for part in ("colour", "labels", "staging", "writing")),
            f"{100 * (1 - (one['colour'] + one['labels']) / one['frame']):.1f} %",
            f"{100 * (1 - one['colour'] / one['frame']):.1f} %",
        ]
        for preset, ones in frames.items()
        for background, one in ones.items()
    ]  # fmt: skip
    title = (
        f"Rendering: mean seconds a frame at 320x240 on {_cores()} cores, without Blender's start: "
        "Blender's two render calls (colour; instances and depth), emptying and building the scene,"
        " labels and files"
    )
    head = ["quality", "background", "samples at most", "s a frame", "colour", "labels", "building",
            "writing", "outside both renders", "outside colour"]  # fmt: skip
    return table(title, head, rows)


if __name__ == "__main__":
    main()
